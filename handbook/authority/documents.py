"""The documents of `governance/sources.yml` with their clauses, and citations of them.

A citation names a document and, if it has clauses, one of them or a range in its own order:

    By-laws 3.d.iv.2
    By-laws 6.b to 6.b.v
    Charter Roles: Steering Committee
    About
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.errors import ConfigError

from handbook.common import SHOWN, DataError, did_you_mean, line_of, read_yaml


@dataclass(frozen=True)
class Clause:
    """A clause of a document; `line` is where sources.yml lists it."""

    document: str
    number: str
    subject: str
    line: int

    @property
    def name(self) -> str:
        """How readers cite it, such as "By-laws 3.d.iv.2"."""
        return f"{self.document} {self.number}"

    @property
    def anchor(self) -> str:
        """The label of its entry in the list of clauses."""
        return "clause-" + nodes.make_id(self.name)

    @property
    def section(self) -> str | None:
        """The number of the section that it belongs to, if its document numbers them."""
        first = self.number.split(".")[0]
        return first if first.isdecimal() else None


@dataclass(frozen=True)
class Document:
    """A document: `kind` is adopted, published, or data."""

    short_name: str
    title: str
    kind: str
    version: int | None
    date: str | None
    url: str | None
    note: str | None
    clauses: tuple[Clause, ...]
    data: Path | None

    @property
    def anchor(self) -> str:
        """The label of the place in the handbook that describes the document."""
        return "source-" + nodes.make_id(self.short_name)


@dataclass(frozen=True)
class Citation:
    """Clauses of a document; none for a document that has no clauses.

    `ends` are the clauses that were written: one, or the first and the last of a range.
    """

    document: Document
    clauses: tuple[Clause, ...] = ()
    ends: tuple[Clause, ...] = ()


class CitationError(ValueError):
    """A citation cannot be understood; the message says why, and what to write."""


Documents = dict[str, Document]


def load_documents(file: Path) -> Documents:
    """Read the documents that pages may cite, by short name.

    Raises:
        ConfigError: A file cannot be read, or a clause is listed twice.
    """
    try:
        return _load(file, file.stat().st_mtime_ns)
    except OSError as error:
        message = f"{error.filename}: {error.strerror}; pages cite the documents listed there"
        raise ConfigError(message) from error
    except DataError as error:
        raise ConfigError(f"{file}:{error.line}: {error}") from error


@functools.cache
def _load(file: Path, _changed: int) -> Documents:
    data, root = read_yaml(file)
    assert isinstance(data, dict)  # noqa: S101 - its schema has been checked
    documents: Documents = {}
    for number, record in enumerate(data["sources"]):
        short_name, place = record["short_name"], ("sources", number)
        clauses = tuple(
            Clause(
                short_name,
                clause["number"],
                clause["subject"],
                line_of(root, [*place, "clauses", index]),
            )
            for index, clause in enumerate(record.get("clauses", ()))
        )
        _refuse_twins(clauses, file)
        shown = file.parent / record["data"] if "data" in record else None
        documents[short_name] = Document(
            short_name,
            record["title"],
            record["kind"],
            record.get("version"),
            _as_of(shown) if shown else record.get("date"),
            record.get("url"),
            record.get("note"),
            clauses,
            shown.resolve() if shown else None,
        )
        for other in documents.values():
            if other.short_name != short_name and other.anchor == documents[short_name].anchor:
                message = f"'{short_name}' and '{other.short_name}' make one label; rename one"
                raise ConfigError(f"{file}:{line_of(root, place)}: {message}")
    return documents


def _as_of(file: Path) -> str | None:
    data, _ = read_yaml(file)
    return data.get("as_of") if isinstance(data, dict) else None


def _refuse_twins(clauses: tuple[Clause, ...], file: Path) -> None:
    seen: dict[str, Clause] = {}
    for clause in clauses:
        if other := seen.get(clause.anchor):
            message = f"clause '{clause.name}' is also listed at line {other.line}; keep one"
            raise ConfigError(f"{file}:{clause.line}: {message}")
        seen[clause.anchor] = clause


def cite(text: str, documents: Documents) -> list[Citation]:
    """Read citations that are separated by semicolons.

    Raises:
        CitationError: One of them names a document or clause that sources.yml does not list.
    """
    return [_cite_one(" ".join(entry.split()), documents) for entry in text.split(";")]


def _cite_one(text: str, documents: Documents) -> Citation:
    name = max((n for n in documents if f"{text} ".startswith(f"{n} ")), key=len, default=None)
    if name is None:
        near = did_you_mean(text.split(" ", maxsplit=1)[0], list(documents))
        raise CitationError(f"'{text}' names no document in the list of sources; {near}")
    document, numbers = documents[name], text[len(name) + 1 :]
    if not document.clauses:
        if numbers:
            raise CitationError(f"{name} has no clauses; write only '{name}'")
        return Citation(document)
    if not numbers:
        raise CitationError(f"name a clause, such as '{document.clauses[0].name}'")
    ends = tuple(_clause(number, document) for number in numbers.split(" to "))
    first, last = (document.clauses.index(clause) for clause in (ends[0], ends[-1]))
    if len(ends) > 2 or first > last:  # noqa: PLR2004
        message = f"'{numbers}' is not a range; write its first and last clause: '2.a to 2.b'"
        raise CitationError(message)
    return Citation(document, document.clauses[first : last + 1], ends)


def _clause(number: str, document: Document) -> Clause:
    for clause in document.clauses:
        if clause.number == number:
            return clause
    near = did_you_mean(number, [clause.number for clause in document.clauses])
    near = near if len(near) < SHOWN else "governance/sources.yml lists them"
    raise CitationError(f"{document.short_name} has no clause '{number}'; {near}")
