"""The builder `accessiblepdf`."""

from __future__ import annotations

import gc
import json
import os
import shutil
import tempfile
import time
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from docutils.writers.html5_polyglot import Writer as HTMLWriter
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.text import TextBuilder
from sphinx.errors import ConfigError, NoUri
from sphinx.locale import _, admonitionlabels
from sphinx.util import logging
from sphinx.util.matching import Matcher
from sphinx.util.osutil import make_filename_from_project

from . import formulas
from .cards import cards_to_lists
from .compiler import PLACES, STANDARDS, compiler_for, with_clear_stream_ends
from .diagnostics import complaints_in
from .glyphs import missing_glyphs, printable, substitute
from .html import markup_to_nodes, prefer_print
from .markup import string
from .pages import Page, pages_of
from .terms import index_of_terms
from .translator import PdfTranslator

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

_NAMED = 20  # characters in a warning
_YEAR_10000 = 253_402_300_800  # in seconds since 1970; the compiler's dates end before

PAPERS = ("a4", "us-letter")
LIBRARY = Path(__file__).parent / "design"
PARTS_OF_DESIGN = ("theme.typ", "elements.typ", "book.typ")


class AccessiblePdfBuilder(Builder):
    """Writes each of `accessiblepdf_documents` as Typst source and compiles it.

    Attributes:
        images: The name that each picture's file has in the book.
        formulas: The Typst source of each formula in LaTeX that could be translated.
        can_translate_formulas: Whether what translates formulas is installed.
        missing_glyphs: The characters of the book that no typeface has.
        unknown_kinds: The kinds of nodes that a warning has named.
        notes: How many notes the book has so far.
        section_numbers: Numbers of sections, by docname and anchor, of numbered toctrees.
        figure_numbers: Numbers of figures, by docname, kind and id, where `numfig` is set.
    """

    name = "accessiblepdf"
    format = "pdf"
    epilog = "The PDF is in %(outdir)s."
    default_translator_class = PdfTranslator
    allow_parallel = False
    imagedir = "_images"  # of what `dot` and others draw
    supported_image_types = [  # noqa: RUF012
        "image/svg+xml",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "application/pdf",
    ]

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        super().__init__(app, env)
        self._application = app

    def init(self) -> None:
        """Check the settings before any work is done."""
        self.docnames: set[str] = set()
        self.missing_glyphs: set[str] = set()
        self.unknown_kinds: set[str] = set()
        self.formulas: dict[str, str] = {}
        self.can_translate_formulas = find_spec("tylax") is not None
        paper, design = self.config.accessiblepdf_paper, self.config.accessiblepdf_design
        if paper not in PAPERS:
            msg = f"accessiblepdf_paper is {paper!r}; use one of {', '.join(PAPERS)}"
            raise ConfigError(msg)
        self.design = Path(self.confdir, design) if design else None
        if self.design and not any((self.design / part).is_file() for part in PARTS_OF_DESIGN):
            msg = (
                f"accessiblepdf_design: {self.design} has none of {', '.join(PARTS_OF_DESIGN)}; "
                "name the folder of a design"
            )
            raise ConfigError(msg)
        self.fonts = [_font_folder(Path(self.confdir), f) for f in self.config.accessiblepdf_fonts]

    def get_outdated_docs(self) -> str:
        """Say that the books are always written, however little has changed."""
        return "all documents"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Address a page: in the book by its name, otherwise by its place on the web.

        Raises:
            NoUri: The page is not in the book, and the site's address is not known.
        """
        if docname in self.docnames:
            return f"%{docname}"
        base: str = self.config.html_baseurl
        if docname in self.env.found_docs and base:
            if self.config.accessiblepdf_html_builder == "dirhtml":
                path = docname.removesuffix("index").rstrip("/")
                return f"{base.rstrip('/')}/{path}{'/' if path else ''}"
            return f"{base.rstrip('/')}/{docname}{self.config.html_file_suffix or '.html'}"
        raise NoUri(docname, typ)

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Address a page; where it is linked from makes no difference."""
        del from_
        return self.get_target_uri(to, typ)

    def write_documents(self, _docnames: AbstractSet[str]) -> None:
        """Write and compile every book."""
        configured = self.config.accessiblepdf_documents or [{}]
        for settings in configured:
            self._write_book(
                settings.get("start", self.config.root_doc),
                settings.get("name", make_filename_from_project(self.config.project)),
                settings.get("title", self.config.project),
                settings.get("last", ()),
            )

    # ---- What the translator asks for ----

    def page_address(self, docname: str) -> tuple[str | None, str | None]:
        """Get what is printed below a page's title as its address, and where it leads.

        An extension answers the event `accessiblepdf-page-address` with both, or with None.
        """
        answer = self.events.emit_firstresult("accessiblepdf-page-address", docname)
        shown, url = answer or (None, None)
        return shown, url

    def chapter_number(self, page: Page) -> str | None:
        """Get a page's number: of its numbered toctree, or by its place in the book."""
        if any(self.section_numbers.values()):
            number = self.section_numbers.get(page.docname, {}).get("")
            return ".".join(map(str, number)) if number else None
        return page.number or None

    def add_picture(self, file: Path) -> str:
        """Take a picture into the book that Sphinx does not know of, such as a drawn graph.

        Returns:
            The name that it has there.
        """
        self.images[str(file)] = file.name
        return file.name

    def draw(self, uri: str) -> str:
        """Take the first page of a PDF into the book, as a drawing in SVG.

        Returns:
            The name that the drawing has there.

        Raises:
            TypstError: It cannot be read.
        """
        name = f"{self.images[uri]}.svg"
        if name not in self._drawings:
            file = Path(self.srcdir, uri)
            source = (
                "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
                f"#image({string('/' + file.name)})"
            )
            made = compiler_for(file.parent).compile(source.encode(), format="svg")
            assert isinstance(made, bytes)  # noqa: S101
            self._drawings[name] = made
        return name

    def visitors(self, form: str) -> Container[str]:
        """The kinds of nodes for which an extension has visitors that write `text` or `html`."""
        return self._application.registry.translation_handlers.get(form, {})

    def as_text(self, node: nodes.Element) -> str:
        """Write a node as Sphinx's builder for plain text does."""
        return str(self._written_by(TextBuilder(self._application, self.env), node).body)

    def as_html(self, node: nodes.Element) -> str:
        """Write a node as Sphinx's builder for web pages does."""
        return "".join(self._written_by(self._html_builder, node).body)

    @cached_property
    def _html_builder(self) -> StandaloneHTMLBuilder:
        builder = StandaloneHTMLBuilder(self._application, self.env)
        builder.init()
        builder.imgpath = builder.imagedir
        return builder

    def _written_by(self, writer: Builder, node: nodes.Element) -> Any:
        assert node.document is not None  # noqa: S101
        settings = get_default_settings(HTMLWriter)
        vars(settings).update(vars(node.document.settings))
        document = new_document("", settings)
        document += node.deepcopy()
        translator = self._application.registry.create_translator(writer, document, writer)
        document.walkabout(translator)
        return translator

    # ---- One book ----

    def _write_book(self, start: str, name: str, title: str, last: Sequence[str]) -> None:
        if not name or Path(name).name != name:
            msg = f"accessiblepdf_documents: the name {name!r} is not a plain file name"
            raise ConfigError(msg)
        pages = self._pages(start, last)
        self.docnames = {page.docname for page in pages}
        self.section_numbers = self.env.toc_secnumbers
        self.figure_numbers = self.env.toc_fignumbers
        self.images: dict[str, str] = {}
        self._drawings: dict[str, bytes] = {}
        self.notes = 0
        folder = Path(self.outdir, name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        metadata = self._metadata(title, pages)
        self._copy_design(folder, metadata)
        self._write_sources(pages, folder, metadata)
        gc.collect()  # compiling takes much memory, and the pages' trees are no longer needed
        self._compile(folder, Path(self.outdir, f"{name}.pdf"), metadata)

    def _write_sources(self, pages: list[Page], folder: Path, metadata: dict[str, Any]) -> None:
        doctrees = {page.docname: self._resolved(page.docname) for page in pages}
        self.formulas = self._translated_formulas(doctrees.values())
        texts = [metadata["title"], metadata["author"], *map(_written, doctrees.values())]
        self.missing_glyphs = missing_glyphs("".join(texts), folder, self.fonts)
        self._name_missing_glyphs(doctrees)
        self._write_pages(pages, doctrees, folder, metadata)
        self._copy_images(folder / "figures")

    def _pages(self, start: str, last: Sequence[str]) -> list[Page]:
        for docname in (start, *last):
            if docname not in self.env.found_docs:
                msg = f"accessiblepdf_documents: the page {docname!r} does not exist"
                raise ConfigError(msg)
        excluded = Matcher(list(self.config.accessiblepdf_exclude))
        return list(
            pages_of(
                start,
                self.env.toctree_includes,
                # Toctrees can name lists that only the web has, such as `genindex`.
                excluded=lambda name: name not in self.env.found_docs or excluded(name),
                last=last,
            )
        )

    def _metadata(self, title: str, pages: list[Page]) -> dict[str, Any]:
        """Collect what the title page and the running heads say, and the words of the design."""
        language, _sep, region = self.config.language.replace("-", "_").partition("_")
        name, url = [*self.config.accessiblepdf_license, None, None][:2]
        metadata = {
            "title": title,
            "author": self.config.author if self.config.author != "unknown" else "",
            "language": language,
            "region": region or None,
            "paper": self.config.accessiblepdf_paper,
            "version": self.config.release or self.config.version,
            "date": self.config.today or None,
            "copyright": self.config.copyright,
            "license": {"name": name, "url": url} if name else None,
            "fonts": _families(self.fonts),
            "parts": self._parts(pages),
            "timestamp": _timestamp(Path(self.env.doc2path(page.docname)) for page in pages),
            "words": {
                "contents": str(_("Contents")),
                "index": str(_("Index")),
                "note": str(admonitionlabels["note"]),
                "page": str(_("page")),
                "version": str(_("Version")),
            },
            **self.config.accessiblepdf_metadata,
        }
        self.events.emit("accessiblepdf-metadata", metadata)
        return metadata

    def _parts(self, pages: list[Page]) -> dict[str, str]:
        """Find the captions of the opening page's toctrees, by the first chapter below each."""
        printed = [page.docname for page in pages]
        parts: dict[str, str] = {}
        for entries, caption in _captions(self.env, pages[0].docname):
            first = next((name for name in entries if name in printed), None)
            if first:
                parts.setdefault(first, caption)
        return parts

    def _copy_design(self, folder: Path, metadata: dict[str, Any]) -> None:
        """Put the design into the book's folder: the project's, and behind it the library's."""
        shutil.copytree(LIBRARY, folder / "lib")
        if self.design:
            shutil.copytree(self.design, folder / "design")
        (folder / "design").mkdir(exist_ok=True)
        for part in PARTS_OF_DESIGN:
            if not (folder / "design" / part).exists():
                text = f'#import "/lib/{part}": *\n'
                (folder / "design" / part).write_text(text, encoding="utf-8")
        _write_json(folder / "metadata.json", metadata)

    def _resolved(self, docname: str) -> nodes.document:
        doctree = self.env.get_doctree(docname)
        prefer_print(doctree)
        self.env.resolve_references(doctree, docname, self)
        cards_to_lists(doctree)
        markup_to_nodes(doctree)
        self.post_process_images(doctree)
        return doctree

    def _write_pages(
        self,
        pages: list[Page],
        doctrees: dict[str, nodes.document],
        folder: Path,
        metadata: dict[str, Any],
    ) -> None:
        """Write each page, what they link to, and the index."""
        anchors: dict[str, str] = {}
        wanted: list[tuple[str, nodes.Node]] = []
        uses: dict[str, list[str]] = {}
        for page in pages:
            translator = self._translate(page, doctrees[page.docname], str(metadata["title"]))
            anchors |= translator.anchors
            wanted += translator.wanted
            for term, places in translator.uses.items():
                uses.setdefault(term, []).extend(places)
            file = folder / "pages" / f"{page.docname}.typ"
            file.parent.mkdir(parents=True, exist_ok=True)
            head = '#import "/design/elements.typ": *\n\n'
            file.write_text(head + translator.source(), encoding="utf-8")
        for target, node in wanted:
            if target not in anchors:
                logger.warning(
                    "this links to %r, which is not printed",
                    target,
                    location=node,
                    type="accessiblepdf",
                    subtype="missing_place",
                )
        _write_json(folder / "anchors.json", anchors)
        _write_json(folder / "terms.json", index_of_terms(self, anchors, uses))
        for key in ("title", "author"):
            metadata[key] = printable(metadata[key], self.missing_glyphs)
        _write_json(folder / "metadata.json", metadata)
        includes = "".join(f"#include {string(f'pages/{page.docname}.typ')}\n" for page in pages)
        (folder / "main.typ").write_text(
            '#import "/design/book.typ": book\n\n'
            '#show: book.with(json("metadata.json"), json("terms.json"))\n\n' + includes,
            encoding="utf-8",
        )

    def _translate(self, page: Page, doctree: nodes.document, title: str) -> PdfTranslator:
        translator = self.create_translator(doctree, self, page)
        assert isinstance(translator, PdfTranslator)  # noqa: S101
        first = doctree.next_node(nodes.section)
        if first is None or not isinstance(first.parent, nodes.document):
            name = title if not page.number else _readable(page.docname)
            if page.number:
                logger.warning(
                    "this page has no title; %r is printed as its title",
                    name,
                    location=page.docname,
                    type="accessiblepdf",
                    subtype="no_title",
                )
            translator.write_title(name)
        doctree.walkabout(translator)
        return translator

    def _translated_formulas(self, doctrees: Iterable[nodes.document]) -> dict[str, str]:
        found = {
            node.astext()
            for doctree in doctrees
            for node in doctree.findall(lambda n: isinstance(n, nodes.math | nodes.math_block))
        }
        if found and not self.can_translate_formulas:
            logger.warning(
                "formulas are printed in LaTeX; to typeset them, install tylax: "
                "pip install sphinx-accessible-pdf[math]",
                type="accessiblepdf",
                subtype="formula",
            )
        return formulas.translate(found)

    def _name_missing_glyphs(self, doctrees: dict[str, nodes.document]) -> None:
        """Warn, once for the book, of the characters that are printed as words."""
        missing = [character for character in sorted(self.missing_glyphs) if substitute(character)]
        if not missing:
            return
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:_NAMED])
        more = f", and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        texts = (text for doctree in doctrees.values() for text in doctree.findall(nodes.Text))
        first: nodes.Node | None = next(
            (text for text in texts if any(character in text for character in missing)), None
        )
        while first is not None and not first.line:
            first = first.parent
        logger.warning(
            "no typeface has %s%s: their names are printed, such as %s; accessiblepdf_fonts can "
            "name a folder or an installed package with a typeface that has them",
            named,
            more,
            substitute(missing[0]),
            location=first,
            type="accessiblepdf",
            subtype="glyph",
        )

    def _copy_images(self, folder: Path) -> None:
        folder.mkdir()
        for source, name in self.images.items():
            shutil.copyfile(Path(self.srcdir, source), folder / name)
        for name, drawing in self._drawings.items():
            (folder / name).write_bytes(drawing)

    def _compile(self, folder: Path, target: Path, metadata: dict[str, Any]) -> None:
        started = time.perf_counter()
        compiler = compiler_for(folder, self.fonts)
        try:
            made, warnings = compiler.compile_with_warnings(
                folder / "main.typ",
                format="pdf",
                pdf_standards=STANDARDS,
                timestamp=metadata["timestamp"],
            )
            places = json.loads(compiler.eval(PLACES))
        except typst.TypstError as problem:
            for complaint in complaints_in(problem.diagnostic, folder):
                logger.error("%s", complaint.text, location=self._full(complaint.location))
            logger.error("%s was not written: fix the errors above", target.name)
            # Raised, an error would make Sphinx print a traceback.
            self._application.statuscode = 1
            return
        for warning in warnings:
            for complaint in complaints_in(warning.diagnostic, folder):
                logger.warning(
                    "%s",
                    complaint.text,
                    location=self._full(complaint.location),
                    type="accessiblepdf",
                    subtype="typst",
                )
        assert isinstance(made, bytes)  # noqa: S101
        del compiler  # and its memory
        # Slow to load, and every build of web pages loads this module.
        from .tagging import finish  # noqa: PLC0415

        _replace(target, with_clear_stream_ends(finish(made, metadata, places)))
        seconds = time.perf_counter() - started
        logger.info("%s: compiled in %.2f s", target.name, seconds)

    def _full(self, location: str | None) -> str | None:
        return location and str(Path(self.srcdir, location))


def _captions(env: BuildEnvironment, docname: str) -> list[tuple[list[str], str]]:
    return [
        (toctree["includefiles"], toctree["caption"])
        for toctree in env.get_doctree(docname).findall(addnodes.toctree)
        if toctree.get("caption")
    ]


def _written(doctree: nodes.document) -> str:
    """All of a page's text and attributes, but for the path of its file."""
    return str(doctree).replace(str(doctree.get("source", "")), "", 1)


def _readable(docname: str) -> str:
    """Make a title of a page's name."""
    name = docname.removesuffix("/index").rsplit("/", 1)[-1]
    return name.replace("-", " ").replace("_", " ").capitalize()


def _font_folder(confdir: Path, name: str) -> Path:
    """Find a folder of typefaces: of the project, or of an installed package.

    Raises:
        ConfigError: There is neither.
    """
    if (confdir / name).is_dir():
        return confdir / name
    package, _sep, inside = name.partition("/")
    spec = find_spec(package) if package.isidentifier() else None
    folders = spec.submodule_search_locations if spec else None
    if not folders or not Path(folders[0], inside).is_dir():
        msg = f"accessiblepdf_fonts: {name!r} is neither a folder nor (in) an installed package"
        raise ConfigError(msg)
    return Path(folders[0], inside)


def _families(folders: list[Path]) -> list[str]:
    if not folders:
        return []
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[*folders]
    )
    return sorted(set(found.families()))


def _timestamp(files: Iterable[Path]) -> int:
    """Get the time for the file's metadata: SOURCE_DATE_EPOCH, or that of the newest page."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal() and int(epoch) < _YEAR_10000:
        return int(epoch)
    return max(int(file.stat().st_mtime) for file in files)


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")


def _replace(target: Path, content: bytes) -> None:
    """Write a file in one step, so that it is never half written."""
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
