"""What a reader of the front page looks for first: a search field, and the PDF with its size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class FindBox(nodes.General, nodes.Element):
    """The place of the search field and of the link to the PDF."""


class Find(SphinxDirective):
    """Shows the search field and the link to the PDF, on web pages only: `{find}`."""

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        only = addnodes.only(expr="html and not epub")
        only += FindBox(docname=self.env.docname)
        return [only]


def pdf_facts(file: Path) -> tuple[int, int]:
    """How many pages and how many kilobytes a PDF has; zeros if there is none.

    On Read the Docs the pages may be built before the PDF: then its size is not known.
    """
    if not file.is_file():
        return 0, 0
    with pikepdf.open(file) as pdf:
        return len(pdf.pages), round(file.stat().st_size / 1000)


def note_pdf(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the front page again if the PDF has changed."""
    facts = pdf_facts(Path(app.confdir) / app.config.handbook_pdf_file)
    before = getattr(env, "handbook_pdf_facts", None)
    env.handbook_pdf_facts = facts  # type: ignore[attr-defined]
    return [app.config.root_doc] if before not in {None, facts} else []


def visit_box(self: HTML5Translator, node: FindBox) -> None:
    """Write the field and the link."""
    builder, config = self.builder, self.builder.config
    pages, kilobytes = getattr(builder.env, "handbook_pdf_facts", (0, 0))
    context = {
        **builder.globalcontext,
        "pathto": lambda target: builder.get_relative_uri(node["docname"], target),
        "pdf_url": config.handbook_pdf_link,  # a file beside the front page, or an address
        "pdf_pages": pages,
        "pdf_kilobytes": kilobytes,
    }
    self.body.append(builder.templates.render("handbook/find.html", context))
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_node(FindBox, html=(visit_box, None))
    app.add_directive("find", Find)
    app.connect("env-updated", note_pdf)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
