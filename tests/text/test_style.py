"""The house style of CONTRIBUTING.md, read from the pages as readers get them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bs4 import Tag

from handbook.style import check_pages, load_style
from tests.conftest import ROOT
from tests.pages import parsed

FIGURES = sorted((ROOT / "_static" / "figures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def level_faults(levels: list[int]) -> bool:
    """Whether a page has not exactly one first heading, or skips a level."""
    skips = any(after > before + 1 for before, after in pairwise(levels))
    return levels[:1] != [1] or levels.count(1) != 1 or skips


def articles(site: Path) -> Iterator[tuple[str, Tag]]:
    for page in sorted(site.rglob("index.html")):
        if page.parent.name in {"404", "search"}:
            continue  # no pages of the handbook, but ways to them
        article = parsed(page.read_text(encoding="utf-8")).select_one("article")
        if article is not None and article.select_one("h1"):
            yield str(page.parent.relative_to(site)), article


def test_the_handbook_keeps_to_its_style() -> None:
    pages = {
        str(file.relative_to(ROOT)): file.read_text(encoding="utf-8")
        for pattern in ("*.md", "[a-z]*/*.md")
        for file in sorted(ROOT.glob(pattern))
    }
    assert len(pages) > 25
    style = load_style(ROOT, ROOT / "handbook" / "authority" / "texts" / "SHA256SUMS")
    assert check_pages(pages, style) == []


def test_headings_are_in_sequence(handbook_html: Path) -> None:
    for page, article in articles(handbook_html):
        headings = article.select("h1, h2, h3, h4, h5, h6")
        assert not level_faults([int(heading.name[1]) for heading in headings]), page


def test_skipped_levels_are_found() -> None:
    pages = [[1, 2, 3, 2], [1, 3], [2], [1, 2, 1], []]
    assert [level_faults(levels) for levels in pages] == [False, True, True, True, True]


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
    assert used <= {"svg", "title", "desc", "style", "g", "rect", "path", "polygon", "text"}
    assert not re.search(r"url\(|@import", "".join(root.itertext()))
    assert not [name for tag in root.iter() for name in tag.attrib if "href" in name]


def test_figures_are_shown_with_alternative_text(handbook_html: Path) -> None:
    shown = {
        str(drawing.get("aria-label", ""))
        for _, article in articles(handbook_html)
        for drawing in article.select("figure svg[role=img]")
    }
    assert len(shown) == len(FIGURES)
    assert all(len(alternative) > 100 for alternative in shown)
