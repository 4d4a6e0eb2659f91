import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

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
