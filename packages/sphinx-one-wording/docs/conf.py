import sys
from pathlib import Path

# The manual documents the sources beside it, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

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
