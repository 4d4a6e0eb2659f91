"""Files that are published beside the web pages, and links to them."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from handbook.build import after_pages
from handbook.common import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.writers.html5 import HTML5Translator


class PublishedLink(nodes.Inline, nodes.TextElement):
    """A link to a published file: its path from the site's root is `path`."""


def link(path: str, text: str, docname: str) -> PublishedLink:
    """Link a page to a published file."""
    return PublishedLink("", text, path=path, docname=docname)


def on_web(node: nodes.Node) -> addnodes.only:
    """Show something on web pages only: elsewhere, its files or scripts are not at hand."""
    return addnodes.only("", node, expr="html and not epub")


def links(*children: nodes.Node) -> addnodes.only:
    """Show a paragraph with links to published files."""
    return on_web(nodes.paragraph("", "", *children, classes=["published"]))


def root_from(builder: Builder, docname: str) -> str:
    """The way from a page to the site's root, so that a link works wherever the site is."""
    return "../" * builder.get_target_uri(docname).count("/")


def visit_link(self: HTML5Translator, node: PublishedLink) -> None:
    """Open a link."""
    href = escape(root_from(self.builder, node["docname"]) + node["path"])
    name = escape(Path(node["path"]).name)
    self.body.append(f'<a class="reference download" href="{href}" download="{name}">')


def depart_link(self: HTML5Translator, _node: PublishedLink) -> None:
    """Close it."""
    self.body.append("</a>")


def publish(app: Sphinx, path: str, content: Callable[[Sphinx], bytes]) -> None:
    """Write a file beside the web pages of each build."""
    after_pages(app, lambda app: replace_file(Path(app.outdir, path), content(app)))


def setup(app: Sphinx) -> None:
    """Register the link."""
    app.add_node(PublishedLink, html=(visit_link, depart_link))
