"""A directive whose node no writer of Typst knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from docutils.parsers.rst import Directive

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class riddle(nodes.Element):  # noqa: N801
    """A node that only the web pages know."""


class Riddle(Directive):
    """Make such a node."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        node = riddle("", nodes.title("", "Unknown title"), nodes.caption("", "Unknown caption"))
        node.source, node.line = self.state_machine.get_source_and_line(self.lineno)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def setup(app: Sphinx) -> None:
    """Register the directive."""

    def skip(_translator: nodes.NodeVisitor, _node: nodes.Node) -> None:
        raise nodes.SkipNode

    app.add_node(riddle, html=(skip, None))
    app.add_directive("riddle", Riddle)
