"""What only a look at the handbook's PDF would show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from sphinx_accessible_pdf.testing.layout import overlaps
from sphinx_accessible_pdf.testing.reading import open_tagged

if TYPE_CHECKING:
    from pathlib import Path

MARGIN = 72  # points; the design leaves more, and footnotes and rules stay inside it, too


def test_no_lines_of_text_overlap(handbook_pdf: Path) -> None:
    assert list(overlaps(handbook_pdf)) == []


def test_nothing_runs_over_the_edge(handbook_pdf: Path) -> None:
    for page in pdfium.PdfDocument(handbook_pdf):
        width, _ = page.get_size()
        for shape in page.get_objects():
            left, _, right, _ = shape.get_bounds()
            assert left >= MARGIN
            assert right <= width - MARGIN


def test_a_draft_says_so_once(handbook_pdf: Path) -> None:
    read = open_tagged(handbook_pdf)

    for number in range(2, len(read.pdf.pages) + 1):
        assert "Draft" not in read.artifacts(number)
