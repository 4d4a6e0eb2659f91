"""The commands beside `check`: moved, export and import."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from sphinx_permalinks import exporting, frontmatter, moving
from sphinx_permalinks.__main__ import main
from sphinx_permalinks.exporting import Rule
from tests.harness import empty_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Site


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_renamed_folder_of_31_pages(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(31):
        site.page(f"old/p{n}.md", f"title: Page {n}", body=f"The {n}th page.\n" * 5)
    book = "".join(f"/old/p{n}\n" for n in range(31))
    site.write({"permalinks.txt": book}, permalinks_ledger="permalinks.txt")
    git(site.source, "init", "-q")
    git(site.source, "add", ".")
    git(site.source, "commit", "-qm", "first")
    git(site.source, "mv", "old", "new")
    site.page("new/p1.md", "title: Page 1", "redirect_from: /old/p1", body="The 1th page.\n" * 5)
    assert main(["moved", str(site.source)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "100%  /old/p0  ->  new/p0.md"
    assert len(out.splitlines()) == 30
    assert err == "sphinx_permalinks: 30 pages moved; --write adds redirect_from to each\n"
    assert main(["moved", "--write", str(site.source)]) == 0
    text = (site.source / "new/p0.md").read_text()
    assert text.startswith("---\ntitle: Page 0\nredirect_from:\n- /old/p0\n---\n\nThe 0th page.")
    assert not [w for w in site.build() if "unrecorded" not in w]
    assert main(["moved", str(site.source)]) == 0


def test_a_renamed_notebook_is_left_to_its_author(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.write({"old/a.ipynb": '{"cells": []}\n', "old/b.rst": "B\n=\n"})
    site.write({}, extensions=["myst_nb", "sphinx_permalinks"])
    git(site.source, "init", "-q")
    git(site.source, "add", ".")
    git(site.source, "commit", "-qm", "first")
    git(site.source, "mv", "old", "new")
    assert main(["moved", "--write", str(site.source)]) == 1
    assert (site.source / "new/a.ipynb").read_text() == '{"cells": []}\n'
    assert (site.source / "new/b.rst").read_text().startswith(":redirect_from: /old/b\n")
    what, count = capsys.readouterr().err.splitlines()
    assert what.endswith(
        "/new/a.ipynb: add /old/a to its redirect_from by hand, or to permalinks_redirects"
    )
    assert count == "sphinx_permalinks: 2 pages moved; redirect_from written to 1"


def test_a_commit_that_is_not_there(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    git(site.source, "init", "-q")
    assert main(["moved", "--since", "nonsense", str(site.source)]) == 2
    reported = capsys.readouterr().err
    assert "nonsense" in reported
    assert reported.endswith("; in a git repository, name one of its commits with --since\n")


ADDED = '[/a, /o, "/ö x"]'


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.md", "# T\n", '---\nredirect_from:\n- /o\n- "/ö x"\n---\n\n# T\n'),
        ("a.md", "---\na: 1 # c\n---\nx", '---\na: 1 # c\nredirect_from:\n- /o\n- "/ö x"\n---\nx'),
        (
            "a.md",
            "---\nredirect_from: /a # c\n---\n",
            f"---\nredirect_from: {ADDED} # c\n---\n",
        ),
        (
            "a.md",
            "---\nredirect_from: 'a, b'\n---\n",
            "---\nredirect_from: ['a, b', /o, \"/ö x\"]\n---\n",
        ),
        ("a.md", "---\nredirect_from:\n---\n", '---\nredirect_from: [/o, "/ö x"]\n---\n'),
        ("a.md", "---\nredirect_from: []\n---\n", '---\nredirect_from: [/o, "/ö x"]\n---\n'),
        (
            "a.md",
            "---\nredirect_from: [/a]\nx: 1\n---\n",
            f"---\nredirect_from: {ADDED}\nx: 1\n---\n",
        ),
        ("a.md", "---\nredirect_from:\n  - /a # c\nx: 1\n---\n", None),
        ("a.md", "---\r\nredirect_from:\r\n- /a\r\n---\r\n", None),
        ("a.rst", "T\n=\n", None),
        ("a.rst", ":redirect_from: /a\n:x: y\n\nT\n=\n", None),
    ],
)
def test_redirects_are_added_and_nothing_else_changes(
    tmp_path: Path, name: str, before: str, after: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(before.encode())
    addresses = ["/o", "/ö x"] if name.endswith(".md") else ["/o", "/p"]
    moving.add_redirects(path, addresses)
    text = path.read_bytes().decode()
    if after is not None:
        assert text == after
    items = frontmatter.parse(name, text).fields["redirect_from"].value
    assert isinstance(items, list)
    assert {item.value for item in items} >= set(addresses)
    assert ("\r\n" in before) == ("\r\n" in text)
    kept = [line for line in before.splitlines() if "redirect_from" not in line]
    assert [line for line in text.splitlines() if line in kept] == kept


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site with a redirect and a retired address; give its list."""
    site = empty_site(tmp_path_factory.mktemp("listed"))
    site.write({"permalinks.txt": "/gone  retired 2026-01-31 why\n"})
    site.write({}, permalinks_ledger="permalinks.txt")
    site.page("a.md", "title: A", "permalink: /x", "redirect_from: ['/team.html', '/ü$1 \"q\"']")
    site.build("dirhtml")
    return site.out / "dirhtml" / "permalinks.json"


def test_the_list_has_every_address(listed: Path) -> None:
    found = json.loads(listed.read_text())
    assert {entry["address"]: entry["uri"] for entry in found["redirects"]} == {
        "/x": "a/", "/team.html": "a/", '/ü$1 "q"': "a/"
    }  # fmt: skip
    assert found["retired"] == [
        {"address": "/gone", "retired": "2026-01-31", "reason": "why", "successor": ""}
    ]


@pytest.mark.parametrize("server", exporting.FORMATS)
def test_redirects_are_exported(
    listed: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", server, str(listed)]) == 0
    out = capsys.readouterr().out
    line = {
        "apache": r'RedirectMatch 301 "^/team\.html$" "/a/"',
        "cloudflare": "/team.html /a/ 301",
        "netlify": "/team.html /a/ 301!",
        "nginx": '    "/team.html" "/a/";',
        "readthedocs": '{"from_url": "/team.html", "to_url": "/a/", "type": "page",'
        ' "http_status": 301, "force": true}',
    }[server]
    assert line in out.splitlines()
    assert ("/gone" in out) == (server in {"apache", "nginx"})


def test_a_list_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "nginx", str(tmp_path / "none")]) == 2
    assert "No such file or directory; build the site first" in capsys.readouterr().err
    (tmp_path / "list").write_text('{"pages": 3}')
    assert main(["export", "nginx", str(tmp_path / "list")]) == 2


def test_addresses_are_patterns_of_themselves_only() -> None:
    for line in exporting.apache([Rule(r'/a.b(c)[d]*+?^$|\{"', "/x")]).splitlines():
        pattern = line.split('"', 1)[1].rsplit('" "', 1)[0].replace('\\"', '"')
        assert re.fullmatch(pattern, r'/a.b(c)[d]*+?^$|\{"')


def test_settings_of_other_extensions_are_imported(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.page("guide/setup.md", "title: Setup")
    site.page("faq.md", "title: FAQ")
    site.code = (
        "rediraffe_redirects = {'install.rst': 'guide/setup.md', 'a/index.md': 'none.md'}\n"
        "redirects = {'help': 'faq.html#x', 'b/c': '../guide/setup.html',"
        " 'chat': 'https://chat.example.org/'}\n"
    )
    site.write({})
    assert main(["import", str(site.source)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "/install /guide/setup",
        "/a /none",
        "/help /faq#x",
        "/b/c /guide/setup",
        "/chat https://chat.example.org/",
    ]
    assert err == "sphinx_permalinks: /a: no page has its target /none\n"


def test_a_file_of_redirects_is_imported(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.code = "rediraffe_redirects = 'moved.txt'\n"
    site.write({"moved.txt": '# words\n"install.rst" "index.md"\nfaq.md index.md\n'})
    assert main(["import", str(site.source)]) == 0
    assert capsys.readouterr().out.splitlines() == ["/install /", "/faq /"]
    site.write({"moved.txt": "install.rst\n"})
    assert main(["import", str(site.source)]) == 2
    reported = capsys.readouterr().err
    assert reported == (
        "sphinx_permalinks: moved.txt:1: write an old and a new address on each line\n"
    )
