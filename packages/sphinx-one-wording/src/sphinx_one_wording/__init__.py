"""Finds sentences that are copied between the sources of a Sphinx project, or drifted apart."""

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
    # Imported here, because `python -m sphinx_one_wording check` needs no build.
    from sphinx_one_wording import hooks, project, variants  # noqa: PLC0415

    for name, default in project.SETTINGS.items():
        types = frozenset({int, float})
        if not isinstance(default, int | float):
            types = frozenset({dict} if isinstance(default, dict) else {list, tuple})
        app.add_config_value(name, default, "", types)
    variants.register(app)
    app.connect("config-inited", hooks.on_config_inited)
    app.connect("env-updated", hooks.on_env_updated)
    return {
        "version": __version__,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
