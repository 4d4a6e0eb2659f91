"""What a screen reader finds in the books: their structure, checked one by one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pikepdf
import pytest

from sphinx_accessible_pdf.tagging import MarkedTexts
from sphinx_accessible_pdf.testing.reading import (
    ARTIFACT,
    GlyphMaps,
    TaggedPdf,
    marked_texts,
    open_tagged,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Build

HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")


@pytest.fixture
def read(book: Path) -> TaggedPdf:
    return open_tagged(book)


def test_the_viewer_knows_language_and_title(read: TaggedPdf) -> None:
    root = read.pdf.Root

    assert str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert bool(root.MarkInfo.Marked)
    metadata = read.pdf.open_metadata()
    assert metadata["dc:title"] in {"Every Kind", HOSTILE_TITLE}
    assert metadata["pdfuaid:part"] == "1"
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")


HOSTILE_TITLE = '#panic("title") & $\\alpha$ <b> 100 %'


def test_a_heading_is_never_deeper_by_more_than_one_level(read: TaggedPdf) -> None:
    levels = [int(heading.kind[1]) for heading in read.root.all(*HEADINGS)]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_each_chapter_starts_a_page_with_its_only_first_level_heading(read: TaggedPdf) -> None:
    chapters = read.root.all("H1")
    starts = [chapter.pages[0] for chapter in chapters]

    assert len(set(starts)) == len(starts)
    for heading in read.root.all(*HEADINGS):
        assert heading.text
        assert len(heading.pages) == 1
    for chapter, start in zip(chapters, starts, strict=True):
        first = next(t for t in read.root.tags() if t.texts and start in t.pages)
        assert first.text in chapter.text


def test_every_heading_has_its_bookmark(read: TaggedPdf) -> None:
    headings = [(int(tag.kind[1]), tag.text) for tag in read.root.all(*HEADINGS)]

    assert [(depth, " ".join(title.split())) for depth, title in read.bookmarks()] == headings


def test_every_header_cell_names_its_scope(read: TaggedPdf) -> None:
    for table in read.root.all("Table"):
        heads = table.all("TH")
        assert heads
        assert {str(cell.attributes["/Scope"]) for cell in heads} <= {"/Column", "/Row"}


def test_every_list_consists_of_items_with_bodies(read: TaggedPdf) -> None:
    for each in read.root.all("L"):
        assert each.elements[0].kind == "LI"
        # A list below an item follows it (ISO 32000-1, 14.8.4.3.3, allows both).
        assert {child.kind for child in each.elements} <= {"LI", "L"}
        for item in each.all("LI"):
            assert [child.kind for child in item.elements] in [["Lbl", "LBody"], ["LBody"]]
    assert [label for label in read.root.all("Lbl") if not label.text] == []


def test_an_authors_address_is_no_place_of_the_book(make_book: Callable[..., Build]) -> None:
    text = "Title\n=====\n\nA `link <x-place:nowhere>`_ and `another <x-place:note:7>`_.\n"
    with pikepdf.open(make_book({"index.rst": text}).pdf) as pdf:
        links = [link for page in pdf.pages for link in page.get("/Annots", [])]
        addresses = [str(link.A.URI) for link in links if "/A" in link and "/URI" in link.A]
    assert addresses[:2] == ["x-place:nowhere", "x-place:note:7"]


def test_a_long_list_with_notes_is_one_list(hostile: Build) -> None:
    lists = [each for each in open_tagged(hostile.pdf).root.all("L") if "Society 1" in each.text]

    assert [len(each.all("LI")) for each in lists] == [9]


def test_a_link_in_the_title_of_a_row_leaves_it_a_header(make_book: Callable[..., Build]) -> None:
    rows = "| [Here](#table) | 1 |\n| [There](https://example.org/) | 2 |\n| Where | 3 |\n"
    pages = {"index.md": f"(table)=\n# Table\n\n| place | number |\n| --- | --- |\n{rows}"}

    read = open_tagged(make_book(pages).pdf)

    assert [[cell.kind for cell in row.elements] for row in read.root.all("TR")] == [
        ["TH", "TH"],
        *3 * [["TH", "TD"]],
    ]
    assert {part.kind for part in read.root.all("Table")[0].elements} == {"THead", "TBody"}


def test_lists_that_an_author_divided_stay_apart(make_book: Callable[..., Build]) -> None:
    long = "".join(f"- A society: <https://example.org/{n}>, {'word ' * 30}\n" for n in range(4))
    pages = {"index.md": f"# Lists\n\n- one\n\n% that is all\n\n- two\n\n% next\n\n{long}"}

    lists = open_tagged(make_book(pages).pdf).root.all("L")

    assert [len(each.all("LI")) for each in lists] == [1, 1, 4]


def test_lists_say_how_they_are_numbered(kinds: Build) -> None:
    found = {
        (item.elements[0].text, str(each.attributes["/ListNumbering"]))
        for each in open_tagged(kinds.pdf).root.all("L")
        for item in each.elements[:1]
        if item.elements and item.elements[0].kind == "Lbl"
    }

    assert {
        ("•", "/Disc"), ("1.", "/Decimal"), ("(a)", "/LowerAlpha"), ("i.", "/LowerRoman"),
        ("C.", "/UpperAlpha"), ("IV.", "/UpperRoman"), ("Chair", "/None"),
    } <= found  # fmt: skip


def test_no_two_bookmarks_of_one_chapter_are_alike(read: TaggedPdf) -> None:
    path: list[str] = []
    seen = set()
    for depth, title in read.bookmarks():
        path = [*path[: depth - 1], title]
        assert tuple(path) not in seen
        seen.add(tuple(path))


def test_definitions_are_labels_and_bodies(kinds: Build) -> None:
    items = [
        [child.text for child in item.elements] for item in open_tagged(kinds.pdf).root.all("LI")
    ]

    assert ["Chair", "Moderates."] in items
    assert ["1.", "first"] in items
    assert ["(a)", "lettered"] in items


def test_every_picture_and_formula_has_words_that_stand_for_it(read: TaggedPdf) -> None:
    for picture in read.root.all("Figure", "Formula"):
        assert str(picture.attributes["/Alt"]).strip()


def test_every_link_says_where_it_leads(read: TaggedPdf) -> None:
    links = read.root.all("Link")

    assert links
    for link in links:
        assert [str(a.Subtype) for a in link.annotations] == ["/Link"] * len(link.annotations)
        assert link.annotations
        assert all(str(a.Contents).strip() for a in link.annotations)


def test_every_font_is_in_the_file_and_comes_with_the_compiler(read: TaggedPdf) -> None:
    fonts = read.fonts()

    assert all(fonts.values())
    families = ("LibertinusSerif", "DejaVuSansMono", "NewCM")
    assert {name for name in fonts if not name.startswith(families)} == set()


def test_every_page_but_the_title_has_its_number_and_the_number_of_pages(read: TaggedPdf) -> None:
    last = len(read.pdf.pages)

    assert "/" not in read.artifacts(1).split()
    for number in range(2, last + 1):
        assert f"{number} / {last}" in read.artifacts(number)


def test_pages_that_start_no_chapter_have_a_running_head(read: TaggedPdf) -> None:
    chapters = {chapter.pages[0]: chapter.text for chapter in read.root.all("H1")}
    current = ""

    for number in range(2, len(read.pdf.pages) + 1):
        if number in chapters:
            current = chapters[number].lstrip("0123456789 ")
        else:
            assert read.artifacts(number).startswith(current)


@pytest.mark.parametrize(
    ("fixture", "size"), [("kinds", (612, 792)), ("kinds_a4", (595.28, 841.89))]
)
def test_one_setting_chooses_the_paper(
    request: pytest.FixtureRequest, fixture: str, size: tuple[float, float]
) -> None:
    read = open_tagged(request.getfixturevalue(fixture).pdf)

    for page in read.pdf.pages:
        assert [float(x) for x in page.mediabox] == pytest.approx([0, 0, *size], abs=0.01)


def test_a_cell_that_heads_its_row_is_its_header(kinds: Build) -> None:
    table = open_tagged(kinds.pdf).root.all("Table")[1]

    rows = [cell.text for cell in table.all("TH") if str(cell.attributes["/Scope"]) == "/Row"]
    assert rows == ["Row", "Another"]


def test_a_note_is_read_after_its_paragraph(kinds: Build) -> None:
    for paragraph in open_tagged(kinds.pdf).root.all("P"):
        assert paragraph.all("Note") == []


def test_the_number_of_a_note_leads_to_the_note_and_back(kinds: Build) -> None:
    read = open_tagged(kinds.pdf)
    places = {
        link.objgen: (page.obj.objgen, [float(side) for side in link.Rect])
        for page in read.pdf.pages
        for link in page.obj.get("/Annots", [])
    }
    links = [link for tag in read.root.all("Link") for link in tag.annotations]
    calls = {str(link.Contents): link for link in reversed(links)}
    notes = read.root.all("Note")

    assert len(notes) > 10
    for note in notes:
        label = note.all("Lbl")[0]
        (back,) = label.elements[0].annotations
        call = calls[f"Note {label.text}"]
        for link, target in ((call, back), (back, call)):
            page, (_, bottom, _, top) = places[target.objgen]
            assert link.Dest[0].objgen == page
            assert bottom < float(link.Dest[3]) < top + 15


def test_a_link_says_the_name_of_what_it_leads_to(kinds: Build) -> None:
    links = open_tagged(kinds.pdf).root.all("Link")
    described = {str(a.Contents) for link in links for a in link.annotations}

    assert any(words.startswith("2 Blocks, page ") for words in described)
    assert not any(words.startswith("Section") for words in described)


def test_a_text_read_alone_is_the_text_that_its_page_has(kinds: Build) -> None:
    pdf = open_tagged(kinds.pdf).pdf
    alone, maps = MarkedTexts(pdf), GlyphMaps()
    for number, page in enumerate(pdf.pages, 1):
        texts = marked_texts(page, number, maps)
        texts.pop(ARTIFACT, None)
        assert {mark: alone.at(page.obj, mark) for mark in texts} == {
            mark: text.text for mark, text in texts.items()
        }
