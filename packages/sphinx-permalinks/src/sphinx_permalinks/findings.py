"""What is wrong with a site's permalinks, in words. Each finding is worded here and nowhere else.

Pure: no Sphinx, no file system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from sphinx_permalinks import address, ledger
from sphinx_permalinks.address import Address, mixed_scripts, natural, skeleton
from sphinx_permalinks.common import LISTED_MAX, listed, printable, quoted
from sphinx_permalinks.frontmatter import FrontMatterError
from sphinx_permalinks.ledger import Entry, Ledger

if TYPE_CHECKING:
    from sphinx_permalinks import central
    from sphinx_permalinks.claims import Claim, Page, Resolution


NO_PAGE, NO_ANCHOR = "no page has this address", "the page has no such anchor"
SHOW_ALL = "`python -m sphinx_permalinks check --format json`"


class Subtype(Enum):
    """The kinds of findings, as `suppress_warnings` names them after "permalinks."."""

    DUPLICATE_PERMALINK = "duplicate_permalink"
    """Two pages claim one address, or one page overwrites another."""
    DUPLICATE_TITLE = "duplicate_title"
    """Two pages have one title."""
    CONFUSABLE_PERMALINK = "confusable_permalink"
    """An address looks like another one, or mixes letters that look alike."""
    INVALID_PERMALINK = "invalid_permalink"
    """A permalink or redirect_from is not a path below the site's root."""
    RESERVED_PERMALINK = "reserved_permalink"
    """Something other than a page is at the address, or it was retired."""
    LOST_PERMALINK = "lost_permalink"
    """No page has an address in the ledger any more."""
    UNRECORDED_PERMALINK = "unrecorded_permalink"
    """A page has an address that is not in the ledger yet."""
    INVALID_LEDGER = "invalid_ledger"
    """A line of the ledger cannot be read, or names a successor that does not exist."""
    UNKNOWN_PERMALINK = "unknown_permalink"
    """A link leads to an address, or to an anchor, that does not exist."""
    UNKNOWN_FIELD = "unknown_field"
    """A field of front matter looks like a misspelling of one that is used."""
    INVALID_FRONT_MATTER = "invalid_front_matter"
    """A file cannot be read, or its front matter is not a YAML mapping."""


@dataclass(slots=True)
class Finding:
    """Something a person should fix.

    Attributes:
        file: The file, relative to the source folder, with slashes.
        line: Where in it, from 1.
        subtype: Which kind of finding it is.
        message: What is wrong, and what to do.
    """

    file: str
    line: int
    subtype: Subtype
    message: str

    @property
    def type(self) -> str:
        """The finding's name, as `suppress_warnings` has it."""
        return f"permalinks.{self.subtype.value}"

    def is_suppressed(self, suppressed: Iterable[str]) -> bool:
        """Whether the setting `suppress_warnings` names the finding, by the rule of Sphinx."""
        return not {"permalinks", "permalinks.*", self.type}.isdisjoint(suppressed)


@dataclass(slots=True)
class Rules:
    """What claims are checked against.

    Attributes:
        is_ignored: Says whether a docname's front matter and title are ignored.
        is_title_ignored: Says whether a docname's title may be another page's, too.
        reserved_lookup: Says what reserves an address's key, or None; see `reserved_lookup`.
        title_scope: "site" if a title must be unique on the site, "folder" if in its folder.
        ledger: The addresses that were published.
        is_recording: Whether the ledger is about to be extended, so nothing is unrecorded.
        hosts: The hosts of other sites that addresses may lead to.
        knows_all_pages: Whether an address that no known page has is lost for sure. It is not
            while a page cannot be read.
        overwrites: Says of two docnames whether their output is one file.
        has_anchor: Says whether a page, by its docname, has an anchor.
        labels: The anchors that authors have labelled, by docname: they are published.
        redirects: The setting `permalinks_redirects`.
    """

    reserved_lookup: Callable[[str], str | None]
    is_ignored: Callable[[str], object] = lambda _docname: False
    is_title_ignored: Callable[[str], object] = lambda _docname: False
    title_scope: str = "site"
    ledger: Ledger = field(default_factory=Ledger)
    is_recording: bool = False
    hosts: frozenset[str] = frozenset()
    knows_all_pages: bool = True
    overwrites: Callable[[str, str], bool] = lambda _one, _other: True
    has_anchor: Callable[[str, str], object] = lambda _docname, _anchor: True
    labels: Mapping[str, Iterable[str]] = field(default_factory=dict)
    redirects: list[central.Entry] = field(default_factory=list)


def retired_by(entry: Entry, ledger_file: str) -> str:
    """Word why a retired address is reserved."""
    return f"it was retired ({ledger_file}:{entry.line})"


def find(site: Resolution, rules: Rules, *more: Finding) -> list[Finding]:
    """Find everything that is wrong, sorted by file, line and message."""
    found = [
        *more,
        *(page.problem for page in site.pages.values() if page.problem),
        *site.invalid,
        *_contested(site, rules),
        *_confusable(site),
        *_unknown_fields(site, rules),
        *_duplicate_titles(site, rules),
    ]
    if rules.ledger.file:
        found += _ledger(site, rules)
    return in_order(found)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Sort findings, so that every run reports them in the same order."""
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.message))


def unreadable(file: str, error: FrontMatterError | OSError | UnicodeDecodeError) -> Finding:
    """Word that a page says nothing about itself, because its file cannot be read."""
    if isinstance(error, FrontMatterError):
        line, message = error.line, f"invalid front matter: {printable(str(error))}"
        if "mapping values are not allowed" in message:  # by far the most frequent mistake
            message += "; put quotes around a value that contains a colon"
    elif isinstance(error, UnicodeDecodeError):
        line = error.object.count(b"\n", 0, error.start) + 1
        message = "the file is not UTF-8; save it as UTF-8"
    else:
        line, message = 1, f"the file cannot be read: {error.strerror}"
    return Finding(file, line, Subtype.INVALID_FRONT_MATTER, message)


def shortened(found: Iterable[Finding]) -> list[Finding]:
    """Count what one file has of one kind beyond the twentieth, instead of listing it."""
    kinds: dict[tuple[str, Subtype], list[Finding]] = {}
    for finding in found:
        kinds.setdefault((finding.file, finding.subtype), []).append(finding)
    shown = []
    for alike in kinds.values():
        shown += alike[:LISTED_MAX]
        if len(alike) > LISTED_MAX:
            first, more = alike[LISTED_MAX], len(alike) - LISTED_MAX
            message = f"{more} more findings of this kind start here; run {SHOW_ALL} to list them"
            shown.append(Finding(first.file, first.line, first.subtype, message))
    return in_order(shown)


def invalid(file: str, line: int, field: str, value: object, error: Exception) -> Finding:
    """Word that an address breaks a rule."""
    shown = f" {quoted(value)}" if isinstance(value, str | int | float | date) else ""
    message = f"invalid {field}{shown}: {error}; until fixed, it is ignored"
    return Finding(file, line, Subtype.INVALID_PERMALINK, message)


def _contested(site: Resolution, rules: Rules) -> Iterator[Finding]:
    retired = rules.ledger.retired
    for key, claims in site.claims.items():
        if key in retired:
            yield from (reserved(claim, str(rules.reserved_lookup(key))) for claim in claims)
            continue
        if len(claims) == 1 and not claims[0].field:
            continue
        why = rules.reserved_lookup(claims[0].address.key)
        if why is not None:  # a page whose path it is may be there
            yield from (reserved(c, why) for c in claims if not c.is_path)
            continue
        for claim in claims[1:]:
            if claim.field:
                yield _duplicate(claim, claims)
            elif not claims[0].field and not rules.is_ignored(claim.docname):
                yield from _overwritten(claim, claims[0], rules)


def _duplicate(claim: Claim, claims: list[Claim]) -> Finding:
    others = listed((_where(other) for other in claims if other is not claim), len(claims) - 1)
    what = f"duplicate {claim.field} {quoted(claim.text)}: also used by {others}"
    message = f"{what}; give each page its own address"
    return Finding(claim.file, claim.line, Subtype.DUPLICATE_PERMALINK, message)


def _where(claim: Claim) -> str:
    return f"{claim.file}:{claim.line}{'' if claim.field else ' (its path)'}"


def _overwritten(claim: Claim, first: Claim, rules: Rules) -> Iterator[Finding]:
    if rules.overwrites(claim.docname, first.docname):
        message = (
            f"duplicate path {quoted(claim.address.path)}: also used by {first.file}, and one page"
            " overwrites the other; rename one of the files"
        )
        yield Finding(claim.file, 1, Subtype.DUPLICATE_PERMALINK, message)


def reserved(claim: Claim, why: str) -> Finding:
    """Word that a claim is to an address that something other than a page has."""
    message = f"reserved {_claimed(claim)}: {why}; choose another address"
    return Finding(claim.file, claim.line, Subtype.RESERVED_PERMALINK, message)


def _claimed(claim: Claim) -> str:
    return f"{claim.field or 'path'} {quoted(claim.text or claim.address.path)}"


def unpublished(source: str, line: int, file: str, obstacle: str) -> Finding:
    """Word that one of our own files could not be written."""
    message = f"{quoted(file)} is not written: {obstacle}"
    return Finding(source, line, Subtype.RESERVED_PERMALINK, message)


def _confusable(site: Resolution) -> Iterator[Finding]:
    by_skeleton: dict[str, Claim] = {}
    folded = [(skeleton(key), key, claims[0]) for key, claims in site.claims.items()]
    # The plainest is taken for the model of the others.
    for look, _key, claim in sorted(folded, key=lambda f: (not f[1].isascii(), f[0] != f[1])):
        scripts = mixed_scripts(claim.address.path)
        other = by_skeleton.setdefault(look, claim)
        if other is not claim:
            why = f"it looks like {quoted(other.address.path)} ({_where(other)})"
        elif scripts:
            why = f"one word mixes {scripts} letters"
        else:
            continue
        message = f"confusable {_claimed(claim)}: {why}; choose another address"
        yield Finding(claim.file, claim.line, Subtype.CONFUSABLE_PERMALINK, message)


def _unknown_fields(site: Resolution, rules: Rules) -> Iterator[Finding]:
    for page in site.pages.values():
        for name, line, meant in page.source.near_misses:
            if not rules.is_ignored(page.docname):
                message = f"unknown field {quoted(name)} is ignored; did you mean {quoted(meant)}?"
                yield Finding(page.file, line, Subtype.UNKNOWN_FIELD, message)


def _duplicate_titles(site: Resolution, rules: Rules) -> Iterator[Finding]:
    by_key: dict[tuple[str, str], list[Page]] = {}
    for page in site.pages.values():
        title = page.title
        ignored = rules.is_ignored(page.docname) or rules.is_title_ignored(page.docname)
        if title and not ignored and not page.problem:
            folder = page.docname.rpartition("/")[0] if rules.title_scope == "folder" else ""
            by_key.setdefault((folder, title_key(title)), []).append(page)
    for alike in by_key.values():
        if len(alike) > 1:
            first, page, *more = alike
            places = (f"{p.file}:{p.title_line}" for p in [first, *more])
            what = f"duplicate title {quoted(page.title)}: also used by"
            message = f"{what} {listed(places, len(alike) - 1)}; give each page its own title"
            yield Finding(page.file, page.title_line, Subtype.DUPLICATE_TITLE, message)


def _ledger(site: Resolution, rules: Rules) -> Iterator[Finding]:
    for line, problem in _problems(site, rules):
        yield Finding(rules.ledger.file, line, Subtype.INVALID_LEDGER, problem)
    for key, entries in lost(site, rules).items():
        if rules.knows_all_pages or "#" in key:
            yield _lost(entries, is_anchor="#" in key, file=rules.ledger.file)
    if not rules.is_recording:
        yield from _unrecorded(site, rules)


def _problems(site: Resolution, rules: Rules) -> Iterator[tuple[int, str]]:
    yield from ((line, f"invalid line: {problem}") for line, problem in rules.ledger.problems)
    for entry in rules.ledger.entries:
        successor = entry.successor
        if isinstance(successor, Address):
            if rules.knows_all_pages and successor.key not in site.holders:
                yield entry.line, f"invalid successor {quoted(successor.path)}: {NO_PAGE}"
        elif successor and address.host(successor) not in rules.hosts:
            why = "its host is not in permalinks_hosts"
            yield entry.line, f"invalid successor {quoted(successor)}: {why}"


def lost(site: Resolution, rules: Rules) -> dict[str, list[Entry]]:
    """List the recorded addresses that no page has, each with the anchors recorded on it.

    Returns:
        The entries by the address's key; with a "#" in it if the page is there, but not the anchor.
    """
    found: dict[str, list[Entry]] = {}
    retired = rules.ledger.retired
    for entry in rules.ledger.entries:
        key = entry.address.key
        anchored = f"{key}#{entry.fragment}"
        if entry.retired or anchored in site.holders:
            continue
        holder = site.holders.get(key)
        if holder is None and key not in retired:
            found.setdefault(key, []).append(entry)
        elif holder and entry.fragment and not rules.has_anchor(holder.docname, entry.fragment):
            found[anchored] = [entry]
    return found


def _lost(entries: list[Entry], *, is_anchor: bool, file: str) -> Finding:
    entry, *anchors = sorted(entries, key=lambda entry: entry.fragment != "")
    text = ledger.written(entry.address, entry.fragment)
    also = f" (and {len(anchors)} more on that page)" if anchors else ""
    what = (
        f"the page has no such anchor now; put the label ({entry.fragment})= back, beside a new one"
        " if there is one, add it to redirect_from of the page that has its text now"
        if is_anchor
        else "no page has this address now; add it to redirect_from of the page that replaces it,"
        " as `python -m sphinx_permalinks moved` does for renamed files"
    )
    message = (
        f"lost permalink {quoted(text)}{also}: {what}, or retire it:"
        f" {text}  retired YYYY-MM-DD REASON"
    )
    return Finding(file, entry.line, Subtype.LOST_PERMALINK, message)


def _unrecorded(site: Resolution, rules: Rules) -> Iterator[Finding]:
    file, command = rules.ledger.file, rules.ledger.command
    if rules.ledger.is_missing:
        message = f"there is no ledger yet; run `{command}` to write it"
        yield Finding(file, 1, Subtype.UNRECORDED_PERMALINK, message)
        return
    new: dict[tuple[str, int], list[str]] = {}
    for place, path, fragment in unrecorded(site, rules):
        new.setdefault(place, []).append(ledger.written(path, fragment))
    for (where, line), entries in new.items():
        # An anchor of an address that is itself new goes without saying.
        texts = [text for text in entries if "#" not in text] or entries
        what = f"unrecorded permalink {listed(map(quoted, texts), len(texts))}"
        message = f"{what}; run `{command}` to add it to {file}"
        yield Finding(where, line, Subtype.UNRECORDED_PERMALINK, message)


def unrecorded(site: Resolution, rules: Rules) -> Iterator[tuple[tuple[str, int], Address, str]]:
    """List the addresses that should last and that the ledger does not promise yet.

    A page has the address of its path, its permalink, its earlier addresses, and labels below
    the permalink.

    Yields:
        The file and line to report it at, the address, and the anchor on it or "".
    """
    entries = rules.ledger.entries
    promised = {file for e in entries if not e.fragment for file in e.address.files}
    anchors = {(e.address.key, e.fragment) for e in entries if e.fragment}
    explicit: dict[str, list[Claim]] = {}
    for claim in site.granted:
        if claim.field != "permalinks_redirects":
            explicit.setdefault(claim.docname, []).append(claim)
        elif not claim.fragment and claim.address.file not in promised:
            promised.update(claim.address.files)
            yield (claim.file, claim.line), claim.address, ""
    for docname, page in site.pages.items():
        if rules.is_ignored(docname) or page.problem:
            continue
        path = natural(docname)
        places = [path] if site.holders[path.key].docname == docname else []
        places += [claim.address for claim in explicit.get(docname, ()) if not claim.fragment]
        for place in places:
            if place.file not in promised:
                promised.update(place.files)
                yield (page.file, page.permalink_line), place, ""
        moved = [c for c in explicit.get(docname, ()) if c.fragment]
        permalink = site.permalinks.get(docname, path)
        labels = rules.labels.get(docname, ())
        if "permalink" in page.source.fields and docname not in site.permalinks:
            labels = ()  # once its permalink is fixed, they are below that
        wanted = [(permalink, label) for label in labels]
        for place, fragment in [*wanted, *((c.address, c.fragment) for c in moved)]:
            if (place.key, fragment) not in anchors:
                anchors.add((place.key, fragment))
                yield (page.file, page.permalink_line), place, fragment


def unknown(target: str, why: str, near: str | None = None) -> str:
    """Word that a link leads nowhere, and what may have been meant."""
    hint = f"; did you mean {quoted(near)}?" if near else ""
    return f"unknown permalink {quoted(target)}: {why}{hint}"


# Signs that look alike are the point here.
_SINGLE_QUOTES = "‘’‚‛′‹›`´"  # noqa: RUF001
_DOUBLE_QUOTES = "“”„‟″«»"
_DASHES = "‐‑‒–—―−"  # noqa: RUF001
_ALIKE = str.maketrans(
    dict.fromkeys(_SINGLE_QUOTES, "'")
    | dict.fromkeys(_DOUBLE_QUOTES, '"')
    | dict.fromkeys(_DASHES, "-")
)


def title_key(title: str) -> str:
    """Fold a title to what two readers would take for the same.

    The result is in Unicode's normal form KC (UAX 15), in folded case, with white space,
    quotation marks and dashes made alike. Folding it again changes nothing.
    """
    if title.isascii():
        text = title.lower()
    else:
        text = unicodedata.normalize("NFKC", title.translate(_ALIKE)).casefold()
        text = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    text = text.replace("`", "'").replace("''", '"')
    return " ".join(re.sub("--+", "-", text).split())
