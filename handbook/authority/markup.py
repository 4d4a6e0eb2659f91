"""What pages write: clauses, silences, and who speaks.

A rule names its clauses in a line of its own, directly below its heading:

    (rule-sponsor)=
    ### The sponsor

    {clause}`By-laws 3.d.iv.2`

What the documents do not state has a box, and a label that starts with `silence-`:

    (silence-quorum)=
    :::{silence} Quorum
    The By-laws state no quorum.
    :::
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from handbook.authority.documents import Citation, CitationError, Document, cite, load_documents
from handbook.authority.words import standing, words_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def sources_file(app: Sphinx) -> Path:
    """The data file that lists the documents."""
    return Path(app.srcdir, app.config.handbook_sources)


def label_link(text: str, label: str, docname: str) -> addnodes.pending_xref:
    """Link to a label, from a page."""
    return _link("ref", text, label, docname, ["std", "std-ref"])


def page_link(text: str, page: str, docname: str) -> addnodes.pending_xref:
    """Link to a page, from another."""
    return _link("doc", text, f"/{page}", docname, ["doc"])


def _link(
    kind: str, text: str, target: str, docname: str, classes: list[str]
) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "",
        nodes.inline("", text, classes=classes),
        refdomain="std",
        reftype=kind,
        reftarget=target,
        refexplicit=True,
        refdoc=docname,
        refwarn=True,
    )


def document_link(document: Document, app: Sphinx, docname: str) -> list[nodes.Node]:
    """Name a document and its edition, with a link to the place that describes it."""
    return [
        label_link(document.title, document.anchor, docname),
        nodes.Text(edition(document, app)),
    ]


def edition(document: Document, app: Sphinx) -> str:
    """Tell a document from its other versions, such as ", version 1 (approved 2024-08-08)"."""
    words = words_of(app)
    version = words("edition", "version", version=document.version) if document.version else ""
    if document.date is None:
        return version + words("edition", "undated")
    return version + words("edition", document.kind, date=document.date)


class CitedClauses(nodes.inline):
    """Clauses as a page cites them.

    Its `citations` are what was read, its `problem` is why nothing could be read.
    """


class ClauseRole(SphinxRole):
    """Cite clauses: {clause}`By-laws 3.a.iii; By-laws 3.d.iii`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make links to the entries of the clauses."""
        node = CitedClauses(self.rawtext, "", classes=["clauses"])
        node.source, node.line = self.get_source_info()
        node["citations"], node["problem"] = [], ""
        try:
            node["citations"] = cite(self.text, load_documents(sources_file(self.env.app)))
        except CitationError as error:
            node["problem"] = str(error)
            node += nodes.Text(self.text)
        for number, citation in enumerate(node["citations"]):
            if number:
                node += nodes.Text("; ")
            node += self._links(citation)
        return [node], []

    def _links(self, citation: Citation) -> list[nodes.Node]:
        document = citation.document
        if not citation.ends:
            return [label_link(document.short_name, document.anchor, self.env.docname)]
        links: list[nodes.Node] = []
        for clause in citation.ends:
            text = clause.number if links else clause.name
            if links:
                links.append(nodes.Text(" to "))
            links.append(label_link(text, clause.anchor, self.env.docname))
        return links


class Silence(SphinxDirective):
    """A subject on which the documents state nothing."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Make a box that `record.py` finds by its attribute `silence`."""
        subject = self.arguments[0]
        title = words_of(self.env.app)("silences", "title", subject=subject)
        box = nodes.admonition("", nodes.title("", title), classes=["silence"], silence=subject)
        self.set_source_info(box)
        box += self.parse_content_to_nodes()
        return [box]


class Standing(SphinxDirective):
    """The sentences that say who speaks."""

    def run(self) -> list[nodes.Node]:
        """Make a paragraph."""
        return [nodes.paragraph("", standing(self.env.app), classes=["standing"])]
