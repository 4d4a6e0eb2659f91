import os
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

here = Path(__file__).parent
# The handbook's own extension and the packages are used in place, so an environment made from
# requirements.txt alone can build the handbook.
code = [str(here), *map(str, sorted(here.glob("packages/*/src")))]
sys.path[:0] = code

project = "CASS Governance Handbook"
# CASS is neither the author nor the publisher, as long as it has not adopted the handbook.
author = "Contributors to the CASS Governance Handbook"
copyright = f"{author}. Text: CC BY 4.0"
language = "en"

extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinx_permalinks",
    "sphinx_accessible_pdf",
    "sphinx_one_wording",
    "handbook",
    "notfound.extension",
]

# The source folder is the repository's root, so what belongs to the handbook is named.
# The second list only keeps Sphinx from searching folders that hold no chapters.
include_patterns = [
    "index.md",
    "governance/**",
    "principles/**",
    "members/**",
    "guides/*",
    "reference/**",
]
source_suffix = {".md": "markdown"}
exclude_patterns = [".*", "_*", "packages", "handbook", "tools", "tests", "node_modules", "dist"]
templates_path = ["_templates/html"]

primary_domain = None  # pages describe no Python
myst_enable_extensions = ["colon_fence", "deflist", "attrs_block", "attrs_inline"]
myst_title_to_header = True
myst_heading_anchors = 3
nitpicky = True
numfig = True
numfig_format = {"figure": "Figure %s"}

# The address of the pages, where the build knows it: from Read the Docs, or from whoever builds.
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL") or os.environ.get("HANDBOOK_URL", "")
permalinks_ledger = "permalinks.txt"
permalinks_ledger_command = "make ledger"
permalinks_reserved = [
    "/cass-handbook.pdf",
    "/cass-handbook.epub",
    "/sitemap.xml",
    "/calendar.ics",
    "/feed.atom",
    "/guides/forms",
]
# Read the Docs leads /page/... to the default version: what is copied names no version.
permalinks_baseurl = urljoin(html_baseurl, "/page") if html_baseurl else None

# What `{data} NAME` shows on a page: the data, its schema, and the template with the words.
_members = ("members/members.yml", "members/members.schema.json")
_sources = ("governance/sources.yml", "governance/sources.schema.json")
handbook_data = {
    "members": (*_members, "_templates/members.md.jinja"),
    "working-groups": (*_members, "_templates/working-groups.md.jinja"),
    "documents": (*_sources, "_templates/sources.md.jinja"),
    # Shown in other ways.
    "record": ("guides/record.yml", "guides/record.schema.json", ""),
    "search": ("_templates/search.yml", "_templates/search.schema.json", ""),
}

# The texts that pages may quote, and their digests. CODEOWNERS names who reviews that folder.
handbook_quotable = "handbook/authority/texts/SHA256SUMS"

# Shown side by side on the page about the governing documents.
wording_variants = {
    "model-and-goals": {
        "Homepage": "handbook/authority/texts/Homepage.txt",
        "Model": "handbook/authority/texts/Model.txt",
    }
}

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["handbook.css"]
html_js_files = [
    "drawers.js",
    "searching.js",
    "copying.js",
    "timer.js",
    "filter.js",
    "scrolling.js",
]
html_favicon = "_static/favicon.svg"
html_use_index = False
html_copy_source = False
# The frame of a page is _templates/html/layout.html. Unless told otherwise, the theme also fills
# its own, which takes a third of a page's time.
html_sidebars = {"**": []}
html_theme_options = {
    part: []
    for part in (
        *("navbar_start", "navbar_center", "navbar_end", "navbar_persistent"),
        *("article_header_start", "article_header_end", "article_footer_items"),
        *("primary_sidebar_end", "secondary_sidebar_items"),
        *("footer_start", "footer_center", "footer_end", "footer_content_items"),
    )
} | {"search_bar_text": "Search the handbook"}

# The day on which CASS adopted this handbook, such as "2027-03-31"; None if it has not. It decides
# what front page, title page, and footer say about the handbook's standing. `make lint` then asks
# for the same in CITATION.cff and .zenodo.json.
handbook_adopted = None
handbook_branch = "main"  # "Edit this page" leads there
# Where `make pdf` and `make epub` put their files; pages that are built after them link to copies
# beside them.
handbook_pdf_file = "_build/pdf/cass-handbook.pdf"
handbook_epub_file = "_build/epub/cass-handbook.epub"
handbook_descriptions = {
    "search": "Search the governance handbook of the Consortium for the Advancement of"
    " Scientific Software (CASS).",
    "404": "This page is not part of the CASS Governance Handbook.",
}

notfound_template = "handbook/not-found.html"
notfound_context = {"title": "Page not found", "body": ""}
notfound_urls_prefix = urlsplit(html_baseurl).path or "/"

# The PDF. What it looks like is decided in _templates/typst/.
accessiblepdf_documents = [{"name": "cass-handbook"}]
accessiblepdf_paper = "us-letter"  # or "a4"
accessiblepdf_design = "_templates/typst"
# Nodes with these classes are handed to these functions of the design.
accessiblepdf_functions = {
    "adopted": "adopted",
    "authority": "authority",
    "clause-line": "clause-line",
    "clauses": "clauses",
    "published": "published",
    "form": "form",
    "form-start": "form-start",
    "form-field": "form-field",
}
accessiblepdf_license = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
accessiblepdf_exclude = [
    "reference/contributing",  # on paper there is nothing to edit
    "members/peso/organizational-model",  # the text of governance/organizational-model
]
accessiblepdf_html_builder = "dirhtml"
accessiblepdf_metadata = {
    "description": "How the Consortium for the Advancement of Scientific Software is governed.",
}

# The EPUB has the PDF's chapters. What it looks like is decided in _templates/epub/.
epub_basename = "cass-handbook"
epub_identifier = "urn:uuid:2286d3b8-51bd-407b-855d-1627e46078b3"
epub_scheme = "UUID"
epub_uid = "handbook"
epub_contributor = author
epub_cover = ("_static/cover.png", "")
epub_tocscope = "includehidden"
epub_tocdepth = 9
epub_tocdup = False
epub_show_urls = "no"
epub_use_index = False
