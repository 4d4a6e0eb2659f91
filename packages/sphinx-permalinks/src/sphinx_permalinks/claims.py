"""What each page claims (its path, permalink, earlier addresses and title), and who gets it.

The build and the check without a build make the same pages from the same source text, so
they reach the same conclusions. No Sphinx is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum

from sphinx_permalinks import address, frontmatter
from sphinx_permalinks.address import Address, InvalidAddressError
from sphinx_permalinks.frontmatter import Source, Value

_FRAGMENT_MAX = 200


@dataclass(slots=True)
class Page:
    """A page of the site with what it says about itself.

    Attributes:
        docname: Sphinx's name of the document.
        file: The page's file, relative to the source folder, with slashes.
        source: What the file says.
        heading: The first heading without markup, or "".
        is_unreadable: Whether nobody knows its permalink and its title, because its front matter
            cannot be read.
    """

    docname: str
    file: str
    source: Source
    heading: str = ""
    is_unreadable: bool = False

    @property
    def title(self) -> str:
        """The front matter's title, or else the first heading; without markup, "" if none."""
        entry = self.source.fields.get("title")
        if entry is not None and isinstance(entry.value, str | int | float | date):
            return frontmatter.plain(str(entry.value)) or self.heading
        return self.heading

    @property
    def title_line(self) -> int:
        """The line of the title."""
        value = self.source.fields.get("title") or self.source.heading
        return value.line if value else 1

    @property
    def permalink_line(self) -> int:
        """The line of the permalink; the first line if the page has none."""
        value = self.source.fields.get("permalink")
        return value.line if value else 1


class Kind(IntEnum):
    """How an address is claimed; of two claims the smaller kind wins."""

    PATH = 0  # the real file is there and cannot give way
    PERMALINK = 1
    REDIRECT_FROM = 2
    CENTRAL = 3  # the setting permalinks_redirects


@dataclass(slots=True)
class Claim:
    """One claim to one address.

    Attributes:
        kind: By what right.
        docname: The page that the address leads to; "" for another site.
        address: The address.
        file: The source file that makes the claim.
        line: Where in it, from 1.
        field: The front matter's field that makes the claim; "" if only the path does.
        text: The address as the file spells it.
        fragment: The anchor at the address, if the claim is only to that; or "".
        anchor: The anchor on the page that the address leads to, or "".
        url: The URL on another site that the address leads to, or "".
    """

    kind: Kind
    docname: str
    address: Address
    file: str
    line: int = 1
    field: str = ""
    text: str = ""
    fragment: str = ""
    anchor: str = ""
    url: str = ""

    @property
    def key(self) -> str:
        """The key by which claims compete."""
        return f"{self.address.key}#{self.fragment}" if self.fragment else self.address.key


@dataclass(slots=True)
class InvalidClaim:
    """A claim that is ignored because its address breaks a rule."""

    file: str
    line: int
    field: str
    value: object
    rule: str


@dataclass(slots=True)
class Resolution:
    """Who holds which address.

    Attributes:
        pages: The pages by docname, in docname order.
        claims: All claims to each key, the winning one first: a page's path before permalinks,
            these before earlier addresses, each in docname order.
        invalid: The claims that are ignored, in docname order.
        holders: The winning claim to each key, unless the address is reserved.
        granted: The winning claims of front matter, in docname order.
        permalinks: The permalink that each page holds, by docname.
        forwards: Where pages lead whose front matter has `redirect_to`, by docname.
        reserved_lookup: Says what reserves a key, or None.
    """

    pages: dict[str, Page]
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    invalid: list[InvalidClaim] = field(default_factory=list)
    holders: dict[str, Claim] = field(default_factory=dict)
    granted: list[Claim] = field(default_factory=list)
    permalinks: dict[str, Address] = field(default_factory=dict)
    forwards: dict[str, Claim] = field(default_factory=dict)
    reserved_lookup: Callable[[str], str | None] = lambda _key: None


def resolve(
    pages: Mapping[str, Page],
    is_ignored: Callable[[str], object],
    reserved_lookup: Callable[[str], str | None],
) -> Resolution:
    """Give each address to the claim with the best right.

    Args:
        pages: The pages by docname, in docname order.
        is_ignored: Says whether a docname's front matter is ignored. Its path is not.
        reserved_lookup: Says what reserves a key, or None. Reserved addresses go only to the
            page whose path they are.

    Returns:
        The resolution.
    """
    site = Resolution(dict(pages), reserved_lookup=reserved_lookup)
    explicit: list[Claim] = []
    for page in site.pages.values():
        path = Claim(Kind.PATH, page.docname, address.natural(page.docname), page.file)
        own = {path.key: path}
        if page.source.fields and not is_ignored(page.docname):
            for claim in _explicit(page, site.invalid):
                explicit.append(claim)
                known = own.setdefault(claim.key, claim)
                if known is path:  # stated in the front matter: it has a line of its own
                    own[claim.key] = replace(claim, kind=Kind.PATH)
        for key, claim in own.items():
            site.claims.setdefault(key, []).append(claim)
    for key, rivals in site.claims.items():
        if len(rivals) > 1:
            rivals.sort(key=lambda claim: (claim.kind, claim.docname))
        if rivals[0].kind is Kind.PATH or not reserved_lookup(rivals[0].address.key):
            site.holders[key] = rivals[0]
    for claim in explicit:
        holder = site.holders.get(claim.key)
        if holder is not None and holder.docname == claim.docname:
            site.granted.append(claim)
            if claim.kind is Kind.PERMALINK:
                site.permalinks[claim.docname] = claim.address
    return site


def _explicit(page: Page, invalid: list[InvalidClaim]) -> Iterator[Claim]:
    """Read the claims of a page's front matter; malformed ones are added to `invalid`."""
    for kind, name in ((Kind.PERMALINK, "permalink"), (Kind.REDIRECT_FROM, "redirect_from")):
        for item in _items(page.source.fields.get(name), kind):
            fragment = anchor = ""
            text = item.value
            try:
                path = text
                if kind is Kind.REDIRECT_FROM:
                    text, anchor = _with_anchor(text)
                    path, fragment = split_fragment(text) if isinstance(text, str) else (text, "")
                place = address.parse(path)
            except InvalidAddressError as error:
                invalid.append(InvalidClaim(page.file, item.line, name, item.value, str(error)))
                continue
            yield Claim(
                kind, page.docname, place, page.file, item.line, name, str(text), fragment, anchor
            )


def _items(value: Value | None, kind: Kind) -> Iterable[Value]:
    if value is None:
        return []
    if kind is Kind.REDIRECT_FROM and isinstance(value.value, list):
        return value.value
    return [value]


def _with_anchor(value: object) -> tuple[object, str]:
    """Take `/old: "#anchor"` apart: an earlier address that is now a section of the page."""
    if not isinstance(value, dict) or len(value) != 1:
        return value, ""
    ((text, anchor),) = value.items()
    if not isinstance(anchor, str) or not anchor.startswith("#"):
        raise InvalidAddressError('behind the address must be an anchor of this page, as "#goals"')
    return text, _checked_fragment(anchor[1:])


def split_fragment(text: str) -> tuple[str, str]:
    """Take `/old#section` apart into address and anchor.

    Raises:
        InvalidAddressError: The anchor could not be one.
    """
    path, sign, fragment = text.strip().partition("#")
    return path, _checked_fragment(fragment) if sign else ""


def _checked_fragment(text: str) -> str:
    if not text or len(text) > _FRAGMENT_MAX or not text.isprintable() or " " in text:
        raise InvalidAddressError(
            f"its fragment (#...) must have 1 to {_FRAGMENT_MAX} characters, without spaces"
        )
    return text
