"""Keeps a page to what the handbook holds, so that nothing comes in that no reviewer sees.

Sphinx lets a page take in any file that the machine can read, and run any script that a browser
can run. Here a page that does so is a warning with file and line, on every build, and a strict
build fails: as the checks of a pull request are, its preview is then not published.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from urllib.parse import urlsplit

from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.directives.patches import CSVTable
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

PAGE_MAX = 40_000
"""How many characters a page may have: several times what the longest one has."""

LABELS_MAX = 300
"""How many labels a page may have. What docutils keeps of them grows with their square."""

HEADING_MAX = 1000
"""How many characters a heading may have. Sphinx copies each of them many times."""

SCHEMES = frozenset({"", "http", "https", "mailto"})
"""What links may begin with."""

_LABEL = re.compile(r"^\s*(?:\(.*\)=|\.\. _)", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>")


class Fault(NamedTuple):
    """Something on a page that may not be there.

    Attributes:
        file: Where it is written.
        line: The line, from 1.
        subtype: The name by which `suppress_warnings` knows it, after "handbook.".
        message: What is wrong and what to do.
    """

    file: str
    line: int
    subtype: str
    message: str


def faults_of(env: BuildEnvironment) -> dict[str, list[Fault]]:
    """What was found on each page when it was read, by docname."""
    if not hasattr(env, "handbook_faults"):
        env.handbook_faults = {}  # type: ignore[attr-defined]
    faults: dict[str, list[Fault]] = env.handbook_faults  # type: ignore[attr-defined]
    return faults


class WaryParser(MystParser):
    """Reads Markdown; a page that cannot be read is left empty, and a fault."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a page.

        Args:
            inputstring: Its text.
            document: Takes up what is read.
        """
        try:
            if len(inputstring) > PAGE_MAX:
                told = f"it has more than {PAGE_MAX:,} characters; make several pages of it"
            elif len(_LABEL.findall(inputstring)) > LABELS_MAX:
                told = f"it has more than {LABELS_MAX} labels; make several pages of it"
            else:
                super().parse(inputstring, document)
                if not any(len(t.astext()) > HEADING_MAX for t in document.findall(nodes.title)):
                    return
                told = f"a heading has more than {HEADING_MAX:,} characters; make it shorter"
        except RecursionError:
            told = "something on it lies too deep in other things, or includes itself"
        except Exception as error:
            logger.debug("%s", document["source"], exc_info=True)
            told = f"{type(error).__name__}: {error}"
        document.children.clear()
        super().parse("", document)  # which leaves the settings that later steps ask for
        message = f"this page cannot be read: {told}"
        env = document.settings.env
        faults = faults_of(env).setdefault(env.current_document.docname, [])
        faults.append(Fault(document["source"], 1, "unreadable", message))


class LocalTable(CSVTable):
    """A table from a file or from the page, not from an address."""

    option_spec: ClassVar = {k: v for k, v in (CSVTable.option_spec or {}).items() if k != "url"}


class Fence(EnvironmentCollector):
    """Remembers what is on each page that may not be there."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is about to be read again, or is gone."""
        del app
        faults_of(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment
    ) -> None:
        """Take over the pages that another process has read."""
        del app
        for docname in docnames & faults_of(other).keys():
            faults_of(env)[docname] = faults_of(other)[docname]

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Look through a page that has been read."""
        docname = app.env.current_document.docname
        found = list(_found_on(doctree))
        if found:
            faults_of(app.env).setdefault(docname, []).extend(found)


def _found_on(doctree: nodes.document) -> Iterator[Fault]:
    for raw in doctree.findall(nodes.raw):
        text = _COMMENT.sub("", raw.astext()).strip()
        if raw.get("format") != "html" or (text and not _BREAK.fullmatch(text)):
            # What it says may come from a file that is nobody's business: it is not shown.
            yield _fault(raw, doctree, "raw", f"write Markdown here, not {raw.get('format')}")
    for link in doctree.findall(nodes.reference):
        scheme = _scheme(str(link.get("refuri", "")))
        if scheme not in SCHEMES:
            message = f"a link may lead to a page or a mail address, not to {_shown(scheme)}"
            yield _fault(link, doctree, "scheme", message)
    for image in doctree.findall(nodes.image):
        scheme = _scheme(str(image.get("uri", "")))
        if scheme:
            message = f"a picture is a file of the handbook, not from {_shown(scheme)}"
            yield _fault(image, doctree, "scheme", message)
    for meta in doctree.findall(nodes.meta):
        if "http-equiv" in meta.attributes:
            message = f"a page gives browsers no orders: {_shown(meta['http-equiv'])}"
            yield _fault(meta, doctree, "raw", message)


def _scheme(uri: str) -> str:
    # Browsers pass over white space and control characters in and before a scheme.
    text = "".join(c for c in uri if c > " ")
    try:
        return urlsplit(text).scheme
    except ValueError:
        return text.partition(":")[0]


def _fault(node: nodes.Element, doctree: nodes.document, subtype: str, message: str) -> Fault:
    place: nodes.Element | None = node
    while place is not None and not place.line:
        place = place.parent
    line = (place.line if place is not None else None) or 1
    return Fault(str(node.source or doctree["source"]), line, subtype, message)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")  # noqa: PLR2004


def outside(env: BuildEnvironment) -> Iterator[Fault]:
    """Find the files that pages take in from elsewhere: directly, by a link, or by `..`."""
    root = Path(env.srcdir).resolve()
    for docname in sorted(env.found_docs):
        for dependency in sorted(map(str, env.dependencies.get(docname, ()))):
            path = (root / dependency).resolve()
            within = path.is_relative_to(root) and not any(
                part.startswith(".") for part in path.relative_to(root).parts
            )
            if not within:
                file, line = _mention(env, docname, PurePath(dependency).name)
                message = (
                    f"{_shown(os.path.relpath(path, root))} lies outside of the handbook, or is"
                    " hidden; put what is needed into the handbook"
                )
                yield Fault(file, line, "outside", message)


def _mention(env: BuildEnvironment, docname: str, name: str) -> tuple[str, int]:
    """Find where a file is named: on the page, or in a file that the page takes in."""
    page = str(env.doc2path(docname))
    for file in [page, *(str(Path(env.srcdir, d)) for d in sorted(env.dependencies[docname]))]:
        try:
            lines = Path(file).read_text("utf-8-sig", "replace").splitlines()
        except OSError:
            continue
        for number, line in enumerate(lines, 1):
            if name in line:
                return file, number
    return page, 1


def links(folder: Path) -> Iterator[Fault]:
    """Find symbolic links among the files of the handbook; Sphinx follows them anywhere."""
    for here, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            path = Path(here, name)
            if path.is_symlink() and not name.startswith("."):
                message = f"this is a link to {_shown(str(path.readlink()))}; put the file here"
                yield Fault(str(path), 1, "outside", message)
        folders[:] = [name for name in folders if not _is_foreign(Path(here, name))]


def _is_foreign(folder: Path) -> bool:
    """Tell whether a folder holds no source of the handbook: tools, environments, output."""
    foreign = {"_build", "_readthedocs", "node_modules", "dist"}
    hidden = folder.name.startswith(".")
    return hidden or folder.name in foreign or (folder / "pyvenv.cfg").is_file()


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> None:
    """Report what is wrong, on every build."""
    found = [fault for docname in env.found_docs for fault in faults_of(env).get(docname, ())]
    for fault in sorted({*found, *outside(env), *links(Path(app.srcdir))}):
        logger.warning(
            "%s",
            fault.message,
            location=f"{fault.file}:{fault.line}",
            type="handbook",
            subtype=fault.subtype,
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the fences."""
    app.setup_extension("myst_parser")
    app.add_source_parser(WaryParser, override=True)
    app.add_directive("csv-table", LocalTable, override=True)
    app.add_env_collector(Fence)
    app.connect("env-updated", on_env_updated)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
