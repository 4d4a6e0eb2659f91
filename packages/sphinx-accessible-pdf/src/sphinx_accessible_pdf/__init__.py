"""Accessible (PDF/UA-1), archival (PDF/A-2a) PDFs from any Sphinx project.

The builder `accessiblepdf` puts the pages in the order of the toctrees, writes each as Typst
source, compiles them, and completes the tags. How they look is decided by a design: the Typst
files in `design/`, or a project's own on top of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .builder import AccessiblePdfBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata


__version__ = "0.1.0"

_LIST = frozenset({list, tuple})
_TEXT = frozenset({str})
# The forms of a notebook's outputs that can be printed, the best one first.
_OUTPUTS = (
    *("image/svg+xml", "image/png", "image/jpeg", "image/gif", "application/pdf"),
    *("text/markdown", "text/latex", "text/plain", "text/html"),
)


def choose_outputs(_app: Sphinx, config: Config) -> None:
    """Tell MyST-NB which forms of outputs to take, unless the project has said so itself."""
    if "nb_mime_priority_overrides" not in config:
        return
    chosen = list(config.nb_mime_priority_overrides)
    if not any(builder == AccessiblePdfBuilder.name for builder, *_ in chosen):
        chosen += [(AccessiblePdfBuilder.name, form, i * 10) for i, form in enumerate(_OUTPUTS)]
        config.nb_mime_priority_overrides = chosen


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder, its settings and its events."""
    app.add_builder(AccessiblePdfBuilder)
    app.add_config_value("accessiblepdf_documents", (), "", types=_LIST)
    app.add_config_value("accessiblepdf_paper", "us-letter", "", types=_TEXT)
    app.add_config_value("accessiblepdf_design", "", "", types=_TEXT)
    app.add_config_value("accessiblepdf_fonts", (), "", types=_LIST)
    app.add_config_value("accessiblepdf_exclude", (), "", types=_LIST)
    app.add_config_value("accessiblepdf_license", (), "", types=_LIST)
    app.add_config_value("accessiblepdf_functions", {}, "", types=frozenset({dict}))
    app.add_config_value("accessiblepdf_metadata", {}, "", types=frozenset({dict}))
    app.add_config_value("accessiblepdf_html_builder", "html", "", types=_TEXT)
    app.connect("config-inited", choose_outputs)
    app.add_event("accessiblepdf-page-address")
    app.add_event("accessiblepdf-metadata")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
