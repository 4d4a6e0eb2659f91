"""Compares sentences: which are copied, and which drifted apart. Pure: it imports no Sphinx.

Only sentences that share several words in a row are compared, so the time grows with the text
and not with its square. No pair that is similar enough is missed: see `_shingle_length`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from rapidfuzz.distance import Indel

from sphinx_one_wording.reading import Remark, Sentence, Source

_SHINGLE_MAX = 5
# A run of words that more different sentences share is a phrase of the subject, not a trace of a
# copy: comparing them all would cost the square of their number.
_PHRASE = 64
_ROUNDING = 1e-9  # 17 of 20 words are alike by 0.85, whatever the division says
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
_NAME = 3  # shorter names are parts of too many words
_QUOTED = 60  # characters of a sentence that a message shows


class Subtype(Enum):
    """What a finding is about; `suppress_warnings` knows it as `wording.<value>`."""

    COPIED = "copied"
    """The same sentence is in two sources."""

    DRIFTED = "drifted"
    """Two sources have nearly the same sentence."""

    REMARK = "remark"
    """A remark in a source is incomplete, unknown, or no longer needed."""


class Finding(NamedTuple):
    """Something to fix.

    Attributes:
        source: The file.
        line: The line, from 1.
        subtype: What it is about.
        message: What is wrong and what to do.
    """

    source: str
    line: int
    subtype: Subtype
    message: str


@dataclass(frozen=True)
class Rules:
    """What counts as a copy.

    Attributes:
        min_words: Shorter sentences may be repeated.
        similarity: From which similarity on, between 0 and 1, two sentences are compared.
        ignore: Sentences in which one of these expressions is found may be repeated.
    """

    min_words: int = 12
    similarity: float = 0.85
    ignore: Sequence[str] = ()


class _Text(NamedTuple):
    """A sentence's words, wherever it occurs."""

    key: tuple[str, ...]  # folded: no case, no punctuation
    places: list[Sentence]


def find(sources: Iterable[Source], rules: Rules) -> list[Finding]:
    """Find copied and drifted sentences, and remarks to fix.

    Args:
        sources: What was read, each file once.
        rules: What counts as a copy.

    Returns:
        The findings, by file and line. Of two places, the later one in the order of the files'
        names is reported, and the other is named.
    """
    sources = sorted(sources, key=lambda source: source.name)
    ignored = re.compile("|".join(f"(?:{pattern})" for pattern in rules.ignore))
    exact: dict[str, list[Sentence]] = defaultdict(list)
    for source in sources:
        for sentence in source.sentences:
            if not rules.ignore or not ignored.search(sentence.text):
                exact[_exact(sentence.text)].append(sentence)
    texts = []
    for places in exact.values():
        key = tuple(re.findall(r"\w+", places[0].text.casefold()))
        if len(key) >= rules.min_words:
            texts.append(_Text(key, places))
    used: set[Remark] = set()
    found = [*_copied(texts, used), *_drifted(texts, rules, used)]
    found += _remarks([remark for source in sources for remark in source.remarks], used)
    return sorted(found, key=lambda finding: (*finding[:2], finding.subtype.value, finding.message))


def differences(one: str, other: str) -> list[tuple[str, str]]:
    """Compare two sentences word by word, punctuation included.

    Args:
        one: A sentence.
        other: Another.

    Returns:
        The words of each that the other does not have in that place; "" where one has none.
    """
    # The mark that ends a sentence follows from where it is printed.
    mine, yours = one.rstrip(".:;,!?").split(), other.rstrip(".:;,!?").split()
    return [
        (" ".join(mine[a:b]), " ".join(yours[c:d]))
        for tag, a, b, c, d in opcodes(mine, yours)
        if tag != "equal"
    ]


Opcode = tuple[str, int, int, int, int]
"""What became of a run of words (`equal`, `replace`, `insert`, or `delete`), and its places."""


def opcodes(one: list[str], other: list[str]) -> Sequence[Opcode]:
    """Tell how the words of one text become those of another, whatever their quotation marks.

    Args:
        one: The words of the first.
        other: The words of the second.

    Returns:
        The changes in order. What is deleted and inserted in one place is a replacement.
    """
    mine, yours = ([word.translate(_QUOTES) for word in words] for words in (one, other))
    changes: list[Opcode] = []  # not by difflib, which takes minutes for "a a a ..."
    for op in Indel.opcodes(mine, yours):
        tag, start, there = op.tag, op.src_start, op.dest_start
        if changes and "equal" not in {tag, changes[-1][0]}:
            tag, (_, start, _, there, _) = "replace", changes.pop()
        changes.append((tag, start, op.src_end, there, op.dest_end))
    return changes


def _exact(text: str) -> str:
    return text.translate(_QUOTES).casefold().rstrip(".:;,!?")


def _copied(texts: Iterable[_Text], used: set[Remark]) -> Iterator[Finding]:
    """Report each run of sentences that two sources have in common once."""
    options: list[tuple[Sentence, list[Sentence]]] = []
    for text in texts:
        for number, place in enumerate(text.places[1:], 1):
            others = _others(place, text.places[:number], used)
            if others:
                options.append((place, others))
    # A text with several copies is reported with the source that has most of its neighbors.
    common = Counter((place.source, o.source) for place, others in options for o in others)
    pairs = []
    for place, others in options:
        neighbors = [common[place.source, other.source] for other in others]
        pairs.append((place, others[neighbors.index(max(neighbors))]))
    pairs.sort(key=lambda pair: (pair[0].source, pair[1].source, pair[0].number))
    start = 0
    for end in range(1, len(pairs) + 1):
        if end == len(pairs) or not all(map(_follows, pairs[end], pairs[end - 1])):
            yield _copy(*pairs[start], end - start)
            start = end


def _follows(sentence: Sentence, before: Sentence) -> bool:
    return (sentence.source, sentence.number) == (before.source, before.number + 1)


def _copy(place: Sentence, first: Sentence, count: int) -> Finding:
    words = f"{count} sentences from here on are" if count > 1 else "this sentence is"
    message = (
        f"{words} also at {first.source}:{first.line}; write it in one place and include or link"
        f" it, or allow the copy: {_shown(place.text)}"
    )
    return Finding(place.source, place.line, Subtype.COPIED, message)


def _others(place: Sentence, candidates: Iterable[Sentence], used: set[Remark]) -> list[Sentence]:
    """Find the candidates that a place may not repeat."""
    found = []
    for candidate in candidates:
        remarks = (place.remark, candidate.remark)
        if candidate.source == place.source or _are_variants(*remarks):
            continue
        allowed = [r for r in remarks if r is not None and r.kind == "allow" and r.text]
        used.update(allowed)
        if not allowed:
            found.append(candidate)
    return found


def _are_variants(one: Remark | None, other: Remark | None) -> bool:
    return (
        one is not None
        and other is not None
        and one.kind == other.kind == "variant"
        and one.name == other.name != ""
    )


def _drifted(texts: list[_Text], rules: Rules, used: set[Remark]) -> Iterator[Finding]:
    """Report each text that is nearly the same as an earlier one, with the nearest of them."""
    pairs: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for early, late in _candidates(texts, _shingle_length(rules)):
        # The cutoff only saves time, and is less exact than the similarity that is returned.
        score = Indel.normalized_similarity(
            texts[early].key, texts[late].key, score_cutoff=rules.similarity - 0.05
        )
        if score >= rules.similarity - _ROUNDING:
            pairs[late].append((-score, early))
    for late in sorted(pairs):
        for _score, early in sorted(pairs[late]):
            finding = _drift(texts[early], texts[late], used)
            if finding is not None:
                yield finding
                break


def _drift(early: _Text, late: _Text, used: set[Remark]) -> Finding | None:
    for place in late.places:
        other = next(iter(_others(place, early.places, used)), None)
        if other is None:
            continue
        found = differences(place.text, other.text)
        if _is_parallel(place, other, found):
            continue
        reported = []
        for here, there in found:
            if here and there:
                reported.append(f'"{here}" here is "{there}" there')
            else:
                reported.append(f'"{here}" is only here' if here else f'"{there}" is only there')
        if not reported:
            return None
        message = (
            f"nearly the same sentence is at {other.source}:{other.line}: {', '.join(reported)};"
            f" choose one wording, or mark both as variants: {_shown(place.text)}"
        )
        return Finding(place.source, place.line, Subtype.DRIFTED, message)
    return None


def _is_parallel(one: Sentence, other: Sentence, found: list[tuple[str, str]]) -> bool:
    """Tell whether two sentences differ because their pages have different subjects.

    Such as "custom spawners" on the page spawners.md and "custom proxies" on proxies.md.
    """
    subjects = _subject(one.source), _subject(other.source)
    own, others = (subjects[0] - subjects[1], subjects[1] - subjects[0])
    for here, there in found:
        mine, yours = _stems(here), _stems(there)
        if _names(mine - yours, own) or _names(yours - mine, others):
            return True
    return False


def _names(words: set[str], subject: set[str]) -> bool:
    """Tell whether one of the words is the subject, or a name made with it: "celery-redis"."""
    names = [own for own in subject if len(own) >= _NAME]
    return bool(words & subject) or any(own in word for own in names for word in words)


def _subject(source: str) -> set[str]:
    """Take the subject of a page from the names of its file and folder."""
    return _stems(" ".join(source.rpartition(".")[0].split("/")[-2:]))


def _stems(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{2,}|\d+", text.casefold())}


def _shingle_length(rules: Rules) -> int:
    """Choose how many words in a row two sentences must share before they are compared.

    Of n words, at most (1 - similarity) * n may be others. Each of these spoils at most as many
    runs of k words as a run is long, and n - k + 1 runs there are: so one remains for all n from
    `min_words` on as long as n * (1 - k * (1 - similarity)) >= k.
    """
    for length in range(_SHINGLE_MAX, 1, -1):
        if rules.min_words * (1 - length * (1 - rules.similarity)) >= length:
            return length
    return 1


def _candidates(texts: list[_Text], length: int) -> Iterator[tuple[int, int]]:
    """Find the pairs of texts that share a run of words."""
    first: dict[int, int] = {}
    index: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        runs = _runs(text.key, length)
        known = first.keys() & runs
        for run in known:
            index.setdefault(run, [first[run]]).append(number)
        first.update(dict.fromkeys(runs - known, number))
    del first
    compared: set[tuple[int, int]] = set()
    for members in index.values():
        if len(members) <= _PHRASE:
            for place, late in enumerate(members):
                compared.update((early, late) for early in members[:place])
    yield from sorted(compared)


def _runs(key: tuple[str, ...], length: int) -> set[int]:
    return set(map(hash, zip(*(key[start:] for start in range(length)), strict=False)))


def _remarks(remarks: list[Remark], used: set[Remark]) -> Iterator[Finding]:
    variants = Counter(remark.name for remark in remarks if remark.kind == "variant")
    for remark in remarks:
        if remark.kind not in {"allow", "variant"}:
            reported = f"unknown remark 'wording: {remark.kind}'; write 'allow' or 'variant'"
        elif not remark.text:
            wanted = "a reason" if remark.kind == "allow" else "the name that the variants share"
            reported = f"'wording: {remark.kind}' needs {wanted}, after a colon"
        elif remark.kind == "allow" and remark not in used:
            reported = "this remark allows no copy; remove it"
        elif remark.kind == "variant" and variants[remark.name] == 1:
            reported = f"there is no other variant '{remark.name}'; mark the other, or remove this"
        else:
            continue
        yield Finding(remark.source, remark.line, Subtype.REMARK, reported)


def _shown(text: str) -> str:
    if len(text) > _QUOTED:
        text = text[:_QUOTED].rsplit(" ", 1)[0] + " …"
    return f'"{text}"'
