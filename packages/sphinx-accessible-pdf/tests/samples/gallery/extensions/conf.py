"""What other extensions have."""

import sys
from pathlib import Path

project = "Gallery of Extensions"
author = "Example Consortium"
language = "en"
extensions = [
    "myst_nb",
    "sphinx_copybutton",
    "sphinx_tabs.tabs",
    "sphinx_togglebutton",
    "sphinxcontrib.bibtex",
    "sphinxcontrib.mermaid",
    "sphinx_accessible_pdf",
]
# By default it is a mapping that all builds in one process share.
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
bibtex_bibfiles = ["works.bib"]
html_theme = "basic"
mermaid_cmd = [sys.executable, str(Path(__file__).with_name("mmdc.py"))]
nb_execution_mode = "off"
accessiblepdf_documents = [{"name": "book"}]
