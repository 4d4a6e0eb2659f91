"""The text of a web page's main content, block by block, as a reader sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from tests.book.aloud import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INLINE = {
    *("a", "abbr", "b", "cite", "code", "em", "i", "kbd", "small", "span", "strong", "sub", "sup"),
    *("q", "img", "input", "br", "label"),
}
UNSEEN = (
    "script, style, svg, .headerlink, .sd-hide-link-text, .sd-summary-state-marker, .backrefs, "
    ".footnote-reference .fn-bracket, .prev-next-footer, .prev-next-area, #searchbox, "
    ".visually-hidden, aside.footnote, hr.footnotes"
)

_DELIMITER = re.compile(r"^\\[(\[]|\\[)\]]$")


def main_content(page: Path) -> Tag:
    """Parse a page and return its main content, without what a reader does not see."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    main = soup.select_one("article.bd-article") or soup.select_one("div.body")
    assert main is not None, f"{page} has no main content"
    for unseen in main.select(UNSEEN):
        unseen.decompose()
    return main


def blocks(content: Tag) -> Iterator[str]:
    """Yield the text of each block: a paragraph, a heading, a cell, an item."""
    text: list[str] = []

    def flush() -> Iterator[str]:
        folded = fold("".join(text)).removeprefix("—")  # docutils' dash before an attribution
        text.clear()
        if folded:
            yield folded

    def walk(node: Tag) -> Iterator[str]:
        for child in node.children:
            if isinstance(child, Tag):
                replacement = _replacement(child)
                if replacement is not None:
                    text.append(replacement)
                elif child.name in INLINE:
                    yield from walk(child)
                    if child.name == "label":
                        yield from flush()
                else:
                    yield from flush()
                    yield from walk(child)
                    yield from flush()
            elif type(child) is NavigableString:
                text.append(child)

    yield from walk(content)
    yield from flush()


def _replacement(tag: Tag) -> str | None:
    """What the book says where the web page shows something that is no text."""
    classes = tag.get_attribute_list("class")
    if tag.name == "img":
        return ""
    if tag.name == "input" and tag.get("type") == "checkbox":
        return "☑ " if tag.has_attr("checked") else "☐ "
    if tag.name == "br":
        return " "
    if "math" in classes:
        return f" {_DELIMITER.sub('', tag.get_text().strip()).strip()} "
    if "footnote-reference" in classes:
        return ""
    return None


def sentences(block: str) -> list[str]:
    """Divide a block into sentences."""
    return re.split(r"(?<=[.!?;:]) (?=[A-Z“])", block)
