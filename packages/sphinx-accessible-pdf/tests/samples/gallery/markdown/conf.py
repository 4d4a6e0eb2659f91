"""What MyST-Parser and sphinx-design have."""

project = "Gallery of Markdown"
author = "Example Consortium"
language = "en"
extensions = ["myst_parser", "sphinx_design", "sphinx_accessible_pdf"]
html_theme = "basic"
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "html_admonition",
    "html_image",
    "replacements",
    "smartquotes",
    "strikethrough",
    "substitution",
    "tasklist",
]
myst_heading_anchors = 3
myst_substitutions = {"product": "The *substituted* product"}
suppress_warnings = ["myst.strikethrough"]
accessiblepdf_documents = [{"name": "book"}]
