"""A frozen sample: a handbook of five pages, to which ten edits are made."""

from sphinx.application import Sphinx
from sphinx.directives.patches import CSVTable

project = "Sample"
extensions = ["myst_parser"]
exclude_patterns = ["out"]
myst_title_to_header = True
myst_enable_extensions = ["colon_fence", "attrs_block"]
primary_domain = None  # "data" is not Python's
html_theme = "basic"
templates_path = ["."]


def setup(app: Sphinx) -> None:
    app.add_directive("data", CSVTable)
