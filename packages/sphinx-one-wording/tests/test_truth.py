"""The findings in the three seed documents are what a comparison word by word finds."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from sphinx_one_wording import comparing
from sphinx_one_wording.comparing import Rules, Subtype
from sphinx_one_wording.reading import read

SEEDS = Path(__file__).parent / "seeds"
HOMEPAGE, MODEL, PESO = (
    "cass-homepage.md",
    "cass-organizational-model.md",
    "peso-organizational-model.md",
)


def body(name: str) -> list[str]:
    """The words of the part that the three documents share, found without the package."""
    text = (SEEDS / name).read_text(encoding="utf-8")
    text = text[text.index("The Consortium is a federation") :]
    return re.sub(r"\*\*|^- |^#.*$", "", text, flags=re.MULTILINE).split()


def word_by_word(one: str, other: str) -> set[tuple[str, str]]:
    here, there = body(one), body(other)
    codes = difflib.SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    return {
        (" ".join(here[a:b]), " ".join(there[c:d])) for tag, a, b, c, d in codes if tag != "equal"
    }


def found(*names: str) -> list[comparing.Finding]:
    sources = [read(name, (SEEDS / name).read_text(encoding="utf-8")) for name in names]
    return comparing.find(sources, Rules())


def reported(findings: list[comparing.Finding]) -> set[tuple[str, str]]:
    """The differences that the messages of drifted sentences name."""
    pairs = set()
    for finding in findings:
        if finding.subtype is Subtype.DRIFTED:
            differences = finding.message.split(": ", 1)[1].rpartition("; choose")[0]
            for part in differences.split('", "'):
                words = re.findall(r'"?([^"]+)" (?:here is "([^"]+)|is only (here|there))', part)
                for one, other, side in words:
                    pairs.add(("", one) if side == "there" else (one, other))
    return pairs


def test_the_differences_of_homepage_and_model_are_those_word_by_word() -> None:
    expected = word_by_word(MODEL, HOMEPAGE)
    assert len(expected) == 5
    assert reported(found(HOMEPAGE, MODEL)) == expected


def test_the_third_document_is_one_copy_of_the_second() -> None:
    assert word_by_word(MODEL, PESO) == set()
    assert [(f.source, f.line, f.subtype) for f in found(MODEL, PESO)] == [
        (PESO, 7, Subtype.COPIED)
    ]


def test_all_three_give_one_finding_for_each_run_of_copies_and_each_difference() -> None:
    findings = found(HOMEPAGE, MODEL, PESO)
    assert [(f.source, f.line, f.subtype.value) for f in findings] == [
        (MODEL, 7, "drifted"),
        (MODEL, 8, "copied"),
        (MODEL, 22, "drifted"),
        (MODEL, 25, "drifted"),
        (MODEL, 27, "copied"),
        (MODEL, 31, "drifted"),
        (PESO, 7, "copied"),
    ]
    assert reported(findings) == word_by_word(MODEL, HOMEPAGE)


@pytest.mark.parametrize("name", [HOMEPAGE, MODEL])
def test_every_word_of_the_shared_part_is_read(name: str) -> None:
    source = read(name, (SEEDS / name).read_text(encoding="utf-8"))
    start = next(s.number for s in source.sentences if s.text.startswith("The Consortium is a f"))
    assert " ".join(s.text for s in source.sentences[start:]).split() == body(name)
