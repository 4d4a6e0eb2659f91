from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ConfigError

from sphinx_permalinks import publication, redirects, settings
from tests.harness import JOBS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Site


def published(site: Site, builder: str = "dirhtml") -> set[str]:
    """Name the files that are ours."""
    mark = 'content="sphinx-permalinks"'
    html = (name for name in site.built(builder) if name.endswith(".html"))
    return {name for name in html if mark in site.html(name, builder)}


def fill(site: Site) -> None:
    for n in range(11):
        site.page(f"fill/p{n}.md", f"title: Page {n}", f"permalink: /p{n}")
    site.page("index.md", "title: Home", "permalink: /", body="```{toctree}\n:glob:\n\n**\n```")
    site.page(
        "governance/goals.md",
        'title: Goals & "Scope"',
        "permalink: /goals",
        "redirect_from: [/old/goals.html, /older/]",
    )


def test_every_permalink_opens_the_page(site: Site) -> None:
    fill(site)
    opens(site, "dirhtml", "../governance/goals/")
    opens(site, "html", "../governance/goals.html")
    opens(site, "singlehtml", "../index.html#document-governance/goals")


def opens(site: Site, builder: str, target: str) -> None:
    assert site.build(builder, JOBS) == []
    pages = {f"p{n}/index.html" for n in range(11)}
    pages |= {"goals/index.html", "old/goals.html", "older/index.html"}
    assert published(site, builder) == pages
    soup = BeautifulSoup(site.html("goals/index.html", builder), "html.parser")
    refresh = soup.select_one('head noscript meta[http-equiv="refresh"]')
    assert refresh is not None
    assert refresh["content"] == f"0; url={target}"
    assert soup.select_one("main p a")["href"] == target  # type: ignore[index]
    assert soup.select_one('head link[rel="canonical"]')["href"] == target  # type: ignore[index]
    assert soup.select_one('meta[name="robots"]')["content"] == "noindex"  # type: ignore[index]
    assert soup.html["lang"] == "en"  # type: ignore[index]
    assert soup.title.string == soup.h1.string == "Goals & “Scope”"  # type: ignore[union-attr]
    page, sign, fragment = target.partition("#")
    data = f'data-page="{page}" data-fragment="{sign}{fragment}"'
    html = site.html("goals/index.html", builder)
    assert f'<script src="../permalinks.js" {data}></script>' in html
    policy = "default-src 'none'; script-src 'self'; "
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}' in html
    assert "permalinks.js" in site.built(builder)
    before = site.built(builder)
    assert site.build(builder, JOBS) == []
    after = site.built(builder)
    assert {name: after[name] for name in pages} == {name: before[name] for name in pages}
    assert after["permalinks.json"] == before["permalinks.json"]


def test_a_redirect_that_is_no_longer_wanted_is_removed(site: Site) -> None:
    fill(site)
    site.build("dirhtml", JOBS)
    site.page("governance/goals.md", "title: Goals", "permalink: /aims")
    assert site.build("dirhtml", JOBS) == []
    pages = {f"p{n}/index.html" for n in range(11)} | {"aims/index.html"}
    assert published(site) == pages
    assert not (site.out / "dirhtml" / "old").exists()
    site.write({}, permalinks_publish=False)
    assert site.build("dirhtml", JOBS) == []
    assert published(site) == set()
    assert not (site.out / "dirhtml" / "permalinks.json").exists()
    assert not (site.out / "dirhtml" / "permalinks.js").exists()


def test_a_page_that_has_moved_is_found_where_it_was(site: Site) -> None:
    fill(site)
    site.page("about.md", "title: About", "permalink: /about")
    site.build("dirhtml", JOBS)
    assert "about/index.html" not in published(site)
    (site.source / "about.md").unlink()
    site.page("governance/about.md", "title: About", "permalink: /about")
    assert site.build("dirhtml", JOBS) == []
    assert "about/index.html" in published(site)
    # And back again: Sphinx writes the page, and nothing of ours is in its way.
    (site.source / "governance/about.md").unlink()
    site.page("about.md", "title: About", "permalink: /about")
    assert site.build("dirhtml", JOBS) == []
    assert "about/index.html" not in published(site)
    assert "Text." in site.html("about/index.html")


def test_the_site_address_is_used_where_it_is_known(site: Site) -> None:
    fill(site)
    site.write(
        {},
        html_baseurl="https://x.org/en/latest/",
        permalinks_baseurl="https://x.org/page",
        language="fr",
        smartquotes=False,
    )
    assert site.build("dirhtml") == []
    page = site.html("goals/index.html")
    assert 'url=../governance/goals/"' in page
    assert '<html lang="fr">' in page
    assert '<link rel="canonical" href="https://x.org/en/latest/governance/goals/">' in page
    goals = '<link rel="bookmark" href="https://x.org/page/goals" />'
    assert goals in site.html("governance/goals/index.html")
    assert json.loads(site.html("permalinks.json"))["pages"][-2:] == [
        {
            "address": "/goals",
            "docname": "governance/goals",
            "title": 'Goals & "Scope"',
            "uri": "https://x.org/en/latest/governance/goals/",
        },
        {
            "address": "/",
            "docname": "index",
            "title": "Home",
            "uri": "https://x.org/en/latest/",
        },
    ]


def test_templates_show_the_permalink(site: Site) -> None:
    fill(site)
    site.page("plain.md", "title: Plain")
    template = '{% extends "!page.html" %}{% block body %}[{{ permalink }} {{ permalink_url }}]'
    template += '{% include "permalink.html" %}{% endblock %}'
    site.write({"_templates/page.html": template}, templates_path=["_templates"])
    site.write({}, exclude_patterns=["_templates"])
    assert site.build("dirhtml") == []
    goals = site.html("governance/goals/index.html")
    assert "[/goals ../../goals/]" in goals
    soup = BeautifulSoup(goals, "html.parser")
    assert soup.select_one(".permalink-address")["href"] == "../../goals/"  # type: ignore[index]
    assert soup.select_one("button.permalink-copy[type=button][hidden]")
    assert soup.select_one(".permalink-status[aria-live=polite]")
    assert "[None None]" in site.html("plain/index.html")
    assert "permalink-copy" not in site.html("plain/index.html")
    assert "[/ ./]" in site.html("index.html")


def test_no_real_file_is_ever_overwritten(site: Site) -> None:
    site.write(
        {
            "extra/robots.txt": "mine",
            "extra/own/index.html": "mine",
            "_templates/more.html": "mine",
        },
        html_extra_path=["extra"],
        html_additional_pages={"extra-page": "more.html"},
        templates_path=["_templates"],
    )
    site.code = "def setup(app):\n"
    site.code += "    app.connect('html-collect-pages', lambda app: [('found', {}, 'more.html')])\n"
    names = ["search", "genindex.html", "_static/x", "robots.txt", "own", "extra-page", "found"]
    for name in names:
        site.page(f"{name.partition('/')[0].strip('_')}-page.md", f"permalink: /{name}")
    expected = {
        "search": "Sphinx writes the search page there",
        "genindex.html": "Sphinx writes the general index there",
        "_static/x": "static files are there",
        "robots.txt": "html_extra_path puts extra there",
        "own": "html_extra_path puts extra there",
        "extra-page": "html_additional_pages puts a page there",
        "found": "another file of the output is there",
    }
    tail = "; choose another address [permalinks.reserved_permalink]"
    messages = sorted(
        f'reserved permalink "/{name}": {why}{tail}' for name, why in expected.items()
    )
    for _again in range(2):
        warnings = site.build("dirhtml")
        assert sorted(w.partition("WARNING: ")[2] for w in warnings) == messages
        assert all(":2: " in w for w in warnings)
        assert published(site) == set()
        assert site.html("own/index.html") == site.html("robots.txt") == "mine"
        assert site.html("found/index.html") == "mine"


def test_a_file_that_is_in_the_way_is_reported_by_every_build(site: Site) -> None:
    site.build("dirhtml")
    (site.out / "dirhtml" / "p.html").write_text("mine")
    site.page("a.md", "title: A", "permalink: /p.html")
    assert len(site.build("dirhtml")) == len(site.build("dirhtml")) == 1


def test_an_address_below_a_file_is_reserved(site: Site) -> None:
    site.page("a.md", "title: A", "permalink: /x.html")
    site.page("b.md", "title: B", "permalink: /x.html/y")
    site.page("c.md", "title: C", "redirect_from: /objects.inv/c")
    assert site.build("html") == [
        'b.md:3: WARNING: reserved permalink "/x.html/y": a part of it is a file of the output;'
        " choose another address [permalinks.reserved_permalink]",
        'c.md:3: WARNING: reserved redirect_from "/objects.inv/c": a part of it is a file of the'
        " output; choose another address [permalinks.reserved_permalink]",
    ]


def test_nothing_is_written_outside_the_output_folder(site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("mine")
    site.page("a.md", "title: A", "permalink: /out/a")
    site.page("b.md", "title: B", "permalink: /link.html")
    (site.out / "dirhtml").mkdir(parents=True)
    (site.out / "dirhtml" / "out").symlink_to(outside)
    (site.out / "dirhtml" / "link.html").symlink_to(outside / "precious")
    tail = "; choose another address [permalinks.reserved_permalink]"
    assert site.build("dirhtml") == [
        'a.md:3: WARNING: reserved permalink "/out/a": a link leads out of the output folder'
        f" there{tail}",
        'b.md:3: WARNING: reserved permalink "/link.html": a folder or a link of the output is'
        f" there{tail}",
    ]
    assert len(site.build("dirhtml")) == 2  # again
    assert [path.name for path in outside.iterdir()] == ["precious"]
    assert (outside / "precious").read_text() == "mine"


def test_a_manifest_of_nonsense_removes_nothing(site: Site, tmp_path: Path) -> None:
    fill(site)
    site.build("dirhtml")
    (tmp_path / "precious").write_text('<meta name="generator" content="sphinx-permalinks">')
    [manifest] = (tmp_path / "doctrees").glob("permalinks-*.json")
    notes = json.loads(manifest.read_text())
    files = ["../../precious", str(tmp_path / "precious"), "search/index.html", "a\0b", "", "."]
    worse = {**notes, "files": ["a\0b"], "pages": [3]}
    notes["files"] += files
    for content in (*map(json.dumps, (notes, worse)), "[]", "{", '{"files": 1}', "null"):
        manifest.write_text(content)
        assert site.build("dirhtml") == []
        assert (tmp_path / "precious").exists()
        assert (site.out / "dirhtml" / "search" / "index.html").exists()


def test_a_damaged_or_lost_redirect_is_written_again(site: Site) -> None:
    fill(site)
    site.build("dirhtml")
    good = site.html("goals/index.html")
    page = site.out / "dirhtml" / "goals" / "index.html"
    for damage in (
        lambda: page.write_text(good[:200]),
        lambda: page.write_text(good.replace("goals", "slaog")),
        page.unlink,
    ):
        damage()
        assert site.build("dirhtml") == []
        assert site.html("goals/index.html") == good


def test_redirects_are_written_anew_only_if_something_has_changed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_page = Mock(wraps=redirects.redirect_page)
    monkeypatch.setattr(publication, "redirect_page", one_page)

    def writes() -> bool:
        one_page.reset_mock()
        site.build("dirhtml")
        return one_page.called

    def page(heading: str, permalink: str = "/p") -> None:
        fields = "title: A", f"permalink: {permalink}", 'redirect_from: {/was: "#part"}'
        site.page("a.md", *fields, body=f"(part)=\n## {heading}\n")

    gone = "/gone  retired 2026-01-02 {} -> /was\n/p\n/{}\n"
    site.write({"permalinks.txt": gone.format("so", "a")}, permalinks_ledger="permalinks.txt")
    page("Part")
    assert writes()
    page("Part\n\nMore words.")
    assert not writes()
    site.page("b.md", "title: B")
    assert writes()  # the list of all pages must name it
    for reason, place in (("so", "b"), ("merged", "b")):
        site.write({"permalinks.txt": gone.format(reason, place)})
        assert writes()
    monkeypatch.setattr(publication, "__version__", "another")
    assert writes()
    assert not writes()
    page("Whole")
    assert writes()
    assert "Whole</a>" in site.html("gone/index.html")
    page("Whole", "/P")
    assert writes()
    assert (site.out / "dirhtml" / "P" / "index.html").exists()
    was = 'redirect_from: {{/b9: "#{}"}}'
    for field in ("permalink: /b9", "redirect_from: /b9", was.format("x"), was.format("y")):
        site.page("b.md", "title: B", field)
        assert writes()


def test_redirects_follow_the_settings(site: Site) -> None:
    site.page("a.md", "title: A", "permalink: /p")
    site.build("html")
    for setting, value, text in (
        ("html_link_suffix", "", 'href="../a"'),
        ("html_file_suffix", ".htm", 'href="../a.htm"'),
        ("language", "de", '<html lang="de">'),
        ("html_baseurl", "https://example.org", '"canonical" href="https://example.org/a.html"'),
    ):
        assert text not in site.html("p/index.html", "html")
        before = site.conf.copy()
        site.write({}, **{setting: value})
        site.build("html")
        assert text in site.html("p/index.html", "html")
        site.conf = before


class Tags(HTMLParser):
    """Collects what a browser would run or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "content"}]


def test_titles_and_addresses_inject_nothing(site: Site) -> None:
    evil = '"><script>alert(1)</script>'
    body = f"# `{evil}</title></h1><img src=x>`"
    site.page("a.md", f"permalink: '/x/{evil}'", "redirect_from: /y", body=body)
    site.write({"javascript:alert(1).md": "---\npermalink: /j.html\ntitle: J\n---\n"})
    assert site.build("dirhtml") == []
    assert published(site) >= {"y/index.html", "j.html"}
    for name in published(site):
        parsed = Tags()
        parsed.feed(site.html(name))
        assert parsed.tags.count("script") == parsed.tags.count("h1") == 1
        assert "img" not in parsed.tags
        assert not [link for link in parsed.links if link.startswith("javascript:")]
        assert "alert" not in "".join(parsed.tags)
    json.loads(site.html("permalinks.json"))
    head = BeautifulSoup(site.html("a/index.html"), "html.parser").head
    assert head is not None
    assert "alert" not in "".join(script.text for script in head.select("script"))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("permalinks_baseurl", "javascript:alert(1)", "must be the address of a site"),
        ("permalinks_baseurl", "ftp://x.org", "must be the address of a site"),
        ("permalinks_baseurl", 3, "permalinks_baseurl must be None or str, not int"),
        ("permalinks_ledger", "", "permalinks_ledger must name a file, or be None"),
        ("permalinks_title_scope", "page", "must be 'site' or 'folder', not 'page'"),
        ("permalinks_ignore", "drafts", "permalinks_ignore must be list or tuple, not str"),
        ("permalinks_ignore", [3], "permalinks_ignore must contain text only, not 3"),
        ("permalinks_publish", "yes", "permalinks_publish must be bool, not str"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: object, message: str) -> None:
    problem = settings.problem(name, value)
    assert problem is not None
    assert problem.startswith(name)
    assert message in problem


def test_a_wrong_setting_is_an_error(site: Site) -> None:
    site.write({}, permalinks_ignore=[3])
    with pytest.raises(ConfigError, match="permalinks_ignore must contain text only, not 3"):
        site.build()


def test_redirects_are_in_no_search_index_and_no_sitemap(site: Site) -> None:
    seen = site.source / "seen.txt"
    site.code = (
        "def note(app, pagename, *_):\n"
        f"    with open({str(seen)!r}, 'a') as file: print(pagename, file=file)\n"
        "def setup(app):\n"
        "    app.connect('html-page-context', note)\n"
    )
    site.page("a.md", "title: A", "permalink: /elsewhere")
    site.write({}, html_use_index=True)
    site.build("dirhtml")
    assert "elsewhere/index.html" in published(site)
    # sphinx-sitemap lists the pages that pass through this event.
    assert set(seen.read_text().split()) == {"a", "genindex", "index", "search"}
    assert "elsewhere" not in site.html("searchindex.js")


def test_a_full_or_forbidden_output_folder_ends_with_a_sentence(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    site.page("a.md", "title: A", "permalink: /elsewhere")
    monkeypatch.setattr(publication, "write_atomically", full)
    (error,) = site.build("dirhtml")
    assert error.startswith("ERROR: the permalinks are not all published: [Errno 28] No space left")
    assert site.code_of_exit == 1
    monkeypatch.undo()
    assert site.build("dirhtml") == []
    assert not [*(site.out / "dirhtml").rglob("*.tmp")]
