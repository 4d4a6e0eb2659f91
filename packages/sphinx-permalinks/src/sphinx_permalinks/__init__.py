"""Permanent addresses for the pages of a Sphinx project, checked for duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    # Imported here, since the command line does without Sphinx.
    from sphinx_permalinks import events, recording, settings  # noqa: PLC0415
    from sphinx_permalinks.domain import PermalinkDomain, SlashLinks  # noqa: PLC0415

    for name, setting in settings.SETTINGS.items():
        app.add_config_value(name, setting.default, setting.rebuild, setting.types)
    app.add_domain(PermalinkDomain)
    app.add_post_transform(SlashLinks)
    app.add_builder(recording.PermalinksBuilder)
    app.connect("config-inited", events.on_config_inited)
    app.connect("builder-inited", events.on_builder_inited)
    app.connect("env-get-outdated", events.on_env_get_outdated)
    app.connect("source-read", events.on_source_read)
    app.connect("env-updated", events.on_env_updated)
    app.connect("warn-missing-reference", events.on_warn_missing_reference)
    app.connect("html-page-context", events.on_html_page_context)
    app.connect("html-collect-pages", events.on_html_collect_pages)
    app.connect("build-finished", events.on_build_finished)
    return {
        "version": __version__,
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
