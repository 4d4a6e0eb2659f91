import os
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(folder) for folder in sorted(here.parents[1].glob("*/src"))]

project = "sphinx-accessible-pdf"
author = "The sphinx-accessible-pdf authors"
copyright = f"{author}. Text: CC BY 4.0"
language = "en"

extensions = ["myst_parser", "sphinx_permalinks", "sphinx_accessible_pdf"]
exclude_patterns = ["_build"]
myst_title_to_header = True
myst_heading_anchors = 3
nitpicky = True

html_theme = "sphinx_book_theme"
html_title = project
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
