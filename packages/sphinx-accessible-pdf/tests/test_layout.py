"""What only a look at the pages would show: where they break."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest

from sphinx_accessible_pdf.testing.layout import blanks, overlaps
from sphinx_accessible_pdf.testing.reading import Tag, TaggedPdf, open_tagged
from tests.conftest import build, write_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Build

MARGIN = 72  # points; the design leaves more, and footnotes and rules stay inside it, too
HEADINGS = {"H1", "H2", "H3", "H4", "H5", "H6"}


def lines_by_page(tag: Tag) -> dict[int, int]:
    """Count the lines of a paragraph on each page that it is on."""
    heights: dict[int, set[float]] = {}
    for inner in tag.tags():
        if inner.kind in {"Note", "Lbl"}:
            continue
        for text in inner.texts:
            heights.setdefault(text.page, set()).update(round(line) for line in text.lines)
    return {page: len(lines) for page, lines in heights.items()}


@pytest.fixture(scope="module")
def long_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose headings and paragraphs come to stand everywhere on the page."""
    sentence = "The committee meets in the open and keeps minutes of what it decides. "
    sections = []
    for number in range(160):
        text = sentence * (number % 17 + 1)
        sections.append(f"## Section {number}\n\n{text}\n\n{sentence * 3}\n")
    tables = "| a | b |\n| --- | --- |\n" + "| x | y |\n" * 3
    sections += [f"## Table {n}\n\n{sentence * (n % 5)}\n\n{tables}\n" for n in range(12)]
    quotes = f'{{.adopted attribution="Its source"}}\n> {sentence * 3}\n'
    sections += [f"## Quote {n}\n\n{sentence * (n % 7)}\n\n{quotes}\n" for n in range(30)]
    notes = f"{sentence}[A link](https://example.org/{{}}). {sentence}"
    for n in range(60):
        filler = "".join(f"Filler. {sentence}\n\n" for _ in range(n % 13))
        sections.append(f"## Note {n}\n\n{filler}{notes.format(n)}\n")
        sections.append(f"## Noted {n}\n\n{notes.format(n)}\n\nText below it.\n")
    points = "".join(f"- point {n}\n" for n in range(4))
    sections += [f"## List {n}\n\n{sentence * (n % 9)}\n\nIt is:\n\n{points}\n" for n in range(30)]
    pages = [f"page-{n}" for n in range(30)]
    index = "# Start\n\n" + "\n".join(sections) + "\n```{toctree}\nchapter\n```\n"
    chapter = "# Chapter\n\n```{toctree}\n" + "\n".join(pages) + "\n```\n"
    files = {"index.md": index, "chapter.md": chapter}
    for number, name in enumerate(pages):
        text = f"{sentence * (number % 6 + 1)}\n\n" * 2
        files[f"{name}.md"] = f"# Page {number}\n\n{text}"
    conf = (
        'myst_enable_extensions = ["attrs_block"]\n'
        "def setup(app):\n"
        '    app.connect("accessiblepdf-page-address", address)\n'
        "def address(app, docname):\n"
        '    return (f"Permanent address: {docname}", None) if "page" in docname else None\n'
    )
    folder = tmp_path_factory.mktemp("long")
    write_book(folder, files, conf)
    made = build(folder, folder / "out")
    assert made.code == 0, made.output
    return made.pdf


@pytest.fixture
def long_read(long_book: Path) -> TaggedPdf:
    return open_tagged(long_book)


def test_no_heading_stands_at_the_foot_of_a_page_and_no_line_alone(long_read: TaggedPdf) -> None:
    document = long_read.root.elements[0]
    blocks = [tag for tag in document.elements if tag.pages]
    headed = [(a, b) for a, b in itertools.pairwise(blocks) if a.kind in HEADINGS]

    assert len(headed) > 200
    assert [a.text for a, b in headed if a.pages[-1] != b.pages[0]] == []
    # Below the title of a page stands its permanent address, and then the text.
    addressed = [
        (a, b) for a, b in itertools.pairwise(blocks) if a.text.startswith("Permanent address")
    ]
    assert len(addressed) == 30
    assert [a.text for a, b in addressed if a.pages[-1] != b.pages[0]] == []


def test_no_line_of_a_paragraph_stands_alone(long_read: TaggedPdf) -> None:
    divided = [lines_by_page(tag) for tag in long_read.root.all("P") if len(lines_by_page(tag)) > 1]

    assert len(divided) > 5
    assert [lines for lines in divided if min(lines.values()) < 2] == []


def test_a_short_table_is_kept_together(long_read: TaggedPdf) -> None:
    tables = long_read.root.all("Table")

    assert len(tables) == 12
    assert [table.pages for table in tables if len(table.pages) > 1] == []


def test_a_short_quote_is_kept_with_the_name_of_its_source(long_read: TaggedPdf) -> None:
    quotes = [each for each in long_read.root.all("BlockQuote") if "Its source" in each.text]

    assert len(quotes) == 30
    assert [quote.pages for quote in quotes if len(quote.pages) > 1] == []


def test_a_short_list_is_kept_together_with_the_line_that_leads_to_it(
    long_read: TaggedPdf,
) -> None:
    lists = [each for each in long_read.root.all("L") if each.text.startswith("• point 0")]
    leads = [tag for tag in long_read.root.all("P") if tag.text == "It is:"]

    assert len(lists) == len(leads) == 30
    assert [a.pages for a, b in zip(leads, lists, strict=True) if a.pages != b.pages] == []


def test_a_long_table_repeats_its_header_on_every_page(hostile: Build) -> None:
    read = open_tagged(hostile.pdf)
    table = read.root.all("Table")[0]

    assert len(table.pages) > 3
    assert len(table.all("TR")) == 201
    columns = [t for t in table.all("TH") if str(t.attributes["/Scope"]) == "/Column"]
    assert len(columns) == 2  # repeated headers are not read aloud again
    for page in table.pages[1:]:
        assert "number text" in read.artifacts(page)


def test_a_link_to_another_page_says_its_number(kinds: Build) -> None:
    read = open_tagged(kinds.pdf)
    sentence = next(p.text for p in read.root.all("P") if p.text.startswith("To a page"))
    pages = [int(number) for number in re.findall(r"page (\d+)", sentence)]
    where = {tag.text: tag.pages[0] for tag in read.root.all("H1", "H2", "P") if tag.pages}

    assert pages == [
        where["2 Blocks"],
        where["Tables"],
        where["A paragraph with a name."],
    ]


def test_no_lines_of_text_overlap(book: Path) -> None:
    assert list(overlaps(book)) == []


def test_no_page_of_a_long_book_has_a_large_blank_part(long_book: Path) -> None:
    assert list(blanks(long_book)) == []


def test_blank_parts_are_found_with_what_is_around_them(make_book: Callable[..., Build]) -> None:
    def tall(height: int, text: str) -> str:
        block = f"#block(height: {height}pt, breakable: false, fill: silver)[{text} #v(1fr) {text}]"
        return f"```{{raw}} typst\n{block}\n```\n\n"

    page = f"# Start\n\n{tall(400, 'First.')}{tall(600, 'Second.')}Last.\n\n"
    toctree = "```{toctree}\nnext\n```\n"
    made = make_book({"index.md": page + toctree, "next.md": "# Next\n\nText.\n"})

    found = list(blanks(made.pdf))

    assert [(blank.page, blank.above, blank.below) for blank in found] == [(3, "First.", "Second.")]
    assert 0.2 < found[0].share < 0.3


def test_a_note_is_on_the_page_that_calls_it(long_read: TaggedPdf) -> None:
    blocks = long_read.root.elements[0].elements
    notes = [(a, b) for a, b in itertools.pairwise(blocks) if b.kind == "Note"]

    assert len(notes) > 100
    assert [note.text for caller, note in notes if note.pages[0] not in caller.pages] == []


def test_an_address_has_one_note_in_a_section(make_book: Callable[..., Build]) -> None:
    link = "A [link](https://example.org/a).\n\n"
    read = TaggedPdf(make_book({"index.md": f"# Start\n\n{link * 3}## Next\n\n{link}"}).pdf)

    assert [note.text for note in read.root.all("Note")] == [
        "1 https://example.org/a",
        "2 https://example.org/a",
    ]
    assert [p.text for p in read.root.all("P") if "link" in p.text][1] == "A link 1 ."


def test_the_running_head_names_the_section_at_the_head_of_a_page(long_read: TaggedPdf) -> None:
    first: dict[int, Tag] = {}
    for tag in long_read.root.elements[0].elements:
        for page in tag.pages:
            first.setdefault(page, tag)
    headed = {page: tag.text for page, tag in first.items() if tag.kind == "H2"}

    assert len(headed) > 5
    heads = {page: text.partition(" ")[2] or text for page, text in headed.items()}
    assert [h for page, h in heads.items() if h not in long_read.artifacts(page)] == []


def test_no_lines_of_text_overlap_in_a_long_book(long_book: Path) -> None:
    assert list(overlaps(long_book)) == []


def test_nothing_runs_over_the_edge(book: Path) -> None:
    for page in pdfium.PdfDocument(book):
        width, _ = page.get_size()
        for shape in page.get_objects():
            left, _, right, _ = shape.get_bounds()
            assert left >= MARGIN
            assert right <= width - MARGIN


def test_the_index_names_the_pages_that_use_a_term(kinds: Build) -> None:
    read = open_tagged(kinds.pdf)
    text = read.root.text
    index = text[text.rindex("Index") :]
    pages = {tag.text: tag.pages[0] for tag in read.root.all("H1")}

    words, glossary = pages["1 Words"], pages["4 Glossary"]
    assert f"Majority {words}, {glossary}" in index
    assert f"Quorum {words}, {glossary}" in index
    assert "by majority" in index
    strong = [tag.text for tag in read.root.all("Strong") if tag.pages[0] == pages["Index"]]
    assert set(strong) == {str(glossary)}


def test_a_paragraph_with_notes_has_the_usual_space_below_it(
    make_book: Callable[..., Build],
) -> None:
    def gaps(first: str) -> list[int]:
        page = f"# Start\n\n{first}\n\nMore text.\n\n{first}\n\n## Heading\n\nText.\n"
        read = TaggedPdf(make_book({"index.md": page}).pdf)
        blocks = read.root.all("H1", "P", "H2")
        lines = [
            max(line for tag in block.tags() for t in tag.texts for line in t.lines)
            for block in blocks
            if block.text != "Example Consortium"
        ]
        return [round(a - b) for a, b in itertools.pairwise(lines[-5:])]

    assert gaps("A [link](https://example.org/).") == gaps("A sentence.")
