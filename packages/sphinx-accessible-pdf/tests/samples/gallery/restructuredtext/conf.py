"""What docutils has in reStructuredText."""

project = "Gallery of reStructuredText"
author = "Example Consortium"
language = "en"
extensions = ["sphinx_accessible_pdf"]
html_theme = "basic"
accessiblepdf_documents = [{"name": "book"}]
