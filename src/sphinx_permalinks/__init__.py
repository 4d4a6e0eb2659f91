"""Permanent addresses for the pages of a Sphinx project, checked for duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:  # noqa: ARG001
    """Register the extension with Sphinx."""
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
