"""Permanent addresses for the pages of a Sphinx project, checked for duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx.

    Args:
        app: The application of the build.

    Returns:
        The version, and that reading and writing in parallel are safe.
    """
    # Imported here, since `python -m sphinx_permalinks check` does without Sphinx.
    from sphinx_permalinks import hooks  # noqa: PLC0415

    app.add_config_value("permalinks_title_scope", "site", "", frozenset({str}))
    app.add_config_value("permalinks_ignore", [], "html", frozenset({list, tuple}))
    app.connect("env-updated", hooks.on_env_updated)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
