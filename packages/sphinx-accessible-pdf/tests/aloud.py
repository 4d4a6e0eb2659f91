"""What a screen reader says of a PDF, as text: one line for each thing that it stops at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_accessible_pdf.testing.reading import Tag, Text, fold, open_tagged

if TYPE_CHECKING:
    from collections.abc import Iterator

_APPROVED = Path(__file__).parent / "aloud_approved"

_INNER = {"L", "P", "Note", "Table", "Code", "Figure", "Formula", "BlockQuote", "Caption", "Div"}
_NAMES = {"Code": "code: ", "Note": "note: ", "BlockQuote": "quote: ", "Caption": "caption: "}


def said_of(pdf: Path) -> str:
    """Say a PDF, but for its table of contents."""
    document = open_tagged(pdf).root.elements[0]
    lines = [line for tag in document.elements if tag.kind != "TOC" for line in said(tag)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def approved(name: str, said: str) -> str:
    """Read what a person approved; or approve what is said now, to read the diff."""
    file = _APPROVED / f"{name}.txt"
    if os.environ.get("ALOUD") == "write":
        file.write_text(said, encoding="utf-8")
    return file.read_text(encoding="utf-8")


def said(tag: Tag, indent: str = "") -> Iterator[str]:
    """Say an element, and what is in it below it."""
    if tag.kind == "L":
        numbering = str(tag.attributes.get("/ListNumbering", "")).removeprefix("/")
        yield f"{indent}list of {len(tag.elements)} ({numbering})"
        for item in tag.elements:
            yield from said(item, f"{indent}  ")
    elif tag.kind == "LI":
        label = next((part.text for part in tag.elements if part.kind == "Lbl"), "")
        bodies = [part for part in tag.elements if part.kind != "Lbl"]
        lines = [line for body in bodies for line in _parts(body, "")]
        first, *others = lines or [""]
        yield f"{indent}{label} {first}".rstrip()
        yield from (f"{indent}  {line}" for line in others)
    elif tag.kind == "Table":
        yield f"{indent}table"
        for row in tag.all("TR"):
            cells = [
                ("header " if cell.kind == "TH" else "") + repr("; ".join(_parts(cell, "")))
                for cell in row.elements
            ]
            yield f"{indent}  row: {', '.join(cells)}"
    elif tag.kind in {"Figure", "Formula"}:
        yield f"{indent}{tag.kind.lower()}: {fold(str(tag.attributes['/Alt']))}"
    elif tag.kind[0] == "H" and tag.kind[1:].isdigit():
        yield f"{indent}heading level {tag.kind[1]}: {_words(tag)}"
    else:
        name = _NAMES.get(tag.kind, "")
        first, *others = [*_parts(tag, "")] or [""]
        yield f"{indent}{name}{first}".rstrip()
        yield from (f"{indent}  {line}" for line in others)


def _parts(tag: Tag, indent: str) -> Iterator[str]:
    """Say what is in a line together, and what is a block by itself."""
    together = Tag("Span", {})
    for child in tag.children:
        if isinstance(child, Tag) and child.kind in _INNER:
            if words := _words(together):
                yield indent + words
            together = Tag("Span", {})
            yield from said(child, indent)
        else:
            together.children.append(child)
    if words := _words(together):
        yield indent + words


def _words(tag: Tag) -> str:
    """Say the words of an element; a link into the book with what it says of its target."""
    text = ""
    for child in tag.children:
        if isinstance(child, Text):
            text += child.text
        elif child.kind == "Link":
            described = {str(a.Contents) for a in child.annotations if "://" not in str(a.Contents)}
            inner = _words(child)
            told = described - {inner}
            text += f"{inner} <{', '.join(sorted(told))}>" if told else inner
        elif "/Alt" in child.attributes:
            text += f" {child.kind.lower()} {child.attributes['/Alt']} "
        else:
            text += _words(child)
        if isinstance(child, Tag) and "/E" in child.attributes:
            text += f" <{child.attributes['/E']}>"
    return fold(text)
