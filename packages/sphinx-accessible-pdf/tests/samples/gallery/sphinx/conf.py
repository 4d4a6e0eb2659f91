"""What Sphinx and its own extensions have."""

import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.insert(0, str(here))

project = "Gallery of Sphinx"
author = "Example Consortium"
release = "3.2"
language = "en"
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosectionlabel",
    "sphinx.ext.autosummary",
    "sphinx.ext.doctest",
    "sphinx.ext.extlinks",
    "sphinx.ext.graphviz",
    "sphinx.ext.ifconfig",
    "sphinx.ext.inheritance_diagram",
    "sphinx.ext.napoleon",
    "sphinx.ext.todo",
    "sphinx.ext.viewcode",
    "sphinx_accessible_pdf",
    "spoilers",
]
autosectionlabel_prefix_document = True
exclude_patterns = ["generated"]
extlinks = {"issue": ("https://example.org/issues/%s", "issue %s")}
graphviz_dot = str(here / "dot")
graphviz_output_format = "svg"
html_theme = "basic"
numfig = True
show_authors = True
todo_include_todos = True
todo_link_only = True
accessiblepdf_documents = [{"name": "book"}]
