"""Notebooks as nbsphinx reads them."""

import os
from pathlib import Path

import pypandoc

project = "Gallery of nbsphinx"
author = "Example Consortium"
language = "en"
extensions = ["nbsphinx", "sphinx_accessible_pdf"]
source_suffix = {".rst": "restructuredtext", ".ipynb": "jupyter_notebook"}
html_theme = "basic"
nbsphinx_execute = "never"
accessiblepdf_documents = [{"name": "book"}]

os.environ["PATH"] += os.pathsep + str(Path(pypandoc.get_pandoc_path()).parent)
