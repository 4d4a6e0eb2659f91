"""What each page claims (its path, permalink, earlier addresses and title), and who gets it.

The build and the check without a build make the same pages from the same source text, so
they reach the same conclusions. No Sphinx is imported here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from sphinx_permalinks import address, findings, frontmatter
from sphinx_permalinks.address import Address, InvalidAddressError
from sphinx_permalinks.findings import Finding, Rules
from sphinx_permalinks.frontmatter import Source, Value

CENTRAL = "permalinks_redirects"
# What claims an address, from the best right to the least: a page's place among the files cannot
# give way.
_RIGHTS = ("", "permalink", "redirect_from", CENTRAL)
_FRAGMENT_MAX = 200


@dataclass(slots=True)
class Page:
    """A page of the site with what it says about itself.

    Attributes:
        docname: Sphinx's name of the document.
        file: The page's file, relative to the source folder, with slashes.
        source: What the file says.
        heading: The first heading without markup, or "".
        problem: Why nobody knows its permalink and its title, if its front matter cannot be read.
    """

    docname: str
    file: str
    source: Source = field(default_factory=lambda: Source({}))
    heading: str = ""
    problem: Finding | None = None

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
        return (self.source.fields.get("title") or self.source.heading or Value("", 1)).line

    @property
    def permalink_line(self) -> int:
        """The line of the permalink; the first line if the page has none."""
        return self.source.fields.get("permalink", Value("", 1)).line


@dataclass(slots=True)
class Claim:
    """One claim to one address.

    Attributes:
        docname: The page that the address leads to; "" for another site.
        address: The address.
        file: The source file that makes the claim.
        line: Where in it, from 1.
        field: The field of front matter, or the setting, that makes the claim; "" if only the
            page's path does.
        text: The address as the file spells it.
        fragment: The anchor at the address, if the claim is only to that; or "".
        anchor: The anchor on the page that the address leads to, or "".
        url: The URL on another site that the address leads to, or "".
        is_path: Whether the address is that of the page's file.
    """

    docname: str
    address: Address
    file: str
    line: int = 1
    field: str = ""
    text: str = ""
    fragment: str = ""
    anchor: str = ""
    url: str = ""
    is_path: bool = False

    @property
    def right(self) -> tuple[int, str]:
        """What decides between rivals; the least wins."""
        return (0 if self.is_path else _RIGHTS.index(self.field)), self.docname

    @property
    def key(self) -> str:
        """The key by which claims compete."""
        return f"{self.address.key}#{self.fragment}" if self.fragment else self.address.key


@dataclass(slots=True)
class Resolution:
    """Who holds which address.

    Attributes:
        pages: The pages by docname, in docname order.
        claims: All claims to each key, the winning one first: a page's path before permalinks,
            these before earlier addresses, each in docname order.
        invalid: The claims that are ignored because their address breaks a rule.
        holders: The winning claim to each key, unless the address is reserved.
        granted: The winning claims of front matter, in docname order.
        permalinks: The permalink that each page holds, by docname.
        forwards: Where pages lead whose front matter has `redirect_to`, by docname.
    """

    pages: dict[str, Page]
    claims: dict[str, list[Claim]] = field(default_factory=dict)
    invalid: list[Finding] = field(default_factory=list)
    holders: dict[str, Claim] = field(default_factory=dict)
    granted: list[Claim] = field(default_factory=list)
    permalinks: dict[str, Address] = field(default_factory=dict)
    forwards: dict[str, Claim] = field(default_factory=dict)


def resolve(pages: dict[str, Page], rules: Rules) -> Resolution:
    """Give each address to the claim with the best right, by docname if several have it.

    Reserved addresses go only to the page whose path they are. Of an ignored page only the path
    counts.
    """
    site = Resolution(pages)
    explicit: list[Claim] = []
    for page in site.pages.values():
        path = Claim(page.docname, address.natural(page.docname), page.file, is_path=True)
        own = {path.key: path}
        if page.source.fields and not rules.is_ignored(page.docname):
            for claim in _explicit(page, site.invalid):
                explicit.append(claim)
                if own.setdefault(claim.key, claim) is path:  # now it has a line of its own
                    own[claim.key] = replace(claim, is_path=True)
        for key, claim in own.items():
            site.claims.setdefault(key, []).append(claim)
    for key, rivals in site.claims.items():
        if len(rivals) > 1:
            rivals.sort(key=lambda claim: claim.right)
        if rivals[0].is_path or not rules.reserved_lookup(rivals[0].address.key):
            site.holders[key] = rivals[0]
    for claim in explicit:
        holder = site.holders.get(claim.key)
        if holder is not None and holder.docname == claim.docname:
            site.granted.append(claim)
            if claim.field == "permalink":
                site.permalinks[claim.docname] = claim.address
    return site


def _explicit(page: Page, invalid: list[Finding]) -> Iterator[Claim]:
    """Read the claims of a page's front matter; malformed ones are added to `invalid`."""
    for name in ("permalink", "redirect_from"):
        for item in _items(page.source.fields.get(name), name):
            fragment = anchor = ""
            path = text = item.value
            try:
                if name == "redirect_from":
                    text, anchor = _with_anchor(text)
                    path, fragment = split_fragment(text) if isinstance(text, str) else (text, "")
                place = address.parse(path)
            except InvalidAddressError as error:
                invalid.append(findings.invalid(page.file, item.line, name, item.value, error))
                continue
            where = page.docname, place, page.file, item.line
            yield Claim(*where, name, str(text), fragment, anchor)


def _items(value: Value | None, name: str) -> Iterable[Value]:
    if value is not None and name == "redirect_from" and isinstance(value.value, list):
        return value.value
    return [value] if value else []


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
