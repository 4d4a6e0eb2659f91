"""What is read from each page, and the lines that are added to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

from handbook.authority.documents import Citation, Documents, load_documents
from handbook.authority.markup import CitedClauses, document_link, sources_file
from handbook.authority.quotations import quotation_problem, reference_texts
from handbook.authority.words import words_file, words_of
from handbook.build import PageCollector, place_of, remembered
from handbook.common import Finding, did_you_mean

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

RULE = "rule-"
SILENCE = "silence-"
RECORDS = "records"
"""The name under which the environment remembers them."""
UNSEEN = (nodes.comment, nodes.target, nodes.system_message)


Place = tuple[str, int]
"""A file and a line in it."""


@dataclass(frozen=True)
class Quote:
    """A block quote; `document` is what it is attributed to, "" if nothing says so."""

    place: Place
    document: str


@dataclass(frozen=True)
class Rule:
    """A section that names the clauses it explains, or should.

    `label` is what links lead to; "" for the page itself.
    """

    place: Place
    label: str
    title: str
    clauses: tuple[str, ...]
    is_cited: bool


@dataclass(frozen=True)
class Silence:
    """A subject on which the documents state nothing."""

    place: Place
    label: str
    subject: str
    text: str


@dataclass
class PageRecord:
    """What one page cites, quotes, and shows."""

    quotes: list[Quote] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    has_listing: bool = False


def records(env: BuildEnvironment) -> dict[str, PageRecord]:
    """The records of all pages, by docname."""
    return remembered(env, RECORDS)


class Listing(nodes.General, nodes.Element):
    """The place of a generated list; `listings.py` fills it."""


class AuthorityField(NamedTuple):
    """The front matter field `authority`, and what is wrong with it: a key and a message."""

    is_none: bool
    quotes: tuple[str, ...]
    problems: tuple[tuple[str, str], ...] = ()


def parse_field(value: str | None, documents: Documents) -> AuthorityField:
    """Read the field as MyST hands it on: a mapping is JSON text."""
    if value in {None, "", "null"}:
        return AuthorityField(False, ())
    if value == "none":
        return AuthorityField(True, ())
    try:
        fields = json.loads(str(value))
    except ValueError:
        fields = value
    if not isinstance(fields, dict):
        message = (
            f"'authority' should be 'none' or name what the page quotes ('quotes: [Model]'), not "
            f"{value!r}"
        )
        return AuthorityField(False, (), (("authority", message),))
    problems, quotes = [], []
    for key, named in fields.items():
        if key != "quotes":
            message = (
                f"unknown field '{key}' in 'authority'; only 'quotes' goes there, for clauses are "
                "cited below headings: {clause}`By-laws 3`"
            )
            problems.append((key, message))
            continue
        for name in named if isinstance(named, list) else [named]:
            if name in documents:
                quotes.append(name)
            else:
                near = did_you_mean(str(name), list(documents))
                message = f"'{name}' names no document in the list of sources; {near}"
                problems.append((str(name), message))
    return AuthorityField(False, tuple(quotes), tuple(problems))


class Collector(PageCollector):
    """Records what each page cites and quotes, so that every build can check all pages."""

    name = RECORDS

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Record a page, and add the lines that say where its text comes from."""
        env = app.env
        docname = env.current_document.docname
        documents = load_documents(sources_file(app))
        shown = _shown_data(env, docname, documents)
        env.note_dependency(sources_file(app))
        env.note_dependency(words_file(app))
        for name in shown:
            env.note_dependency(str(documents[name].data))
        page = str(env.doc2path(docname))
        authority = parse_field(env.metadata[docname].get("authority"), documents)

        record = PageRecord(data=shown, has_listing=any(doctree.findall(Listing)))
        record.rules = list(_rules(doctree, page))
        record.silences = list(_silences(doctree, page))
        for cited in doctree.findall(CitedClauses):
            record.citations += cited.attributes.pop("citations")
            if problem := cited.attributes.pop("problem"):
                record.problems.append(Finding(*place_of(cited, page), problem))
        digests = app.config.handbook_quotable
        texts = reference_texts(Path(app.srcdir, digests)) if digests else None
        if digests:
            env.note_dependency(digests)
        for block in doctree.findall(nodes.block_quote):
            quote = _quote(block, page, authority)
            record.quotes.append(quote)
            document = documents.get(quote.document)
            why = None
            if texts is not None and document and document.kind != "data":
                why = quotation_problem(block.astext(), quote.document, texts)
            if why:
                record.problems.append(Finding(*quote.place, why))
                continue
            block["classes"].append("quoted")
            if document and document.kind != "data":
                label = nodes.attribution("", words_of(app)("quotation", document.kind) + " ")
                label += document_link(document, app, docname)
                block.append(label)
                block["classes"].append(document.kind)
        records(env)[docname] = record
        _add_authority(doctree, authority_line(record, authority, documents, app))


def _shown_data(env: BuildEnvironment, docname: str, documents: Documents) -> list[str]:
    """The documents whose data files a page has read."""
    read = {Path(env.srcdir, name).resolve() for name in env.dependencies.get(docname, ())}
    return [name for name, document in documents.items() if document.data in read]


def _rules(doctree: nodes.document, page: str) -> Iterator[Rule]:
    """The sections with a line of clauses below their heading, and those that should have one."""
    for section in doctree.findall(nodes.section):
        labels = [name for name in section["names"] if doctree.nametypes.get(name)]
        label = next((name for name in labels if name.startswith(RULE)), "")
        heading, *rest = [node for node in section if not isinstance(node, UNSEEN)]
        line = _clause_line(rest[0]) if rest else None
        if line is None and not label:
            continue
        if line is not None:
            line.parent["classes"].append("clause-line")
        citations: list[Citation] = line["citations"] if line is not None else []
        yield Rule(
            place_of(heading, page),
            label or next(iter(labels), ""),
            heading.astext(),
            tuple(dict.fromkeys(c.name for citation in citations for c in citation.clauses)),
            line is not None,
        )


def _clause_line(node: nodes.Node) -> CitedClauses | None:
    """The citation in a paragraph that holds nothing else."""
    if not isinstance(node, nodes.paragraph) or len(node) != 1:
        return None
    return node[0] if isinstance(node[0], CitedClauses) else None


def _silences(doctree: nodes.document, page: str) -> Iterator[Silence]:
    for box in doctree.findall(nodes.admonition):
        if "silence" in box:
            label = next((name for name in box["names"] if name.startswith(SILENCE)), "")
            text = " ".join(" ".join(child.astext().split()) for child in box[1:])
            yield Silence(place_of(box, page), label, box["silence"], text)


def _quote(block: nodes.block_quote, page: str, authority: AuthorityField) -> Quote:
    """Take a quote's own attribution out of it; the label replaces it."""
    written = ""
    for child in list(block.findall(nodes.attribution)):
        written = child.astext().strip()
        child.parent.remove(child)
    is_plain = not written and len(authority.quotes) == 1
    return Quote(place_of(block, page), authority.quotes[0] if is_plain else written)


def authority_line(
    record: PageRecord, authority: AuthorityField, documents: Documents, app: Sphinx
) -> nodes.container | None:
    """Say what a page explains, quotes, and shows; None if that is nothing."""
    words = words_of(app)
    docname = app.env.current_document.docname
    line = nodes.container(classes=["authority"])

    def add(verb: str, names: set[str]) -> None:
        cited = [document for name, document in documents.items() if name in names]
        if not cited:
            return
        paragraph = nodes.paragraph("", "", nodes.strong("", words("authority", verb)))
        for number, document in enumerate(cited):
            paragraph += nodes.Text("; " if number else " ")
            paragraph += document_link(document, app, docname)
            sections = _sections(record, document.short_name) if verb == "explains" else []
            if sections:
                name = "sections" if len(sections) > 1 else "section"
                paragraph += nodes.Text(words("authority", name, numbers=_and(sections)))
        paragraph += nodes.Text(".")
        line.append(paragraph)

    if authority.is_none:
        line += nodes.paragraph("", words("authority", "none"))
        return line
    add("explains", {citation.document.short_name for citation in record.citations})
    quoted = {quote.document for quote in record.quotes}
    for kind in ("adopted", "published"):
        add(kind, {name for name in quoted if name in documents and documents[name].kind == kind})
    add("data", set(record.data))
    return line if line.children else None


def _sections(record: PageRecord, short_name: str) -> list[str]:
    found = {
        clause.section
        for citation in record.citations
        for clause in citation.clauses
        if clause.document == short_name and clause.section
    }
    return sorted(found, key=int)


def _and(words: list[str]) -> str:
    *start, last = words
    return f"{', '.join(start)}{',' * (len(start) > 1)} and {last}" if start else last


def _add_authority(doctree: nodes.document, line: nodes.container | None) -> None:
    """Put the line below the title, or at the end of the front page."""
    title = next(doctree.findall(nodes.title), None)
    if line is None or title is None:
        return
    env = doctree.settings.env
    if env.current_document.docname == env.config.root_doc:
        title.parent.append(line)
    else:
        title.parent.insert(title.parent.index(title) + 1, line)
