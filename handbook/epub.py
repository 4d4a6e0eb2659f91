"""The handbook as an EPUB 3 file: Sphinx's own builder, with the PDF's chapters and metadata."""

from __future__ import annotations

import html
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from docutils import nodes
from sphinx import addnodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.util.matching import Matcher

from handbook.authority.words import standing, words_of
from handbook.edition import edition_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LOOK = "_templates/epub"
SHEET = "_static/book.css"
COVER = "_static/cover.png"
_EMPTY_HEAD = '<th class="head"><p></p></th>'
_YEAR_1980 = 315_532_800  # in seconds since 1970; archives have no earlier dates
ACCESSIBILITY = {
    "accessMode": ("textual", "visual"),
    "accessModeSufficient": ("textual",),
    "accessibilityFeature": (
        *("alternativeText", "displayTransformability", "readingOrder"),
        *("structuralNavigation", "tableOfContents"),
    ),
    "accessibilityHazard": ("none",),
}
"""What Schema.org's vocabulary says of the book, as EPUB Accessibility 1.1 asks for."""


class HandbookEpub(Epub3Builder):
    """Writes the same chapters as the PDF, and nothing that a page does not show."""

    def init(self) -> None:
        """Know the edition, and which pages the book has."""
        super().init()
        left_out = Matcher(list(self.config.accessiblepdf_exclude))
        self.included = {name for name in self.env.found_docs if not left_out(name)}
        config, app = self.config, self.app
        config.html_static_path = [LOOK]
        self.edition = edition_of(
            Path(app.srcdir), [Path(self.env.doc2path(name)) for name in self.env.found_docs]
        )
        config.version = self.edition.name
        config.epub_description = standing(app)

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        """Write a page, without links to pages that are left out."""
        if docname not in self.included:
            return
        left_out = self.env.found_docs - self.included
        gone = {self.get_relative_uri(docname, name) for name in left_out}
        for link in list(doctree.findall(nodes.reference)):
            if link.get("refuri", "").partition("#")[0] not in gone:
                continue
            entry = link.parent.parent
            if isinstance(entry, nodes.list_item) and "toctree-l1" in entry["classes"]:
                entry.parent.remove(entry)
            else:
                link.replace_self(link.children)
        super().write_doc(docname, doctree)

    def get_toc(self) -> None:
        """List every section of every page, whatever depth the pages' own lists have."""
        root = self.config.root_doc
        self.refnodes = [*self._entries(root, 1)][1:]
        self.toc_add_files(self.refnodes)

    def _entries(self, docname: str, level: int) -> Iterator[dict[str, Any]]:
        """Yield a page with its sections, then the pages below it."""
        toc = self.env.tocs[docname]
        uri = self.get_target_uri(docname)
        for link in toc.findall(nodes.reference):
            depth = 0
            node: nodes.Node = link
            while node is not toc:
                node = node.parent
                depth += isinstance(node, nodes.list_item)
            yield {
                "level": level + depth - 1,
                "refuri": html.escape(uri + link["anchorname"]),
                "text": html.escape(link.astext()),
            }
        below = level if docname == self.config.root_doc else level + 1
        for toctree in toc.findall(addnodes.toctree):
            for _, name in toctree["entries"]:
                if name in self.included:
                    yield from self._entries(name, below)

    def content_metadata(self) -> dict[str, Any]:
        """Date the book by its edition, not by the clock."""
        day = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.edition.timestamp))
        return super().content_metadata() | {"date": day}

    def build_navigation_doc(self) -> None:
        """Tell assistive technology, too, that the navigation is a table of contents."""
        super().build_navigation_doc()
        page = self.outdir / "nav.xhtml"
        text = page.read_text("utf-8")
        page.write_text(text.replace("<nav epub:type", '<nav role="doc-toc" epub:type'), "utf-8")

    def toc_metadata(self, level: int, navpoints: list[Any]) -> dict[str, Any]:
        """Name the book in toc.ncx as in content.opf, which EPUB asks for."""
        return super().toc_metadata(level, navpoints) | {"uid": self.config.epub_identifier}

    def build_content(self) -> None:
        """Draw the cover, and write content.opf with what makes the book accessible."""
        (self.outdir / COVER).write_bytes(self.draw_cover())
        wanted = {
            *(f"{name}{self.out_suffix}" for name in self.included),
            *(f"{self.imagedir}/{name}" for _, name in self.env.images.values()),
            *(SHEET, COVER),
        }
        files = (path for path in Path(self.outdir).rglob("*") if path.is_file())
        names = (path.relative_to(self.outdir).as_posix() for path in files)
        self.config.epub_exclude_files = [name for name in names if name not in wanted]
        super().build_content()
        lines = [
            f'<meta property="schema:{name}">{value}</meta>'
            for name, values in ACCESSIBILITY.items()
            for value in values
        ]
        summary = html.escape(words_of(self.app)("epub", "accessibility"))
        lines.append(f'<meta property="schema:accessibilitySummary">{summary}</meta>')
        package = self.outdir / "content.opf"
        cover = f'href="{COVER}"'
        text = package.read_text("utf-8").replace(cover, f'{cover} properties="cover-image"')
        before, end, after = text.partition("</metadata>")
        package.write_text(f"{before}{''.join(lines)}{end}{after}", "utf-8")

    def draw_cover(self) -> bytes:
        """Return the cover, as PNG."""
        mark = Path(self.confdir, self.config.html_favicon).read_text("utf-8")
        words = {"title": self.config.project, "notice": standing(self.app), "mark": mark}
        design = Path(self.confdir) / "_templates" / "typst" / "cover.typ"
        words["edition"] = ", ".join(map(str, filter(None, (self.edition.name, self.edition.date))))
        return typst.compile(str(design), format="png", ppi=72, sys_inputs=words)

    def build_epub(self) -> None:
        """Pack the files, always in the same way."""
        moment = time.gmtime(max(self.edition.timestamp, _YEAR_1980))
        names = ["mimetype", "META-INF/container.xml", "content.opf", "toc.ncx", *self.files]
        with zipfile.ZipFile(self.outdir / f"{self.config.epub_basename}.epub", "w") as book:
            for name in names:
                entry = zipfile.ZipInfo(name, moment[:6])
                packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                book.writestr(entry, (self.outdir / name).read_bytes(), packed, 9)


def choose_template(
    app: Sphinx,
    _page: str,
    _template: str,
    context: dict[str, Any],
    _doctree: nodes.document | None,
) -> str | None:
    """Give pages of the book a template of their own: no scripts, one stylesheet."""
    if app.builder.name != "epub":
        return None
    # An empty head names nothing.
    context["body"] = context.get("body", "").replace(_EMPTY_HEAD, "<td></td>")
    return "handbook/book-page.html"


def setup(app: Sphinx) -> None:
    """Take the place of Sphinx's builder of that name."""
    app.add_builder(HandbookEpub, override=True)
    app.connect("html-page-context", choose_template)
