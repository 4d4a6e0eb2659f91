"""A small handbook, with the real one's design and code, and words that stay as they are."""

from pathlib import Path

import handbook

handbook.PARTS = ("policy", "data", "endings", "authority", "book", "forms", "published")

root = Path(handbook.__file__).parents[1]
project = "A Small Handbook"
author = "Its Contributors"
language = "en"
extensions = ["myst_parser", "sphinx_permalinks", "sphinx_accessible_pdf", "handbook"]
myst_enable_extensions = ["colon_fence", "deflist", "attrs_block", "attrs_inline"]
myst_title_to_header = True
numfig = True
primary_domain = None
exclude_patterns = ["guides/forms"]
html_theme = "basic"
permalinks_baseurl = "https://example.org/page"

handbook_sources = "sources.yml"
handbook_words = "words.yml"
handbook_data = {"members": ("members.yml", "members.schema.json", "members.md.jinja")}
accessiblepdf_documents = [{"name": "book"}]
accessiblepdf_design = str(root / "_templates" / "typst")
accessiblepdf_functions = {
    name: name
    for name in (
        *("adopted", "authority", "clause-line", "clauses", "published"),
        *("form", "form-start", "form-field"),
    )
}
