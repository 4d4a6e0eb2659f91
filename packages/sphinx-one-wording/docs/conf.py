import sys
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(folder) for folder in sorted(here.parents[1].glob("*/src"))]

project = "sphinx-one-wording"
author = "The sphinx-one-wording authors"
copyright = f"{author}. Text: CC BY 4.0"
language = "en"

extensions = ["myst_parser", "sphinx_one_wording"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "sphinx_book_theme"
html_title = project
