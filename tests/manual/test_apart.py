"""The manual is on the site, in a part of its own: no reader of the handbook stumbles over it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from bs4 import BeautifulSoup, Tag
from tools.new_page import chapters

from tests.conftest import ROOT
from tests.manual.examples import MANUAL

TITLE = "The sphinx-permalinks extension"


def pages(html: Path) -> Iterator[tuple[str, BeautifulSoup]]:
    """All pages that have a text, the pages that only lead to others left out."""
    for file in sorted(html.rglob("index.html")):
        soup = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        if soup.select_one("article"):
            yield file.parent.relative_to(html).as_posix(), soup


def is_manual(page: str) -> bool:
    return page.split("/", maxsplit=1)[0] == MANUAL.name


def target(page: str, link: Tag) -> str:
    """Where a link leads, as a path below the site's root."""
    path = Path("/", page, str(link["href"]).partition("#")[0])
    return path.resolve().relative_to("/").as_posix()


def test_the_menu_lists_the_manual_last_in_a_part_of_its_own(handbook_html: Path) -> None:
    for page, soup in pages(handbook_html):
        menu = soup.select_one("nav.bd-docs-nav")
        assert menu is not None, page
        handbook, caption, manual = menu.select(".bd-toc-item > ul, .bd-toc-item > p")
        assert caption.get_text() == "For developers"
        assert not [link for link in handbook.select("a") if is_manual(target(page, link))]
        top = [link.get_text() for link in manual.select(":scope > li > a")]
        assert top == [TITLE], page
        is_open = manual.select_one("details[open]") is not None
        assert is_open == is_manual(page), page


def test_every_page_of_the_manual_is_in_the_menu(handbook_html: Path) -> None:
    soup = BeautifulSoup((handbook_html / "index.html").read_text(encoding="utf-8"), "html.parser")
    listed = {target("", link) for link in soup.select("nav.bd-docs-nav a")}
    written = {f.stem for f in MANUAL.glob("*.md")} - {"bench", "index"}
    assert {page for page in listed if is_manual(page)} == {
        "extension",
        *(f"extension/{name}" for name in written),
    }


def test_no_page_leads_on_from_the_handbook_to_the_manual_or_back(handbook_html: Path) -> None:
    steps = 0
    for page, soup in pages(handbook_html):
        for link in soup.select('link[rel="next"], link[rel="prev"], a.left-prev, a.right-next'):
            assert is_manual(target(page, link)) == is_manual(page), page
            steps += 1
    assert steps > 100


def test_the_text_of_the_handbook_links_to_the_manual_only_for_contributors(
    handbook_html: Path,
) -> None:
    linking = {
        page
        for page, soup in pages(handbook_html)
        for link in soup.select("article a[href]:not([href^=http])")
        if is_manual(target(page, link)) and not is_manual(page)
    }
    assert linking <= {"reference/contributing", "genindex", "404"}


def test_a_search_of_the_handbook_does_not_find_the_manual(handbook_html: Path) -> None:
    text = (handbook_html / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    numbers = {n for n, name in enumerate(index["docnames"]) if is_manual(name)}
    assert len(numbers) > 10
    for kind in ("terms", "titleterms"):
        found = (n if isinstance(n, list) else [n] for n in index[kind].values())
        assert not numbers.intersection(*[{n for group in found for n in group}]), kind
    places = {number for entries in index["alltitles"].values() for number, _ in entries}
    assert not numbers & places
    assert index["terms"]["quorum"]


def test_the_manual_is_not_in_the_pdf(handbook_pdf: Path) -> None:
    def titles(items: list[pikepdf.OutlineItem]) -> Iterator[str]:
        for item in items:
            yield item.title
            yield from titles(item.children)

    with pikepdf.open(handbook_pdf) as pdf, pdf.open_outline() as outline:
        printed = list(titles(outline.root))
    assert any("Steering Committee" in title for title in printed)
    assert not [title for title in printed if "extension" in title]


def test_the_manual_is_no_chapter_for_new_pages() -> None:
    assert MANUAL.name not in chapters(ROOT)
