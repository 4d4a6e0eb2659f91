"""Finds what validators do not notice: text over other text, and blank parts of pages."""

from __future__ import annotations

import ctypes
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHARE = 0.15  # of the lower one's height; superscripts and accents come close to this
_LINE = 14.0  # points
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


@dataclass(frozen=True)
class Blank:
    """A part of a page that has neither text nor pictures.

    Attributes:
        page: The number of the page, from 1.
        share: How much of the text area's height it is, from 0 to 1.
        above: The line above it; nothing at the head of the page.
        below: The line below it; at the foot of the page, the first line of the next page.
    """

    page: int
    share: float
    above: str
    below: str


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


def blanks(file: Path, least: float = 0.2) -> Iterator[Blank]:
    """Find the blank parts of pages, such as where a picture or table did not fit.

    What is left of the page where a chapter ends is not reported: the next page begins with a
    bookmark of the first level. The text area reaches from the highest to the lowest place that has
    text on any page, without running heads.

    Args:
        file: The PDF.
        least: The smallest part of the text area's height to report.

    Yields:
        The largest blank part of each page, if it is as large as that.
    """
    document = pdfium.PdfDocument(file)
    pages = [_extents(page) for page in document]
    foot = min(extent.bottom for page in pages for extent in page if extent.is_tagged)
    head = max(extent.top for page in pages for extent in page if extent.is_tagged)
    places = (mark.get_dest() for mark in document.get_toc() if mark.level == 0)
    starts = {place.get_index() for place in places if place is not None}
    for index, extents in enumerate(pages[:-1]):
        if index + 1 in starts:
            continue
        lowest, largest = head, (0.0, head, foot)
        for _, top, bottom, _ in sorted(e for e in extents if e.bottom < head and e.top > foot):
            largest = max(largest, (lowest - top, lowest, top))
            lowest = min(lowest, bottom)
        height, start, end = max(largest, (lowest - foot, lowest, foot))
        if height >= least * (head - foot):
            above = _line(document[index], start, start + _LINE)
            below = _line(document[index], end - _LINE, end)
            if end == foot:
                first = min(e for e in pages[index + 1] if e.bottom < head)
                below = _line(document[index + 1], first.top - _LINE, first.top)
            yield Blank(index + 1, height / (head - foot), above, below)


class _Extent(NamedTuple):
    """How far something reaches, and whether it is read aloud; the highest is sorted first."""

    depth: float
    top: float
    bottom: float
    is_tagged: bool


def _extents(page: pdfium.PdfPage) -> list[_Extent]:
    found = []
    for item in page.get_objects(max_depth=1):
        _, bottom, _, top = item.get_bounds()
        found.append(_Extent(-top, top, bottom, not _is_artifact(item)))
    return found


def _is_artifact(item: pdfium.PdfObject) -> bool:
    marks = (raw.FPDFPageObj_GetMark(item, i) for i in range(raw.FPDFPageObj_CountMarks(item)))
    return any(_name_of(mark) == "Artifact" for mark in marks)


def _name_of(mark: Any) -> str:
    name, length = (ctypes.c_ushort * 16)(), ctypes.c_ulong()
    raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length)
    return bytes(name)[: max(length.value - 2, 0)].decode("utf-16-le")


def _line(page: pdfium.PdfPage, bottom: float, top: float) -> str:
    """The text in a strip of a page."""
    return " ".join(page.get_textpage().get_text_bounded(bottom=bottom, top=top).split())
