"""The parts that need no build: order of pages, glyphs, formulas, complaints, streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docutils import nodes

from sphinx_accessible_pdf.compiler import with_clear_stream_ends
from sphinx_accessible_pdf.diagnostics import Complaint, complaints_in
from sphinx_accessible_pdf.estimates import column_widths, wide_enough
from sphinx_accessible_pdf.formulas import translate
from sphinx_accessible_pdf.glyphs import breakable, missing_glyphs, printable, substitute
from sphinx_accessible_pdf.markup import string
from sphinx_accessible_pdf.pages import pages_of

if TYPE_CHECKING:
    from pathlib import Path

TREE = {"index": ["a", "b"], "a": ["a1", "a2"], "a2": ["deep"], "b": ["a1", "index"]}


def test_pages_come_in_the_order_of_the_toctrees() -> None:
    assert [(p.docname, p.level, p.number) for p in pages_of("index", TREE)] == [
        ("index", 1, ""),
        ("a", 1, "1"),
        ("a1", 2, "1.1"),
        ("a2", 2, "1.2"),
        ("deep", 3, "1.2.1"),
        ("b", 1, "2"),
    ]


def test_pages_below_one_that_is_left_out_are_left_out() -> None:
    pages = pages_of("index", TREE, excluded=lambda name: name == "a")

    assert [page.docname for page in pages] == ["index", "b", "a1"]


def test_pages_named_as_the_last_are_the_last_chapters() -> None:
    pages = pages_of("index", TREE, last=["a1"])

    assert [(p.docname, p.level, p.number) for p in pages][-1] == ("a1", 1, "3")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('say "no"', r'"say \"no\""'),
        ("back\\slash", r'"back\\slash"'),
        ("two\nlines\tand a tab", r'"two\nlines\tand a tab"'),
        ("#panic()", '"#panic()"'),
    ],
)
def test_text_is_written_as_a_string(text: str, written: str) -> None:
    assert string(text) == written


def test_characters_without_a_glyph_are_found(tmp_path: Path) -> None:
    (tmp_path / "design").mkdir()
    (tmp_path / "design" / "theme.typ").write_text(
        '#let serif = ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern")'
    )
    text = 'Plain "text" äöß → ☐ \u05d0 \u0627 \U0001f389\u6cbb\ue000'

    assert missing_glyphs(text, tmp_path) == {"\U0001f389", "\u6cbb", "\ue000"}
    ends_of_lines = "\n\v\f\r\x1c\x85\u2028\u2029"
    assert missing_glyphs(ends_of_lines + text, tmp_path) - set(ends_of_lines) == {
        *("\U0001f389", "\u6cbb", "\ue000")
    }
    assert list(tmp_path.iterdir()) == [tmp_path / "design"]


def test_substitutes_say_what_cannot_be_printed() -> None:
    assert substitute("\U0001f389") == "[party popper]"
    assert substitute("\u6cbb") == "[U+6CBB]"
    assert substitute("\u200d") == ""
    joined = "a \U0001f469\u200d\U0001f4bb b"
    missing = {"\U0001f469", "\U0001f4bb"}
    assert printable(joined, missing) == "a [woman][personal computer] b"


def test_only_very_long_words_get_places_to_break() -> None:
    assert breakable("a short word") == "a short word"
    address = "https://example.org/a/very/long/address"
    assert breakable(address).replace("\u200b", "") == address
    assert "/\u200bvery/" in breakable(address)


def test_formulas_are_translated_or_left() -> None:
    known = [r"\frac{1}{2}", r"\sum_{i=1}^n x_i"]

    assert translate([known[0], r"\nonsense{x}", r"\frac{", known[1]]).keys() == {*known}


def test_a_formula_that_crashes_the_translator_costs_only_itself() -> None:
    deep = r"\frac{1}{" * 3000 + "2" + "}" * 3000

    assert translate(["a", deep, "b"]).keys() >= {"a", "b"}


def test_formulas_have_a_time_limit() -> None:
    assert translate(["a"], limit=0.001) == {}


def test_a_complaint_is_traced_to_the_nearest_mark_before_it(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.typ").write_text("// from a.md:3\n#x\n  // from a.md:9\n#y\n")
    diagnostic = (
        "error: unknown variable: y\n  ┌─ pages/a.typ:4:1\n  │\n  = hint: define it\n\n"
        "error: something else\n"
    )

    assert list(complaints_in(diagnostic, tmp_path)) == [
        Complaint("unknown variable: y (define it)", "a.md:9"),
        Complaint("something else", None),
    ]


@pytest.mark.parametrize(
    "more", [b"/Filter/FlateDecode", b"/DecodeParms << /Columns 5 >> /W [ 1 ]"]
)
def test_a_stream_that_ends_with_a_return_cannot_be_misread(more: bytes) -> None:
    head = b"1 0 obj\n<</Length 3" + more + b">>\nstream\n"

    assert with_clear_stream_ends(head + b"ab\r\nendstream") == head + b"ab\r\rendstream"
    assert with_clear_stream_ends(head + b"abc\nendstream") == head + b"abc\nendstream"


def table_of(*rows: list[str]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec() for _ in rows[0]), cols=len(rows[0]))
    entries = ([nodes.entry("", nodes.paragraph(text, text)) for text in row] for row in rows)
    group += nodes.tbody("", *(nodes.row("", *row) for row in entries))
    return nodes.table("", group)


def test_short_columns_are_as_wide_as_their_lines_and_the_last_takes_the_rest() -> None:
    short, rest = column_widths(table_of(["a", "b"], ["four", "b"]))

    assert 4 < short < 10
    assert rest > 60


def test_long_columns_share_what_short_ones_leave() -> None:
    short, long, longer = column_widths(table_of(["who chairs it", "word " * 20, "word " * 40]))

    assert 13 < short < 20
    assert 2 * long > longer > long > short


def test_a_column_has_room_for_its_longest_word() -> None:
    widths = column_widths(table_of(["organizations", *(["word " * 99] * 5)]))

    assert widths[0] > len("organizations")


def test_given_widths_are_kept_if_words_have_room() -> None:
    assert wide_enough(table_of(["a", "word " * 40]), [20, 80]) == pytest.approx([16.2, 64.8])


def test_given_widths_leave_room_for_words_in_tables_with_merged_cells() -> None:
    table = table_of(["organizations", "word"], ["organizations", "word"])
    del next(table.findall(nodes.entry)).parent[1]
    next(table.findall(nodes.entry))["morecols"] = 1

    narrow, _ = wide_enough(table, [1, 99])
    assert len("organizations") < narrow < 20
