"""Publishes permalinks: small pages in the output folder, and the list permalinks.json.

Nothing is written outside the output folder, and no file that something else has written is
touched: a mark in each file says whether it is ours.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from sphinx_permalinks import __version__, address, findings
from sphinx_permalinks.address import Address, encoded
from sphinx_permalinks.common import write_atomically
from sphinx_permalinks.domain import permalink_domain
from sphinx_permalinks.redirects import (
    GENERATOR,
    HEAD,
    MARKS,
    SCRIPT,
    SCRIPT_TEXT,
    redirect_page,
    relative_url,
    retired_page,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

    from sphinx_permalinks.claims import Claim
    from sphinx_permalinks.findings import Finding
    from sphinx_permalinks.ledger import Entry

logger = logging.getLogger(__name__)

EXPORT = "permalinks.json"


def is_web_builder(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Whether a builder makes a web site (`html`, `dirhtml`, ...): not a book, help, or data."""
    return (
        isinstance(builder, StandaloneHTMLBuilder)
        and not builder.embedded
        and not hasattr(builder, "implementation")  # that of pickle or json
    )


def _notes(app: Sphinx, kind: str) -> Path:
    """Name a file of notes on this output folder; several may share Sphinx's own notes."""
    folder = hashlib.sha256(os.fsencode(app.outdir)).hexdigest()[:16]
    return Path(app.doctreedir) / f"permalinks-{folder}.{kind}"


def unfinished(app: Sphinx) -> Path:
    """Name the file that is there from when a build has read the pages until all is written."""
    return _notes(app, "unfinished")


def publish(app: Sphinx) -> Iterator[Finding]:
    """Bring the permalinks' pages in the output folder up to date, if the output is a web site.

    Yields:
        A finding for each address at which there is something else.
    """
    if not is_web_builder(app.builder):
        return
    site = _Site(app, app.builder)
    inputs = site.inputs()
    output = _Output(Path(app.outdir), _notes(app, "json"))
    if output.is_current(inputs):
        return
    written: set[str] = set()
    try:
        for file, text, worded in site.wanted():
            if file in site.files or file in written:
                continue
            written.add(file)
            try:
                output.write(file, text())  # all texts together would fill the memory
            except _ObstacleError as obstacle:
                inputs = ""  # so that the next build reports it, too
                if worded is not None:
                    yield worded(str(obstacle))
        output.clean(written, site.files, inputs)
    except OSError as error:
        # Raised, an error would make Sphinx print a traceback and ask for a bug report.
        logger.error("the permalinks are not all published: %s", error)
        app.statuscode = 1


def shown_url(app: Sphinx, here: str, permalink: Address) -> str | None:
    """Give the address that is shown on a page, and copied from it.

    It is relative to the page if the project does not say the site's address, and None if then
    nothing answers at the permalink.
    """
    base = app.config.permalinks_baseurl or app.config.html_baseurl
    if base:
        return f"{base.rstrip('/')}/{permalink.uri}"
    if not is_web_builder(app.builder) or not app.config.permalinks_publish:
        return None
    return relative_url(here, permalink.folder_uri)


def page_uri(app: Sphinx, docname: str) -> str:
    """Give a document's URI below the site's root."""
    uri = app.builder.get_target_uri(docname)
    if uri.startswith("#"):  # all documents are one page
        suffix = getattr(app.builder, "out_suffix", ".html")
        uri = f"{app.config.root_doc}{suffix}{uri}"
    path, sign, fragment = uri.partition("#")
    return f"{encoded(path)}{sign}{fragment}"


def moved_sections(app: Sphinx, place: Address, here: str) -> dict[str, str]:
    """Give relative URLs for the sections of an address that pages elsewhere have now."""
    claims = permalink_domain(app.env).moved_sections.get(f"{place.key}#", ())
    return {f"#{c.fragment}": relative_url(here, page_uri(app, c.docname)) for c in claims}


def target_uri(app: Sphinx, claim: Claim) -> str:
    """Give the URI of what a claim leads to: below the site's root, or on another site."""
    if claim.url:
        return claim.url
    uri = page_uri(app, claim.docname)
    return f"{uri.partition('#')[0]}#{claim.anchor}" if claim.anchor else uri


def target_url(app: Sphinx, claim: Claim, here: str) -> str:
    """Give the URL of what a claim leads to, as a page links to it."""
    return claim.url or relative_url(here, target_uri(app, claim))


# Makes the finding for a file whose place something else has taken.
_Worded = Callable[[str], "Finding"]


class _Site:
    """The permalinks of one build, and the files that they need in its output."""

    def __init__(self, app: Sphinx, builder: StandaloneHTMLBuilder) -> None:
        self._app = app
        self._builder = builder
        self._domain = permalink_domain(app.env)
        ledger = self._domain.rules.ledger
        self._recorded = [entry for entry in ledger.entries if not entry.fragment]
        self._retired = ledger.retired

    @cached_property
    def files(self) -> set[str]:
        """The files of the pages."""
        return {self._file_of(docname) for docname in self._domain.site.pages}

    def inputs(self) -> str:
        """Give everything that `wanted` depends on, as text.

        Addresses that are not granted to a claim of front matter are those of the pages' paths.
        """
        site, config, builder = self._domain.site, self._app.config, self._builder
        made_by = __version__, builder.name, builder.out_suffix
        settings = config.html_baseurl, config.language, config.permalinks_publish
        pages = [(d, page_uri(self._app, d), self._domain.title(d)) for d in site.pages]
        granted = [
            (c.field, c.address.path, c.fragment, c.docname, c.anchor, c.url) for c in site.granted
        ]
        recorded = [e.address.path for e in self._recorded]
        retired = [(k, e.retired, e.reason, self._successor(e)) for k, e in self._retired.items()]
        return repr((made_by, settings, pages, granted, recorded, retired))

    def wanted(self) -> Iterator[tuple[str, Callable[[], str], _Worded | None]]:
        """Yield files to publish, the same one perhaps again; the first time counts.

        Yields:
            Its path below the output folder, its text, and how to report that it is not written.
        """
        site, sections = self._domain.site, self._domain.moved_sections
        publishes = self._app.config.permalinks_publish
        unpublished = partial(findings.unpublished, "conf.py", 1)
        if publishes or sections:
            yield SCRIPT, lambda: SCRIPT_TEXT, partial(unpublished, SCRIPT)
        if not publishes:
            return
        granted = {claim.address: claim for claim in site.granted if not claim.fragment}
        of_sections = {
            claim.address: claim
            for claim, *_others in sections.values()
            if claim.address.key not in site.holders  # the old page is gone; its sections are not
        }
        for place, claim in [*granted.items(), *of_sections.items()]:
            text = partial(self._redirect, place, place.file, claim)
            yield place.file, text, partial(findings.reserved, claim)
        for entry in self._recorded:
            place, holder = entry.address, site.holders.get(entry.address.key)
            if holder is not None:
                # What was recorded answers at its very URL, whatever the builder is now.
                granted.setdefault(place, holder)
                for file in place.files:
                    yield file, partial(self._redirect, place, file, holder), None
            elif place.key in self._retired:
                last = self._retired[place.key]
                at = partial(findings.unpublished, self._domain.rules.ledger.file, last.line)
                for file in last.address.files:
                    worded = partial(at, file) if file == last.address.file else None
                    yield file, partial(self._retire, last, file), worded
        yield EXPORT, partial(self._exported, granted), partial(unpublished, EXPORT)

    def _file_of(self, docname: str) -> str:
        file = str(self._builder.get_outfilename(docname))
        return file.removeprefix(str(self._builder.outdir)).lstrip("/\\").replace("\\", "/")

    def _redirect(self, place: Address, file: str, claim: Claim) -> str:
        here = encoded(file.removesuffix("index.html"))
        uri = target_uri(self._app, claim)
        target = target_url(self._app, claim, here)
        return redirect_page(
            target,
            canonical=self._absolute(uri) if self._app.config.html_baseurl else target,
            title=claim.url or self._domain.title(claim.docname),
            language="en" if claim.url else self._app.config.language or "en",
            script=relative_url(here, SCRIPT),
            sections={} if claim.url else moved_sections(self._app, place, here),
        )

    def _retire(self, entry: Entry, file: str) -> str:
        found = self._successor(entry)
        if found is not None and found[0] != found[1]:
            found = relative_url(encoded(file), found[0]), found[1]
        return retired_page(entry, found)

    def _successor(self, entry: Entry) -> tuple[str, str] | None:
        """Give the URI and the title of what to read instead; of another site, its URL for both."""
        successor = entry.successor
        if isinstance(successor, Address):
            found = self._domain.find(successor.path)
            return (page_uri(self._app, found.docname), found.title) if found else None
        is_allowed = successor and address.host(successor) in self._domain.rules.hosts
        return (successor, successor) if successor and is_allowed else None

    def _exported(self, places: dict[Address, Claim]) -> str:
        """List all pages, redirects and retired addresses as JSON."""
        site = self._domain.site
        uris = {docname: page_uri(self._app, docname) for docname in site.pages}
        lists = {
            "pages": [
                {
                    "address": site.permalinks.get(docname, address.at(f"/{uri}")).path,
                    "docname": docname,
                    "title": self._domain.title(docname),
                    "uri": self._absolute(uri),
                }
                for docname, uri in uris.items()
            ],
            "redirects": [
                {"address": place.path, "uri": self._absolute(target_uri(self._app, claim))}
                for place, claim in places.items()
                if place.file not in self.files
            ],
            "retired": [
                {
                    "address": entry.address.path,
                    "retired": entry.retired,
                    "reason": entry.reason,
                    "successor": self._absolute(found[0]) if found else "",
                }
                for entry in self._recorded
                for found in [self._successor(entry)]
                if entry.retired and entry.address.key not in site.holders
            ],
        }
        return json.dumps({"generator": GENERATOR, "version": 1, **lists}) + "\n"

    def _absolute(self, uri: str) -> str:
        base = self._app.config.html_baseurl.rstrip("/")
        return f"{base}/{uri}" if base and "://" not in uri else uri


class _Output:
    """The output folder, of which this package may change only its own files.

    Args:
        outdir: The output folder.
        manifest: Where to note from one build to the next which files there are.
    """

    def __init__(self, outdir: Path, manifest: Path) -> None:
        self._outdir = outdir
        self._root = outdir.resolve()
        self._manifest = manifest
        self._before = self._load()
        self._pages_before = set(self._before["pages"])
        self._inside: dict[Path, bool] = {}

    def is_current(self, inputs: str) -> bool:
        """Whether the files are as the last build left them, and made from the same."""
        state = self._state(inputs, self._before["files"])
        return bool(state) and state == self._before["state"]

    def _state(self, inputs: str, files: list[str]) -> str:
        """Digest what the files are made from, and their sizes and times; "" if one is gone."""
        folder = f"{self._outdir}/"  # without pathlib, which takes longer than the rest
        try:
            found = [os.lstat(folder + file) for file in files]
        except (OSError, ValueError):
            return ""
        states = [(status.st_mode, status.st_size, status.st_mtime_ns) for status in found]
        return hashlib.sha256(repr((inputs, states)).encode()).hexdigest()

    def write(self, file: str, text: str) -> None:
        """Write a file, unless it holds the same already.

        Raises:
            _ObstacleError: Something that is not ours is there.
            OSError: The output folder cannot be written to.
        """
        content = text.encode("utf-8", "xmlcharrefreplace")
        try:
            if self._is_current(f"{self._outdir}/{file}", content, file in self._pages_before):
                return
            path = self._outdir / file
            if not self._is_inside(path.parent):
                raise _ObstacleError("a link leads out of the output folder there")
            write_atomically(path, content)
        except (NotADirectoryError, FileExistsError):
            raise _ObstacleError("a part of it is a file of the output") from None
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise _ObstacleError("its name is too long for the output folder") from None

    def clean(self, wanted: Iterable[str], pages: set[str], inputs: str) -> None:
        """Remove what an earlier build has published and this one has not.

        Args:
            wanted: The files that this build has published.
            pages: The files of its documents, below the output folder.
            inputs: What the files are made from; "" if one could not be written.
        """
        files = sorted(wanted)
        for file in set(self._before["files"]).difference(files):
            self._remove(file)
        # Sphinx keeps the output of removed pages; it must not keep a page that has moved
        # from being found at its old address.
        kept = sorted(pages.union(self._before["pages"]))
        now = {"files": files, "pages": kept, "state": self._state(inputs, files)}
        if now != self._before:
            write_atomically(self._manifest, json.dumps(now).encode())

    def _load(self) -> dict[str, Any]:
        """Read the manifest; what cannot be used counts for nothing."""
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
            before = json.loads(self._manifest.read_bytes())
            lists = [before["files"], before["pages"], [before["state"]]]
            if all(isinstance(name, str) for names in lists for name in names):
                return dict(before)
        return {"files": [], "pages": [], "state": ""}

    def _is_current(self, name: str, content: bytes, was_page: bool) -> bool:
        try:  # without pathlib, which takes longer than the rest for each of thousands of files
            status = os.lstat(name)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(status.st_mode):
            raise _ObstacleError("a folder or a link of the output is there")
        if status.st_size == len(content):
            with open(name, "rb", buffering=0) as file:  # noqa: PTH123
                if file.read() == content:
                    return True
        if not (was_page or _is_ours(Path(name))):
            raise _ObstacleError("another file of the output is there")
        return False

    def _remove(self, file: str) -> None:
        """Remove a file that was published before, if it is still ours, and empty folders."""
        path = self._outdir / file
        # A folder that is not empty ends this, and so does a manifest of nonsense.
        with contextlib.suppress(OSError, ValueError):
            is_file = stat.S_ISREG(path.lstat().st_mode)
            if not (is_file and self._is_inside(path.parent) and _is_ours(path)):
                return
            path.unlink()
            for folder in path.parents:
                if not self._is_inside(folder) or folder.resolve() == self._root:
                    return
                folder.rmdir()

    def _is_inside(self, folder: Path) -> bool:
        """Whether a folder, which need not exist, is inside the output folder."""
        if folder not in self._inside:
            self._inside[folder] = folder.resolve().is_relative_to(self._root)
        return self._inside[folder]


class _ObstacleError(Exception):
    """Something that is not ours is where a file is to be written. The message says what."""


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(HEAD)
    return any(mark in head for mark in MARKS)
