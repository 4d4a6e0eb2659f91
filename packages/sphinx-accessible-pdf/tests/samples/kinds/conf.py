"""Many kinds of nodes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "Every Kind"
author = "Example Consortium"
language = "en"
extensions = ["myst_parser", "sphinx_design", "sphinx_accessible_pdf", "riddle"]
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "tasklist",
]
myst_title_to_header = True
exclude_patterns = ["_build"]
html_theme = "basic"
accessiblepdf_documents = [{"name": "book"}]
