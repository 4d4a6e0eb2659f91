"""Text that can be printed: with characters that a typeface has, in words that fit on a line."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import typst

from .compiler import STANDARDS, compiler_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ERROR_LINE = re.compile(r"┌─ \S+?:(\d+):\d+")
_BREAK = "\u200b"  # zero width space: a place where a line may end, and nothing to see
_SEPARATOR = re.compile(r"(?<=[/?&=._#~,:;@-])(?=\w)")
_LONG_WORD, _LONG_PIECE = 30, 15
_LONG_CODE = 72


def missing_glyphs(characters: Iterable[str], folder: Path, fonts: Iterable[Path] = ()) -> set[str]:
    """Find the characters that no typeface of the book has.

    The standards forbid the compiler to print what it has no glyph for, and it names every line on
    which it would.

    Args:
        characters: The characters to try.
        folder: The folder of the book, with its design and metadata.
        fonts: More folders with typefaces.
    """
    tried = sorted({c for c in characters if not (c.isascii() and c.isprintable())})
    # A file, because the compiler names no lines of a source that it is given as bytes.
    attempt = folder / "glyphs.typ"
    head = '#import "/design/theme.typ": serif; #set document(title: "-"); #set text(font: serif)'
    # By number, because some characters would end the line that tells which one it was.
    lines = [head, *(f'#"\\u{{{ord(c):x}}}"' for c in tried)]
    attempt.write_text("\n".join(lines), encoding="utf-8")
    try:
        compiler_for(folder, fonts).compile(
            attempt, format="pdf", pdf_standards=STANDARDS, timestamp=0
        )
    except typst.TypstError as problem:
        numbers = {int(number) for number in _ERROR_LINE.findall(problem.diagnostic)}
        return {tried[number - 2] for number in numbers if number > 1}  # the head is line 1
    finally:
        attempt.unlink()
    return set()


def substitute(character: str) -> str:
    """Get the words for a character that cannot be printed.

    There are none for marks that only change their neighbors, or mean nothing in print.
    """
    if unicodedata.category(character) in {"Cf", "Cc", "Mn", "Me"}:
        return ""
    name = unicodedata.name(character, "").lower()
    if not name or "ideograph-" in name:
        name = f"U+{ord(character):04X}"
    return f"[{name}]"


def printable(text: str, missing: set[str]) -> str:
    """Replace characters that no typeface has with words."""
    if missing.isdisjoint(text):
        return text
    # With a character go the joiners that made one sign of several.
    sign = f"([{re.escape(''.join(sorted(missing)))}])[\u200d\ufe0f]*"
    return re.sub(sign, lambda match: substitute(match[1]), text)


def breakable(text: str) -> str:
    """Give very long words, such as addresses, places where a line may end."""
    return re.sub(rf"\S{{{_LONG_WORD + 1},}}", _with_breaks, text)


def breakable_in_cell(text: str) -> str:
    """Give words of a table's cell, such as dotted names, places where a line may end."""
    return re.sub(rf"\S{{{_LONG_PIECE + 1},}}", _with_breaks, text)


def breakable_code(text: str) -> str:
    """Give words that are longer than a line of code places where a line may end."""
    return re.sub(rf"\S{{{_LONG_CODE + 1},}}", _with_breaks, text)


def _with_breaks(word: re.Match[str]) -> str:
    pieces = _SEPARATOR.split(word[0])
    return _BREAK.join(
        _BREAK.join(piece[i : i + _LONG_PIECE] for i in range(0, len(piece), _LONG_PIECE))
        if len(piece) > _LONG_WORD
        else piece
        for piece in pieces
    )
