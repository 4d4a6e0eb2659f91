"""Which pages the PDF has, in which order, and at which level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Page:
    """A page of the project.

    Attributes:
        docname: Its name in Sphinx.
        level: The level of its title's heading, 1 for a chapter.
        number: What is printed before the title, such as `2.3`; empty for the opening page.
    """

    docname: str
    level: int
    number: str


def pages_of(
    start: str,
    children: Mapping[str, Sequence[str]],
    *,
    excluded: Callable[[str], bool] = lambda _: False,
    last: Sequence[str] = (),
) -> Iterator[Page]:
    """List the pages in reading order.

    The opening page comes first, then the pages of its toctrees as chapters, each followed by the
    pages of its own toctrees, one level deeper. A page in two toctrees is printed once, where it
    is named first.

    Args:
        start: The opening page.
        children: The pages in each page's toctrees, in order.
        excluded: Whether to leave out a page and the pages below it.
        last: Pages that become the last chapters, whichever toctree names them.
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
