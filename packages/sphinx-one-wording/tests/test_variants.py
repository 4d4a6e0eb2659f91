from __future__ import annotations

from pathlib import Path

from sphinx_one_wording.reading import read
from sphinx_one_wording.variants import Variant, collate, collect

SEEDS = Path(__file__).parent / "seeds"


def variants(*texts: str) -> list[Variant]:
    return [Variant(str(n), tuple(text.split(" / "))) for n, text in enumerate(texts)]


def test_each_difference_is_a_row() -> None:
    assert collate(variants("a b c d e f", "a b x d e f", "a b c d e f g")) == [
        ["b c d", "b x d", "b c d"],
        ["f", "f", "f g"],
    ]


def test_overlapping_differences_are_one_row() -> None:
    assert collate(variants("a b c d e f", "a b x d e f", "a b c y z e f")) == [
        ["b c d e", "b x d e", "b c y z e"]
    ]


def test_a_sentence_without_a_counterpart_is_a_row() -> None:
    assert collate(variants("a b c / k l m", "a b c / x y z")) == [
        ["k l m", ""],
        ["", "x y z"],
    ]


def test_equal_variants_have_no_row() -> None:
    assert collate(variants("a b / c", "a b / c")) == []


def test_the_differences_of_the_seed_documents() -> None:
    found = []
    for name, label in (
        ("cass-homepage.md", "Homepage"),
        ("cass-organizational-model.md", "Model"),
    ):
        text = (SEEDS / name).read_text(encoding="utf-8")
        text = text[text.index("- **Deliver") :]
        found.append(read(name, f"% wording: variant: goals ({label})\n\n{text}"))
    (both,) = collect(found).values()
    assert [variant.label for variant in both] == ["Homepage", "Model"]
    assert collate(both) == [
        ["a wide base", "a broad base"],
        ["and direction, and", "and direction and"],
        ["the long term viability", "the long-term viability"],
        ["including growth", "including the growth"],
    ]
