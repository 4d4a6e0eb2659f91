"""The quoted sentences are the adopted ones, to the letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sphinx_accessible_pdf.testing.reading import open_tagged

SEEDS = Path(__file__).parent / "seeds"
# The Homepage's overview misspells this word; the handbook prints it right.
MISSPELT = ("to estabish", "to establish")


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def seed(name: str) -> str:
    """The text of a seed document as a reader sees it: no front matter, headings or markup."""
    body = (SEEDS / name).read_text(encoding="utf-8").split("---\n", 2)[2]
    return fold(re.sub(r"^#+ .*$|^- |\*\*", "", body, flags=re.MULTILINE))


def sentences(text: str) -> list[str]:
    """Split after each full stop, and after the colon that opens the list of goals."""
    return re.split(r"(?<=\.)(?<!e\.g\.) |(?<=will:) ", text)


HOMEPAGE = sentences(seed("cass-homepage.md").replace(*MISSPELT))
OVERVIEW, MISSION, PRINCIPLES = HOMEPAGE[:3], HOMEPAGE[3:4], HOMEPAGE[4:10]
MODEL = sentences(seed("cass-organizational-model.md"))
GOALS = MODEL[4:]

EXPECTED = [
    ("", MISSION),
    ("governance", OVERVIEW),
    ("governance/mission", MISSION),
    ("governance/organizational-model", MODEL),
    ("governance/goals", GOALS),
    ("principles", PRINCIPLES),
    *((f"principles/{s.split(':')[0].lower()}", [s]) for s in PRINCIPLES),
    ("members/peso/organizational-model", MODEL),
]


def test_the_seeds_hold_what_the_handbook_quotes() -> None:
    assert [len(part) for part in (OVERVIEW, MISSION, PRINCIPLES, MODEL, GOALS)] == [3, 1, 6, 11, 7]
    assert sentences(seed("peso-organizational-model.md")) == MODEL


@pytest.mark.parametrize(("page", "adopted"), EXPECTED, ids=[page or "/" for page, _ in EXPECTED])
def test_page_quotes_exactly_the_adopted_sentences(
    handbook_html: Path, page: str, adopted: list[str]
) -> None:
    html = (handbook_html / page / "index.html").read_text(encoding="utf-8")
    quotes = BeautifulSoup(html, "html.parser").select("article blockquote")
    for attribution in (label for quote in quotes for label in quote.select(".attribution")):
        attribution.decompose()
    quoted = " ".join(quote.get_text() for quote in quotes)
    assert sentences(fold(quoted)) == adopted


def test_the_pdf_quotes_every_adopted_sentence(handbook_pdf: Path) -> None:
    quotes = [quote.text for quote in open_tagged(handbook_pdf).root.all("BlockQuote")]
    for sentence in OVERVIEW + MISSION + PRINCIPLES + MODEL:
        assert any(sentence in quote for quote in quotes), sentence
