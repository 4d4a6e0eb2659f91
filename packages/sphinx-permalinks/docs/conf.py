import os
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(folder) for folder in sorted(here.parents[1].glob("*/src"))]

project = "sphinx-permalinks"
author = "The sphinx-permalinks authors"
copyright = f"{author}. Text: CC BY 4.0"
language = "en"

extensions = ["myst_parser", "sphinx_permalinks"]
exclude_patterns = ["_build", "bench.md"]
myst_title_to_header = True
myst_heading_anchors = 3
nitpicky = True

html_theme = "sphinx_book_theme"
html_title = project
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
permalinks_ledger = "permalinks.txt"
