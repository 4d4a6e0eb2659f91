"""A page that does not say on whose authority it stands is named, on every build."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.conftest import sphinx_build

SOURCES = """\
sources:
  - {short_name: Homepage, title: The Homepage, gives: a mission}
  - short_name: By-laws
    title: The By-laws
    version: 1
    approved: 2024-08-08
    sections: [3, 4]
    gives: rules
  - {short_name: Roster, title: The roster, data: data.yml, gives: members}
"""
CONF = """\
extensions = ["myst_parser", "handbook.authority"]
myst_enable_extensions = ["attrs_block"]
myst_title_to_header = True
handbook_sources = "sources.yml"
"""
SOURCES_PAGE = "\n".join(f"(source-{n})=\n## {n}\n" for n in ("homepage", "by-laws", "roster"))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small handbook without a mistake."""
    site = tmp_path / "site"
    site.mkdir()
    for name, text in {
        "conf.py": CONF,
        "sources.yml": SOURCES,
        "data.yml": "as_of: 2026-08-02\n",
        "index.md": "---\ntitle: Start\nauthority: none\n---\n\n" + SOURCES_PAGE,
    }.items():
        (site / name).write_text(text, encoding="utf-8")
    return site


def page(site: Path, name: str, authority: str, body: str = "Text.") -> None:
    field = textwrap.indent(authority, "  ") if "\n" in authority or ": " in authority else None
    front = f"authority:\n{field}" if field else f"authority: {authority}"
    text = f"---\norphan: true\ntitle: Page {name}\n{front}\n---\n\n{body}\n"
    (site / f"{name}.md").write_text(text, encoding="utf-8")


def warnings(site: Path, *options: str) -> list[str]:
    printed = sphinx_build("dirhtml", site, site / "_build", *options)
    return [
        line.removeprefix(f"{site}/").replace(" [handbook.authority]", "")
        for line in printed.splitlines()
        if "WARNING" in line
    ]


def article(site: Path, name: str) -> Tag:
    html = (site / "_build" / name / "index.html").read_text(encoding="utf-8")
    body = BeautifulSoup(html, "html.parser").select_one("div[role=main]")
    assert body is not None
    return body


def test_a_page_shows_its_documents(site: Path) -> None:
    authority = 'quotes: [Homepage]\nexplains: ["By-laws 3, 4", By-laws 3]\nreports: Roster'
    page(site, "one", authority, "> Be good.")
    page(site, "two", "none")
    assert warnings(site) == []
    one = article(site, "one")
    assert [p.get_text() for p in one.select("h1 + .authority p")] == [
        "Quotes adopted text: The Homepage (undated).",
        "Explains: The By-laws, version 1 (approved 2024-08-08), sections 3 and 4; "
        "The By-laws, version 1 (approved 2024-08-08), section 3.",
        "Reports data: The roster (as of 2026-08-02).",
    ]
    link = one.select_one(".authority a")
    assert link is not None
    assert link["href"] == "../#source-homepage"
    two = article(site, "two").select_one("h1 + .authority")
    assert two is not None
    assert "rests on no adopted document" in two.get_text()


def test_quoted_text_names_its_document(site: Path) -> None:
    body = '> Be good.\n\n{attribution="By-laws"}\n> Be fair.'
    page(site, "one", "quotes: Homepage", "> Be good.")
    page(site, "two", "quotes: [By-laws]", "```{include} one.md\n:start-line: 6\n```")
    page(
        site,
        "six",
        "quotes: [Homepage, By-laws]",
        body.replace(">", '{attribution="Homepage"}\n>', 1),
    )
    assert warnings(site) == []
    labels = [
        [
            label.get_text()
            for label in article(site, name).select("blockquote.adopted .attribution")
        ]
        for name in ("one", "two", "six")
    ]
    homepage = "—Adopted text: The Homepage (undated)"
    bylaws = "—Adopted text: The By-laws, version 1 (approved 2024-08-08)"
    assert labels == [[homepage], [bylaws], [homepage, bylaws]]


MISTAKES = [
    (
        "{quote: [Homepage]}",
        "Text.",
        "4: WARNING: unknown field 'quote' in 'authority'; did you mean 'quotes'?",
    ),
    (
        "explains: [Bylaws]",
        "Text.",
        "5: WARNING: 'Bylaws' is no document of the list of sources; did you mean 'By-laws'?",
    ),
    (
        'explains:\n  - "By-laws 3"\n  - "By-laws 3, 9"',
        "Text.",
        "7: WARNING: section 9 of By-laws is not in the list of sources; listed: 3 and 4",
    ),
    ("explains: []", "Text.", "5: WARNING: 'explains' names no document; name one or remove it"),
    (
        "explains: [{Homepage: 3}]",
        "Text.",
        "5: WARNING: {'Homepage': 3} should be a document's short name, or a name with sections "
        "in quotes",
    ),
    (
        "Homepage",
        "Text.",
        "4: WARNING: 'authority' should be 'none' or a mapping with quotes, explains, reports, "
        "not 'Homepage'",
    ),
    (
        "explains: [Homepage]",
        "> Be good.",
        "8: WARNING: a block quote is adopted text, but the front matter names no document under "
        "'quotes' in 'authority'; add it, or write the text without '>'",
    ),
    (
        "quotes: [Homepage]",
        "Text.",
        "5: WARNING: 'quotes' names a document, but no block quote ('>') is on this page; "
        "remove it",
    ),
    (
        "quotes: [Homepage, By-laws]",
        "> Be good.",
        "8: WARNING: this page quotes Homepage, By-laws; say which of them in a line before the "
        'quote, such as {attribution="Homepage"}',
    ),
    (
        "quotes: [Homepage]",
        '{attribution="By-laws"}\n> Be good.',
        "9: WARNING: this quote is attributed to 'By-laws', which the front matter does not list "
        "under 'quotes' (Homepage)",
    ),
]


@pytest.mark.parametrize(("authority", "body", "expected"), MISTAKES)
def test_mistake_is_named_with_its_line(
    site: Path, authority: str, body: str, expected: str
) -> None:
    if authority.startswith("{"):
        text = f"---\norphan: true\ntitle: Page\nauthority: {authority}\n---\n\n{body}\n"
        (site / "page.md").write_text(text, encoding="utf-8")
    else:
        page(site, "page", authority, body)
    assert warnings(site) == [f"page.md:{expected}"]


def test_missing_authority_is_named(site: Path) -> None:
    (site / "page.md").write_text(
        "---\ntitle: Page\norphan: true\n---\n\nText.\n", encoding="utf-8"
    )
    (warning,) = warnings(site)
    assert warning.startswith(
        "page.md:1: WARNING: this page does not say on whose authority it stands; add 'authority:'"
    )


@pytest.mark.parametrize("workers", ["1", "4"])
def test_mistakes_are_repeated_until_they_are_mended(site: Path, workers: str) -> None:
    for number in range(12):
        page(site, f"page{number:02}", "explains: [Nothing]")
        page(site, f"quote{number:02}", "explains: [Homepage]", "> Be good.")
    first = warnings(site, "-j", workers)
    assert len(first) == 24
    assert warnings(site, "-j", workers) == first
    page(site, "page03", "explains: [Homepage]")
    page(site, "quote05", "quotes: [Homepage]", "> Be good.")
    assert len(warnings(site, "-j", workers)) == 22
    page(site, "quote06", "explains: [Homepage]")
    assert len(warnings(site, "-j", workers)) == 21
    (site / "quote07.md").unlink()
    assert len(warnings(site, "-j", workers)) == 20


def test_change_in_the_list_of_sources_reaches_the_pages(site: Path) -> None:
    page(site, "one", "quotes: Homepage", "> Be good.")
    assert warnings(site) == []
    changed = SOURCES.replace("gives: a mission", "version: 2, gives: a mission")
    (site / "sources.yml").write_text(changed, encoding="utf-8")
    assert warnings(site) == []
    assert "version 2 (undated)" in article(site, "one").get_text()


def test_date_of_changed_data_reaches_the_pages(site: Path) -> None:
    page(site, "one", "reports: Roster")
    assert warnings(site) == []
    (site / "data.yml").write_text("as_of: 2027-01-31\n", encoding="utf-8")
    assert warnings(site) == []
    assert "The roster (as of 2027-01-31)" in article(site, "one").get_text()


def test_list_of_sources_that_is_gone_is_named(site: Path) -> None:
    (site / "sources.yml").unlink()
    with pytest.raises(AssertionError, match=r"sources\.yml: No such file"):
        warnings(site)
