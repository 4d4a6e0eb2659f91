"""Finds the sentences of web pages that the PDF does not have, or has in another order."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4 import Tag as HtmlTag
from bs4.element import NavigableString
from bs4.filter import SoupStrainer

from .reading import BLOCKS, Tag, Text, fold, open_tagged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INLINE = {
    *("a", "abbr", "b", "cite", "code", "em", "i", "kbd", "small", "span", "strong", "sub", "sup"),
    *("q", "img", "input", "br", "label", "u", "s", "del", "ins", "mark"),
}
UNSEEN = (
    "script, style, svg, .headerlink, .sd-hide-link-text, .sd-summary-state-marker, .backrefs, "
    ".footnote-reference .fn-bracket, .prev-next-footer, .prev-next-area, #searchbox, "
    ".visually-hidden, aside.footnote, hr.footnotes"
)

PAGE_NUMBER = re.compile(r" \(page \d+\)")
_NEXT = SoupStrainer(["link", "a"], rel="next")
_DELIMITER = re.compile(r"^\\[(\[]|\\[)\]]$")


def main_content(page: Path, unseen: str = "") -> HtmlTag:
    """Parse a page and return its main content, without what a reader does not see.

    The same page is parsed once: do not change what is returned.

    Args:
        page: The file of the page.
        unseen: A CSS selector of what only the web page is to have.

    Raises:
        ValueError: There is none.
    """
    main = _main_content(page.read_text(encoding="utf-8"), unseen)
    if main is None:
        msg = f"{page} has no main content"
        raise ValueError(msg)
    return main


@functools.cache
def _main_content(html: str, unseen: str) -> HtmlTag | None:
    soup = BeautifulSoup(html, "html.parser")
    main = soup.select_one("article.bd-article") or soup.select_one("div.body")
    for tag in main.select(f"{UNSEEN}, {unseen}" if unseen else UNSEEN) if main else ():
        tag.decompose()
    return main


def blocks(content: HtmlTag) -> Iterator[str]:
    """Yield the text of each block: a paragraph, a heading, a cell, an item."""
    text: list[str] = []

    def flush() -> Iterator[str]:
        folded = fold("".join(text)).removeprefix("—")  # docutils' dash before an attribution
        text.clear()
        if folded:
            yield folded

    def walk(node: HtmlTag) -> Iterator[str]:
        for child in node.children:
            if isinstance(child, HtmlTag):
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


def _replacement(tag: HtmlTag) -> str | None:
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


def reading_order(html: Path) -> list[Path]:
    """Follow the links to the next page, as a reader of the web pages does."""
    order = [html / "index.html"]
    while True:
        page = order[-1].read_text(encoding="utf-8")
        links = BeautifulSoup(page, "html.parser", parse_only=_NEXT)
        following = links.select_one("[href]")
        if following is None:
            return order
        order.append((order[-1].parent / str(following["href"]) / "index.html").resolve())


def text_of(tag: Tag) -> str:
    """Read a book aloud, without what only paper has: notes, numbers of notes and of items."""
    if tag.kind == "Formula":
        return f" {tag.attributes['/Alt']} "
    parts = []
    for child in tag.children:
        if isinstance(child, Text):
            parts.append(child.text)
        elif isinstance(child, Tag) and not is_apparatus(child, tag):
            text = text_of(child)
            parts.append(f"\n{text}\n" if child.kind in BLOCKS else text)
    return "".join(parts)


def is_apparatus(tag: Tag, parent: Tag) -> bool:
    """Tell what only paper has."""
    if tag.kind == "Lbl":
        return parent.kind != "LI" or bool(re.fullmatch(r"[•‣\u2013]|\(?\w{1,4}[.)]|", tag.text))
    return tag.kind in {"Note", "TOC", "Figure"}


def book_text(pdf: Path) -> str:
    """Read a PDF aloud, without what only paper has."""
    return PAGE_NUMBER.sub("", fold(text_of(open_tagged(pdf).root)))


def missing(html: Path, pages: list[Path], pdf: Path, unseen: str = "") -> Iterator[str]:
    """Find the sentences of web pages that a PDF does not have in the same order.

    Args:
        html: The folder of the web pages.
        pages: The pages, in order.
        pdf: The PDF.
        unseen: A CSS selector of what only the web pages are to have.

    Yields:
        The page, whether the sentence is elsewhere or nowhere in the PDF, and the sentence.
    """
    text = book_text(pdf)
    place = 0
    for page in pages:
        for block in blocks(main_content(page, unseen)):
            for sentence in sentences(block):
                found = text.find(sentence, place)
                if found < 0:
                    where = "elsewhere" if sentence in text else "nowhere"
                    yield f"{page.relative_to(html)}: {where}: {sentence}"
                else:
                    place = found + len(sentence)
