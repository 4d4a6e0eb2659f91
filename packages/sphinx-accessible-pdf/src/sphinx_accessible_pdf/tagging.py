"""What the compiler cannot say yet in a PDF's tags and metadata.

Row headers, links into the book and their descriptions, notes after their paragraph, lists that the
design divided, and the license.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import pikepdf

from .testing.reading import BLOCKS, marked_texts

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from .testing.reading import GlyphMaps

# A line feed in text is escaped, so these are not in it.
_MARK = re.compile(rb"/\w+<</MCID (\d+)[^\n]*?>>BDC\n")
_MARK_START, _MARK_END = b">>BDC", b"\nEMC"

_SCHEME = "x-place:"  # the design's, for links into the book
_LINE = 10  # points from the foot of a line to above it

Place = tuple[int, float]
"""The index of a page, and a height on it in points."""


def finish(made: bytes, metadata: dict[str, Any], places: Mapping[str, Sequence[float]]) -> bytes:
    """Complete a PDF.

    Args:
        made: The PDF.
        metadata: What the title page says.
        places: Of each place that links may lead to, its page, and its distance in points from the
            left and from the top.

    Returns:
        The PDF, with its objects compressed.
    """
    with pikepdf.open(io.BytesIO(made)) as pdf:
        texts = MarkedTexts(pdf)
        notes: list[tuple[Any, Any]] = []
        with_lists: dict[Any, Any] = {}
        for parent, element, kind in list(_elements(pdf.Root.StructTreeRoot)):
            if kind in {"/TD", "/TH"}:
                _correct_cell(pdf, parent, element)
            elif kind == "/TFoot":
                _join_rows(parent, element)
            elif kind == "/L":
                _name_numbering(element, texts)
                with_lists[parent.objgen] = parent
            elif kind == "/Note" and parent.get("/S") == "/P":
                notes.append((parent, element))
            elif kind == "/Note":
                _move_back(parent, element)
        _move_after_paragraphs(notes)
        for holder in with_lists.values():
            _join_lists(holder, texts)
        _complete_links(pdf, places, metadata["words"])
        _write_license(pdf, metadata)
        _separate_operators(pdf, has_color_glyphs=b"/Type3" in made)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,
        )
        return out.getvalue()


def _separate_operators(pdf: pikepdf.Pdf, *, has_color_glyphs: bool) -> None:
    """Put a space after the operator `d0` of color glyphs: some validators need one."""
    for each in pdf.objects if has_color_glyphs else ():
        if isinstance(each, pikepdf.Dictionary) and each.get("/Subtype") == "/Type3":
            for _, glyph in each.CharProcs.items():
                glyph.write(glyph.read_bytes().replace(b"d0/", b"d0 /"))


def _elements(root: Any) -> Iterator[tuple[Any, Any, str]]:
    """Go through the structure tree: the element around each element, the element, its kind."""
    stack = [root]
    while stack:
        node = stack.pop()
        for child in _kids(node):
            kind = child.get("/S") if isinstance(child, pikepdf.Dictionary) else None
            if kind is not None:
                yield node, child, str(kind)
                stack.append(child)


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _entries(element: Any) -> list[Any]:
    """Get the attribute objects of an element."""
    found = element.get("/A")
    if found is None:
        return []
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def _is_row_header(row: Any, cell: Any) -> bool:
    """Tell a row's first cell whose whole text is strong: the design prints row titles so."""
    return str(row.get("/S")) == "/TR" and _same(_kids(row)[0], cell) and _is_strong(cell)


def _is_strong(node: Any) -> bool:
    """Tell whether all text in an element is strong, but for that of notes."""
    parts = [
        kid
        for kid in _kids(node)
        if not isinstance(kid, pikepdf.Dictionary) or str(kid.get("/S", "/Note")) != "/Note"
    ]
    return bool(parts) and all(
        isinstance(part, pikepdf.Dictionary) and (str(part.S) == "/Strong" or _is_strong(part))
        for part in parts
    )


def _correct_cell(pdf: pikepdf.Pdf, row: Any, cell: Any) -> None:
    """Tag a row's title as its header, and an empty header as a plain cell."""
    if str(cell.S) == "/TD" and _is_row_header(row, cell):
        cell.S = pikepdf.Name.TH
        attributes = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
        before = _entries(cell)
        cell.A = pikepdf.Array([*before, attributes]) if before else pdf.make_indirect(attributes)
    elif str(cell.S) == "/TH" and not _has_content(cell):
        cell.S = pikepdf.Name.TD
        if "/A" in cell:
            del cell["/A"]


def _join_rows(table: Any, foot: Any) -> None:
    """Move the rows of a table's foot into its body: the foot only keeps them together."""
    *parts, last = _kids(table)
    body = next((part for part in reversed(parts) if str(part.S) == "/TBody"), None)
    if body is None:
        foot.S = pikepdf.Name.TBody
        return
    for row in _kids(foot):
        row.P = body
    body.K = pikepdf.Array([*_kids(body), *_kids(last)])
    table.K = pikepdf.Array(parts)


def _name_numbering(each: Any, texts: MarkedTexts) -> None:
    """Tell how a list is numbered: the compiler says `Decimal` for letters, too.

    Bullets are discs (ISO 32000-1, table 347, has no name for other ones).
    """
    entries = _entries(each)
    attributes = next((entry for entry in entries if "/ListNumbering" in entry), None)
    if attributes is None:
        return
    labels = [kid for item in _kids(each) for kid in _kids(item) if str(kid.get("/S")) == "/Lbl"]
    numbering = str(attributes.ListNumbering)
    if numbering == "/Circle":
        numbering = "/Disc" if any(map(_has_content, labels)) else "/None"
        if numbering == "/None":
            _remove_labels(each)
    elif numbering == "/Decimal":
        numbering = _numbering_of([texts.of(label) for label in labels[:2]])
    own = pikepdf.Dictionary({**attributes, "/ListNumbering": pikepdf.Name(numbering)})
    others = [entry for entry in entries if "/ListNumbering" not in entry]
    each.A = pikepdf.Array([*others, own]) if others else own


def _remove_labels(each: Any) -> None:
    for item in _kids(each):
        item.K = pikepdf.Array([kid for kid in _kids(item) if str(kid.get("/S")) != "/Lbl"])


def _numbering_of(labels: list[str]) -> str:
    """Tell what a list's first labels are made of."""
    first, second = ["".join(filter(str.isalnum, label)) for label in [*labels, "", ""][:2]]
    if not first.isalpha():
        return "/Decimal"
    case = "/Lower" if first.islower() else "/Upper"
    first, second = first.lower(), second.lower()
    follows = len(first) == 1 and second == chr(ord(first) + 1)
    is_roman = len(first) > 1 or (not follows and first in "ivx")
    return case + ("Roman" if is_roman else "Alpha")


class MarkedTexts:
    """The texts of a PDF by the places that its tags name. Only what is asked for is read."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pages = {page.obj.objgen: (n, page) for n, page in enumerate(pdf.pages, 1)}
        self._maps: GlyphMaps = {}
        self._parts = pikepdf.new()
        # Of the page that was read last: its number, its content, and where each mark starts.
        self._last: tuple[int, bytes, dict[int, int]] = 0, b"", {}

    def of(self, element: Any) -> str:
        """Read the text directly in an element."""
        parts = []
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                parts.append(self.of(kid))
                continue
            is_number = not isinstance(kid, pikepdf.Dictionary)
            holder: Any = element if is_number or "/Pg" not in kid else kid
            if "/Pg" in holder and (is_number or "/MCID" in kid):
                parts.append(self.at(holder.Pg, int(kid if is_number else kid.MCID)))
        return "".join(parts)

    def at(self, page: Any, mark: int) -> str:
        """Read the text that has a number on a page."""
        number, page = self._pages[page.objgen]
        if number != self._last[0]:
            content = page.Contents.read_bytes()
            starts = {int(found[1]): found.start() for found in _MARK.finditer(content)}
            self._last = number, content, starts
        _, content, starts = self._last
        start = end = starts.get(mark, len(content))
        opened = closed = 0
        while end < len(content) and (closed == 0 or opened > closed):  # other marks may be in it
            found = content.find(_MARK_END, end)
            opened += content.count(_MARK_START, end, found)
            closed += 1
            end = found + len(_MARK_END)
        part = pikepdf.Stream(self._parts, content[start:end])
        texts = marked_texts(page, number, self._maps, part)
        return texts[mark].text if mark in texts else ""


def _has_content(element: Any) -> bool:
    return any(
        not isinstance(kid, pikepdf.Dictionary) or "/S" not in kid or _has_content(kid)
        for kid in _kids(element)
    )


def _move_after_paragraphs(notes: list[tuple[Any, Any]]) -> None:
    """Have notes read after the paragraph that calls them, not in the middle of a sentence.

    What holds paragraphs can hold thousands, so each is read and written only once.
    """
    calling = {paragraph.objgen: paragraph for paragraph, _ in notes}
    called: dict[Any, list[Any]] = {}
    for paragraph, note in notes:
        called.setdefault(paragraph.objgen, []).append(note)
    for key, paragraph in calling.items():
        own = {note.objgen for note in called[key]}
        kids = [kid for kid in _kids(paragraph) if not _is_one_of(kid, own)]
        paragraph.K = pikepdf.Array(kids)
    for holder in {paragraph.P.objgen: paragraph.P for paragraph in calling.values()}.values():
        kids = []
        for kid in _kids(holder):
            kids.append(kid)
            for note in called.get(kid.objgen, ()) if _is_one_of(kid, calling) else ():
                note.P = holder
                kids.append(note)
        holder.K = pikepdf.Array(kids)


def _is_one_of(kid: Any, names: Container[Any]) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.objgen in names


def _join_lists(holder: Any, texts: MarkedTexts) -> None:
    """Make one list of those that the design divided, and not of two that an author wrote."""
    kept: list[Any] = []
    items: dict[Any, list[Any]] = {}
    for kid in _kids(holder):
        if kept and _is_bulleted(kid) and _is_bulleted(kept[-1]) and _goes_on(kid, texts):
            first = kept[-1]
            for item in _kids(kid):
                item.P = first
            items.setdefault(first.objgen, _kids(first)).extend(_kids(kid))
        else:
            kept.append(kid)
    if items:
        holder.K = pikepdf.Array(kept)
        for each in kept:
            if _is_one_of(each, items):
                each.K = pikepdf.Array(items[each.objgen])


def _goes_on(node: Any, texts: MarkedTexts) -> bool:
    """Tell a part of a list after the first: the design puts a word joiner before its bullet."""
    label = _kids(_kids(node)[0])[0]
    return texts.of(label).startswith("\u2060")


def _is_bulleted(node: Any) -> bool:
    return (
        isinstance(node, pikepdf.Dictionary)
        and node.get("/S") == "/L"
        and any(entry.get("/ListNumbering") == "/Disc" for entry in _entries(node))
    )


def _move_back(holder: Any, note: Any) -> None:
    """Have a note in a cell or an item read after the words around its call."""
    kids = _kids(holder)
    place = next(index for index, kid in enumerate(kids) if _same(kid, note))
    del kids[place]
    while place < len(kids) and not _is_block(kids[place]):
        place += 1
    kids.insert(place, note)
    holder.K = pikepdf.Array(kids)


def _is_block(node: Any) -> bool:
    return isinstance(node, pikepdf.Dictionary) and str(node.get("/S", ""))[1:] in BLOCKS - {
        "Lbl",
        "Note",
    }


def _same(a: Any, b: Any) -> bool:
    return isinstance(a, pikepdf.Dictionary) and a.objgen == b.objgen


def _complete_links(
    pdf: pikepdf.Pdf, places: Mapping[str, Sequence[float]], words: dict[str, str]
) -> None:
    """Have each link into the book lead to its place, named by the heading above it."""
    pages = list(pdf.pages)
    numbers = {page.obj.objgen: index for index, page in enumerate(pages)}
    names = {str(name): target for name, target in _named_destinations(pdf)}
    tags = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    labels: dict[Any, Any] = {}
    headings: list[tuple[Place, str]] = []
    with pdf.open_outline() as outline:
        for item in _items(outline.root):
            place = _place(item.destination, names, numbers)
            if place:
                headings.append((place, " ".join(str(item.title).split())))
    headings.sort(key=lambda entry: (entry[0][0], -entry[0][1]))
    starts = [(number, -height) for (number, height), _ in headings]
    for page in pages:
        for link in page.obj.get("/Annots", []):
            name = _name_of_place(link)
            if name in places:  # not an address that an author wrote
                link.Dest = _destination(pages, *places[name])
                del link.A
            place = _place(link.get("/Dest"), names, numbers)
            if place is None:
                continue
            number, height = place
            above = bisect_right(starts, (number, 1 - height))
            if above:
                link.Contents = f"{headings[above - 1][1]}, {words['page']} {number + 1}"
            if name.startswith(("note:", "call:")):
                tag: Any = tags[int(link.StructParent)]
                labels[tag.objgen] = tag
                if name.startswith("note:"):
                    link.Contents = f"{words['note']} {name.removeprefix('note:')}"
    for tag in labels.values():  # a number divided between two lines has two links
        _make_label(pdf, tag)


def _name_of_place(link: Any) -> str:
    """Read the place that the design has a link lead to; "" for other links."""
    address = bytes(link.A.URI).decode() if "/A" in link and "/URI" in link.A else ""
    return address.removeprefix(_SCHEME) if address.startswith(_SCHEME) else ""


def _destination(pages: list[Any], number: float, x: float, y: float) -> pikepdf.Array:
    """Lead to a place as the compiler would: to just above its line."""
    page = pages[int(number) - 1]
    top = float(page.mediabox[3]) - max(y - _LINE, 0)
    return pikepdf.Array([page.obj, pikepdf.Name.XYZ, round(x, 5), round(top, 5), 0])


def _make_label(pdf: pikepdf.Pdf, link: Any) -> None:
    """Tag the number of a note as its label."""
    parent = link.P
    label = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Lbl, P=parent, K=link)
    )
    parent.K = pikepdf.Array([label if _same(kid, link) else kid for kid in _kids(parent)])
    link.P = label


def _items(items: Any) -> Iterator[Any]:
    for item in items:
        yield item
        yield from _items(item.children)


def _named_destinations(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    tree = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
    if tree is not None:
        yield from pikepdf.NameTree(tree).items()


def _place(target: Any, names: dict[str, Any], numbers: dict[Any, int]) -> Place | None:
    if isinstance(target, pikepdf.String | pikepdf.Name):
        target = names.get(str(target))
    if isinstance(target, pikepdf.Dictionary):
        target = target.get("/D")
    if not isinstance(target, pikepdf.Array) or len(target) < 4:  # noqa: PLR2004
        return None
    page: Any = target[0]
    number = numbers.get(page.objgen)
    return None if number is None else (number, float(target[3]))


def _write_license(pdf: pikepdf.Pdf, metadata: dict[str, Any]) -> None:
    terms = metadata.get("license") or {}
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        if metadata.get("description"):
            xmp["dc:description"] = str(metadata["description"])
        if terms.get("name"):
            xmp["dc:rights"] = str(terms["name"])
            xmp["xmpRights:Marked"] = "True"
        if terms.get("url"):
            xmp["xmpRights:WebStatement"] = str(terms["url"])
