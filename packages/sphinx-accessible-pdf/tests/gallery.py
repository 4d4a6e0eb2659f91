"""The kinds of content in `samples/gallery`: the tests check each, and the manual lists them.

A kind is a section of a sample page. Its first paragraph says what the PDF makes of it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "samples" / "gallery"
LIMITS = "Limits"
_SECTION = re.compile(
    r"^(?:## (?P<markdown>.+)|(?P<rst>\S.*)\n--+)\n\n(?P<form>(?:.+\n)+)", re.MULTILINE
)


class Kind(NamedTuple):
    """A kind of content: in which project and chapter it is, and what the PDF makes of it."""

    project: str
    chapter: str
    name: str
    form: str
    file: str
    line: int


def kinds(project: str) -> Iterator[Kind]:
    """Read the kinds of a sample project, in the order of its files' names."""
    for file in sorted((FOLDER / project).rglob("*.*")):
        if file.suffix not in {".rst", ".md", ".ipynb"} or file.stem == "index":
            continue
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
            text = "\n\n".join(texts) + "\n"
        chapter = re.sub(r"^# |`| <.*", "", text.splitlines()[0])
        for match in _SECTION.finditer(text):
            name = match["markdown"] or match["rst"]
            form = " ".join(match["form"].split()).replace("``", "`")
            place = str(file.relative_to(FOLDER / project))
            line = text.count("\n", 0, match.start()) + 1
            yield Kind(project, chapter, name, form, place, line)


def table() -> str:
    """Write the kinds as tables in Markdown, one for each project."""
    lines = []
    for folder in sorted(FOLDER.iterdir(), reverse=True):
        head = f"**{folder.name.replace('restructuredtext', 'reStructuredText')}**"
        lines += [head, "", "| kind | in the PDF | chapter |", "| --- | --- | --- |"]
        lines += [f"| {kind.name} | {kind.form} | {kind.chapter} |" for kind in kinds(folder.name)]
        lines.append("")
    return "\n".join(lines)
