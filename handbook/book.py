"""What the handbook adds to its PDF: permanent addresses, the edition, and the site's address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from handbook.authority.words import standing
from handbook.edition import edition_of
from sphinx_accessible_pdf.markup import optional, string
from sphinx_permalinks import address
from sphinx_permalinks.address import InvalidAddressError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CITED = ("rule-", "goal-")


def page_address(app: Sphinx, docname: str) -> tuple[str, str | None] | None:
    """Print a page's permanent address below its title."""
    try:
        permalink = address.parse(app.env.metadata[docname].get("permalink"))
    except InvalidAddressError:
        return None
    if permalink is None:
        return None
    base = _base(app)
    if not base:
        return (permalink.path, None) if permalink.path != "/" else None
    url = f"{base}/{permalink.uri}"
    return url.partition("://")[2], url


def add_rule_addresses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Print the address of each rule and goal below its heading, beside its clauses."""
    page = page_address(app, docname)
    if app.builder.name != "accessiblepdf" or page is None:
        return
    path = address.parse(app.env.metadata[docname]["permalink"])
    for section in doctree.findall(nodes.section):
        label = next((name for name in section["ids"] if name.startswith(CITED)), None)
        if label is None:
            continue
        paragraphs = (node for node in section if isinstance(node, nodes.paragraph))
        line = next((node for node in paragraphs if "clause-line" in node["classes"]), None)
        if line is None:
            line = nodes.paragraph(classes=["clause-line"])
            section.insert(1 + (section.first_child_matching_class(nodes.title) or 0), line)
        url = page[1] and f"{page[1]}#{label}"
        call = f"#rule-address({string(f'{path.path}#{label}')}, {optional(url)})"
        line += nodes.raw("", call, format="typst")


def add_edition(app: Sphinx, metadata: dict[str, Any]) -> None:
    """Say on the title page which edition this is, and how to cite it."""
    env = app.env
    edition = edition_of(Path(app.srcdir), [Path(env.doc2path(name)) for name in env.found_docs])
    day = edition.date.isoformat() if edition.date else "undated"
    title, author = metadata["title"], metadata["author"]
    metadata |= {
        "notice": standing(app),
        "edition": edition.name,
        "day": day,
        "released": edition.released,
        "citation": (
            f"{author}. {title}. {standing(app, 'standing_in_citation')}. {edition.name}, {day}. "
            f"{_base(app)}"
        ).strip(),
        "timestamp": edition.timestamp,
    }


def _base(app: Sphinx) -> str:
    """The address of the site, or nothing if it is not known."""
    base: str = app.config.permalinks_baseurl or app.config.html_baseurl or ""
    return base.rstrip("/")


def setup(app: Sphinx) -> None:
    """Answer the events of the PDF's builder."""
    app.setup_extension("sphinx_accessible_pdf")
    app.connect("accessiblepdf-page-address", page_address)
    app.connect("accessiblepdf-metadata", add_edition)
    app.connect("doctree-resolved", add_rule_addresses)
