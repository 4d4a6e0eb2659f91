"""Every sentence of the web pages is in the book, in the same order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from tests.book.aloud import BLOCKS, Tag, Text, fold, open_tagged
from tests.book.webtext import blocks, main_content, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.book.conftest import Build

PAGE_NUMBER = re.compile(r" \(page \d+\)")


def reading_order(html: Path) -> list[Path]:
    """Follow the links to the next page, as a reader of the web pages does."""
    order = [html / "index.html"]
    while True:
        soup = BeautifulSoup(order[-1].read_text(encoding="utf-8"), "html.parser")
        following = soup.select_one('link[rel="next"]')
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
    if tag.kind == "Lbl":
        return parent.kind != "LI" or bool(re.fullmatch(r"[•‣\u2013]|\(?\w{1,4}[.)]|", tag.text))
    return tag.kind in {"Note", "TOC", "Figure"}


def book_text(pdf: Path) -> str:
    return PAGE_NUMBER.sub("", fold(text_of(open_tagged(pdf).root)))


def missing(html: Path, pages: list[Path], pdf: Path) -> Iterator[str]:
    """Find the sentences of the pages that do not follow one another in the book."""
    text = book_text(pdf)
    place = 0
    for page in pages:
        for block in blocks(main_content(page)):
            for sentence in sentences(block):
                found = text.find(sentence, place)
                if found < 0:
                    where = "elsewhere" if sentence in text else "nowhere"
                    yield f"{page.relative_to(html)}: {where}: {sentence}"
                else:
                    place = found + len(sentence)


def test_every_sentence_of_the_handbook_is_printed_in_order(
    handbook_html: Path, handbook_pdf: Path
) -> None:
    order = reading_order(handbook_html)

    assert len(order) > 10
    assert list(missing(handbook_html, order, handbook_pdf)) == []


def test_every_sentence_of_every_kind_is_printed_in_order(kinds: Build, kinds_html: Build) -> None:
    order = reading_order(kinds_html.out)
    lost = [line.partition(": ")[2] for line in missing(kinds_html.out, order, kinds.pdf)]

    assert lost == [
        # What a pointer shows on the web is printed where the abbreviation comes first.
        "nowhere: A sentence with emphasis, strong words, both, code, H2O, E=mc2, Ctrl+C, SSO, "
        "Save, File ‣ Open, and a badge.",
        "nowhere: For the web alone.",
    ]
    assert "SSO (Software Stewardship Organization), Save, File ‣ Open" in book_text(kinds.pdf)
    assert "For paper alone." in book_text(kinds.pdf)


def test_every_footnote_is_printed_where_it_is_called(kinds: Build, kinds_html: Build) -> None:
    notes = [note.text for note in open_tagged(kinds.pdf).root.all("Note")]

    page = BeautifulSoup((kinds_html.out / "words" / "index.html").read_text(), "html.parser")
    footnotes = page.select("aside.footnote")
    assert len(footnotes) == 2
    for footnote in footnotes:
        for unwanted in footnote.select(".label, .backrefs, .fn-bracket"):
            unwanted.decompose()
        words = fold(footnote.get_text(" "))
        assert any(words.partition(" link")[0] in note for note in notes)
    texts = text_of(open_tagged(kinds.pdf).root)
    assert "The note has" not in texts
    assert any("A note with a link (https://example.org/note)." in note for note in notes)


def test_every_picture_is_described_as_on_the_web(kinds: Build, kinds_html: Build) -> None:
    page = main_content(kinds_html.out / "blocks" / "index.html")
    described = [str(f.attributes["/Alt"]) for f in open_tagged(kinds.pdf).root.all("Figure")]

    assert described == [str(picture["alt"]) for picture in page.select("img")]


def test_paper_is_enough_to_follow_a_link(handbook_html: Path, handbook_pdf: Path) -> None:
    read = re.sub(r"\s", "", open_tagged(handbook_pdf).root.raw_text())

    for page in reading_order(handbook_html):
        for link in main_content(page).select("a[href^=http]"):
            assert str(link["href"]) in read


def is_redirect(page: Path) -> bool:
    """Tell the pages that are published at permalinks, and lead on to where the text is."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return soup.select_one("meta[http-equiv=refresh]") is not None


def test_every_page_of_the_web_is_in_the_book(handbook_html: Path) -> None:
    pages = {p.resolve() for p in handbook_html.rglob("index.html") if not is_redirect(p)}
    made = {handbook_html / name / "index.html" for name in ("genindex", "search", "404")}

    assert pages - made == set(reading_order(handbook_html))
