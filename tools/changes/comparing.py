"""Compares two editions: which rules, explanations, and data changed, and how."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from rapidfuzz.distance import Indel

from tools.changes.pages import Block, Edition, Page, Section

_SAME_BLOCK = 0.5  # blocks that are less alike are deleted and inserted, not changed
_SAME_SECTION = 0.6


class Kind(Enum):
    """What a changed section is to its readers."""

    RULE = "rules"
    EXPLANATION = "explanations"
    DATA = "data"


Words = list[tuple[str, str]]
"""Runs of words: `same`, `deleted`, or `inserted`, and the words."""


@dataclass(frozen=True)
class Change:
    """What became of a block or a heading.

    Attributes:
        what: `heading`, `changed`, `inserted`, `deleted`, `moved`, or `figure`.
        words: Its words.
        note: Where it was moved from, or what changed that words do not show.
    """

    what: str
    words: Words
    note: str = ""


@dataclass
class SectionChange:
    """What changed in a section.

    Attributes:
        kind: What the section is.
        status: `changed`, `new`, or `removed`.
        title: Its heading, that of its page before it.
        address: Where it is: permanent address and anchor.
        rule: The label of the rule, if it is one.
        clauses: The clauses that it cites.
        changes: In order.
    """

    kind: Kind
    status: str
    title: str
    address: str
    rule: str
    clauses: str
    changes: list[Change]


@dataclass
class PageChange:
    """What changed on a page.

    Attributes:
        title: Its title in the later edition, or the earlier one if it was removed.
        address: Its address.
        status: `changed`, `new`, `removed`, or `unchanged`.
        notes: What became of the page as a whole, such as a new address.
        sections: Its changed sections.
    """

    title: str
    address: str
    status: str
    notes: list[str] = field(default_factory=list)
    sections: list[SectionChange] = field(default_factory=list)


@dataclass
class Comparison:
    """All that changed between two editions.

    Attributes:
        old: The earlier edition's name.
        new: The later one's.
        notes: What readers must know about how the editions were read.
        pages: All pages, in the order of their addresses.
    """

    old: str
    new: str
    notes: list[str]
    pages: list[PageChange]

    def sections(self, kind: Kind) -> list[SectionChange]:
        """List the changed sections of a kind."""
        return [s for page in self.pages for s in page.sections if s.kind is kind]


def compare(old: Edition, new: Edition) -> Comparison:
    """Compare two editions.

    Args:
        old: The earlier.
        new: The later.

    Returns:
        What changed.
    """
    if old.note or new.note:  # what only one of them shows is not a change
        for section in _all_sections(old, new):
            section.blocks = [block for block in section.blocks if block.kind != "figure"]
    pairs = _page_pairs(old, new)
    sections = _section_pairs(old, new, pairs)
    moved = _moved_blocks(sections)
    changed: dict[str, list[SectionChange]] = defaultdict(list)
    for before, after in sections:
        if change := _section_change(before, after, old, new, moved):
            home = f"new {after.page}" if after else f"old {before.page if before else ''}"
            changed[home].append(change)
    pages = []
    earlier = {after: before for before, after in pairs.items()}
    for docname, page in new.pages.items():
        was = old.pages.get(earlier.get(docname, ""))
        found = changed[f"new {docname}"] + (changed[f"old {was.docname}"] if was else [])
        pages.append(_page_change(was, page, found, new.holders))
    for docname, page in old.pages.items():
        if docname not in pairs:
            holder = new.holders.get(page.address)
            notes = [f"its address now leads to {new.pages[holder].address}"] if holder else []
            removed = changed[f"old {docname}"]
            pages.append(PageChange(page.title, page.address, "removed", notes, removed))
    notes = [edition.note for edition in (old, new) if edition.note]
    return Comparison(old.name, new.name, notes, sorted(pages, key=lambda page: page.address))


def _all_sections(*editions: Edition) -> Iterator[Section]:
    for edition in editions:
        for page in edition.pages.values():
            yield from page.sections


def _page_pairs(old: Edition, new: Edition) -> dict[str, str]:
    """Match pages: by address, earlier addresses included, then by the place of the file."""
    pairs: dict[str, str] = {}
    for docname, page in old.pages.items():
        holder = new.holders.get(page.address)
        if holder is not None and holder not in pairs.values():
            pairs[docname] = holder
    for docname in old.pages:
        if docname not in pairs and docname in new.pages and docname not in pairs.values():
            pairs[docname] = docname
    return pairs


Pair = tuple[Section | None, Section | None]


def _section_pairs(old: Edition, new: Edition, pairs: dict[str, str]) -> list[Pair]:
    """Match sections: by label wherever they are, by place, then by what they say."""
    before, after = list(_all_sections(old)), list(_all_sections(new))
    found: dict[int, Section] = {}
    taken: set[int] = set()

    def match(one: Section, other: Section) -> None:
        found[id(one)] = other
        taken.add(id(other))

    labeled = {s.anchor: s for s in after if s.anchor.startswith("rule-")}
    placed = {(s.page, s.anchor): s for s in after}
    for section in before:
        place = pairs.get(section.page, ""), section.anchor
        other = labeled.get(section.anchor) or placed.get(place)
        if other is not None and id(other) not in taken:
            match(section, other)
    for section in before:
        if id(section) in found or not section.anchor:
            continue
        rest = [s for s in after if id(s) not in taken and s.page == pairs.get(section.page)]
        likeness = [_likeness(_all_words(section), _all_words(other)) for other in rest]
        if likeness and max(likeness) >= _SAME_SECTION:
            match(section, rest[likeness.index(max(likeness))])
    matched: list[Pair] = [(None, s) for s in after if id(s) not in taken]
    matched += [(section, found.get(id(section))) for section in before]
    order = {id(section): number for number, section in enumerate([*before, *after])}
    return sorted(matched, key=lambda pair: order[id(pair[1] or pair[0])])


def _all_words(section: Section) -> list[str]:
    return [word for block in section.blocks for word in block.text.split()]


def _likeness(one: list[str], other: list[str]) -> float:
    return Indel.normalized_similarity(one, other) if one and other else 0.0


def _moved_blocks(pairs: list[Pair]) -> dict[Block, tuple[Section, Section]]:
    """Find blocks that one section lost and another has gained."""
    lost: dict[Block, Section] = {}
    gained: dict[Block, Section] = {}
    for before, after in pairs:
        old, new = (before.blocks if before else []), (after.blocks if after else [])
        if before:
            lost.update({block: before for block in old if block not in new})
        if after:
            gained.update({block: after for block in new if block not in old})
    return {block: (lost[block], gained[block]) for block in lost.keys() & gained.keys()}


def _section_change(
    before: Section | None,
    after: Section | None,
    old: Edition,
    new: Edition,
    moved: dict[Block, tuple[Section, Section]],
) -> SectionChange | None:
    section = after or before
    assert section is not None  # noqa: S101 - a pair has at least one
    page = (new if after else old).pages[section.page]
    changes = []
    if before and after and before.title != after.title and section.anchor:
        changes.append(Change("heading", _word_changes(before.title, after.title)))
    is_built = not old.note and not new.note  # sources do not show clauses as readers see them
    if before and after and before.clauses != after.clauses and is_built:
        changes.append(
            Change("changed", _word_changes(before.clauses, after.clauses), "the clauses it cites")
        )
    changes += _block_changes(before, after, moved)
    status = "changed" if before and after else "new" if after else "removed"
    is_moved_whole = status == "removed" and not changes and section.anchor != section.rule
    if not changes and (status == "changed" or is_moved_whole):
        return None
    kind = Kind.RULE if section.rule else Kind.DATA if section.is_data else Kind.EXPLANATION
    title = f"{page.title}: {section.title}" if section.anchor else page.title
    address = f"{page.address}#{section.anchor}" if section.anchor else page.address
    return SectionChange(kind, status, title, address, section.rule, section.clauses, changes)


def _block_changes(
    before: Section | None,
    after: Section | None,
    moved: dict[Block, tuple[Section, Section]],
) -> Iterator[Change]:
    old, new = (before.blocks if before else []), (after.blocks if after else [])
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        for block in old[a:b]:
            if block in moved and block not in new:
                place = moved[block][1].title
                yield Change("moved", [("same", block.text)], f"to “{place}”")
        lost = [block for block in old[a:b] if block not in moved and block not in new]
        gained = new[c:d]
        partners = _partners(lost, [g for g in gained if g not in moved and g not in old])
        for block in lost:
            if block not in partners:
                yield Change("deleted", [("deleted", block.text)])
        origins = {after_block: before_block for before_block, after_block in partners.items()}
        for block in gained:
            if block in origins:
                yield _changed(origins[block], block)
            elif block in moved:
                place = moved[block][0].title
                yield Change("moved", [("same", block.text)], f"from “{place}”")
            elif block in old:
                yield Change("moved", [("same", block.text)], "within this section")
            else:
                yield Change("inserted", [("inserted", block.text)])


def _changed(before: Block, after: Block) -> Change:
    if before.text == after.text:
        return Change("figure", [("same", after.text)], "the picture changed")
    return Change("changed", _word_changes(before.text, after.text))


def _partners(lost: list[Block], gained: list[Block]) -> dict[Block, Block]:
    """Find which deleted block became which inserted one: the most similar pairs first."""
    scores = sorted(
        (-_likeness(one.text.split(), other.text.split()), i, j)
        for i, one in enumerate(lost)
        for j, other in enumerate(gained)
        if one.kind == other.kind
    )
    partners: dict[Block, Block] = {}
    for score, i, j in scores:
        alike = -score >= _SAME_BLOCK or _are_named_alike(lost[i], gained[j])
        if alike and lost[i] not in partners and gained[j] not in partners.values():
            partners[lost[i]] = gained[j]
    return partners


def _are_named_alike(one: Block, other: Block) -> bool:
    """Tell whether two rows have the same first cell, or whether both are figures."""
    if one.kind == "row":
        return one.text.partition(" | ")[0] == other.text.partition(" | ")[0]
    return one.kind == "figure"


def _word_changes(before: str, after: str) -> Words:
    old, new = before.split(), after.split()
    words: Words = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            words.append(("same", " ".join(old[a:b])))
            continue
        if b > a:
            words.append(("deleted", " ".join(old[a:b])))
        if d > c:
            words.append(("inserted", " ".join(new[c:d])))
    return words


def _page_change(
    before: Page | None, after: Page, sections: list[SectionChange], holders: dict[str, str]
) -> PageChange:
    change = PageChange(after.title, after.address, "changed", sections=sections)
    if before is None:
        change.status = "new"
        return change
    if before.address != after.address:
        leads_here = holders.get(before.address) == after.docname
        leads = "leads here" if leads_here else "leads nowhere now"
        change.notes.append(f"its address was {before.address}, which {leads}")
    if before.docname != after.docname:
        change.notes.append(f"its file was {before.docname}.md and is now {after.docname}.md")
    if before.title != after.title:
        change.notes.append(f"its title was “{before.title}”")
    if not sections and not change.notes:
        change.status = "unchanged"
    return change
