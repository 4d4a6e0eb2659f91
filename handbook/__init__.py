"""The handbook's own Sphinx extension: what only this handbook needs.

Its parts are loaded when Sphinx sets them up, so that a tool that needs one of them does not wait
for all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

PARTS: tuple[str, ...] = (
    "policy",
    "data",
    "endings",
    "authority",
    "anchors",
    "style",
    "book",
    "epub",
    "published",
    "forms",
    "calendar",
    "record",
    "roster",
    "sections",
    "web",
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register every part with Sphinx."""
    for part in PARTS:
        import_module(f"handbook.{part}").setup(app)
    return {
        "version": "1.0",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
