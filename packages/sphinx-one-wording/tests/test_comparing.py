from __future__ import annotations

import random
import time

import pytest

from sphinx_one_wording import comparing
from sphinx_one_wording.comparing import Rules, differences
from sphinx_one_wording.reading import read

LONG = "The committee selects its officers once a year in a meeting that is open to everyone."


def find(rules: Rules | None = None, /, **pages: str) -> list[str]:
    sources = [read(f"{name}.md", text) for name, text in pages.items()]
    return [
        f"{f.source}:{f.line} {f.subtype.value}: {f.message}"
        for f in comparing.find(sources, rules or Rules())
    ]


def test_copy_names_both_places() -> None:
    assert find(one=f"# One\n\n{LONG}", two=f"Text.\n{LONG}") == [
        "two.md:2 copied: this sentence is also at one.md:3; write it in one place and include or"
        ' link it, or allow the copy: "The committee selects its officers once a year in a'
        ' meeting …"'
    ]


def test_drift_names_the_differing_words() -> None:
    drifted = LONG.replace("once a year", "every year").replace(" in a", ", in a")
    assert find(one=LONG, two=drifted) == [
        'two.md:1 drifted: nearly the same sentence is at one.md:1: "every year," here is "once a'
        ' year" there; choose one wording, or mark both as variants: "The committee selects its'
        ' officers every year, in a meeting …"'
    ]


@pytest.mark.parametrize(
    "other",
    [
        LONG.upper(),
        LONG.replace(" ", "\n", 5),
        f"- **{LONG}**",
        LONG.replace("officers", "{term}`officers <officer>`"),
        LONG.removesuffix(".") + ":",
    ],
)
def test_copy_is_found_whatever_its_markup(other: str) -> None:
    assert [line.split(":")[1] for line in find(one=LONG, two=other)] == ["1 copied"]


@pytest.mark.parametrize(
    "other",
    [
        "The committee selects its officers.",  # too short
        "Nobody knows how the weather will be in the mountains on the day of the next meeting.",
        f"```text\n{LONG}\n```",
        f"## {LONG}",
    ],
)
def test_what_is_not_a_copy_is_not_reported(other: str) -> None:
    assert find(one=LONG, two=other) == []


def test_repetition_within_a_source_is_not_reported() -> None:
    assert find(one=f"{LONG}\n\n{LONG}\n\n{LONG.replace('once', 'twice')}") == []


def test_run_of_copies_is_one_finding() -> None:
    other = "Each of them holds the office for one year and may be selected again after that."
    found = find(one=f"{LONG} {other}", two=f"Word.\n\n{LONG}\n{other}")
    assert [line.partition(";")[0] for line in found] == [
        "two.md:3 copied: 2 sentences from here on are also at one.md:1"
    ]


def test_sentences_that_name_their_own_subjects_are_parallel() -> None:
    text = "Custom {} can register themselves by name with an entry point of the package."
    assert find(spawners=text.format("spawners"), proxies=text.format("proxies")) == []
    assert len(find(one=text.format("spawners"), two=text.format("proxies"))) == 1


def test_ignored_sentences() -> None:
    assert find(Rules(ignore=("^the committee", "its officers")), one=LONG, two=LONG) == []


def test_punctuation_and_hyphens_are_differences() -> None:
    assert differences("It is long-term, and good.", "It is long term and good:") == [
        ("long-term,", "long term")
    ]
    assert differences("The “best” of them", 'The "best" of them') == []


def test_hostile_sentences_are_compared_quickly() -> None:
    same = "a " * 5_000
    started = time.process_time()
    assert differences(f"{same}b {same}c", f"{same}{same}c") == [("b", "")]
    assert time.process_time() - started < 2


REMARK = "% wording: allow: the FAQ answers in the rule's own words\n"


def test_remark_allows_one_copy() -> None:
    assert find(one=LONG, two=f"{REMARK}\n{LONG}") == []
    assert find(one=LONG, two=f"{REMARK}\n- Word.\n- {LONG}\n\n  More.\n") == []
    after = find(one=LONG, two=f"{REMARK}\nA paragraph.\n\n{LONG}")
    assert [line.split(":")[1] for line in after] == ["1 remark", "5 copied"]


@pytest.mark.parametrize(
    ("remark", "reported"),
    [
        ("% wording: allow: no need", "this remark allows no copy; remove it"),
        ("% wording: allow", "'wording: allow' needs a reason, after a colon"),
        (
            "<!-- wording: variant -->",
            "'wording: variant' needs the name that the variants share, after a colon",
        ),
        ("% wording: ignore: x", "unknown remark 'wording: ignore'; write 'allow' or 'variant'"),
        ("% wording: variant: x", "there is no other variant 'x'; mark the other, or remove this"),
    ],
)
def test_remark_that_does_nothing(remark: str, reported: str) -> None:
    assert find(one=f"{remark}\n\n{LONG}") == [f"one.md:1 remark: {reported}"]


def test_variants_may_differ_from_one_another_only() -> None:
    one, two = (f"% wording: variant: rule ({x})\n\n> {LONG}\n" for x in "AB")
    drifted = two.replace("once", "twice")
    assert find(one=one, two=drifted) == []
    found = find(one=one, two=drifted, zoo=LONG)
    assert [line.split(":")[:2] for line in found] == [
        ["two.md", "3 drifted"],
        ["zoo.md", "1 copied"],
    ]


def test_no_pair_that_is_similar_enough_is_missed() -> None:
    chance = random.Random(1)  # noqa: S311
    words = [f"w{number}" for number in range(3000)]
    for _ in range(300):
        length = chance.randrange(12, 60)
        text = [chance.choice(words) for _ in range(length)]
        other = text.copy()
        spoiled = chance.sample(range(length), int(length * 0.15))
        for place in spoiled:
            other[place] = f"x{place}"
        found = find(one=" ".join(text), two=" ".join(other))
        assert len(found) == 1, (length, spoiled)


def test_findings_do_not_depend_on_the_order_of_the_sources() -> None:
    chance = random.Random(2)  # noqa: S311
    texts = {f"p{n}": LONG.replace("officers", f"officers{n % 3}") for n in range(9)}
    expected = find(**texts)
    for _ in range(5):
        names = list(texts)
        chance.shuffle(names)
        assert find(**{name: texts[name] for name in names}) == expected
