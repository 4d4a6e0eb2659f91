"""The widths of a table's columns, and the heights of blocks, estimated from their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docutils.nodes import Element, Node

_LINE = 75  # characters of text in a line
_TABLE = 81  # the same in a table, whose text is smaller
MOST_WITH_PAGES = 3
"""The most columns that leave room for the page that a link leads to."""
_PADDING = 3  # characters between two columns
_PICTURE = 12  # lines
_LONG_WORD = 26  # a longer word is divided
_PAGE = 10  # characters of "(page 123)" after a link


def column_count(cell: Element) -> int:
    """Tell how many columns the table of a cell has."""
    return max(int(cell.parent.parent.parent.get("cols", 1)), 1)


def column_widths(table: Element) -> list[int]:
    """Estimate how wide each column should be, as parts of the table's width.

    Columns whose lines fit in an equal share of the width get what these lines need. The others
    share the rest as on web pages (CSS 2.1, 17.5.2.2): each has room for its longest word, and more
    where lines are longer. What no column needs goes to the last.
    """
    least, most = _demands(table)
    room, wide = _TABLE, set(range(len(most)))
    while narrow := {column for column in wide if most[column] <= room / len(wide)}:
        room -= sum(most[column] for column in narrow)
        wide -= narrow
        if not wide:
            return [*most[:-1], most[-1] + room]
    room = max(room - sum(least[column] for column in wide), 0)
    wanted = sum(most[column] - least[column] for column in wide) or 1
    return [
        low + room * (high - low) // wanted if column in wide else high
        for column, (low, high) in enumerate(zip(least, most, strict=True))
    ]


def _demands(table: Element) -> tuple[list[int], list[int]]:
    """The widths of each column's longest word and of its longest line, in characters."""
    count = len(list(table.findall(nodes.colspec)))
    least, most = [1] * count, [1] * count
    taken: dict[int, int] = {}  # rows below in which a cell above takes the column
    for row in table.findall(nodes.row):
        column = 0
        for cell in (child for child in row.children if isinstance(child, nodes.entry)):
            while taken.get(column, 0):
                taken[column] -= 1
                column += 1
            span = cell.get("morecols", 0) + 1
            for number in range(column, column + span):
                taken[number] = cell.get("morerows", 0)
            if span == 1 and column < count:
                word, line = _demand(cell)
                least[column] = max(least[column], word)
                most[column] = max(most[column], line)
            column += span
    return [n + _PADDING for n in least], [n + _PADDING for n in most]


def _demand(cell: Element) -> tuple[int, int]:
    words = [_width(word) for word in cell.astext().split()]
    lines = [_width(line) for line in cell.astext().splitlines()]
    if column_count(cell) <= MOST_WITH_PAGES:
        links = [
            link.astext().split() for link in cell.findall(nodes.reference) if not is_term(link)
        ]
        words += [_width(link[-1]) + _PAGE for link in links if link]
        lines = [line + (_PAGE if links else 0) for line in lines]
    if any(cell.findall(nodes.image)):
        lines.append(_TABLE // 2)
    return min(max(words, default=1), _LONG_WORD), max(lines, default=1)


def _width(text: str) -> int:
    """Estimate how wide text is, in ordinary letters: capitals and bold ones are wider."""
    return round(1.1 * (len(text) + 0.4 * sum(map(str.isupper, text))))


def height(node: Node, columns: int = 1) -> int:
    """Estimate how many lines high something is, in one of so many columns."""
    if isinstance(node, nodes.table):
        return sum(height(row, columns) for row in node.findall(nodes.row))
    if isinstance(node, nodes.row):
        cells: Sequence[Node] = node.children
        return max((height(cell, columns * len(cells)) for cell in cells), default=0)
    if isinstance(node, nodes.image | nodes.figure | nodes.math_block):
        return _PICTURE
    if isinstance(node, nodes.literal_block):
        return node.astext().count("\n") + 1
    if isinstance(node, nodes.TextElement) and not is_pictures(node):
        return 1 + len(node.astext()) * columns // _LINE
    return sum(height(child, columns) for child in node.children)


def is_term(link: Element) -> bool:
    """Tell a link to the glossary: it is printed without the number of a page."""
    return any("std-term" in child["classes"] for child in link.findall(nodes.inline))


def wide_enough(table: Element, widths: list[float]) -> list[float]:
    """Widen columns that are narrower than their words, which would be printed over others."""
    least, _ = _demands(table)
    shares = widths
    while sum(least) <= _TABLE:
        shares = [share * _TABLE / sum(shares) for share in shares]
        if all(share > need - 0.1 for share, need in zip(shares, least, strict=True)):
            return shares
        shares = [max(pair) for pair in zip(shares, least, strict=True)]
    return [*map(float, least)]


def is_pictures(node: Node) -> bool:
    """Tell a paragraph of nothing but pictures: they are blocks, which no paragraph can hold."""
    return bool(node.children) and all(isinstance(c, nodes.image) for c in node.children)
