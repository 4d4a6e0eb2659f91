"""What a page tells about itself: where it is edited, its age, its PDF, its description."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import jinja2
import pytest

from handbook.web import body, downloads, repository
from tests.conftest import ROOT, sphinx_build

WHO = ("-c", "user.name=A", "-c", "user.email=a@example.org")
RTD = {
    "READTHEDOCS": "True",
    "READTHEDOCS_CANONICAL_URL": "https://cass.example.org/en/latest/",
    "READTHEDOCS_LANGUAGE": "en",
    "READTHEDOCS_VERSION": "latest",
    "READTHEDOCS_VERSION_TYPE": "branch",
}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/cass/handbook.git", "cass/handbook"),
        ("https://github.com/cass/handbook", "cass/handbook"),
        ("https://github.com/cass/hand.book/", "cass/hand.book"),
        ("https://x-access-token:secret@github.com/cass/handbook.git", "cass/handbook"),
        ("git@github.com:cass/handbook.git", "cass/handbook"),
        ("ssh://git@github.com/cass/handbook.git\n", "cass/handbook"),
        ("https://gitlab.com/cass/handbook.git", None),
        ("https://github.com.example.org/cass/handbook", None),
        ("https://evil.example/github.com/cass/handbook", None),
        ("https://github.com/cass", None),
        ("/work/github.com/cass/handbook", None),
        ("", None),
    ],
)
def test_a_github_repository_is_known_by_its_clone_address(url: str, name: str | None) -> None:
    assert repository.github_name(url) == name


def git(folder: Path, *arguments: str, date: str = "2026-01-01T12:00:00Z") -> None:
    subprocess.run(
        ["git", *WHO, *arguments],
        cwd=folder,
        env={"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date, "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )


def commit(folder: Path, name: str, date: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(date, "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "Change", date=f"{date}T12:00:00Z")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with three commits."""
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init")
    commit(folder, "old.md", "2024-01-31")
    commit(folder, "chapters/more words é.md", "2025-02-28")
    commit(folder, "new.md", "2026-03-31")
    return folder


def test_files_are_dated_by_their_last_commit(clone: Path) -> None:
    assert repository.last_changes(clone) == {
        "old.md": "2024-01-31",
        "chapters/more words é.md": "2025-02-28",
        "new.md": "2026-03-31",
    }
    assert repository.last_changes(clone / "chapters") == {"more words é.md": "2025-02-28"}


def test_a_shallow_clone_does_not_lie(clone: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--depth", "1", clone.as_uri(), "shallow")
    assert repository.last_changes(tmp_path / "shallow") == {}
    commit(tmp_path / "shallow", "old.md", "2026-04-30")
    assert repository.last_changes(tmp_path / "shallow") == {"old.md": "2026-04-30"}


def test_without_git_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repository.last_changes(tmp_path) == {}
    assert repository.edit_base(tmp_path, "main", {}) == ""
    monkeypatch.setenv("PATH", "")
    assert repository.last_changes(tmp_path) == {}


def test_the_place_to_edit_comes_from_the_build_or_the_remote(clone: Path) -> None:
    assert repository.edit_base(clone, "main", {}) == ""
    git(clone, "remote", "add", "origin", "git@github.com:cass/handbook.git")
    assert repository.edit_base(clone, "main", {}) == "https://github.com/cass/handbook/edit/main/"
    given = {"READTHEDOCS_GIT_CLONE_URL": "https://github.com/other/fork.git"}
    assert repository.edit_base(clone, "main", given) == "https://github.com/other/fork/edit/main/"


@pytest.mark.parametrize(
    ("environment", "link"),
    [
        ({}, "book.pdf"),
        (RTD, "https://cass.example.org/_/downloads/en/latest/pdf/"),
        (RTD | {"READTHEDOCS_VERSION_TYPE": "external"}, ""),
        ({"READTHEDOCS": "True"}, ""),
    ],
)
def test_the_pdf_is_where_the_build_puts_it(
    tmp_path: Path, environment: dict[str, str], link: str
) -> None:
    (tmp_path / "book.pdf").touch()
    assert downloads.download_link(tmp_path / "book.pdf", environment) == link


def test_no_pdf_no_link(tmp_path: Path) -> None:
    assert downloads.download_link(tmp_path / "book.pdf", {}) == ""


@pytest.mark.parametrize(
    ("link", "shown"),
    [("book.pdf", "../book.pdf"), ("https://a.example/pdf/", "https://a.example/pdf/"), ("", "")],
)
def test_a_file_beside_the_pages_is_linked_from_any_of_them(link: str, shown: str) -> None:
    config: Any = {"handbook_pdf_link": link, "handbook_epub_link": ""}
    assert downloads.urls(config, "../{}".format) == {"pdf_url": shown, "epub_url": ""}


def test_a_quote_is_marked_behind_its_source() -> None:
    quote = '<blockquote id="a"><p>Text.</p><p class="attribution">By-laws</p></blockquote>'
    mark = '<a class="headerlink" href="#a" aria-label="Copy address of this quotation">#</a>'
    assert body.completed(quote) == quote.replace("By-laws", "By-laws" + mark)
    assert body.completed('<blockquote id="a"></blockquote>') == '<blockquote id="a"></blockquote>'


THEME = """{% block htmltitle %}<title>{{ title }} - {{ docstitle }}</title>{% endblock %}
{% block extrahead %}{% endblock %}"""


@pytest.mark.parametrize(
    ("pagename", "kind", "title"),
    [
        ("index", "website", "The Handbook: how CASS is governed"),
        ("goals", "article", "Goals - The Handbook"),
    ],
)
def test_the_front_page_is_a_website_and_says_its_name_once(
    pagename: str, kind: str, title: str
) -> None:
    ours = jinja2.FileSystemLoader(ROOT / "_templates" / "html")
    loader = jinja2.ChoiceLoader([jinja2.DictLoader({"!layout.html": THEME}), ours])
    head = jinja2.Environment(loader=loader, autoescape=True).get_template("layout.html")
    html = head.render(
        pagename=pagename,
        root_doc="index",
        title="The Handbook" if pagename == "index" else "Goals",
        docstitle="The Handbook",
        description="About.",
        pageurl="https://cass.example.org/",
        pathto=lambda path, _resource=0: path,
    )
    assert f'<meta property="og:type" content="{kind}"/>' in html
    assert f"<title>{title}</title>" in html


SPHINX_LINK = '<a class="headerlink" href="#x" title="Link to this heading">#</a>'


@pytest.mark.parametrize(
    ("html", "completed"),
    [
        (f"<h1>A{SPHINX_LINK}</h1>", "<h1>A</h1>"),
        (
            f"<h2>A <em>b</em> &amp; c{SPHINX_LINK}</h2>",
            '<h2>A <em>b</em> &amp; c</h2><a class="headerlink" href="#x"'
            ' aria-label="Copy address of A b &amp; c">#</a>',
        ),
        (
            f'<dt id="x">A{SPHINX_LINK}</dt>',
            '<dt id="x">A<a class="headerlink" href="#x" aria-label="Copy address of A">#</a></dt>',
        ),
        (f"<figcaption><p>A{SPHINX_LINK}</p></figcaption>", "<figcaption><p>A</p></figcaption>"),
    ],
)
def test_a_link_beside_a_heading_copies_its_address(html: str, completed: str) -> None:
    assert body.completed(html) == completed


def test_no_line_breaks_a_date() -> None:
    html = '<p title="2026-01-02">On 2026-01-02, not 12026-01-02 or 2026-01-023.</p>'
    marked = html.replace("On 2026-01-02", 'On <span class="date">2026-01-02</span>')
    assert body.completed(html) == marked


def test_a_card_is_named_by_its_title() -> None:
    html = (
        '<div class="sd-card"><div class="sd-card-title">Join</div>'
        '<a class="sd-stretched-link sd-hide-link-text" href="j/"><span>Leave</span></a></div>'
    )
    assert body.completed(html) == (
        '<div class="sd-card"><div class="sd-card-title">'
        '<a class="sd-stretched-link" href="j/">Join</a></div></div>'
    )


def test_a_picture_has_its_size_without_a_style() -> None:
    assert (
        body.completed('<img src="a.svg" style="width: 400px;"/>')
        == '<img src="a.svg" width="400">'
    )
    assert body.completed('<p style="color: red">x</p>') == "<p>x</p>"


TABLE = (
    '<table class="table"><thead><tr><th>what</th><th>how <b>many</b></th></tr></thead>'
    "<tbody><tr><td>a</td><td>1</td></tr></tbody></table>"
)


def test_cells_carry_the_names_of_their_columns() -> None:
    html = body.completed(TABLE)
    assert '<td data-label="what" role="cell">a</td>' in html
    assert '<td data-label="how many" role="cell">1</td>' in html
    assert 'class="table stacks"' in html


def test_an_empty_head_is_none() -> None:
    html = body.completed(TABLE.replace("<th>what</th>", "<th></th>"))
    assert html.count("<th ") == 1
    assert '<td data-label="" role="cell">a</td>' in html


@pytest.mark.parametrize(
    "table",
    [
        TABLE.replace("<td>a</td><td>1</td>", '<td colspan="2">a</td>'),
        TABLE.replace("thead", "tbody"),
        TABLE.replace("<td>a</td>", "<td><table></table></td>"),
    ],
)
def test_a_table_without_one_name_for_each_column_stays_as_it_is(table: str) -> None:
    assert body.completed(table) == table


CONF = """
import handbook
handbook.PARTS = ("web",)
extensions = ["sphinx_design", "notfound.extension", "handbook"]
html_theme = "sphinx_book_theme"
html_static_path = ["_static"]
html_css_files = ["handbook.css"]
html_favicon = "_static/mark.svg"
templates_path = ["_templates"]
html_baseurl = "https://cass.example.org/en/latest/"
"""
LAYOUT = """<html><head>{{ metatags }}
{% for sheet in css_files %}{{ css_tag(sheet) }}{% endfor %}</head>
<body><u>{{ description | e }}|{{ last_changed }}|{{ card_url }}</u>{{ body }}</body></html>"""


@pytest.fixture
def project(clone: Path) -> Path:
    """A small handbook in a repository."""
    mark = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    for name, text in {
        "_static/handbook.css": "p{color:red}",
        "_static/mark.svg": mark,
        "_templates/layout.html": LAYOUT,
        "conf.py": CONF,
        "index.rst": "Title\n=====\n\n.. container:: authority\n\n   By-laws.\n\n"
        "One & sentence. Another one.\n\n.. toctree::\n\n   b\n",
        "b.rst": f"B\n=\n\n{'word ' * 60}\n",
    }.items():
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).write_text(text, "utf-8")
    git(clone, "add", "-A")
    git(clone, "commit", "-m", "Begin", date="2026-05-31T12:00:00Z")
    return clone


def reported(out: Path, name: str) -> list[str]:
    html = (out / name).read_text("utf-8")
    return html[html.index("<u>") + 3 : html.index("</u>")].split("|")


def test_descriptions_dates_and_cards_follow_changes(project: Path) -> None:
    """A page is written again when git knows a newer date, or its stylesheet has changed."""
    out = project / "out"
    site = "https://cass.example.org/en/latest/"

    def check(description: str, date: str, *options: str) -> None:
        sphinx_build("dirhtml", project, out, "-W", *options)
        front, page = (reported(out, name) for name in ("index.html", "b/index.html"))
        card = f"{site}_cards/index.png"
        assert front == ["One &amp; sentence. Another one.", "2026-05-31", card]
        assert page == [description, date, f"{site}_cards/b.png"]
        assert (out / "_cards/index.png").read_bytes().startswith(b"\x89PNG")
        sitemap = (out / "sitemap.xml").read_text("utf-8")
        assert sitemap.count("<loc>") == 2
        assert f"<loc>{site}</loc>" in sitemap
        assert f"<loc>{site}b/</loc>" in sitemap

    check("word " * 31 + "word …", "2026-05-31", "-j", "4")
    (project / "b.rst").write_text("B\n=\n\nNew.\n", "utf-8")
    check("New.", "2026-05-31")
    git(project, "add", "-A")
    git(project, "commit", "-m", "Change", date="2026-06-30T12:00:00Z")
    check("New.", "2026-06-30")

    before = (out / "index.html").read_text("utf-8")
    (project / "_static" / "handbook.css").write_text("p{color:blue}", "utf-8")
    with (project / "b.rst").open("a", encoding="utf-8") as file:
        file.write("\nMore.\n")
    check("New. More.", "2026-06-30")
    (sheet,) = (out / "_static").glob("site.*.css")
    assert "color:blue" in sheet.read_text("utf-8")
    assert (out / "index.html").read_text("utf-8") != before


def test_every_builder_works(project: Path) -> None:
    for builder in ("html", "singlehtml", "epub", "text"):
        sphinx_build(builder, project, project / "out" / builder)
