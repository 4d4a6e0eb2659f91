"""Narrows down the tables of a page, where there is a script to do it: `{filter}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from handbook.authority.words import words_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class FilterBox(nodes.General, nodes.Element):
    """The place of the filter. The rows of the page's tables are shown as cards."""


class Filter(SphinxDirective):
    """Marks the place of the filter."""

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        only = addnodes.only(expr="html and not epub")
        only += FilterBox()
        return [only]


def visit_filter(self: HTML5Translator, _node: FilterBox) -> None:
    """Write the fields; the script is filter.js."""
    words = words_of(self.builder.app)
    context = {name: words("filter", name) for name in ("label", "section", "every", "found")}
    self.body.append(self.builder.templates.render("handbook/filter.html", context))
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_node(FilterBox, html=(visit_filter, None))
    app.add_directive("filter", Filter)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
