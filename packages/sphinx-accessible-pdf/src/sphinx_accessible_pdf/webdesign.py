"""sphinx-design's components as nodes that every writer knows.

On the web a card is a box that can be clicked as a whole; in a book it is an item of a list whose
title leads to the page it stands for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx_design.shared import PassthroughTextElement, is_component

if TYPE_CHECKING:
    from collections.abc import Iterable


def lay_out(doctree: nodes.document) -> None:
    """Replace cards, and the grids and carousels that hold nothing else, by lists.

    The lists bear the class `cards`. Grids that hold something else stay as they are.
    """
    for card in _components(doctree, "card"):
        card.replace_self(nodes.bullet_list("", _item(card), classes=["cards"]))
    for frame in [
        *_components(doctree, "grid-item"),
        *_components(doctree, "grid-row"),
        *_components(doctree, "grid-container"),
        *_components(doctree, "card-carousel"),
    ]:
        children = [child for child in frame.children if not isinstance(child, nodes.comment)]
        if children and all(_is_card_list(child) for child in children):
            items = [item for child in children for item in child.children]
            frame.replace_self(nodes.bullet_list("", *items, classes=["cards"]))


def _components(doctree: nodes.document, name: str) -> list[nodes.container]:
    """Find a kind of component, the inner ones before those that hold them."""
    return [node for node in doctree.findall(nodes.container) if is_component(node, name)][::-1]


def _is_card_list(node: nodes.Node) -> bool:
    return isinstance(node, nodes.bullet_list) and "cards" in node["classes"]


def _item(card: nodes.Element) -> nodes.list_item:
    item = nodes.list_item("", ids=card["ids"])
    item.source, item.line = card.source, card.line
    title: list[nodes.Node] = []
    link: nodes.reference | None = None
    for part in _parts(card.children):
        if is_component(part, "card-title"):
            title = [text for holder in part.children for text in holder.children]
        elif isinstance(part, PassthroughTextElement):
            link = part.next_node(nodes.reference)
        else:
            item.append(part)
    if link is not None:
        if title:
            link.children = []
            link.extend(title)
        title = [link]
    if title:
        item.insert(0, nodes.paragraph("", "", nodes.strong("", "", *title)))
    return item


def _parts(children: Iterable[nodes.Node]) -> Iterable[nodes.Node]:
    """Look through the boxes that only divide a card."""
    for child in children:
        inside = ("card-header", "card-body", "card-footer", "card-overlay")
        if any(is_component(child, name) for name in inside):
            yield from _parts(child.children)
        else:
            yield child
