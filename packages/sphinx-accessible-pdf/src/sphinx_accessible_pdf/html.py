"""What pages and extensions write for the web: simple markup as nodes, the rest as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKUP: dict[str, Callable[[], nodes.Element]] = {
    **dict.fromkeys(("b", "strong"), nodes.strong),
    **dict.fromkeys(("cite", "dfn", "em", "i", "var"), nodes.emphasis),
    **dict.fromkeys(("code", "samp", "tt"), nodes.literal),
    **dict.fromkeys(("del", "s", "strike"), lambda: nodes.inline(classes=["struck"])),
    **dict.fromkeys(("ins", "u"), lambda: nodes.inline(classes=["underlined"])),
    "kbd": lambda: nodes.literal(classes=["kbd"]),
    "mark": lambda: nodes.inline(classes=["marked"]),
    "small": nodes.inline,
    "sub": nodes.subscript,
    "sup": nodes.superscript,
}
_OPENING = re.compile(r"<(\w+)(?:\s[^<>]*)?>")
_IN_LINE = {*_MARKUP, "a", "abbr", "bdi", "bdo", "data", "font", "label", "q", "span", "time"}
_UNSEEN = {"script", "style", "template"}


def prefer_print(doctree: nodes.document) -> None:
    """Of alternatives in a row, keep plain text and what is for LaTeX.

    Otherwise, neither `only:: html` nor an `only:: latex` right after it would be printed.
    """
    for raw in [*doctree.findall(nodes.raw)]:
        if "text" in raw.get("format", "").split():
            while isinstance(other := raw.previous_sibling(), nodes.raw):
                raw.parent.remove(other)
    for only in doctree.findall(addnodes.only):
        other = only.previous_sibling()
        if only["expr"] == "latex" and isinstance(other, addnodes.only) and other["expr"] == "html":
            only["expr"] = "accessiblepdf"


def markup_to_nodes(doctree: nodes.document) -> None:
    """Replace pairs of HTML tags in a line, such as `<kbd>` and `</kbd>`, by nodes."""
    for start in [node for node in doctree.findall(nodes.raw) if _is_html(node)]:
        match = _OPENING.fullmatch(start.astext().strip())
        if match is None or match[1].lower() not in _MARKUP or start.parent is None:
            continue
        name, siblings = match[1].lower(), start.parent.children
        first = siblings.index(start)
        for last in range(first + 1, len(siblings)):
            end = siblings[last]
            if _is_html(end) and end.astext().strip().lower() == f"</{name}>":
                made = _MARKUP[name]()
                inside = siblings[first + 1 : last]
                start.parent[first : last + 1] = [made]
                made += inside
                break


def _is_html(node: nodes.Node) -> bool:
    return isinstance(node, nodes.raw) and "html" in node.get("format", "").split()


def paragraphs_of(html: str) -> list[str]:
    """Read the text of HTML, divided where a block begins or ends."""
    parser = _Paragraphs()
    parser.feed(html)
    parser.close()
    return [" ".join(text.split()) for text in parser.texts if text.strip()]


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts = [""]
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag not in _IN_LINE:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        elif tag not in _IN_LINE:
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts[-1] += data
