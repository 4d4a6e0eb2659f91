"""sphinx-design's cards as lists.

On the web a card is a box that can be clicked as a whole; on paper it is an item of a list, whose
title leads to the page that the card stands for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

_PARTS = {"card-header", "card-body", "card-footer", "card-overlay"}


def cards_to_lists(doctree: nodes.document) -> None:
    """Replace cards, and the grids and carousels that hold nothing else, by lists.

    The lists have the class `cards`. Grids that hold something else stay as they are.
    """
    for card in _components(doctree, "card"):
        card.replace_self(nodes.bullet_list("", _item(card), classes=["cards"]))
    for kind in ("grid-item", "grid-row", "grid-container", "card-carousel"):
        for frame in _components(doctree, kind):
            children = [child for child in frame.children if not isinstance(child, nodes.comment)]
            if children and all(_is_card_list(child) for child in children):
                items = [item for child in children for item in child.children]
                frame.replace_self(nodes.bullet_list("", *items, classes=["cards"]))


def _components(doctree: nodes.document, kind: str) -> list[nodes.container]:
    """Find components of one kind, the inner ones before those that hold them."""
    found = [node for node in doctree.findall(nodes.container) if _kind(node) == kind]
    return found[::-1]


def _kind(node: nodes.Node) -> str:
    return str(node.get("design_component", "")) if isinstance(node, nodes.Element) else ""


def _is_card_list(node: nodes.Node) -> bool:
    return isinstance(node, nodes.bullet_list) and "cards" in node["classes"]


def _item(card: nodes.Element) -> nodes.list_item:
    item = nodes.list_item("", ids=card["ids"])
    item.source, item.line = card.source, card.line
    title: list[nodes.Node] = []
    link: nodes.reference | None = None
    for part in _parts(card.children):
        if _kind(part) == "card-title":
            title = [text for holder in part.children for text in holder.children]
        elif part.__class__.__name__ == "PassthroughTextElement":  # the link over the whole card
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
        if _kind(child) in _PARTS:
            yield from _parts(child.children)
        else:
            yield child
