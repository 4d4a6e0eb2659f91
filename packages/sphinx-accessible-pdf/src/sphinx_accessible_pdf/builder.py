"""The builder `pdf`."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from sphinx.errors import ConfigError, NoUri
from sphinx.util import logging
from sphinx.util.matching import Matcher
from sphinxcontrib_typstbuilder import TypstBuilder

from sphinx_permalinks import address
from sphinx_permalinks.address import InvalidAddressError

from .compiling import STANDARDS, compiler_for, with_clear_stream_ends
from .edition import Edition, edition_of
from .errors import complaints_in
from .glyphs import missing_glyphs, printable
from .markup import string
from .pages import Page, pages_of
from .terms import index_of_terms
from .translator import BookTranslator
from .webdesign import lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from docutils import nodes

    from sphinx_permalinks.address import Address

logger = logging.getLogger(__name__)

PAPERS = ("a4", "us-letter")


class PdfBuilder(TypstBuilder):  # type: ignore[misc]
    """Writes each of `typst_documents` as Typst source and compiles it."""

    name = "pdf"
    format = "typst"
    default_translator_class = BookTranslator

    def init(self) -> None:
        """Check the settings before any work is done."""
        super().init()
        self.docnames: set[str] = set()
        self.missing_glyphs: set[str] = set()
        self.design = Path(self.confdir, self.config.handbook_pdf_design)
        if self.config.handbook_pdf_paper not in PAPERS:
            msg = f"handbook_pdf_paper is {self.config.handbook_pdf_paper!r}, not one of {PAPERS}"
            raise ConfigError(msg)
        if not (self.design / "handbook.typ").is_file():
            msg = f"handbook_pdf_design: there is no handbook.typ in {self.design}"
            raise ConfigError(msg)

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Address a page: inside the book by its name, outside it by its place on the web.

        Raises:
            NoUri: The page is not in the book, and the site's address is not known.
        """
        if docname in self.docnames:
            return f"%{docname}"
        if docname in self.env.found_docs and self.config.html_baseurl:
            path = docname.removesuffix("index").rstrip("/")
            return f"{self.config.html_baseurl.rstrip('/')}/{path}{'/' if path else ''}"
        raise NoUri(docname, typ)

    def write_documents(self, _docnames: AbstractSet[str]) -> None:
        """Write and compile every book, however little has changed."""
        for settings in self.config.typst_documents:
            self._write_book(settings)

    def _write_book(self, settings: dict[str, Any]) -> None:
        name: str = settings["targetname"]
        if not name or Path(name).name != name:
            msg = f"typst_documents: the targetname {name!r} is not a plain file name"
            raise ConfigError(msg)
        pages = self._pages(settings["startdocname"], settings.get("appendices", ()))
        folder = Path(self.outdir, name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copytree(self.design, folder / "templates")
        self.images: dict[str, str] = {}
        title, author = settings["title"], self.config.author
        doctrees = {page.docname: self._laid_out(page.docname) for page in pages}
        characters = {c for text in (title, author, *map(str, doctrees.values())) for c in text}
        self.missing_glyphs = missing_glyphs(characters, folder)
        has_terms = self._write_pages(pages, doctrees, folder)
        self._copy_images(folder / "figures")
        files = [Path(self.env.doc2path(page.docname)) for page in pages]
        edition = edition_of(Path(self.srcdir), files)
        metadata = self._metadata(title, author, edition) | {"terms": has_terms}
        _write_json(folder / "metadata.json", metadata)
        self._compile(folder, Path(self.outdir, f"{name}.pdf"), edition.timestamp)

    def _pages(self, start: str, last: Sequence[str]) -> list[Page]:
        if start not in self.env.found_docs:
            msg = f"typst_documents: there is no page {start!r} to start with"
            raise ConfigError(msg)
        order = pages_of(
            start,
            self.env.toctree_includes,
            excluded=Matcher(list(self.config.handbook_pdf_exclude)),
            last=last,
        )
        pages = []
        for page in order:
            permalink = _address(self.env.metadata[page.docname].get("permalink"))
            path, url = None, None
            if permalink:
                path = permalink.path
                url = f"{self._base}/{permalink.uri}" if self._base else None
            pages.append(Page(page.docname, page.level, page.number, path, url))
        self.docnames = {page.docname for page in pages}
        return pages

    def _write_pages(
        self, pages: list[Page], doctrees: dict[str, nodes.document], folder: Path
    ) -> bool:
        """Write each page, what the pages lead to, and the index of terms.

        Returns:
            Whether there are terms.
        """
        anchors: dict[str, str] = {}
        wanted: list[tuple[str, nodes.Node]] = []
        uses: dict[str, list[str]] = {}
        for page in pages:
            doctree = doctrees[page.docname]
            translator: Any = self.create_translator(doctree, self, page)
            doctree.walkabout(translator)
            anchors |= translator.anchors
            wanted += translator.wanted
            for term, places in translator.uses.items():
                uses.setdefault(term, []).extend(places)
            file = folder / "pages" / f"{page.docname}.typ"
            file.parent.mkdir(parents=True, exist_ok=True)
            head = '#import "/templates/elements.typ": *\n\n'
            file.write_text(head + translator.body(), encoding="utf-8")
        for target, node in wanted:
            if target not in anchors:
                logger.warning(
                    "the place %r, which is linked to here, is not printed",
                    target,
                    location=node,
                    type="pdf",
                    subtype="missing_place",
                )
        _write_json(folder / "anchors.json", anchors)
        terms = index_of_terms(self, anchors, uses)
        _write_json(folder / "terms.json", terms)
        includes = "".join(f"#include {string(f'pages/{page.docname}.typ')}\n" for page in pages)
        (folder / "main.typ").write_text(
            '#import "templates/handbook.typ": handbook, index-of-terms\n\n'
            '#show: handbook.with(json("metadata.json"))\n\n'
            f'{includes}\n#index-of-terms(json("terms.json"))\n',
            encoding="utf-8",
        )
        return bool(terms)

    def _laid_out(self, docname: str) -> nodes.document:
        """Get a page as its web page has it, with its links led to their places."""
        doctree: nodes.document = self.env.get_doctree(docname)
        self.env.resolve_references(doctree, docname, self)
        lay_out(doctree)
        self.post_process_images(doctree)
        return doctree

    def _copy_images(self, folder: Path) -> None:
        folder.mkdir()
        for source, name in self.images.items():
            shutil.copyfile(Path(self.srcdir, source), folder / name)

    @property
    def _base(self) -> str:
        """The address of the site, or nothing if it is not known."""
        base: str = getattr(self.config, "permalinks_baseurl", "") or self.config.html_baseurl
        return base.rstrip("/")

    def _metadata(self, title: str, author: str, edition: Edition) -> dict[str, object]:
        """Collect what the title page and the running heads say."""
        day = edition.date.isoformat() if edition.date else "undated"
        status = "A published edition."
        if not edition.released:
            status = "A draft: this is the text as it stands in the sources, not an edition."
        title, author = (printable(words, self.missing_glyphs) for words in (title, author))
        name, url = [*self.config.handbook_pdf_license, None, None][:2]
        return {
            "title": title,
            "author": author,
            "language": self.config.language,
            "paper": self.config.handbook_pdf_paper,
            "edition": edition.name,
            "day": day,
            "status": status,
            "citation": f"{author}. {title}. {edition.name}, {day}. {self._base}".strip(),
            "license": {"name": name, "url": url} if name else None,
        }

    def _compile(self, folder: Path, target: Path, timestamp: int) -> None:
        started = time.perf_counter()
        try:
            made, warnings = compiler_for(folder).compile_with_warnings(
                folder / "main.typ",
                format="pdf",
                pdf_standards=STANDARDS,
                timestamp=timestamp,
            )
        except typst.TypstError as problem:
            for complaint in complaints_in(problem.diagnostic, folder):
                logger.error("%s", complaint.text, location=self._full(complaint.location))
            logger.error("%s was not made; what is wrong, and where, stands above", target.name)
            # Raised, an error would make Sphinx print a traceback at the contributor.
            self._app.statuscode = 1
            return
        for warning in warnings:
            for complaint in complaints_in(warning.diagnostic, folder):
                logger.warning(
                    "%s",
                    complaint.text,
                    location=self._full(complaint.location),
                    type="pdf",
                    subtype="typst",
                )
        assert isinstance(made, bytes)  # noqa: S101
        _replace(target, with_clear_stream_ends(made))
        seconds = time.perf_counter() - started
        logger.info("%s: compiled in %.2f s", target.name, seconds)

    def _full(self, location: str | None) -> str | None:
        """Write a place as Sphinx writes those of its own warnings."""
        return location and str(Path(self.srcdir, location))


def _address(permalink: object) -> Address | None:
    """Read a permalink as the web pages do; None if it is no address below the site's root."""
    try:
        return address.parse(permalink)
    except InvalidAddressError:
        return None


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def _replace(target: Path, content: bytes) -> None:
    """Write a file so that it is either the old one or the new one, never half of one."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
