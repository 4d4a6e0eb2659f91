"""What is wrong with a site's claims, in words. Each finding is worded here and nowhere else.

Pure: no Sphinx, no file system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import Enum
from typing import NamedTuple

from sphinx_permalinks.claims import Claim, Claims, Page


class Subtype(Enum):
    """The kinds of findings, as `suppress_warnings` names them after "permalinks."."""

    DUPLICATE_PERMALINK = "duplicate_permalink"
    """Two pages claim one address."""
    DUPLICATE_TITLE = "duplicate_title"
    """Two pages bear one title."""
    INVALID_PERMALINK = "invalid_permalink"
    """A permalink or redirect_from is no path below the site's root."""
    INVALID_FRONT_MATTER = "invalid_front_matter"
    """A file cannot be read, or its front matter is no YAML mapping (check without a build)."""


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


def find(site: Claims, *, title_scope: str, is_ignored: Callable[[str], object]) -> list[Finding]:
    """Find what is wrong with the pages' claims.

    Args:
        site: The claims of all pages.
        title_scope: "site" if a title must be the only one of the site, "folder" if only
            the only one of its folder.
        is_ignored: Says of a docname whether its front matter and title are left alone.

    Returns:
        All findings, by file and line.
    """
    found = [*_invalid(site), *_duplicate_permalinks(site)]
    found += _duplicate_titles((p for p in site.pages if not is_ignored(p.docname)), title_scope)
    return sorted(found, key=lambda finding: (finding.source, finding.line, finding.message))


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


def _duplicate_permalinks(site: Claims) -> Iterator[Finding]:
    for claims in site.by_key.values():
        if len(claims) == 1:
            continue
        for claim in claims[1:]:
            if not claim.field:  # two paths: no one's front matter is at fault
                continue
            others = _listed(_where(other) for other in claims if other is not claim)
            yield Finding(
                claim.page.source,
                claim.line,
                Subtype.DUPLICATE_PERMALINK,
                f"duplicate {claim.field} {quoted(_written(claim))}, also claimed at {others};"
                f" give each page its own",
            )


def _where(claim: Claim) -> str:
    path = "" if claim.field else " (its path)"
    return f"{claim.page.source}:{claim.line}{path}"


def _written(claim: Claim) -> str:
    """Give an address as its page spells it."""
    value = claim.page.fields[claim.field].value
    if isinstance(value, list):
        value = value[claim.item].value
    return str(value)


def _duplicate_titles(pages: Iterable[Page], scope: str) -> Iterator[Finding]:
    by_key: dict[tuple[str, str], list[Page]] = {}
    for page in pages:
        folder = page.docname.rpartition("/")[0] if scope == "folder" else ""
        if page.title:
            by_key.setdefault((folder, title_key(page.title)), []).append(page)
    for pages_alike in by_key.values():
        for page in pages_alike[1:]:
            others = _listed(
                f"{p.source}:{p.line_of('title')}" for p in pages_alike if p is not page
            )
            yield Finding(
                page.source,
                page.line_of("title"),
                Subtype.DUPLICATE_TITLE,
                f"duplicate title {quoted(page.title)}, also claimed at {others};"
                f" give each page its own",
            )


def _listed(places: Iterable[str], limit: int = 10) -> str:
    """List places, but not thousands of them in one message."""
    listed = list(places)
    more = f" and {len(listed) - limit} more places" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more


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
