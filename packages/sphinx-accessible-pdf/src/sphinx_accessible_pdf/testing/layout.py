"""Finds text that is printed over other text, which validators do not notice."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHARE = 0.15  # of the lower one's height; superscripts and accents come close to this
_WIDTH = 3.0  # points; the last letter of italic text leans over the next one by less


@dataclass(frozen=True)
class Overlap:
    """Two pieces of text in the same place.

    Attributes:
        page: The number of the page, from 1.
        first: One of the texts.
        second: The other one.
    """

    page: int
    first: str
    second: str


def overlaps(file: Path) -> Iterator[Overlap]:
    """Find the pieces of text that overlap.

    Args:
        file: The PDF.

    Yields:
        Each pair of texts in the same place.
    """
    for number, page in enumerate(pdfium.PdfDocument(file), 1):
        # Deeper levels are the text of drawings, which may overlap on purpose.
        texts = page.get_objects([raw.FPDF_PAGEOBJ_TEXT], max_depth=1, textpage=page.get_textpage())
        boxes = [(item.get_bounds(), item) for item in texts]
        boxes.sort(key=lambda entry: entry[0][1])
        for index, ((left, bottom, right, top), item) in enumerate(boxes):
            for other, rival in itertools.islice(boxes, index + 1, None):
                if other[1] >= top:
                    break
                height = min(top, other[3]) - other[1]
                width = min(right, other[2]) - max(left, other[0])
                lower = min(top - bottom, other[3] - other[1])
                if width > _WIDTH and height > _SHARE * lower:
                    yield Overlap(number, item.extract(), rival.extract())
