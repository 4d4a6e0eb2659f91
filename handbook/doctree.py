"""Pieces of pages that are made from data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from handbook.authority.markup import ClauseRole
from handbook.common import read_yaml

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from sphinx.util.docutils import SphinxDirective

Cell = Sequence[nodes.Node]


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> nodes.table:
    """Make a table with a header."""
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in header), cols=len(header))
    group += nodes.thead("", _row([[nodes.Text(word)] for word in header]))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group)


def _row(cells: Iterable[Cell]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def load(env: BuildEnvironment, path: str) -> Any:
    """Read a data file, which was compared with its schema when the build started."""
    value, _ = read_yaml(Path(env.srcdir, path))
    return value


def clauses(directive: SphinxDirective, citation: str) -> list[nodes.Node]:
    """Cite clauses as the role `clause` does."""
    inliner = directive.state.inliner
    found, _ = ClauseRole()("clause", citation, citation, directive.lineno, inliner)
    return found
