"""The handbook's web pages: light, accessible, private.

The theme does the layout. This package takes away what the handbook does not need, adds what
its readers do, and warns when the theme is no longer what that relies on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbook_web import assets, overrides, page

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx; the work is done in the modules named here."""
    app.add_config_value("handbook_assets_digest", "", "html", types=frozenset({str}))
    app.connect("config-inited", assets.note_digest)
    app.connect("builder-inited", overrides.warn_of_changes)
    app.connect("write-started", assets.write)
    # After the theme and Sphinx have put their files and functions into the context.
    app.connect("html-page-context", assets.link, priority=900)
    app.connect("html-page-context", page.add_context, priority=900)
    app.connect("build-finished", assets.warn_of_missing_rules)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
