"""Nodes of an extension that does not know this builder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import Directive

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class spoiler(nodes.General, nodes.Element):  # noqa: N801
    """A node with visitors for text."""


class gauge(nodes.General, nodes.Element):  # noqa: N801
    """A node with visitors for HTML alone, and no text of its own."""


class riddle(nodes.General, nodes.Element):  # noqa: N801
    """A node without a visitor that writes anything."""


def _directive(kind: type[nodes.Element]) -> type[Directive]:
    class Made(Directive):
        has_content = True

        def run(self) -> list[nodes.Node]:
            text = " ".join(self.content)
            children = [] if kind is gauge else [nodes.paragraph(text, text)]
            node = kind("", *children, words=text)
            node.source, node.line = self.state_machine.get_source_and_line(self.lineno)
            return [node]

    return Made


def _nothing(_translator: Any, _node: nodes.Element) -> None:
    """Write nothing."""


def _visit_text(translator: Any, _node: nodes.Element) -> None:
    translator.new_state(0)
    translator.add_text("Spoiler: ")


def _depart_text(translator: Any, _node: nodes.Element) -> None:
    translator.end_state(wrap=False)


def _visit_html(translator: Any, node: nodes.Element) -> None:
    translator.body.append(f"<div class='gauge'><b>{node['words']}</b> of <i>10</i></div>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register them."""
    app.add_node(spoiler, text=(_visit_text, _depart_text), html=(_nothing, _nothing))
    app.add_node(gauge, html=(_visit_html, None))
    app.add_node(riddle, html=(_nothing, _nothing))
    for kind in (spoiler, gauge, riddle):
        app.add_directive(kind.__name__, _directive(kind))
