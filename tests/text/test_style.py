"""The house style of CONTRIBUTING.md, read from the pages as readers get them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from tests.conftest import ROOT

FIGURES = sorted((ROOT / "_static" / "figures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"

# What keeps its capitals wherever it stands: titles as they are adopted, bodies, terms.
NAMES = {
    *("CASS Governance Handbook", "CASS Organizational Model", "PESO Organizational Model"),
    *(
        "CASS Homepage",
        "About Us",
        "Goals and Scope",
        "CASS",
        "PESO",
        "Consortium",
        "Charter",
        "By-laws",
    ),
    *("Steering Committee", "External Advisory Board", "Provisional Working Groups"),
    *("Important Question", "Important Questions", "Martha's Rules", "U.S. Department of Energy"),
    *("Jekyll", "Hugo", "GitHub", "Read the Docs", "Sphinx", "Markdown"),
}
LATIN = re.compile(r"\b(?:e\.\s?g|i\.\s?e|etc|cf|viz|vs|et al|ibid|ca|N\.\s?B)\.", re.IGNORECASE)
DOUBLED = re.compile(r"\b([^\W\d]+) \1\b", re.IGNORECASE)


def names() -> set[str]:
    """The words that keep their capitals wherever they stand."""
    data = yaml.safe_load((ROOT / "members" / "members.yml").read_text(encoding="utf-8"))
    groups = {group["name"] for group in data["working_groups"]}
    return NAMES | groups


def heading_faults(headings: list[str], known: set[str]) -> Iterator[str]:
    """Headings with a capital inside that is no name's, or without one at the start."""
    for heading in headings:
        rest = heading
        for name in sorted(known, key=len, reverse=True):
            rest = re.sub(rf"\b{re.escape(name)}(?!\w)", "name", rest)
        if heading[0].islower() or any(word[0].isupper() for word in rest.split()[1:]):
            yield heading


def level_faults(levels: list[int]) -> bool:
    """Whether a page has not exactly one first heading, or skips a level."""
    skips = any(after > before + 1 for before, after in pairwise(levels))
    return levels[:1] != [1] or levels.count(1) != 1 or skips


def word_faults(text: str) -> list[str]:
    """Latin abbreviations, and words written twice."""
    return [found[0] for pattern in (LATIN, DOUBLED) for found in pattern.finditer(text)]


def articles(site: Path) -> Iterator[tuple[str, Tag]]:
    for page in sorted(site.rglob("index.html")):
        if page.parent.name in {"404", "search"}:
            continue  # no pages of the handbook, but ways to them
        article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one(
            "article"
        )
        if article is not None and article.select_one("h1"):
            yield str(page.parent.relative_to(site)), article


def heading_text(heading: Tag) -> str:
    for mark in heading.select("a.headerlink"):
        mark.decompose()
    for code in heading.select("code"):  # is spelt as it is
        code.replace_with("§")
    text = heading.get_text().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return re.sub(r"\s+", " ", text).strip()


def test_headings_are_written_like_sentences_and_in_sequence(handbook_html: Path) -> None:
    known = names()
    pages = dict(articles(handbook_html))
    assert len(pages) > 25
    for page, article in pages.items():
        headings = article.select("h1, h2, h3, h4, h5, h6")
        assert not level_faults([int(heading.name[1]) for heading in headings]), page
        texts = [heading_text(heading) for heading in headings]
        assert list(heading_faults(texts, known)) == [], page


def test_faults_of_headings_are_found() -> None:
    headings = [
        "Who May Join",
        "how to join",
        "Steering Committee",
        "The Steering Committee",
        "Integration",
        "Steering Committee Meetings",
    ]
    faults = ["Who May Join", "how to join", "Steering Committee Meetings"]
    assert list(heading_faults(headings, names())) == faults
    assert [level_faults(levels) for levels in ([1, 2, 3, 2], [1, 3], [2], [1, 2, 1], [])] == [
        *(False, True, True, True, True)
    ]


def test_own_words_have_no_latin_abbreviations_and_no_doubled_words(handbook_html: Path) -> None:
    for page, article in articles(handbook_html):
        for quoted in article.select("blockquote, pre, code, nav"):
            quoted.decompose()
        for block in article.select("p, li, td, th, dd, dt, h1, h2, h3"):
            assert word_faults(re.sub(r"\s+", " ", block.get_text())) == [], page


def test_faults_of_words_are_found() -> None:
    assert word_faults("Use it, e.g. the the tool, etc.") == ["e.g.", "etc.", "the the"]
    assert word_faults("That is that. Had the Theatre 2 2 seats?") == []


def test_quotes_say_whether_their_text_was_adopted(handbook_html: Path) -> None:
    for page, article in articles(handbook_html):
        for quote in article.select("blockquote"):
            assert set(quote["class"]) in ({"quoted", "adopted"}, {"quoted", "published"}), page
            label = quote.select_one(".attribution")
            assert label is not None, page
            kind = "Adopted text:" if "adopted" in quote["class"] else "Published wording:"
            assert kind in label.get_text(), page


def test_every_page_says_what_it_is_based_on(handbook_html: Path) -> None:
    for page, article in articles(handbook_html):
        generated = article.select(".clause-list, .silence-list")
        assert len(article.select(".authority")) == (0 if generated else 1), page


@pytest.mark.parametrize("figure", FIGURES, ids=[figure.stem for figure in FIGURES])
def test_figure_describes_itself_and_needs_nothing_else(figure: Path) -> None:
    root = ET.fromstring(figure.read_text(encoding="utf-8"))  # noqa: S314 - our own files
    assert root.get("role") == "img"
    for tag in ("title", "desc"):
        element = root.find(SVG + tag)
        assert element is not None
        assert element.text
        assert element.get("id") in str(root.get("aria-labelledby")).split()
    used = {tag.tag.removeprefix(SVG) for tag in root.iter()}
    assert used <= {"svg", "title", "desc", "g", "rect", "path", "polygon", "text"}
    assert not [name for tag in root.iter() for name in tag.attrib if "href" in name]


def test_figures_are_shown_with_alternative_text(handbook_html: Path) -> None:
    shown = {
        str(image["src"]).rpartition("/")[2]: str(image.get("alt", ""))
        for _, article in articles(handbook_html)
        for image in article.select("figure img")
    }
    assert set(shown) == {figure.name for figure in FIGURES}
    assert all(len(alt) > 100 for alt in shown.values())
