import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("src", "tests")]

import gallery  # noqa: E402

project = "sphinx-accessible-pdf"
author = "The sphinx-accessible-pdf authors"
copyright = f"{author}. Text: CC BY 4.0"
language = "en"

extensions = ["myst_parser", "sphinx_accessible_pdf"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]

html_theme = "sphinx_book_theme"
html_title = project
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")

accessiblepdf_license = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
accessiblepdf_html_builder = "dirhtml"


def setup(app):
    """Print the table of kinds of content."""
    app.connect("source-read", put_gallery)


def put_gallery(_app, _docname, source):
    """Put it where a page has the word for it."""
    source[0] = source[0].replace("[gallery]", gallery.table())
