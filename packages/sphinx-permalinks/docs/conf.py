import os
import sys
from pathlib import Path

# The manual documents the sources beside it, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

project = "sphinx-permalinks"
author = "The sphinx-permalinks authors"
copyright = author
language = "en"

extensions = ["myst_parser", "sphinx_permalinks"]
exclude_patterns = ["_build", "bench.md"]
myst_title_to_header = True
myst_heading_anchors = 3
nitpicky = True

html_theme = "sphinx_book_theme"
html_title = project
html_theme_options = {"navbar_persistent": []}  # otherwise its phone menu does not open
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
permalinks_ledger = "permalinks.txt"
permalinks_ledger_command = "sphinx-build -b permalinks docs docs/_build/ledger"
