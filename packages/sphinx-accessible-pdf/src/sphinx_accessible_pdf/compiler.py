"""The Typst compiler, set up to give the same PDF on every machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]

# Of each place with a label: its page, and its distance in points from the left and from the top.
PLACES = """
    query(selector(metadata).or(heading)).filter(it => "label" in it.fields()).map(it => {
      let place = it.location().position()
      (str(it.label), (place.page, place.x.pt(), place.y.pt()))
    }).to-dict()
"""

_STREAM = re.compile(rb"/Length (\d+)[^\n]*>>\s*stream\n")


def compiler_for(folder: Path, fonts: Iterable[Path] = ()) -> typst.Compiler:
    """Make a compiler that reads one folder, and no typeface but its own and those given."""
    own = folder / "design" / "fonts"
    paths = [*fonts, own] if own.is_dir() else [*fonts]
    return typst.Compiler(root=folder, font_paths=[*paths], ignore_system_fonts=True)


def with_clear_stream_ends(pdf: bytes) -> bytes:
    """Make the line end after each stream unmistakable.

    A stream is followed by a line feed. If its data end with a carriage return, a validator that
    reads backward takes both for the line end and finds the stream one byte too short
    (ISO 19005-2, 6.1.7.1). A carriage return alone is a line end too, and moves no other byte.
    """
    patched = bytearray(pdf)
    for stream in _STREAM.finditer(pdf):
        end = stream.end() + int(stream[1])
        if pdf[end - 1 : end + 10] == b"\r\nendstream":
            patched[end : end + 1] = b"\r"
    return bytes(patched)
