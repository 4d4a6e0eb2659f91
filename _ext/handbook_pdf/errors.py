"""From a complaint of the Typst compiler to the place in the Markdown page it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The page files name, in a comment before each block, the source that the block comes from.
MARK = "// from "
_PLACE = re.compile(r"┌─ (?P<file>\S+?\.typ):(?P<line>\d+):\d+")
_HINT = re.compile(r"^\s*= hint: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Complaint:
    """One error or warning of the compiler.

    Attributes:
        text: What is wrong.
        location: `file:line` of the source, or of the Typst file where no source is known.
    """

    text: str
    location: str | None


def complaints_in(diagnostic: str, folder: Path) -> Iterator[Complaint]:
    """Read the compiler's report.

    Args:
        diagnostic: What the compiler printed, with one paragraph for each error.
        folder: The folder that was compiled.
    """
    for part in re.split(r"^(?=(?:error|warning): )", diagnostic, flags=re.MULTILINE):
        if not part.strip():
            continue
        text = part.split("\n", 1)[0].split(": ", 1)[-1].strip()
        hints = "; ".join(_HINT.findall(part))
        yield Complaint(f"{text} ({hints})" if hints else text, _location(part, folder))


def _location(part: str, folder: Path) -> str | None:
    places = [(m["file"].lstrip("/"), int(m["line"])) for m in _PLACE.finditer(part)]
    for file, line in places:
        source = _source_of(folder / file, line)
        if source is not None:
            return source
    return f"{places[0][0]}:{places[0][1]}" if places else None


def _source_of(file: Path, line: int) -> str | None:
    if not file.is_file():
        return None
    for text in reversed(file.read_text(encoding="utf-8").splitlines()[:line]):
        if text.lstrip().startswith(MARK):
            return text.lstrip().removeprefix(MARK)
    return None
