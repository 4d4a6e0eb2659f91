"""The handbook's web pages: light, accessible, private.

The theme does the layout. This package takes away what the handbook does not need, adds what
its readers do, and warns when the theme is no longer what that relies on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handbook.build import after_pages, makes_pages
from handbook.web import (
    assets,
    body,
    boxes,
    cards,
    downloads,
    history,
    linked_data,
    menu,
    overrides,
    page,
    search,
    security,
    sitemap,
    static,
)

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

_TEXT = frozenset({str})


def add_context(
    app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give templates what they show of a page."""
    if makes_pages(app.builder):
        page.add_context(app, name, context, doctree)
        menu.add_context(app, context)
        if doctree is not None:
            history.add_context(app, context, doctree)
            if app.config.html_baseurl:
                linked_data.add_context(app, name, context)


def complete(
    app: Sphinx, name: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Complete what Sphinx and the theme have put into a page's context."""
    if makes_pages(app.builder):
        assets.choose_scripts(context, doctree)
        security.add_policy(context)
        if doctree is not None:
            body.complete(app.builder, context)
            if app.config.html_baseurl:
                cards.add_card(app, name, context)


def setup(app: Sphinx) -> None:
    """Register with Sphinx; the work is done in the modules named here."""
    app.add_config_value("handbook_branch", "main", "", types=_TEXT)
    for kind in downloads.KINDS:
        app.add_config_value(f"handbook_{kind}_file", "", "", types=_TEXT)
    app.add_config_value("handbook_descriptions", {}, "html", types=frozenset({dict}))
    # Found out at every build; a new value lets Sphinx write all pages again.
    app.add_config_value("handbook_assets_digest", "", "html", types=_TEXT)
    app.add_config_value("handbook_edit_base", "", "html", types=_TEXT)
    for kind in downloads.KINDS:
        app.add_config_value(f"handbook_{kind}_link", "", "html", types=_TEXT)
    app.add_config_value("handbook_history", [], "html", types=frozenset({list}))
    app.connect("config-inited", assets.note_digest)
    app.connect("config-inited", history.note_history)
    app.connect("config-inited", downloads.note_links)
    app.connect("config-inited", page.note_edit_base)
    app.connect("builder-inited", security.note_start)
    app.connect("builder-inited", overrides.warn_of_changes)
    app.connect("env-updated", menu.note_chapters)
    app.connect("env-updated", page.note_changes)
    app.connect("env-updated", downloads.note_facts)
    # Before the theme leaves out the parts of a page that come out empty, at the usual 500;
    # sphinx-permalinks, which is listed before it in conf.py, names the address at 500 as well.
    app.connect("html-page-context", add_context, priority=450)
    app.connect("html-page-context", complete, priority=900)
    after_pages(app, downloads.publish)
    after_pages(app, sitemap.write_sitemap)
    after_pages(app, security.remove_unfit_pages, priority=900)
    app.connect("build-finished", assets.publish, priority=950)
    static.setup(app)
    boxes.setup(app)
    search.setup(app)
