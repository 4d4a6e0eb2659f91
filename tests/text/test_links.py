"""Every internal link and anchor leads somewhere, on the web pages and in the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pikepdf
import pytest

from tests.pages import parsed

PREFIXES = ("rule", "silence", "goal", "principle", "source", "group", "faq")


def dead_links(site: Path) -> Iterator[str]:
    """The links and embedded files of a folder of web pages that lead nowhere."""
    soups = {
        page.resolve(): parsed(page.read_text(encoding="utf-8"))
        for page in sorted(site.rglob("*.html"))
        if "_static" not in page.relative_to(site).parts
    }
    ids = {page: {tag["id"] for tag in soup.find_all(id=True)} for page, soup in soups.items()}
    for page, soup in soups.items():
        for tag in soup.find_all(lambda tag: tag.has_attr("href") or tag.has_attr("src")):
            link = str(tag.get("href", tag.get("src")))
            url = urlsplit(link)
            if url.scheme or url.netloc or not link.strip("#"):
                continue
            # The page for addresses that are not there may be shown at any of them, and so counts
            # from the site's root.
            folder = site if url.path.startswith("/") else page.parent
            path = unquote(url.path).lstrip("/")
            target = (folder / path).resolve() if url.path else page
            target = target / "index.html" if target.is_dir() else target
            broken = not target.is_file() or (
                url.fragment and target in ids and unquote(url.fragment) not in ids[target]
            )
            if broken:
                yield f"{page.relative_to(site.resolve())}: {link}"


def internal_links(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """The destinations of the links that stay in the document."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            if annotation.get("/Subtype") != "/Link":
                continue
            if "/Dest" in annotation:
                yield annotation["/Dest"]
            elif annotation["/A"]["/S"] == "/GoTo":
                yield annotation["/A"]["/D"]


def dead_destinations(pdf: pikepdf.Pdf) -> list[str]:
    """The destinations of links that are neither a page of the document nor a name in it."""
    pages = {page.obj.objgen for page in pdf.pages}
    names = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
    tree = pikepdf.NameTree(names) if names is not None else {}
    dead = []
    for link in internal_links(pdf):
        place = link
        if isinstance(link, pikepdf.String | pikepdf.Name):
            place = tree[str(link)] if str(link) in tree else pikepdf.Array()
        if isinstance(place, pikepdf.Dictionary):
            place = place["/D"]
        if not len(place) or place[0].objgen not in pages:
            dead.append(str(link))
    return dead


def test_no_link_of_the_web_pages_is_dead(handbook_html: Path) -> None:
    assert list(dead_links(handbook_html)) == []


def test_dead_links_of_web_pages_are_found(tmp_path: Path) -> None:
    fine = [
        "#",
        "#here",
        "../",
        "../%70age/#h%65re",
        "/_static/icon.svg",
        "https://example.org/#gone",
    ]
    dead = ["#gone", "../#gone", "../page/#gone", "../away/", "../away/#here", "../_static/no.svg"]
    links = "".join(f"<a href='{link}'>" for link in fine + dead)
    pages = {
        "index.html": "<p id='here'><img src='_static/icon.svg'><img src='no.svg'>",
        "page/index.html": f"<p id='here'>{links}",
        "_static/icon.svg": "",
        "_static/part.html": "<a href='gone'>",
    }
    for name, html in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(html, encoding="utf-8")
    assert list(dead_links(tmp_path)) == [
        "index.html: no.svg",
        *(f"page/index.html: {link}" for link in dead),
    ]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_anchors_of_each_kind_are_links_in_some_page(handbook_html: Path, prefix: str) -> None:
    pages = [page.read_text(encoding="utf-8") for page in handbook_html.rglob("index.html")]
    assert any(f"#{prefix}-" in html for html in pages)
    assert any(f'id="{prefix}-' in html for html in pages)


def test_every_term_of_the_glossary_is_linked_from_a_chapter(handbook_html: Path) -> None:
    glossary = handbook_html / "reference" / "glossary" / "index.html"
    html = glossary.read_text(encoding="utf-8")
    terms = {str(term["id"]) for term in parsed(html).select("dt[id]")}
    chapters = [page for page in handbook_html.rglob("index.html") if page != glossary]
    linked = "".join(page.read_text(encoding="utf-8") for page in chapters)
    assert len(terms) > 20
    assert {term for term in terms if f'glossary/#{term}"' not in linked} == set()


def test_no_link_of_the_pdf_is_dead(handbook_pdf: Path) -> None:
    with pikepdf.open(handbook_pdf) as pdf:
        assert len(list(internal_links(pdf))) > 200
        assert dead_destinations(pdf) == []


def test_dead_destinations_of_a_pdf_are_found(handbook_pdf: Path) -> None:
    with pikepdf.open(handbook_pdf) as pdf:
        gone = pikepdf.Array([pikepdf.Dictionary(), pikepdf.Name.Fit])
        annotation = next(a for page in pdf.pages for a in page.obj.get("/Annots", []))
        for dead in (gone, pikepdf.String("nowhere")):
            annotation["/Dest"] = dead
            assert len(dead_destinations(pdf)) == 1
