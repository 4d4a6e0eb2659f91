"""What is wrong with a site's claims, in words. Each finding is worded here and nowhere else.

Pure: no Sphinx, no file system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from itertools import islice
from typing import NamedTuple

from sphinx_permalinks.address import Address, natural
from sphinx_permalinks.claims import Claim, Claims, Grants, Kind, Page
from sphinx_permalinks.frontmatter import FrontMatterError
from sphinx_permalinks.ledger import Entry, Ledger, written

# How many places, or addresses, one message names.
_LISTED_MAX = 20


class Subtype(Enum):
    """The kinds of findings, as `suppress_warnings` names them after "permalinks."."""

    DUPLICATE_PERMALINK = "duplicate_permalink"
    """Two pages claim one address."""
    DUPLICATE_TITLE = "duplicate_title"
    """Two pages bear one title."""
    INVALID_PERMALINK = "invalid_permalink"
    """A permalink or redirect_from is no path below the site's root."""
    RESERVED_PERMALINK = "reserved_permalink"
    """Something that is no page lies at the address, or it was given up for good."""
    LOST_PERMALINK = "lost_permalink"
    """An address in the ledger leads nowhere any more."""
    UNRECORDED_PERMALINK = "unrecorded_permalink"
    """A page has an address that the ledger does not hold yet."""
    INVALID_LEDGER = "invalid_ledger"
    """A line of the ledger cannot be read, or names a successor that does not exist."""
    UNKNOWN_PERMALINK = "unknown_permalink"
    """A link leads to an address, or to an anchor, that does not exist."""
    INVALID_FRONT_MATTER = "invalid_front_matter"
    """A file cannot be read, or its front matter is no YAML mapping."""


class Finding(NamedTuple):
    """Something a person should mend.

    Attributes:
        source: The file, relative to the source folder, with slashes.
        line: Where in it, from 1.
        subtype: Which kind of finding it is.
        message: What is wrong, and what to do.
    """

    source: str
    line: int
    subtype: Subtype
    message: str


class Rules(NamedTuple):
    """What claims are held against.

    Attributes:
        is_ignored: Says of a docname whether its front matter and title are left alone.
        taken: Says of an address's key what lies there that is no page, or None: see `taker`.
        title_scope: "site" if a title must be the only one of the site, "folder" if only
            the only one of its folder.
        ledger: The addresses that were published; None if there is no such file yet.
        ledger_source: The ledger's file as findings name it; "" if the project keeps none.
        recording: Whether the ledger is about to be extended, so that new addresses are none.
        has_anchor: Says whether a page, by its docname, has an anchor.
        labels: Gives the anchors that are labelled explicitly, by docname: they are published.
    """

    is_ignored: Callable[[str], object]
    taken: Callable[[str], str | None]
    title_scope: str = "site"
    ledger: Ledger | None = None
    ledger_source: str = ""
    recording: bool = False
    has_anchor: Callable[[str, str], object] = lambda _docname, _anchor: True
    labels: Callable[[], Mapping[str, Iterable[str]]] = dict


def taker(
    reserved: Mapping[str, str], ledger: Ledger | None, ledger_source: str
) -> Callable[[str], str | None]:
    """Make a function that says what lies at an address that is no page's.

    Args:
        reserved: Clauses by key, as `reserved.names` gives them. A key with a slash at its end
            is a folder.
        ledger: Retired addresses stay reserved.
        ledger_source: The ledger's file as findings name it.

    Returns:
        The function. It takes a key and gives a clause, or None if nothing lies there.
    """
    taken = dict(reserved)
    if ledger is not None:
        for key, entry in ledger.retired.items():
            taken[key] = given_up(entry, ledger_source)

    # Most keys are seen at their first letter to be in none of the folders.
    initials = {key[1] for key in taken if key.endswith("/") and len(key) > 1}

    def what_lies_there(key: str) -> str | None:
        if key in taken:
            return taken[key]
        if key[1:2] in initials:
            return taken.get(f"/{key[1:].partition('/')[0]}/")
        return None

    return what_lies_there


def given_up(entry: Entry, ledger_source: str) -> str:
    """Word that an address was given up, as a clause.

    Args:
        entry: What the ledger tells of it.
        ledger_source: The ledger's file as findings name it.

    Returns:
        The clause.
    """
    return f"it was retired for good ({ledger_source}:{entry.line})"


def find(site: Claims, grants: Grants, rules: Rules) -> list[Finding]:
    """Find what is wrong with the pages' claims.

    Args:
        site: The claims of all pages.
        grants: Who holds which address.
        rules: What the claims are held against.

    Returns:
        All findings, by file and line.
    """
    found = [*_invalid(site), *_contested(site, rules), *_duplicate_titles(site, rules)]
    if rules.ledger_source:
        found += _ledger(site, grants, rules)
    return in_order(found)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Sort findings by file, line and message, so that every run says the same.

    Args:
        found: The findings.

    Returns:
        The same, sorted.
    """
    return sorted(found, key=lambda finding: (finding.source, finding.line, finding.message))


def unreadable(source: str, error: FrontMatterError | OSError | UnicodeDecodeError) -> Finding:
    """Word that a page says nothing of itself, since its file cannot be read.

    Args:
        source: The file.
        error: Why.

    Returns:
        The finding.
    """
    if isinstance(error, FrontMatterError):
        line, message = error.line, f"invalid front matter: {printable(str(error))}"
        if "mapping values are not allowed" in message:  # by far the most frequent mistake
            message += "; put a value that holds a colon in quotes"
    elif isinstance(error, UnicodeDecodeError):
        line, message = error.object.count(b"\n", 0, error.start) + 1, "the file is not UTF-8"
    else:
        line, message = 1, f"the file cannot be read: {error.strerror}"
    return Finding(source, line, Subtype.INVALID_FRONT_MATTER, message)


def is_suppressed(finding: Finding, suppressed: Iterable[str]) -> bool:
    """Tell whether a project wants to hear of a finding, as Sphinx's log decides.

    Args:
        finding: The finding.
        suppressed: The setting `suppress_warnings`.

    Returns:
        Whether it is to be left out.
    """
    kinds = {"permalinks", "permalinks.*", f"permalinks.{finding.subtype.value}"}
    return not kinds.isdisjoint(suppressed)


def printable(text: str) -> str:
    """Escape what is not to be seen, such as control characters and halves of characters.

    Args:
        text: Any text.

    Returns:
        Text that a terminal shows and does not obey.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def quoted(value: object, limit: int = 80) -> str:
    """Show a value from a source file so that it does nothing to a terminal or log.

    Args:
        value: A text, or a number, that a message speaks of.
        limit: How many characters are shown.

    Returns:
        The value in quotes, control and invisible characters escaped, cut if it is long.
    """
    text = str(value)
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def _invalid(site: Claims) -> Iterator[Finding]:
    for page, field, item, value, rule in site.refused:
        shown = f" {quoted(value)}" if isinstance(value, str | int | float | date) else ""
        message = f"invalid {field}{shown}: {rule}; until it is mended the page has none"
        yield Finding(page.source, page.line_of(field, item), Subtype.INVALID_PERMALINK, message)


def _contested(site: Claims, rules: Rules) -> Iterator[Finding]:
    retired = rules.ledger.retired if rules.ledger is not None else {}
    for key, claims in site.by_key.items():
        if key in retired:
            yield from (reserved(claim, str(rules.taken(key))) for claim in claims)
            continue
        if len(claims) == 1 and not claims[0].field:
            continue
        taken = rules.taken(key)
        if taken is not None:  # a page whose path it is lies there with good right
            explicit = (claim for claim in claims if claim.kind is not Kind.PATH)
            yield from (reserved(claim, taken) for claim in explicit)
        elif len(claims) > 1:
            # Two paths alike are no one's front matter's fault: they have no field.
            yield from (_duplicate(claim, claims) for claim in claims[1:] if claim.field)


def reserved(claim: Claim, taken: str) -> Finding:
    """Word that a claim is to an address at which something else lies.

    Args:
        claim: The claim.
        taken: What lies there, as a clause.

    Returns:
        The finding.
    """
    return Finding(
        claim.page.source,
        claim.line,
        Subtype.RESERVED_PERMALINK,
        f"reserved {claim.field or 'path'} {quoted(_written(claim))}: {taken};"
        f" choose another address",
    )


def unpublished(source: str, line: int, file: str, obstacle: str) -> Finding:
    """Word that a file of ours that no page claims could not be written.

    Args:
        source: The file to blame.
        line: The line in it.
        file: What was to be written, below the output folder.
        obstacle: What lies there, as a clause.

    Returns:
        The finding.
    """
    message = f"{quoted(file)} is not written: {obstacle}"
    return Finding(source, line, Subtype.RESERVED_PERMALINK, message)


def _duplicate(claim: Claim, claims: list[Claim]) -> Finding:
    others = (_where(other) for other in claims if other is not claim)
    return Finding(
        claim.page.source,
        claim.line,
        Subtype.DUPLICATE_PERMALINK,
        f"duplicate {claim.field} {quoted(_written(claim))},"
        f" also claimed at {_listed(others, len(claims) - 1)};"
        f" give each page its own",
    )


def _where(claim: Claim) -> str:
    path = "" if claim.field else " (its path)"
    return f"{claim.page.source}:{claim.line}{path}"


def _written(claim: Claim) -> str:
    """Give an address as its page spells it."""
    if not claim.field:
        return claim.address.path
    value = claim.page.fields[claim.field].value
    if isinstance(value, list):
        value = value[claim.item].value
    return str(value)


def _duplicate_titles(site: Claims, rules: Rules) -> Iterator[Finding]:
    by_key: dict[tuple[str, str], list[Page]] = {}
    for page in site.pages:
        title = page.title
        if title and not rules.is_ignored(page.docname):
            folder = page.docname.rpartition("/")[0] if rules.title_scope == "folder" else ""
            by_key.setdefault((folder, title_key(title)), []).append(page)
    for alike in by_key.values():
        for page in alike[1:]:
            others = (f"{p.source}:{p.line_of('title')}" for p in alike if p is not page)
            yield Finding(
                page.source,
                page.line_of("title"),
                Subtype.DUPLICATE_TITLE,
                f"duplicate title {quoted(page.title)},"
                f" also claimed at {_listed(others, len(alike) - 1)};"
                f" give each page its own",
            )


def _ledger(site: Claims, grants: Grants, rules: Rules) -> Iterator[Finding]:
    if rules.ledger is not None:
        yield from _problems(rules.ledger, grants, rules.ledger_source)
        yield from _lost(rules.ledger, grants, rules)
    if not rules.recording:
        yield from _unrecorded(site, grants, rules)


def _problems(ledger: Ledger, grants: Grants, source: str) -> Iterator[Finding]:
    for line, problem in ledger.problems:
        yield Finding(source, line, Subtype.INVALID_LEDGER, f"invalid line: {problem}")
    for entry in ledger.entries:
        successor = entry.retirement.successor if entry.retirement else None
        if successor and successor.key not in grants.holders:
            message = f"invalid successor {quoted(successor.path)}: no page has this address"
            yield Finding(source, entry.line, Subtype.INVALID_LEDGER, message)


def _lost(ledger: Ledger, grants: Grants, rules: Rules) -> Iterator[Finding]:
    retired = ledger.retired
    for entry in ledger.entries:
        if entry.retirement or entry.address.key in retired:
            continue
        holder = grants.holders.get(entry.address.key)
        if holder is None:
            what = "no page claims it any more"
            mend = "add it to the redirect_from of the page that took its place"
        elif entry.fragment and not rules.has_anchor(holder, entry.fragment):
            what = "the page has no such anchor any more"
            mend = "label the place again"
        else:
            continue
        text = written(entry.address, entry.fragment)
        message = f"lost permalink {quoted(text)}: {what}; {mend}, or retire it: {text}"
        message += "  retired YYYY-MM-DD REASON"
        yield Finding(rules.ledger_source, entry.line, Subtype.LOST_PERMALINK, message)


def _unrecorded(site: Claims, grants: Grants, rules: Rules) -> Iterator[Finding]:
    source = rules.ledger_source
    if rules.ledger is None:
        message = "there is no such ledger yet; run sphinx-build -b permalinks to write it"
        yield Finding(source, 1, Subtype.UNRECORDED_PERMALINK, message)
        return
    recorded = {(entry.address.key, entry.fragment) for entry in rules.ledger.entries}
    # Seldom is there anything new: then not every page need be looked at.
    missing = grants.holders.keys() - {key for key, fragment in recorded if not fragment}
    docnames = {grants.holders[key] for key in missing} | rules.labels().keys()
    new: dict[str, list[tuple[Page, str]]] = {}
    for page, address, fragment in published(site, grants, rules, docnames):
        if (address.key, fragment) not in recorded:
            new.setdefault(page.docname, []).append((page, written(address, fragment)))
    for entries in new.values():
        page = entries[0][0]
        # An anchor of an address that is itself new goes without saying.
        texts = [text for _, text in entries if "#" not in text] or [text for _, text in entries]
        yield Finding(
            page.source,
            page.line_of("permalink") if "permalink" in page.fields else 1,
            Subtype.UNRECORDED_PERMALINK,
            f"unrecorded permalink {_listed(map(quoted, texts), len(texts))};"
            f" run sphinx-build -b permalinks to add it to {source}",
        )


def published(
    site: Claims, grants: Grants, rules: Rules, docnames: Container[str]
) -> Iterator[tuple[Page, Address, str]]:
    """Tell the addresses that a site publishes and that should be there for ever.

    Args:
        site: The claims of all pages.
        grants: Who holds which address.
        rules: Tells which pages are ignored, and which anchors are labelled.
        docnames: The pages to tell of.

    Yields:
        The page, its address, and the anchor on it or "". A page has the address of its
        path, its permalink, its earlier addresses, and labels below the permalink.
    """
    labels = rules.labels()
    explicit: dict[str, dict[str, Address]] = {}
    for claim in grants.explicit:
        explicit.setdefault(claim.page.docname, {})[claim.address.key] = claim.address
    for page in site.pages:
        if page.docname not in docnames or rules.is_ignored(page.docname):
            continue
        path = natural(page.docname)
        own = explicit.get(page.docname, {})
        if path.key not in own and grants.holders[path.key] == page.docname:
            yield page, path, ""
        for address in own.values():
            yield page, path if address.key == path.key else address, ""
        for label in labels.get(page.docname, ()):
            yield page, grants.permalinks.get(page.docname, path), label


def unknown_address(target: str, near: str | None, retired: str | None) -> str:
    """Word what is wrong with a link to an address that no page has.

    Args:
        target: The address as the link has it.
        near: An address that is spelt much like it.
        retired: That it was given up, as a clause, if so.

    Returns:
        The message.
    """
    why = retired or f"no page has this address{_hint(near)}"
    return f"unknown permalink {quoted(target)}: {why}"


def unknown_anchor(target: str, near: str | None) -> str:
    """Word what is wrong with a link to an anchor that the page does not have.

    Args:
        target: The address and anchor as the link has them.
        near: An anchor of the page that is spelt much like it.

    Returns:
        The message.
    """
    return f"unknown permalink {quoted(target)}: the page has no such anchor{_hint(near)}"


def _hint(near: str | None) -> str:
    return f"; did you mean {quoted(near)}?" if near else ""


def _listed(places: Iterable[str], number: int) -> str:
    """List places, but not thousands of them in one message, nor look for their lines."""
    more = f" and {number - _LISTED_MAX} more places" if number > _LISTED_MAX else ""
    return ", ".join(islice(places, _LISTED_MAX)) + more


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

    Args:
        title: A title without markup.

    Returns:
        The title in Unicode's normal form KC (UAX 15), in folded case, with white space,
        quotation marks and dashes made alike. Folding it again changes nothing.
    """
    if title.isascii():
        text = title.lower()
    else:
        text = unicodedata.normalize("NFKC", title.translate(_ALIKE)).casefold()
        text = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    text = text.replace("`", "'").replace("''", '"')
    return " ".join(re.sub("--+", "-", text).split())
