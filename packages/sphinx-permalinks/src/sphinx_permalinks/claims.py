"""What each page claims: its permalink, its earlier addresses, its path, its title.

Claims are read from Sphinx's environment or from a source file; what follows from them is
the same. No Sphinx is imported here.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import IntEnum
from typing import NamedTuple, Protocol

from sphinx_permalinks import address, frontmatter
from sphinx_permalinks.address import Address, InvalidAddressError
from sphinx_permalinks.frontmatter import Entry, Source

# What a file says of its page if it cannot be read.
NOTHING = Source({}, None)


class Files(Protocol):
    """The files that pages are written in. Asked only where there is something to tell."""

    def name(self, docname: str) -> str:
        """Give a page's file, relative to the source folder, with slashes."""

    def source(self, docname: str) -> Source:
        """Read what a page's file says of it; `NOTHING` if it cannot be read."""


class Page(NamedTuple):
    """A page of the site with what it says of itself.

    Attributes:
        docname: Sphinx's name of the document.
        files: Where it is written.
        fields: The front matter's fields that this package uses. A line of 0 is not known yet.
        heading: The first heading without markup, or "".
        heading_line: Where that is; 0 if it is not known yet.
    """

    docname: str
    files: Files
    fields: Mapping[str, Entry]
    heading: str = ""
    heading_line: int = 0

    @property
    def source(self) -> str:
        """The page's file, relative to the source folder, with slashes."""
        return self.files.name(self.docname)

    @property
    def title(self) -> str:
        """The front matter's title, or else the first heading; without markup, "" if none."""
        entry = self.fields.get("title")
        if entry is not None and isinstance(entry.value, str | int | float | date):
            return frontmatter.plain(str(entry.value)) or self.heading
        return self.heading

    def line_of(self, field: str, index: int = 0) -> int:
        """Find the line on which a field of the front matter begins.

        Args:
            field: The field's name. For "title" the heading counts where there is no field.
            index: Which item of a `redirect_from` list is meant.

        Returns:
            The line, from 1; 1 if the field is nowhere in the file.
        """
        entry = self.fields.get(field)
        known = self.heading_line if entry is None and field == "title" else 0
        if entry is not None:
            known = _item(entry, index).line
        if known:
            return known
        source = self.files.source(self.docname)
        entry = source.fields.get(field) or (source.heading if field == "title" else None)
        return _item(entry, index).line if entry else 1


def _item(entry: Entry, index: int) -> Entry:
    if isinstance(entry.value, list) and index < len(entry.value):
        item = entry.value[index]
        if isinstance(item, Entry):
            return item
    return entry


class Kind(IntEnum):
    """How an address is claimed; of two claims the smaller kind has the better right."""

    PATH = 0  # the real file lies there and cannot give way
    PERMALINK = 1
    REDIRECT_FROM = 2


class Claim(NamedTuple):
    """One page's claim to one address.

    Attributes:
        kind: By what right.
        page: Whose.
        address: To what.
        field: The front matter's field that makes the claim; "" if only the path does.
        item: Which one, if that field is a list.
    """

    kind: Kind
    page: Page
    address: Address
    field: str = ""
    item: int = 0

    @property
    def line(self) -> int:
        """Where the claim is made, from 1; a page's path is claimed by its first line."""
        return self.page.line_of(self.field, self.item) if self.field else 1


class Refusal(NamedTuple):
    """A claim that is none, since the address is malformed."""

    page: Page
    field: str
    item: int
    value: object
    rule: str


class Claims(NamedTuple):
    """All claims of a site.

    Attributes:
        pages: The pages, in docname order.
        by_key: Of each page one claim to each address, the one with the best right first: a
            page's path before permalinks, these before earlier addresses, each in docname order.
        explicit: What each page's front matter claims, by docname.
        refused: The malformed ones, in docname order.
    """

    pages: list[Page]
    by_key: dict[str, list[Claim]]
    explicit: dict[str, list[Claim]]
    refused: list[Refusal]


class Grants(NamedTuple):
    """Who holds which address.

    Attributes:
        holders: The docname of the page that each address leads to, by key.
        permalinks: The permalink that each page holds, by docname.
        explicit: Every claim of front matter that is granted, in docname order.
    """

    holders: dict[str, str]
    permalinks: dict[str, Address]
    explicit: list[Claim]


def parse(source: str, text: str) -> Source:
    """Read a source file's fields by its kind.

    Args:
        source: The file's name.
        text: Its content.

    Returns:
        The fields and the first heading; none for kinds that have no front matter.

    Raises:
        FrontMatterError: If the front matter cannot be read.
    """
    if source.endswith((".md", ".markdown", ".myst")):
        return frontmatter.parse_markdown(text)
    if source.endswith((".rst", ".rest", ".txt")):
        return frontmatter.parse_restructuredtext(text)
    return Source({}, None)


def from_source(docname: str, files: Files, source: Source) -> Page:
    """Take what a page says of itself from its file.

    Args:
        docname: Sphinx's name of the document.
        files: Where it is written.
        source: What the file says.

    Returns:
        The page, with lines.
    """
    if source.heading is None:
        return Page(docname, files, source.fields)
    return Page(docname, files, source.fields, str(source.heading.value), source.heading.line)


def from_metadata(docname: str, files: Files, metadata: Mapping[str, object], heading: str) -> Page:
    """Take what a page says of itself from what Sphinx has kept of it.

    Sphinx and MyST keep strings only: a list as JSON, a number as digits, an empty field as
    "null". Where that leaves more than one reading, the file is asked.

    Args:
        docname: Sphinx's name of the document.
        files: Where it is written.
        metadata: `env.metadata[docname]`.
        heading: The text of `env.titles[docname]`, or "" if the page has no heading.

    Returns:
        The page, mostly without lines.
    """
    fields: dict[str, Entry] = {}
    for name in frontmatter.FIELDS:
        if name in metadata:
            value = _unflattened(name, metadata[name])
            if value is None:
                fields = _reread(metadata, files.source(docname))
                break
            fields[name] = Entry(value, 0)
    return Page(docname, files, fields, heading)


def _unflattened(name: str, value: object) -> object:
    """Give a metadata string's value, or None where only the file can tell."""
    if not isinstance(value, str):
        return None
    if name == "title":
        return None if value == "null" or value.startswith(("[", "{")) else value
    if name == "redirect_from" and value.startswith('["/'):
        with contextlib.suppress(ValueError):
            return [Entry(item, 0) for item in json.loads(value)]
    # White space may part several addresses, but only in reStructuredText.
    several = name == "redirect_from" and " " in value
    return value if value.startswith("/") and "\n" not in value and not several else None


def _reread(metadata: Mapping[str, object], file: Source) -> dict[str, Entry]:
    return {
        name: file.fields.get(name, Entry(str(metadata[name]), 0))
        for name in frontmatter.FIELDS
        if name in metadata
    }


def explicit(page: Page, refused: list[Refusal]) -> Iterator[Claim]:
    """Read the claims of a page's front matter.

    Args:
        page: The page.
        refused: Malformed claims are added to these.

    Yields:
        The others.
    """
    for kind, field in ((Kind.PERMALINK, "permalink"), (Kind.REDIRECT_FROM, "redirect_from")):
        entry = page.fields.get(field)
        if entry is None:
            continue
        items = [entry]
        if field == "redirect_from" and isinstance(entry.value, list):
            items = entry.value
        for number, item in enumerate(items):
            try:
                yield Claim(kind, page, address.parse(item.value), field, number)
            except InvalidAddressError as error:
                refused.append(Refusal(page, field, number, item.value, str(error)))


def collect(pages: Iterable[Page], is_ignored: Callable[[str], object]) -> Claims:
    """Gather the claims of all pages.

    Args:
        pages: The pages, in docname order.
        is_ignored: Says of a docname whether its front matter is left alone. Its path is not.

    Returns:
        The claims.
    """
    site = Claims(list(pages), {}, {}, [])
    contested: list[list[Claim]] = []
    for page in site.pages:
        path = Claim(Kind.PATH, page, address.natural(page.docname))
        own = {path.address.key: path}
        if page.fields and not is_ignored(page.docname):
            declared = list(explicit(page, site.refused))
            if declared:
                site.explicit[page.docname] = declared
            for claim in declared:
                known = own.setdefault(claim.address.key, claim)
                if known is path:  # declared: it has a line of its own
                    own[claim.address.key] = claim._replace(kind=Kind.PATH)
        for key, claim in own.items():
            rivals = site.by_key.setdefault(key, [])
            rivals.append(claim)
            if len(rivals) == 2:  # noqa: PLR2004
                contested.append(rivals)
    for rivals in contested:
        rivals.sort(key=lambda claim: (claim.kind, claim.page.docname))
    return site


def grant(site: Claims, is_taken: Callable[[str], object]) -> Grants:
    """Give each address to the claim with the best right.

    Args:
        site: The claims of all pages.
        is_taken: Says of an address's key whether something lies there that is no page.

    Returns:
        Who holds what. What is taken is given to no one but the page whose path it is.
    """
    holders = {
        key: rivals[0].page.docname
        for key, rivals in site.by_key.items()
        if rivals[0].kind is Kind.PATH or not is_taken(key)
    }
    granted = [
        claim
        for docname, claims in site.explicit.items()
        for claim in claims
        if holders.get(claim.address.key) == docname
    ]
    permalinks = {
        claim.page.docname: claim.address for claim in granted if claim.field == "permalink"
    }
    return Grants(holders, permalinks, granted)
