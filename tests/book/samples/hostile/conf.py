"""Text that a careless writer of Typst would take for a program."""

project = '#panic("title") & $\\alpha$ <b> 100 %'
author = 'Author #1 "quoted" \\ *starred*'
language = "en"
extensions = ["myst_parser", "sphinx_accessible_pdf"]
myst_title_to_header = True
html_theme = "basic"
exclude_patterns = ["_build"]
typst_documents = [{"startdocname": "index", "targetname": "book", "title": project}]
suppress_warnings = ["pdf.glyph"]
