"""What a build publishes: which file holds what, and where each page and permalink is.

How files are written and removed is told in `redirects`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard
from urllib.parse import quote

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from sphinx_permalinks import __version__, address, findings, survey
from sphinx_permalinks.domain import permalink_domain
from sphinx_permalinks.redirects import Content, Export, Publisher, Redirect, Retired, url

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

    from sphinx_permalinks.address import Address
    from sphinx_permalinks.findings import Finding
    from sphinx_permalinks.ledger import Entry

logger = logging.getLogger(__name__)

EXPORT = "permalinks.json"

# What may stand in a URI, and the sign of what is quoted already.
_UNQUOTED = re.compile(r"[A-Za-z0-9/_.~#-]*")
_URI_SAFE = "/#%!$&'()*+,;=:@-._~"


def is_publisher(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Tell whether a builder makes a web site: not a book, a help file, or data.

    Args:
        builder: The builder.

    Returns:
        Whether it is `html`, `dirhtml`, `singlehtml`, or the like.
    """
    return (
        isinstance(builder, StandaloneHTMLBuilder)
        and not builder.embedded
        and not hasattr(builder, "implementation")  # that of pickle or json
    )


def publish(app: Sphinx) -> Iterator[Finding]:
    """Bring the permalinks' pages in the output folder up to date.

    Args:
        app: The application. Nothing happens unless its builder makes a web site.

    Yields:
        A finding for each address at which something else lies.
    """
    builder = app.builder
    if not is_publisher(builder):
        return
    site = _Site(app, builder)
    manifest = Path(app.doctreedir) / f"permalinks-{builder.name}.json"
    publisher = Publisher(Path(app.outdir), manifest, site.output_of)
    fingerprint = site.fingerprint()
    if publisher.is_current(fingerprint):
        return
    try:
        for file, obstacle in publisher.publish(site.contents(), app.env.found_docs, fingerprint):
            yield from site.obstructed(file, obstacle)
    except OSError as error:
        # Raised, an error would make Sphinx print a traceback and ask for a bug report.
        logger.error("the permalinks are not all published: %s", error)
        app.statuscode = 1


def shown_url(app: Sphinx, docname: str, permalink: str) -> str | None:
    """Give the address that is shown on a page, and copied from it.

    Args:
        app: The application.
        docname: The page.
        permalink: Its permalink's path.

    Returns:
        A URL, relative to the page if the project does not tell its site's address; None if
        then nothing answers at the permalink.
    """
    base = app.config.permalinks_baseurl or app.config.html_baseurl
    if base:
        return f"{base.rstrip('/')}/{address.at(permalink).uri}"
    if not is_publisher(app.builder) or not app.config.permalinks_publish:
        return None
    here = app.builder.get_target_uri(docname).partition("#")[0]
    return url("", here, address.at(permalink).folder_uri)


class _Site:
    """The pages of one build, as they are found in its output."""

    def __init__(self, app: Sphinx, builder: StandaloneHTMLBuilder) -> None:
        self._env = app.env
        self._domain = permalink_domain(app.env)
        self._settlement = self._domain.settlement
        self._builder = builder
        self._config = app.config
        self._base = app.config.html_baseurl.rstrip("/")
        self._claimants: dict[str, tuple[str, str]] = {}
        self._entries: dict[str, Entry] = {}

    def fingerprint(self) -> str:
        """Give a text that differs if any of the contents do, and takes less time to make."""
        facts = (
            __version__,
            self._base,
            self._config.language,
            self._config.root_doc,
            self._config.permalinks_publish,
            self._builder.get_target_uri("-"),
        )
        return hashlib.sha256(repr(facts).encode() + self._domain.data["memory"]).hexdigest()

    def contents(self) -> dict[str, Content]:
        """Give what is to be published, by the file's path below the output folder."""
        contents: dict[str, Content] = {}
        if self._config.permalinks_publish:
            for path, docname in self._settlement.addresses.items():
                place = address.at(path)
                redirect = self._redirect(place, docname)
                if redirect.here != redirect.there:
                    contents[place.file] = redirect
                    self._claimants[place.file] = path, docname
            for entry in self._settlement.retired:
                contents[entry.address.file] = self._retired(entry)
                self._entries[entry.address.file] = entry
            contents[EXPORT] = Export(self.fingerprint(), self._exported)
        return contents

    def obstructed(self, file: str, obstacle: str) -> Iterator[Finding]:
        """Tell whom it concerns that a file could not be published.

        Args:
            file: One of those in `contents`, which has been called before.
            obstacle: What lies there, as a clause.

        Yields:
            The finding; none if a page's own output lies there.
        """
        if file in self._entries:
            source = self._config.permalinks_ledger
            yield findings.unpublished(source, self._entries[file].line, file, obstacle)
        elif file == EXPORT:
            yield findings.unpublished("conf.py", 1, file, obstacle)
        else:
            path, docname = self._claimants[file]
            if self.output_of(docname) != file:
                yield findings.reserved(survey.claim_to(self._env, docname, path), obstacle)

    def output_of(self, docname: str) -> str:
        """Give a document's file below the output folder."""
        path = Path(self._builder.get_outfilename(docname))
        return path.relative_to(self._builder.outdir).as_posix()

    def _page_uri(self, docname: str) -> str:
        """Give a document's URI below the site's root."""
        uri = self._builder.get_target_uri(docname)
        if uri.startswith("#"):  # all documents are one page
            uri = f"{self._config.root_doc}{self._builder.out_suffix}{uri}"
        return uri if _UNQUOTED.fullmatch(uri) else quote(uri, safe=_URI_SAFE)

    def _redirect(self, place: Address, docname: str) -> Redirect:
        """Make the page at a permalink or an earlier address."""
        title, language = self._domain.title(docname), self._config.language or "en"
        return Redirect(place.folder_uri, self._page_uri(docname), self._base, title, language)

    def _retired(self, entry: Entry) -> Retired:
        """Make the page at an address that was given up."""
        successor = entry.retirement and entry.retirement.successor
        found = self._domain.find(successor.path) if successor else None
        if found is None:
            return Retired(entry, None)
        target = url(self._base, entry.address.folder_uri, self._page_uri(found.docname))
        return Retired(entry, (target, found.title))

    def _exported(self) -> list[dict[str, str]]:
        """List all pages."""
        pages = []
        for docname in self._settlement.titles:
            uri = self._page_uri(docname)
            pages.append(
                {
                    "address": self._settlement.permalinks.get(docname, f"/{uri}"),
                    "docname": docname,
                    "title": self._domain.title(docname),
                    "uri": f"{self._base}/{uri}" if self._base else uri,
                }
            )
        return pages
