"""The generated lists: every clause with its explanation, and every silence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from handbook.authority.documents import Clause, Document, load_documents
from handbook.authority.markup import document_link, label_link, page_link, sources_file
from handbook.authority.record import Listing, PageRecord, Rule, records
from handbook.authority.words import words_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class Clauses(SphinxDirective):
    """Every clause, with its subject, its explanation, and its document.

    The entries are made when the page is read, so that links to them are known everywhere. Where
    a clause is explained is filled in when all pages have been read.
    """

    def run(self) -> list[nodes.Node]:
        """Make a section for each document that has clauses."""
        documents = load_documents(sources_file(self.env.app))
        return [self._document(d) for d in documents.values() if d.clauses]

    def _document(self, document: Document) -> nodes.section:
        name = document.short_name
        section = self._section(name, f"clauses-{name}")
        intro = nodes.paragraph("", "", *document_link(document, self.env.app, self.env.docname))
        intro += [nodes.Text(": "), self._published(document), nodes.Text(".")]
        intro += nodes.Text(f" {document.note}" if document.note else "")
        section += intro
        groups = itertools.groupby(document.clauses, key=lambda clause: clause.section)
        for number, clauses in groups:
            entries = nodes.definition_list("", *map(self._entry, clauses), classes=["clause-list"])
            if number is None:
                section += entries
                continue
            title = words_of(self.env.app)("clauses", "sections", name=name, number=number)
            part = self._section(title, f"clauses-{name}-{number}")
            part += entries
            section += part
        return section

    def _section(self, title: str, label: str) -> nodes.section:
        section = nodes.section("", nodes.title("", title))
        self._label(section, nodes.make_id(label))
        return section

    def _entry(self, clause: Clause) -> nodes.definition_list_item:
        term = nodes.term(
            "", "", nodes.strong("", clause.number), nodes.Text(f": {clause.subject}")
        )
        self._label(term, clause.anchor)
        document = load_documents(sources_file(self.env.app))[clause.document]
        published = nodes.inline("", "", nodes.Text(" "), self._published(document))
        text = nodes.paragraph("", "", Listing(clause=clause.name), published)
        return nodes.definition_list_item("", term, nodes.definition("", text))

    def _published(self, document: Document) -> nodes.reference:
        link = words_of(self.env.app)("clauses", "link", name=document.short_name)
        return nodes.reference("", link, refuri=document.url, internal=False)

    def _label(self, node: nodes.Element, label: str) -> None:
        node["ids"].append(label)
        node["names"].append(label)
        self.set_source_info(node)
        self.state.document.note_explicit_target(node)


class Silences(SphinxDirective):
    """Every silence, filled in when all pages have been read."""

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        return [Listing(silences=True)]


class FillListings(SphinxPostTransform):
    """Replaces the marks in generated lists, before links are resolved."""

    default_priority = 5

    def run(self, **_kwargs: object) -> None:
        """Fill in what is known of all pages."""
        explained: dict[str, list[tuple[str, Rule]]] | None = None
        for mark in list(self.document.findall(Listing)):
            if "silences" in mark:
                mark.replace_self(self._silences())
                continue
            if self.app.builder.format != "html":
                # On paper each link has its address in a note: once for each document is enough.
                mark.parent.children.pop()
            if explained is None:
                explained = _rules_of_clauses(self.env)
            mark.replace_self(self._explained(explained.get(mark["clause"])))

    def _explained(self, rules: list[tuple[str, Rule]] | None) -> list[nodes.Node]:
        words = words_of(self.app)
        if not rules:
            return [nodes.Text(words("clauses", "unexplained"))]
        found: list[nodes.Node] = [nodes.Text(words("clauses", "explained"))]
        for number, (docname, rule) in enumerate(rules):
            found += [nodes.Text("; " if number else " "), self._link(docname, rule)]
        return [*found, nodes.Text(".")]

    def _link(self, docname: str, rule: Rule) -> addnodes.pending_xref:
        page = self.env.titles[docname].astext()
        if not rule.label:
            return page_link(page, docname, self.env.docname)
        text = words_of(self.app)("clauses", "on_page", rule=rule.title, page=page)
        return label_link(text, rule.label, self.env.docname)

    def _silences(self) -> list[nodes.Node]:
        words = words_of(self.app)
        listing = nodes.definition_list(classes=["silence-list"])
        for docname, record in records_in_order(self.env):
            for silence in record.silences:
                if not silence.label:
                    continue  # which checks.py reports
                link = label_link(silence.subject, silence.label, self.env.docname)
                term = nodes.term("", "", link)
                page = page_link(self.env.titles[docname].astext(), docname, self.env.docname)
                text = nodes.paragraph("", f"{silence.text} {words('silences', 'page')} ")
                text += [page, nodes.Text(".")]
                listing += nodes.definition_list_item("", term, nodes.definition("", text))
        return [listing] if len(listing) else []


def _rules_of_clauses(env: BuildEnvironment) -> dict[str, list[tuple[str, Rule]]]:
    """The rules that explain each clause, with their pages."""
    found: dict[str, list[tuple[str, Rule]]] = {}
    for docname, record in records_in_order(env):
        for rule in record.rules:
            for clause in rule.clauses:
                found.setdefault(clause, []).append((docname, rule))
    return found


def records_in_order(env: BuildEnvironment) -> Iterator[tuple[str, PageRecord]]:
    """All pages with their records, in the order of the tables of contents."""
    order: dict[str, None] = {}

    def walk(docname: str) -> None:
        if docname not in order:
            order[docname] = None
            for child in env.toctree_includes.get(docname, ()):
                walk(child)

    walk(env.config.root_doc)
    found = records(env)
    for docname in (*order, *sorted(found.keys() - order.keys())):
        if docname in found and docname in env.titles:
            yield docname, found[docname]


def pages_to_rewrite(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages with lists, if what they list has changed."""
    found = list(records_in_order(env))
    now = repr([(name, env.titles[name].astext(), r.rules, r.silences) for name, r in found])
    if now == getattr(env, "handbook_listed", None):
        return []
    env.handbook_listed = now  # type: ignore[attr-defined]
    return [docname for docname, record in found if record.has_listing]
