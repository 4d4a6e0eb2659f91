"""The Typst compiler, as every machine must run it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from pathlib import Path

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]


def compiler_for(folder: Path) -> typst.Compiler:
    """Make a compiler that sees one folder, and no typeface but its own and those in there."""
    fonts = folder / "templates" / "fonts"
    return typst.Compiler(
        root=folder,
        font_paths=[fonts] if fonts.is_dir() else [],
        ignore_system_fonts=True,
    )


_STREAM = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\n")


def with_clear_stream_ends(pdf: bytes) -> bytes:
    """Make sure that nobody can mistake the last byte of a stream for part of its line end.

    The compiler ends each stream with a line feed. Where the data themselves happen to end with a
    carriage return, a validator that reads backwards takes both for the line end, and finds the
    stream one byte too short (ISO 19005-2, 6.1.7.1). A carriage return is a line end as well, and
    leaves no doubt; no other byte of the file moves.
    """
    patched = bytearray(pdf)
    for stream in _STREAM.finditer(pdf):
        end = stream.end() + int(stream[1])
        if pdf[end - 1 : end + 10] == b"\r\nendstream":
            patched[end : end + 1] = b"\r"
    return bytes(patched)
