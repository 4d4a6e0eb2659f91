"""Text that a careless builder would run as Typst code."""

project = '#panic("title") & $\\alpha$ <b> 100 %'
author = 'Author #1 "quoted" \\ *starred*'
language = "en"
extensions = ["myst_parser", "sphinx_accessible_pdf"]
myst_title_to_header = True
html_theme = "basic"
exclude_patterns = ["_build"]
accessiblepdf_documents = [{"name": "book"}]
suppress_warnings = ["accessiblepdf.glyph"]
