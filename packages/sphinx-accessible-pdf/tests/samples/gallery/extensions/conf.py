"""What other extensions have."""

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
bibtex_bibfiles = ["works.bib"]
html_theme = "basic"
nb_execution_mode = "off"
accessiblepdf_documents = [{"name": "book"}]
