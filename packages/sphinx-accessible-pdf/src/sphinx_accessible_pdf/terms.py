"""The index: where each term is explained, and where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

from sphinx.environment.adapters.indexentries import IndexEntries

from .glyphs import breakable, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .builder import AccessiblePdfBuilder


class Entry(TypedDict):
    """A term, with the places where it is explained or used, and the entries below it.

    `main` names the places among them where it is explained.
    """

    term: str
    places: list[str]
    main: list[str]
    below: list[Entry]


class Group(TypedDict):
    """The terms that begin with one letter."""

    letter: str
    entries: list[Entry]


def index_of_terms(
    builder: AccessiblePdfBuilder, anchors: Mapping[str, str], uses: Mapping[str, Sequence[str]]
) -> list[Group]:
    """Collect the glossary's terms and the index entries of all pages.

    Args:
        builder: The builder, which names places that are in the book with a leading `%`.
        anchors: Every place that is printed, with its label.
        uses: For each place where a term is explained, the places that use it.
    """

    def entry(term: str, targets: Iterable[tuple[str | None, str | Literal[False]]]) -> Entry:
        places, main = [], []
        for is_main, uri in targets:
            label = anchors.get(uri.removeprefix("%")) if uri else None
            if not uri or label is None:
                continue
            places.append(label)
            if is_main:
                main.append(label)
            places += uses.get(uri.removeprefix("%"), ())
        shown = printable(breakable(term), builder.missing_glyphs)
        return {"term": shown, "places": places, "main": main, "below": []}

    groups: list[Group] = []
    for letter, terms in IndexEntries(builder.env).create_index(builder):
        entries = []
        for term, (targets, children, _) in terms:
            made = entry(term, targets)
            for child, places in children:
                below = entry(child, places)
                # What has places, but none in this book, goes; a mere hint ("see X") stays.
                if below["places"] or not places:
                    made["below"].append(below)
            if made["places"] or made["below"]:
                entries.append(made)
        if entries:
            groups.append({"letter": letter, "entries": entries})
    return groups
