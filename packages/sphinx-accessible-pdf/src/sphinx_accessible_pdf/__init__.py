"""The builder `pdf`: the handbook as one tagged PDF, made with Typst.

The way: pages in the order of the toctrees -> one Typst file each -> compiled in this process.
What the book looks like is decided in `_templates/typst/`, in Typst alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builder import PdfBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder and its settings with Sphinx."""
    app.setup_extension("sphinxcontrib_typstbuilder")
    app.add_builder(PdfBuilder)
    app.add_config_value("handbook_pdf_paper", "a4", "", types=frozenset({str}))
    app.add_config_value("handbook_pdf_design", "_templates/typst", "", types=frozenset({str}))
    app.add_config_value("handbook_pdf_license", (), "", types=frozenset({list, tuple}))
    app.add_config_value("handbook_pdf_exclude", (), "", types=frozenset({list, tuple}))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
