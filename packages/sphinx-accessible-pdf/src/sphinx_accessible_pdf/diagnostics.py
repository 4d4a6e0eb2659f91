"""From a diagnostic of the Typst compiler to the line of the source that it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .markup import string

if TYPE_CHECKING:
    from collections.abc import Iterator

# In the page files a comment before each block names the line of the source it comes from.
MARK = "// from "
_PLACE = re.compile(r"┌─ (?P<file>\S.*?):(?P<line>\d+):\d+")
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
        places = list(_places(part, folder))
        pictures = [file.name for file, _ in places if file.suffix != ".typ"]
        text = ": ".join([*pictures, text])
        sources = [_source_of(file, line) for file, line in places]
        sources += [_source_of_picture(name, folder) for name in pictures]
        known = [*filter(None, sources), *(f"{file}:{line}" for file, line in places)]
        yield Complaint(f"{text} ({hints})" if hints else text, known[0] if known else None)


def _places(part: str, folder: Path) -> Iterator[tuple[Path, int]]:
    for match in _PLACE.finditer(part):
        # Inside the folder the compiler names files from there, outside from where it was started.
        for file in (folder / match["file"].lstrip("/"), Path(match["file"]).absolute()):
            if file.is_file():
                yield file, int(match["line"])
                break


def _source_of(file: Path, line: int) -> str | None:
    if file.suffix != ".typ":
        return None
    for text in reversed(file.read_text(encoding="utf-8").splitlines()[:line]):
        if text.lstrip().startswith(MARK):
            return text.lstrip().removeprefix(MARK)
    return None


def _source_of_picture(name: str, folder: Path) -> str | None:
    """Find the first page that shows a picture."""
    call = string(f"/figures/{name}")
    for file in sorted((folder / "pages").rglob("*.typ")):
        for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if call in text:
                return _source_of(file, number)
    return None
