from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import JOBS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Site


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Build a first project; give its inventory's folder."""
    from tests.harness import Site  # noqa: PLC0415

    folder = tmp_path / "other"
    folder.mkdir()
    project = Site(folder)
    project.write({"index.md": "# Other home\n\n```{toctree}\n:glob:\n\n**\n```\n"})
    project.page(
        "rules/voting.md",
        "title: How We Vote",
        "permalink: /voting/",
        "redirect_from: /old voting",
    )
    assert project.build("dirhtml") == []
    return project.out / "dirhtml"


def test_a_second_project_links_by_permalink(site: Site, other: Path) -> None:
    for n in range(11):
        site.page(f"fill/p{n}.md", f"title: Page {n}")
    body = "\n\n".join(
        [
            "{external:permalink:page}`/voting`",
            "{external+other:permalink:page}`how <voting/>`",
            "{external:permalink:page}`/old voting`",
            "{permalink:page}`/voting`",
            "[](inv:other:permalink:page#/voting)",
        ]
    )
    site.page("a.md", "title: Links", body=body)
    site.write(
        {"b.rst": "B\n=\n\n:external:permalink:page:`/voting`\n"},
        extensions=[*site.conf["extensions"], "sphinx.ext.intersphinx"],
        intersphinx_mapping={"other": ("https://other.org/", str(other / "objects.inv"))},
        intersphinx_cache_limit=-1,
        nitpicky=True,
    )
    for _again in range(2):
        assert site.build("dirhtml", JOBS) == []
    html = site.html("a/index.html")
    assert html.count('href="https://other.org/rules/voting/"') == 5
    assert html.count("How We Vote") == 4
    assert 'href="https://other.org/rules/voting/"' in site.html("b/index.html")
    before = site.built()["a/index.html"]
    site.build("dirhtml", JOBS)
    assert site.built()["a/index.html"] == before


def test_a_slash_never_leads_to_another_project(site: Site, other: Path) -> None:
    site.page("a.md", "title: Links", body="[text](/voting)\n\n{external:permalink:page}`/none`")
    site.write(
        {},
        extensions=[*site.conf["extensions"], "sphinx.ext.intersphinx"],
        intersphinx_mapping={"other": ("https://other.org/", str(other / "objects.inv"))},
    )
    assert site.build() == [
        'a.md:5: WARNING: unknown permalink "/voting": no page has this address'
        " [permalinks.unknown_permalink]",
        "a.md:7: WARNING: external permalink:page reference target not found: /none [ref.page]",
    ]


def test_front_matter_written_for_jekyll_works_as_it_is(site: Site) -> None:
    """The forms of two sites made with Jekyll: a consortium's, and its theme's own manual."""
    pages = {
        "index.md": "layout: home\ntitle: Home\npermalink: /\ntags: [a, b]",
        "about.md": "layout: page\ntitle: About us\npermalink: /about/\nnav_order: 2",
        "team.md": "---\nlayout: page\ntitle: 'Team: people'\npermalink: team\n"[4:],
        "pages/news.md": "title: News\npermalink: /news.html\nredirect_from:\n- /blog/\n- /post",
        "pages/faq.md": "title: FAQ\npermalink: faq/index.html\nredirect_from: /questions",
        "404.md": "title: Not found\npermalink: /404.html\nsitemap: false\norphan: true",
        "_posts.md": "title: 2024\ndate: 2024-01-01 10:00:00 +0000\ncategories:\n- news",
    }
    for name, fields in pages.items():
        toctree = "```{toctree}\n:glob:\n\n**\n```" if name == "index.md" else "Text."
        site.page(name, fields, body=toctree)
    assert site.build("dirhtml") == []
    built = site.built()
    assert built.keys() >= {
        "about/index.html", "team/index.html", "news.html", "blog/index.html", "post/index.html",
        "faq/index.html", "questions/index.html", "404.html",
    }  # fmt: skip
