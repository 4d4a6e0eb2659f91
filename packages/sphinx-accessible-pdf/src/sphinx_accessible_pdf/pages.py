"""Which pages the book has, in which order, and how deep each one lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Page:
    """A page of the book.

    Attributes:
        docname: Its name in Sphinx.
        level: The level of its title's heading, 1 for a chapter.
        number: What is printed before the title, such as `2.3`; empty for the opening page.
        permalink: Its permanent address inside the site, if it claims one.
        url: The whole address, if the site's address is known.
    """

    docname: str
    level: int
    number: str
    permalink: str | None = None
    url: str | None = None


def pages_of(
    start: str,
    children: Mapping[str, Sequence[str]],
    *,
    excluded: Callable[[str], bool] = lambda _: False,
    last: Sequence[str] = (),
) -> Iterator[Page]:
    """List the pages in reading order.

    The opening page comes first, then its toctree's pages as chapters, each followed by the pages
    of its own toctrees, one level deeper. A page that two toctrees name stands where it is named
    first.

    Args:
        start: The opening page.
        children: The pages in each page's toctrees, in their order.
        excluded: Says of a page that it is not in the book, nor are the pages below it.
        last: Pages that become the last chapters, wherever the toctrees name them.
    """
    seen = {start, *last}

    def below(parent: str, level: int, prefix: str) -> Iterator[Page]:
        count = 0
        for docname in children.get(parent, ()):
            if docname in seen or excluded(docname):
                continue
            seen.add(docname)
            count += 1
            yield from with_children(docname, level, f"{prefix}{count}")
        if parent == start:
            for docname in last:
                count += 1
                yield from with_children(docname, level, f"{prefix}{count}")

    def with_children(docname: str, level: int, number: str) -> Iterator[Page]:
        yield Page(docname, level, number)
        yield from below(docname, level + 1, f"{number}.")

    yield Page(start, 1, "")
    yield from below(start, 1, "")
