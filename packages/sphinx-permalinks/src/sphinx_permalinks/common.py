"""Helpers that several modules share: text in messages, near matches, and file access."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from sphinx.util.matching import compile_matchers

# The largest page, ledger or conf.py that is read, in bytes.
FILE_SIZE_MAX = 20_000_000
# How many places one message names, and how many findings of one kind are reported for a file.
LISTED_MAX = 20


class CommandError(Exception):
    """A command cannot do what it was asked for. The message says why."""


def printable(text: str) -> str:
    """Escape characters that a terminal would obey, and lone surrogates."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def quoted(value: object, limit: int = 80) -> str:
    """Quote a value from a source file for a message, escaped and cut to `limit` characters."""
    text = str(value)
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return f'"{printable(cut)}"'


def listed(places: Iterable[str], number: int) -> str:
    """Join places with commas; say how many more there are instead of naming thousands."""
    more = f", and {number - LISTED_MAX} more" if number > LISTED_MAX else ""
    return ", ".join(islice(places, LISTED_MAX)) + more


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that `text` may be a misspelling of."""
    import difflib  # noqa: PLC0415 - few runs have anything to suggest

    return next(iter(difflib.get_close_matches(text, candidates, n=1)), None)


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Compile patterns of the form that Sphinx's `exclude_patterns` has."""
    matches = compile_matchers(patterns)
    return lambda path: any(match(path) for match in matches)


def read_regular(path: str | Path) -> bytes:
    """Read a file, but nothing that could block or never end.

    Raises:
        OSError: The file cannot be read, is not a regular file, or is too large.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "it is not a regular file")
        if status.st_size > FILE_SIZE_MAX:
            raise OSError(0, f"it is larger than {FILE_SIZE_MAX:,} bytes")
        return file.read(FILE_SIZE_MAX)


def write_atomically(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file so that an interrupted process leaves the old content or the new.

    Raises:
        OSError: The file cannot be written. Nothing is left behind.
    """
    temporary = path.with_name(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
