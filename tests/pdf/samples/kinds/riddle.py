"""A directive whose node no writer of Typst knows."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import Directive


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


def setup(app):
    """Register the directive."""
    skip = (lambda _self, _node: None,) * 2
    app.add_node(riddle, html=skip)
    app.add_directive("riddle", Riddle)
