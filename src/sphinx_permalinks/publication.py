"""What a build publishes: which file holds what, and where each page and permalink is.

How files are written and removed is told in `redirects`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard
from urllib.parse import quote

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from sphinx_permalinks import findings
from sphinx_permalinks.domain import permalink_domain
from sphinx_permalinks.redirects import Content, Export, Publisher, Redirect, Retired, url

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

    from sphinx_permalinks.address import Address
    from sphinx_permalinks.claims import Claim
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
    contents: dict[str, Content] = {}
    claims: dict[str, Claim] = {}
    entries: dict[str, Entry] = {}
    if app.config.permalinks_publish:
        for claim in site.domain.grants.explicit:
            redirect = site.redirect(claim)
            if redirect.here != redirect.there:
                contents[claim.address.file] = redirect
                claims[claim.address.file] = claim
        for entry in site.domain.retired():
            contents[entry.address.file] = site.retired(entry)
            entries[entry.address.file] = entry
        contents[EXPORT] = site.export()
    try:
        for file, obstacle in publisher.publish(contents, app.env.found_docs):
            if file in entries:
                source = app.config.permalinks_ledger
                yield findings.unpublished(source, entries[file].line, file, obstacle)
            elif file == EXPORT:
                yield findings.unpublished("conf.py", 1, file, obstacle)
            elif site.output_of(claims[file].page.docname) != file:
                yield findings.reserved(claims[file], obstacle)
    except OSError as error:
        # Raised, an error would make Sphinx print a traceback and ask for a bug report.
        logger.error("the permalinks are not all published: %s", error)
        app.statuscode = 1


def shown_url(app: Sphinx, docname: str, permalink: Address) -> str | None:
    """Give the address that is shown on a page, and copied from it.

    Args:
        app: The application.
        docname: The page.
        permalink: Its permalink.

    Returns:
        A URL, relative to the page if the project does not tell its site's address; None if
        then nothing answers at the permalink.
    """
    base = app.config.permalinks_baseurl or app.config.html_baseurl
    if base:
        return f"{base.rstrip('/')}/{permalink.uri}"
    if not is_publisher(app.builder) or not app.config.permalinks_publish:
        return None
    here = app.builder.get_target_uri(docname).partition("#")[0]
    return url("", here, permalink.folder_uri)


class _Site:
    """The pages of one build, as they are found in its output."""

    def __init__(self, app: Sphinx, builder: StandaloneHTMLBuilder) -> None:
        self.domain = permalink_domain(app.env)
        self._builder = builder
        self._config = app.config
        self._base = app.config.html_baseurl.rstrip("/")

    def output_of(self, docname: str) -> str:
        """Give a document's file below the output folder."""
        path = Path(self._builder.get_outfilename(docname))
        return path.relative_to(self._builder.outdir).as_posix()

    def page_uri(self, docname: str) -> str:
        """Give a document's URI below the site's root."""
        uri = self._builder.get_target_uri(docname)
        if uri.startswith("#"):  # all documents are one page
            uri = f"{self._config.root_doc}{self._builder.out_suffix}{uri}"
        return uri if _UNQUOTED.fullmatch(uri) else quote(uri, safe=_URI_SAFE)

    def redirect(self, claim: Claim) -> Redirect:
        """Make the page at a permalink or an earlier address."""
        docname = claim.page.docname
        here, there = claim.address.folder_uri, self.page_uri(docname)
        language = self._config.language or "en"
        return Redirect(here, there, self._base, self.domain.title(docname), language)

    def retired(self, entry: Entry) -> Retired:
        """Make the page at an address that was given up."""
        successor = entry.retirement and entry.retirement.successor
        found = self.domain.find(successor.path) if successor else None
        if found is None:
            return Retired(entry, None)
        target = url(self._base, entry.address.folder_uri, self.page_uri(found.docname))
        return Retired(entry, (target, found.title))

    def export(self) -> Export:
        """Make the list of all pages."""
        permalinks = self.domain.grants.permalinks
        docnames = [page.docname for page in self.domain.claims.pages]
        facts = [self._base, self._builder.get_target_uri("-"), *docnames]
        facts += [self.domain.title(docname) for docname in docnames]
        facts += [f"{docname} {permalink.path}" for docname, permalink in permalinks.items()]
        fingerprint = str(zlib.crc32("\n".join(facts).encode()))
        return Export(fingerprint, lambda: list(map(self._exported, docnames)))

    def _exported(self, docname: str) -> dict[str, str]:
        uri = self.page_uri(docname)
        permalink = self.domain.grants.permalinks.get(docname)
        return {
            "address": permalink.path if permalink else f"/{uri}",
            "docname": docname,
            "title": self.domain.title(docname),
            "uri": f"{self._base}/{uri}" if self._base else uri,
        }
