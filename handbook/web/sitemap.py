"""A sitemap of all pages, where the handbook's address is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup_sitemap(app: Sphinx) -> None:
    """Use sphinx-sitemap if there is an address to write; without one it only warns."""
    if app.config.html_baseurl:
        app.setup_extension("sphinx_sitemap")
        app.connect("build-finished", list_every_page, priority=400)


def list_every_page(app: Sphinx, exception: Exception | None) -> None:
    """Put every chapter into the sitemap that is about to be written, and nothing else.

    sphinx-sitemap lists the pages that were written in this build: after a small change that is
    one page, and always it is also the search page.
    """
    import sphinx_sitemap  # noqa: PLC0415  only a build with an address needs it

    links = getattr(app, "sitemap_links", None)
    if exception or links is None:
        return
    while not links.empty():
        links.get()
    for docname in sorted(app.env.found_docs):
        sphinx_sitemap.add_html_link(app, docname, "page.html", {}, None)
