"""Reads a tagged PDF as a screen reader does: by its structure, not by its looks."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Text:
    """A piece of marked text.

    Attributes:
        page: The number of its page.
        text: What it says.
        lines: The height of each of its lines, in points from the foot of the page.
    """

    page: int
    text: str = ""
    lines: set[float] = field(default_factory=set)


@dataclass
class Tag:
    """An element of the structure tree.

    Attributes:
        kind: Its type, such as `H1` or `Table`.
        attributes: Its entries, such as `/Alt`, and those of its attribute objects.
        children: The elements and texts in it.
        annotations: The annotations, such as a link's, that belong to it.
    """

    kind: str
    attributes: dict[str, Any]
    children: list[Tag | Text] = field(default_factory=list)
    annotations: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is read aloud, with white space folded and hyphenated words joined."""
        return fold(self.raw_text())

    def raw_text(self) -> str:
        """What is read aloud; a picture or a formula is its alternative text."""
        if "/Alt" in self.attributes:
            return str(self.attributes["/Alt"])
        parts = []
        for child in self.children:
            if isinstance(child, Text):
                parts.append(child.text)
            elif isinstance(child, Tag):
                text = child.raw_text()
                parts.append(f"\n{text}\n" if child.kind in BLOCKS else text)
        return "".join(parts)

    @property
    def pages(self) -> list[int]:
        """The pages that it is on."""
        return sorted({text.page for tag in self.tags() for text in tag.texts})

    @property
    def texts(self) -> list[Text]:
        """The pieces of text directly in this element."""
        return [child for child in self.children if isinstance(child, Text)]

    @property
    def elements(self) -> list[Tag]:
        """The elements directly in this element."""
        return [child for child in self.children if isinstance(child, Tag)]

    def tags(self) -> Iterator[Tag]:
        """Go through this element and all in it, in reading order."""
        yield self
        for child in self.elements:
            yield from child.tags()

    def all(self, *kinds: str) -> list[Tag]:
        """Find the elements of some kinds, in reading order."""
        return [tag for tag in self.tags() if tag.kind in kinds]


BLOCKS = {
    *("P", "H1", "H2", "H3", "H4", "H5", "H6", "Title", "Div", "BlockQuote", "Code", "Note"),
    *("L", "LI", "LBody", "Lbl", "Table", "TR", "TH", "TD", "Caption", "Figure", "TOC", "TOCI"),
}
ARTIFACT = -1


def fold(text: str) -> str:
    """Fold white space, and join words that were divided at the end of a line."""
    return " ".join(text.replace("\u00ad", "").split())


@functools.cache
def open_tagged(file: Path) -> TaggedPdf:
    """Read a file that will not change."""
    return TaggedPdf(file)


class TaggedPdf:
    """A tagged PDF, opened for reading.

    Attributes:
        pdf: The file.
        root: The outermost element of its structure.
    """

    def __init__(self, file: Path) -> None:
        self.pdf = pikepdf.open(file)
        self._numbers = {page.obj.objgen: i for i, page in enumerate(self.pdf.pages, 1)}
        maps: GlyphMaps = {}
        self._texts = [
            marked_texts(page, number, maps) for number, page in enumerate(self.pdf.pages, 1)
        ]
        tree = self.pdf.Root.StructTreeRoot
        self.root = Tag("Root", {})
        self._read(tree.K, None, self.root)

    def _read(self, node: Any, page: int | None, parent: Tag) -> None:
        if isinstance(node, int):
            self._add_text(node, page, parent)
        elif isinstance(node, pikepdf.Array):
            for child in node:
                self._read(child, page, parent)
        elif node.get("/Type") == "/OBJR":
            parent.annotations.append(node.Obj)
        elif "/MCID" in node:
            self._add_text(int(node.MCID), self._number(node, page), parent)
        else:
            tag = Tag(str(node.S)[1:], _attributes(node))
            parent.children.append(tag)
            if "/K" in node:
                self._read(node.K, self._number(node, page), tag)

    def _number(self, node: Any, page: int | None) -> int | None:
        return self._numbers[node.Pg.objgen] if "/Pg" in node else page

    def _add_text(self, mcid: int, page: int | None, parent: Tag) -> None:
        if page is None:
            msg = f"the text {mcid} of a {parent.kind} is on no page"
            raise ValueError(msg)
        parent.children.append(self._texts[page - 1].get(mcid, Text(page)))

    def artifacts(self, page: int) -> str:
        """What is printed on a page and not read aloud, such as running heads."""
        return fold(self._texts[page - 1].get(ARTIFACT, Text(page)).text)

    def bookmarks(self) -> list[tuple[int, str]]:
        """The bookmarks, each with its depth, counted from 1."""

        def walk(items: Any, depth: int) -> Iterator[tuple[int, str]]:
            for item in items:
                yield depth, item.title
                yield from walk(item.children, depth + 1)

        return list(walk(self.pdf.open_outline().root, 1))

    def fonts(self) -> dict[str, bool]:
        """The names of the fonts, each with whether it is embedded."""
        found: dict[str, bool] = {}
        things: Any = self.pdf.objects
        for thing in things:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                name = str(thing.FontName).split("+")[-1].lstrip("/")
                found[name] = bool({"/FontFile2", "/FontFile3"} & set(thing.keys()))
        return found


def _attributes(node: Any) -> dict[str, Any]:
    found = {key: node[key] for key in node if key not in {"/K", "/P", "/A"}}
    objects: list[Any] = [node.get("/A", {})]
    if isinstance(objects[0], pikepdf.Array):
        objects = list(objects[0])
    for entry in objects:
        found |= {key: entry[key] for key in entry}
    return found


_OPERATORS = "BDC BMC EMC cm Tf Tj TJ Q"

GlyphMaps = dict[Any, dict[int, str]]
"""The text that each glyph is, by font: fonts are the same on many pages, and slow to read."""


def marked_texts(
    page: pikepdf.Page, page_number: int, maps: GlyphMaps, part: pikepdf.Stream | None = None
) -> dict[int, Text]:
    """Read the texts of a page, or of a part of it, by the numbers that the structure uses."""
    texts: dict[int, Text] = {}
    marks: list[int | str] = []  # numbers, and replacement texts
    fonts: dict[str, dict[int, str]] = {}
    font: dict[int, str] = {}
    height = 0.0

    def put(words: str) -> None:
        numbers = [mark for mark in marks if isinstance(mark, int)]
        replaced = any(isinstance(mark, str) and mark for mark in marks)
        if numbers and not replaced:
            text = texts.setdefault(numbers[-1], Text(page_number))
            text.text += words
            text.lines.add(height)

    for instruction in pikepdf.parse_content_stream(part or page, _OPERATORS):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                mark = _mark(page, *operands)
                if isinstance(mark, str):
                    put(mark)
                marks.append(mark)
            case "EMC":
                marks.pop()
            case "cm":
                height = float(operands[5])
            case "Tf":
                name = str(operands[0])
                if name not in fonts:
                    used: Any = page.resources.Font[name]
                    if used.objgen not in maps:
                        maps[used.objgen] = _unicode_map(used)
                    fonts[name] = maps[used.objgen]
                font = fonts[name]
            case "Tj":
                put(_decode(operands[0], font))
            case "TJ":
                pieces = [p for p in operands[0] if isinstance(p, pikepdf.String)]
                put("".join(_decode(piece, font) for piece in pieces))
            case "Q" if ARTIFACT in marks:
                put(" ")
    return texts


def _mark(page: pikepdf.Page, tag: Any, properties: Any = None) -> int | str:
    """Read what a mark says of the content after it: its number, or the text in its place."""
    if tag == "/Artifact":
        return ARTIFACT
    if isinstance(properties, pikepdf.Name):
        resources: Any = page.resources
        properties = resources.Properties[properties]
    if properties is None:
        return ""
    if "/ActualText" in properties:
        return str(properties.ActualText)
    return int(properties.MCID) if "/MCID" in properties else ""


def _decode(piece: Any, font: dict[int, str]) -> str:
    data = bytes(piece)
    codes = (int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2))
    return "".join(font.get(code, "\ufffd") for code in codes)


def _unicode_map(font: Any) -> dict[int, str]:
    """Read the text that each glyph of a font is (ISO 32000-1, 9.10.3)."""
    source = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w*)>", block):
            found[int(code, 16)] = _utf16(text)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for offset, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                start = _utf16(text)
                found[code] = start[:-1] + chr(ord(start[-1]) + offset)
    return found


def _utf16(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
