"""Files that are published beside the web pages, and links to them."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from handbook.build import makes_pages
from handbook.common import replace_file

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class PublishedLink(nodes.Inline, nodes.TextElement):
    """A link to a published file: its path from the site's root is `path`."""


def link(path: str, text: str, docname: str) -> PublishedLink:
    """Link a page to a published file."""
    return PublishedLink("", text, path=path, docname=docname)


def on_web(*children: nodes.Node) -> addnodes.only:
    """Show a paragraph on web pages only: elsewhere the files are not at hand."""
    only = addnodes.only(expr="html and not epub")
    only += nodes.paragraph("", "", *children, classes=["published"])
    return only


def visit_link(self: HTML5Translator, node: PublishedLink) -> None:
    """Open a link that is relative to the page, so that it works wherever the site is."""
    up = "../" * self.builder.get_target_uri(node["docname"]).count("/")
    href, name = escape(up + node["path"]), escape(Path(node["path"]).name)
    self.body.append(f'<a class="reference download" href="{href}" download="{name}">')


def depart_link(self: HTML5Translator, _node: PublishedLink) -> None:
    """Close it."""
    self.body.append("</a>")


def write(app: Sphinx, path: str, content: bytes) -> None:
    """Write a file beside the web pages; other builders publish none."""
    if makes_pages(app.builder):
        replace_file(Path(app.outdir, path), content)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the link."""
    app.add_node(PublishedLink, html=(visit_link, depart_link))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
