"""The setting `permalinks_redirects`: redirects that are kept in one place, not on pages.

For targets that have no front matter: pages that a tool writes, and other sites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sphinx_permalinks import address
from sphinx_permalinks.address import Address, InvalidAddressError
from sphinx_permalinks.claims import Claim, InvalidClaim, Kind, Resolution, split_fragment
from sphinx_permalinks.common import read_regular

FIELD = "permalinks_redirects"


@dataclass(slots=True)
class Entry:
    """One redirect as the project writes it, and where."""

    old: str
    new: str
    file: str
    line: int


def read(value: str | Mapping[str, str], folder: Path, confdir: Path) -> list[Entry]:
    """Read the setting: a mapping, or the name of a file with an old and a new address a line.

    Args:
        value: The setting.
        folder: The source folder.
        confdir: The folder of conf.py.
    """
    if not value:
        return []
    name = value if isinstance(value, str) else "conf.py"
    try:
        lines = read_regular((folder if isinstance(value, str) else confdir) / name)
        text = lines.decode("utf-8", "replace").splitlines()
    except OSError as error:
        return [Entry(f"{name}: {error.strerror}", "", name, 1)] if isinstance(value, str) else []
    if isinstance(value, str):
        numbered = [(n, line.split()) for n, line in enumerate(text, 1)]
        return [
            Entry(words[0], " ".join(words[1:]), name, number)
            for number, words in numbered
            if words and not words[0].startswith("#")
        ]
    places = {old: [n for n, line in enumerate(text, 1) if old in line] for old in value}
    return [Entry(old, new, name, (*places[old], 1)[0]) for old, new in value.items()]


def allowed_url(text: str, hosts: Set[str]) -> str:
    """Give a URL of another site back if its host is allowed.

    Raises:
        InvalidAddressError: It is not such a URL.
    """
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        raise InvalidAddressError("it is not a URL") from None
    if parts.scheme not in {"https", "http"} or not text.isprintable() or " " in text:
        raise InvalidAddressError("it is neither an address of the site nor an https: URL")
    if host not in hosts:
        raise InvalidAddressError(f"its host {host} is not in permalinks_hosts")
    return text


def is_url(text: str) -> bool:
    """Whether a target is on another site."""
    return "//" in text or ":" in text.partition("/")[0]


def add(site: Resolution, entries: list[Entry], hosts: Set[str], *, knows_all: bool) -> None:
    """Add central redirects, and pages' `redirect_to`, to a resolution. Claims of pages win.

    Args:
        site: What the pages themselves claim.
        entries: What `read` gives.
        hosts: The setting `permalinks_hosts`.
        knows_all: Whether a target that no known page has is wrong for sure.
    """
    for page in site.pages.values():
        value = page.source.fields.get("redirect_to")
        if value is not None:
            entry = Entry(f"/{page.docname}", str(value.value), page.file, value.line)
            with _reported(site, entry, "redirect_to", entry.new, knows_all):
                claim = _target(site, entry, address.natural(page.docname), hosts)
                if claim.docname == page.docname:
                    raise InvalidAddressError("it leads to itself")
                site.forwards[page.docname] = claim
    for entry in entries:
        with _reported(site, entry, FIELD, entry.old, knows_all):
            for claim in list(_claims(site, entry, hosts)):
                rivals = site.claims.setdefault(claim.key, [])
                rivals.append(claim)
                if len(rivals) == 1 and not site.reserved_lookup(claim.address.key):
                    site.holders[claim.key] = claim
                    site.granted.append(claim)


class _NoPageError(InvalidAddressError):
    """No page has the target; perhaps one that only a build knows."""


@contextmanager
def _reported(
    site: Resolution, entry: Entry, field: str, shown: str, knows_all: bool
) -> Iterator[None]:
    try:
        yield
    except InvalidAddressError as error:
        if knows_all or not isinstance(error, _NoPageError):
            site.invalid.append(InvalidClaim(entry.file, entry.line, field, shown, str(error)))


def _claims(site: Resolution, entry: Entry, hosts: Set[str]) -> Iterator[Claim]:
    if entry.old.endswith("/*") and entry.new.endswith("/*") and not is_url(entry.new):
        yield from _below(site, entry)
        return
    old, fragment = split_fragment(entry.old)
    claim = _target(site, entry, address.parse(old), hosts)
    if fragment and claim.url:
        raise InvalidAddressError("only a whole page can lead to another site")
    claim.fragment = fragment
    yield claim


def _target(site: Resolution, entry: Entry, place: Address, hosts: Set[str]) -> Claim:
    claim = Claim(Kind.CENTRAL, "", place, entry.file, entry.line, FIELD, entry.old)
    if is_url(entry.new):
        claim.url = allowed_url(entry.new, hosts)
        return claim
    path, claim.anchor = split_fragment(entry.new)
    holder = site.holders.get(address.parse(path).key)
    if holder is None or holder.kind is Kind.CENTRAL:
        raise _NoPageError(f"no page has its target {entry.new}")
    claim.docname = holder.docname
    return claim


def _below(site: Resolution, entry: Entry) -> Iterator[Claim]:
    """Expand `/old/*` to `/new/*` for the pages that exist below `/new`, so nothing loops."""
    old, new = (address.parse(text[:-1]).path for text in (entry.old, entry.new))
    found = False
    for docname in site.pages:
        path = address.natural(docname).path
        if path == new or path.startswith(f"{new.rstrip('/')}/"):
            found = True
            place = address.at(f"{old.rstrip('/')}{path[len(new.rstrip('/')) :]}" or "/")
            if place.key not in site.claims:  # a real page, or one that says so itself, wins
                yield Claim(Kind.CENTRAL, docname, place, entry.file, entry.line, FIELD, entry.old)
    if not found:
        raise _NoPageError(f"no page is below its target {entry.new}")
