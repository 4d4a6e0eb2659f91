"""The setting `permalinks_redirects`: redirects that are kept in one place, not on pages.

For targets that have no front matter: pages that a tool writes, and other sites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sphinx_permalinks import address, findings
from sphinx_permalinks.address import Address, InvalidAddressError
from sphinx_permalinks.claims import CENTRAL, Claim, Resolution, split_fragment
from sphinx_permalinks.common import read_regular
from sphinx_permalinks.findings import Rules

_WORDS = "write an old and a new address on each line"


@dataclass(slots=True)
class Entry:
    """One redirect as the project writes it, and where.

    Attributes:
        old: The earlier address.
        new: Where it leads.
        file: The file that says so, relative to the source folder.
        line: Where in it, from 1.
        docname: The page, if its `redirect_to` says so; or "".
        problem: What is wrong with the line, or "".
    """

    old: str
    new: str
    file: str
    line: int
    docname: str = ""
    problem: str = ""


def read(value: str | Mapping[str, str], folder: Path, confdir: Path) -> list[Entry]:
    """Read the setting: a mapping, or the name of a file with an old and a new address a line.

    Args:
        value: The setting.
        folder: The source folder.
        confdir: The folder of conf.py.
    """
    if not value:
        return []
    is_file = isinstance(value, str)
    path = folder / str(value) if is_file else confdir / "conf.py"
    name = str(value) if is_file else path.name
    try:
        lines = read_regular(path).decode("utf-8", "replace").splitlines()
    except OSError as error:
        why = f"the file cannot be read: {error.strerror}"
        return [Entry(name, "", name, 1, problem=why)] if is_file else []
    if isinstance(value, str):
        return [
            Entry(old, new, name, number, problem=_WORDS if len(rest) != 1 else "")
            for number, line in enumerate(lines, 1)
            if line.strip() and not line.lstrip().startswith("#")
            for old, *rest in [line.split()]
            for new in [" ".join(rest)]
        ]
    places = {old: [n for n, line in enumerate(lines, 1) if old in line] for old in value}
    return [Entry(old, new, name, (*places[old], 1)[0]) for old, new in value.items()]


def is_url(text: str) -> bool:
    """Whether a target is on another site."""
    return "//" in text or ":" in text.partition("/")[0]


def add(site: Resolution, rules: Rules) -> None:
    """Add central redirects, and pages' `redirect_to`, to what pages claim, which has priority."""
    forwards = [
        Entry("", str(value.value), page.file, value.line, page.docname)
        for page in site.pages.values()
        if (value := page.source.fields.get("redirect_to")) and not rules.is_ignored(page.docname)
    ]
    for entry in [*forwards, *rules.redirects]:
        try:
            found = list(_claims(site, entry, rules))
        except InvalidAddressError as error:
            field, text = ("redirect_to", entry.new) if entry.docname else (CENTRAL, entry.old)
            if rules.knows_all_pages or not isinstance(error, _NoPageError):
                site.invalid.append(findings.invalid(entry.file, entry.line, field, text, error))
            continue
        for claim in found:
            if entry.docname:
                site.forwards[entry.docname] = claim
                continue
            rivals = site.claims.setdefault(claim.key, [])
            rivals.append(claim)
            if len(rivals) == 1 and not rules.reserved_lookup(claim.address.key):
                site.holders[claim.key] = claim
                site.granted.append(claim)


class _NoPageError(InvalidAddressError):
    """No page has the target; perhaps one that only a build knows."""


def _claims(site: Resolution, entry: Entry, rules: Rules) -> Iterator[Claim]:
    if entry.problem:
        raise InvalidAddressError(entry.problem)
    if entry.docname:
        claim = _target(site, entry, address.natural(entry.docname), rules)
        if claim.docname == entry.docname:
            raise InvalidAddressError("it leads to itself")
        yield claim
    elif entry.old.endswith("/*") and entry.new.endswith("/*") and not is_url(entry.new):
        yield from _below(site, entry)
    else:
        old, fragment = split_fragment(entry.old)
        claim = _target(site, entry, address.parse(old), rules)
        if fragment and claim.url:
            raise InvalidAddressError("only a whole page can lead to another site")
        claim.fragment = fragment
        yield claim


def _target(site: Resolution, entry: Entry, place: Address, rules: Rules) -> Claim:
    claim = Claim("", place, entry.file, entry.line, CENTRAL, entry.old)
    if is_url(entry.new):
        host = address.host(entry.new)
        if not host:
            raise InvalidAddressError("it is neither an address of the site nor an https: URL")
        if host not in rules.hosts:
            raise InvalidAddressError(f"its host {host} is not in permalinks_hosts")
        claim.url = entry.new
        return claim
    path, claim.anchor = split_fragment(entry.new)
    holder = site.holders.get(address.parse(path).key)
    if holder is None or holder.field == CENTRAL:
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
                yield Claim(docname, place, entry.file, entry.line, CENTRAL, entry.old)
    if not found:
        raise _NoPageError(f"no page is below its target {entry.new}")
