"""What real sites need: no false alarms, no noise, and nothing that breaks in silence."""

# ruff: noqa: RUF001 - signs that look alike are what is tested

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sphinx_permalinks.__main__ import main
from tests.harness import JOBS, empty_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Site


def checked(site: Site, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    capsys.readouterr()
    main(["check", str(site.source)])
    reported = capsys.readouterr()
    return reported.out.replace(f"{site.source}/", "").splitlines(), reported.err.splitlines()


@pytest.mark.parametrize(
    ("extensions", "code", "why"),
    [
        (["sphinx.ext.autosummary"], "", "sphinx.ext.autosummary"),
        (["somebodys.own"], "", "somebodys.own"),
        ([], "def setup(app): pass\n", "setup() in conf.py"),
        ([], "extensions += list(map(str, []))\n", "extensions that conf.py computes"),
    ],
)
def test_what_only_a_build_knows_is_left_to_the_build(
    site: Site, extensions: list[str], code: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    site.write({"permalinks.txt": "/\n/api/made\n/api/made#f\n/api/other\n"})
    site.code = code
    site.write({}, permalinks_ledger="permalinks.txt")
    site.write({}, extensions=[*site.conf["extensions"], *extensions])
    found, said = checked(site, capsys)
    assert [line for line in found if "lost" in line] == []
    assert any(
        line == "sphinx_permalinks: 2 recorded addresses left to the build:"
        f" {why} may have the pages"
        for line in said
    )


def test_notebooks_are_pages(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.write({"a.ipynb": "{}", "permalinks.txt": "/\n/a\n"}, permalinks_ledger="permalinks.txt")
    site.write({}, extensions=["nbsphinx", "sphinx_permalinks"], source_suffix=[".rst", ".md"])
    assert checked(site, capsys) == ([], ["sphinx_permalinks: 2 pages, 0 findings"])


HEADINGS = "(labeled)=\n## One\n\n## Two\n\n### Three\n"


def test_only_what_people_have_labeled_is_recorded(site: Site) -> None:
    site.write({}, extensions=[*site.conf["extensions"], "sphinx.ext.autosectionlabel"])
    site.write({}, permalinks_ledger="permalinks.txt", autosectionlabel_prefix_document=True)
    site.page("a.md", "title: A", body=HEADINGS)
    site.build("permalinks")
    ledger = site.source / "permalinks.txt"
    assert ledger.read_text().splitlines()[2:] == ["/", "/a", "/a#labeled"]
    ledger.unlink()
    site.write({}, permalinks_anchors=False)
    site.build("permalinks")
    assert ledger.read_text().splitlines()[2:] == ["/", "/a"]


def test_a_renamed_page_is_one_finding(site: Site) -> None:
    anchors = "".join(f"/old#a{n}\n" for n in range(11))
    site.write({"permalinks.txt": f"/\n/new\n/old\n{anchors}"}, permalinks_ledger="permalinks.txt")
    site.page("new.md", "title: New")
    (warning,) = site.build()
    assert warning.startswith(
        'permalinks.txt:3: WARNING: lost permalink "/old" (and 11 more on that page): no page has'
    )


def test_two_files_with_one_address_are_reported(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.page("guide.md", "title: Guide")
    site.page("guide/index.md", "title: Index")
    for n in range(11):
        site.page(f"fill/p{n}.md", f"title: Page {n}")
    expected = [
        'guide/index.md:1: WARNING: duplicate path "/guide": also used by guide.md, and one page'
        " overwrites the other; rename one of the files [permalinks.duplicate_permalink]"
    ]
    for _again in range(2):
        assert site.build("dirhtml", JOBS) == expected
    assert checked(site, capsys)[0] == expected
    assert site.build("html", JOBS) == []  # there they are two files
    site.write({}, permalinks_ignore=["guide/index"])
    assert site.build("dirhtml", JOBS) == []


def test_message_catalogs_have_only_the_projects_words(site: Site) -> None:
    site.page("a.md", "title: A")
    assert site.build("gettext") == []
    assert not (site.out / "gettext" / "sphinx.pot").exists()


def test_lists_can_be_set_on_the_command_line(site: Site) -> None:
    site.page("a.md", "title: Same")
    site.page("b.md", "title: Same")
    assert site.build(permalinks_ignore="b,c") == []


def test_fields_that_look_like_ours_are_reported(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = {"redirect-from": "redirect_from", "aliases": "redirect_from"}
    fields |= {"Redirect_To": "redirect_to", "permalinks": "permalink"}
    site.page("a.md", "title: A", *(f"{field}: /x" for field in fields))
    site.write({"b.rst": "".join(f":{field}: /x\n" for field in fields) + "\nB\n=\n"})
    expected = [
        f'{file}:{line}: WARNING: unknown field "{field}" is ignored; did you mean "{meant}"?'
        " [permalinks.unknown_field]"
        for file, first in (("a.md", 3), ("b.rst", 1))
        for line, (field, meant) in enumerate(fields.items(), first)
    ]
    assert site.build() == expected
    assert checked(site, capsys)[0] == expected


def test_files_of_the_site_are_reserved(site: Site) -> None:
    site.write({}, permalinks_reserved=["/status/", "other"])
    for n, address in enumerate(["/sitemap.xml", "/book.PDF", "/status/x", "/other.html"]):
        site.page(f"p{n}.md", f"title: P{n}", f"redirect_from: {address}")
    site.page("ok.md", "title: OK", "redirect_from: [/v1.2, /status.html]")
    only = "file, and only HTML pages can be redirected"
    assert [w.partition(": WARNING: reserved redirect_from ")[2] for w in site.build("html")] == [
        f'"/sitemap.xml": it names a .xml {only}; choose another address'
        " [permalinks.reserved_permalink]",
        f'"/book.PDF": it names a .pdf {only}; choose another address'
        " [permalinks.reserved_permalink]",
        '"/status/x": permalinks_reserved in conf.py names it; choose another address'
        " [permalinks.reserved_permalink]",
        '"/other.html": permalinks_reserved in conf.py names it; choose another address'
        " [permalinks.reserved_permalink]",
    ]
    assert not (site.out / "html" / "sitemap.xml").exists()


def test_addresses_that_look_alike_are_reported(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.page("a.md", "title: A", "permalink: /mıssion")  # without its dot
    site.page("b.md", "title: B", "permalink: /gоals")  # with a Cyrillic o
    site.page("c.md", "title: C", "permalink: /сосоа")  # Cyrillic only, as a Russian may write it
    site.page("d.md", "title: D", "permalink: /ａbout")  # a wide a
    site.page("e.md", "title: E", "permalink: /регламент", "redirect_from: [/καφέ, /東京タワーmap]")
    site.page("f.md", "title: F", "permalink: /missi0n", "redirect_from: [/คู่มือgit, /คู่มือ-git]")
    site.page("mission.md", "title: M")
    site.page("about.md", "title: About")
    site.page("cocoa.md", "title: Cocoa")
    tail = "; choose another address [permalinks.confusable_permalink]"
    expected = [
        f'a.md:3: WARNING: confusable permalink "/mıssion": it looks like "/mission"'
        f" (mission.md:1 (its path)){tail}",
        f'b.md:3: WARNING: confusable permalink "/gоals": one word mixes Cyrillic and Latin'
        f" letters{tail}",
        f'c.md:3: WARNING: confusable permalink "/сосоа": it looks like "/cocoa"'
        f" (cocoa.md:1 (its path)){tail}",
        f'd.md:3: WARNING: confusable permalink "/ａbout": it looks like "/about"'
        f" (about.md:1 (its path)){tail}",
        f'f.md:3: WARNING: confusable permalink "/missi0n": it looks like "/mission"'
        f" (mission.md:1 (its path)){tail}",
        f'f.md:4: WARNING: confusable redirect_from "/คู่มือgit": one word mixes Latin and Thai'
        f" letters{tail}",
    ]
    assert site.build() == expected
    assert checked(site, capsys)[0] == expected


def test_titles_of_some_pages_may_repeat(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.write({}, permalinks_title_ignore=["*/index"])
    site.page("a/index.md", "title: Overview", "permalink: /x")
    site.page("b/index.md", "title: Overview", "permalink: /x")
    (warning,) = site.build()
    assert "duplicate permalink" in warning
    assert checked(site, capsys)[0] == [warning]


def test_another_project_needs_no_extension(site: Site, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = empty_site(tmp_path / "other")
    other.page("rules.md", "title: Rules", "permalink: /Rules", body="(aim)=\n## The aim")
    other.conf["suppress_warnings"] = ["myst.header"]
    other.write({})
    assert other.build("dirhtml") == []
    body = "\n\n".join(
        [
            "{external:ref}`/Rules`",
            "{external+other:ref}`/rules#aim`",
            "[](inv:other#/Rules)",
        ]
    )
    site.page("a.md", "title: Links", body=body)
    site.write(
        {},
        extensions=["myst_parser", "sphinx.ext.intersphinx"],
        intersphinx_mapping={
            "other": ("https://other.org/", str(other.out / "dirhtml" / "objects.inv"))
        },
    )
    assert site.build("dirhtml") == []
    html = site.html("a/index.html")
    assert html.count('href="https://other.org/rules/"') >= 2
    assert 'href="https://other.org/rules/#aim"' in html
    # They are labels in the inventory only: links within the project find one target.
    other.page("b.md", "title: B", body="{any}`/Rules`")
    assert other.build("dirhtml") == []
