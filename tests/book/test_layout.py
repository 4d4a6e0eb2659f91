"""What only a look at the handbook's PDF would show."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from sphinx_accessible_pdf.testing.layout import blanks, overlaps
from sphinx_accessible_pdf.testing.reading import open_tagged
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MARGIN = 72  # points; the design leaves more, and footnotes and rules stay inside it, too
CHAPTERS = ("governance", "principles", "members", "guides")


def test_no_lines_of_text_overlap(handbook_pdf: Path) -> None:
    assert list(overlaps(handbook_pdf)) == []


def test_nothing_runs_over_the_edge(handbook_pdf: Path) -> None:
    for page in pdfium.PdfDocument(handbook_pdf):
        width, _ = page.get_size()
        for shape in page.get_objects():
            left, _, right, _ = shape.get_bounds()
            assert left >= MARGIN
            assert right <= width - MARGIN


def test_no_page_has_a_large_blank_part(handbook_pdf: Path) -> None:
    # The design aims at a fifth. A heading with its clauses and notes can need a little more.
    assert list(blanks(handbook_pdf, 0.25)) == []


def test_a_draft_says_so_once(handbook_pdf: Path) -> None:
    read = open_tagged(handbook_pdf)
    words = [tag.text for tag in read.root.all("P") if tag.pages == [1]]

    assert sum("raft" in text for text in words if not text.startswith("Contributors")) <= 1
    for number in range(2, len(read.pdf.pages) + 1):
        assert "Draft" not in read.artifacts(number)


def test_a_field_of_a_form_is_on_one_page(handbook_pdf: Path) -> None:
    read = open_tagged(handbook_pdf)
    blocks = [tag for tag in read.root.elements[0].tags() if tag.kind == "P" and tag.pages]
    fields = [
        (label, field)
        for label, field in itertools.pairwise(blocks)
        if field.text.startswith("[") and label.all("Strong")
    ]

    assert len(fields) > 10
    assert [label.text for label, field in fields if label.pages != field.pages] == []


def test_every_rule_has_its_address_below_its_heading(handbook_pdf: Path) -> None:
    addressed = [
        tag.text for tag in open_tagged(handbook_pdf).root.all("P") if "#rule-" in tag.text
    ]
    pages = [
        file.read_text("utf-8") for folder in CHAPTERS for file in (ROOT / folder).rglob("*.md")
    ]
    rules = [rule for page in pages for rule in re.findall(r"^\((rule-\S+)\)=", page, re.MULTILINE)]

    assert len(rules) > 1
    assert [rule for rule in rules if not any(f"#{rule}" in text for text in addressed)] == []
