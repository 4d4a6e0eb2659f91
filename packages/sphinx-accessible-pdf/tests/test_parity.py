"""Every sentence of the samples' web pages is in the PDF, in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from sphinx_accessible_pdf.testing.parity import (
    book_text,
    main_content,
    missing,
    reading_order,
    text_of,
)
from sphinx_accessible_pdf.testing.reading import fold, open_tagged

if TYPE_CHECKING:
    from tests.conftest import Build


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
