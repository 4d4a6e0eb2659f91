"""What a reader of the front page looks for first: a search field, and the files to download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class FindBox(nodes.General, nodes.Element):
    """The place of the search field and of the links to the PDF and the EPUB."""


class Find(SphinxDirective):
    """Shows the search field and the links to the files, on web pages only: `{find}`."""

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        only = addnodes.only(expr="html and not epub")
        only += FindBox(docname=self.env.docname)
        return [only]


def pdf_facts(file: Path) -> tuple[int, int]:
    """How many pages and how many kilobytes a PDF has; zeros if it is not built yet."""
    if not file.is_file():
        return 0, 0
    import pikepdf  # noqa: PLC0415 - slow to load, and most previews have no PDF

    with pikepdf.open(file) as pdf:
        return len(pdf.pages), round(file.stat().st_size / 1000)


def note_files(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the front page again if the PDF or the EPUB has changed."""
    epub = Path(app.confdir) / app.config.handbook_epub_file
    facts = {
        **dict(
            zip(
                ("pdf_pages", "pdf_kilobytes"),
                pdf_facts(Path(app.confdir) / app.config.handbook_pdf_file),
                strict=True,
            )
        ),
        "epub_kilobytes": round(epub.stat().st_size / 1000) if epub.is_file() else 0,
    }
    before = getattr(env, "handbook_file_facts", None)
    env.handbook_file_facts = facts  # type: ignore[attr-defined]
    return [app.config.root_doc] if before not in (None, facts) else []


def visit_box(self: HTML5Translator, node: FindBox) -> None:
    """Write the field and the links."""
    builder, config = self.builder, self.builder.config
    context = {
        **builder.globalcontext,
        "pathto": lambda target: builder.get_relative_uri(node["docname"], target),
        # Files beside the front page, or addresses.
        "pdf_url": config.handbook_pdf_link,
        "epub_url": config.handbook_epub_link,
        **getattr(builder.env, "handbook_file_facts", {}),
    }
    self.body.append(builder.templates.render("handbook/find.html", context))
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_node(FindBox, html=(visit_box, None))
    app.add_directive("find", Find)
    app.connect("env-updated", note_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
