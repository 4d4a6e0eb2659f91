from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from sphinx.project import Project

from sphinx_permalinks import sources
from sphinx_permalinks.__main__ import main

if TYPE_CHECKING:
    from tests.harness import Site

ROOT = Path(__file__).parents[2]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(arguments)
    except SystemExit as stop:
        status = int(str(stop.code))
    reported = capsys.readouterr()
    return status, reported.out, reported.err


def test_a_clean_project(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.page("a.md", "title: A", "permalink: /x")
    assert run(capsys, "check", str(site.source)) == (
        0,
        "",
        "sphinx_permalinks: 2 pages, 0 findings\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "/no/such"], "/no/such: no such folder"),
        (["check", "--format", "xml"], "invalid choice: 'xml'"),
        (["chekc"], "invalid choice: 'chekc'"),
        ([], "the following arguments are required: command"),
    ],
)
def test_a_wrong_command_is_reported(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("conf", "message"),
    [
        ("x = (", "conf.py:1: it is not Python: '(' was never closed"),
        ("permalinks_title_scope = 'all'", "permalinks_title_scope must be 'site' or 'folder'"),
        ("exclude_patterns = None", "exclude_patterns must be frozenset or list or set or tuple"),
        ("exclude_patterns = [3]", "exclude_patterns must contain text only, not 3"),
        ("html_additional_pages = []", "html_additional_pages must be dict, not list"),
        ("source_suffix = 3", "source_suffix must be None or dict or list or str or tuple"),
        ("x = 1\0", "conf.py"),
    ],
)
def test_a_wrong_conf_is_reported(
    tmp_path: Path, conf: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "conf.py").write_text(conf)
    status, out, err = run(capsys, "check", str(tmp_path))
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_conf_is_read_and_never_run(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.code = (
        "raise SystemExit('run')\n"
        "import os\n"
        "include_patterns = sorted(os.environ)\n"
        "if True:\n    source_suffix = '.txt'\n"
        "exclude_patterns = ['a/**']\n"
        "exclude_patterns += ['b/**']\n"
        "exclude_patterns.append('c/**')\n"
        "exclude_patterns.extend(['d/**'])\n"
        "suppress_warnings += os.listdir('.')\n"
        "permalinks_baseurl = os.environ['HOST']\n"  # of no account for a check
    )
    for folder in "abcd":
        site.page(f"{folder}/x.md", "title: A", "permalink: 3")
    status, _out, err = run(capsys, "check", str(site.source))
    assert status == 0
    assert [line.rpartition(": ")[2] for line in err.splitlines()] == [
        "include_patterns is computed; its default is assumed",
        "suppress_warnings is computed; its default is assumed",
        "source_suffix is computed; its default is assumed",
        "1 page, 0 findings",
    ]


def test_a_folder_without_conf_is_an_error(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.md").write_text("---\npermalink: 3\n---\n")
    status, _out, err = run(capsys, "check", str(tmp_path / "pages"))
    assert status == 2
    assert err.endswith("conf.py: no such file; name its folder with -c\n")
    status, out, _err = run(capsys, "check", "-c", str(site.source), str(tmp_path / "pages"))
    assert status == 1
    assert "invalid permalink" in out


def test_settings_count_as_in_a_build(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.write({}, permalinks_title_scope="folder", permalinks_ignore=["drafts/*"])
    site.write({}, suppress_warnings=["permalinks.invalid_permalink"], exclude_patterns=["out"])
    site.page("a/one.md", "title: Same", "permalink: /x")
    site.page("b/two.md", "title: Same", "permalink: 12")
    site.page("drafts/three.md", "title: T", "permalink: /x")
    site.page("out/four.md", "title: F", "permalink: /x")
    assert site.build() == []
    assert run(capsys, "check", str(site.source))[:2] == (0, "")


def test_files_that_cannot_be_read_are_findings(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    (site.source / "bytes.md").write_bytes(b"# T\n\n\xff\n")
    (site.source / "gone.md").symlink_to("nowhere")
    site.write({"yaml.md": "---\npermalink: /a\ntitle: a: b\n---\n"})
    site.write({"list.md": "---\n- a\n---\n"})
    site.write({"evil\x1b[31m.md": "---\n\npermalink: '\x1b]0;title\x07'\n---\n"})
    site.write({"tag.md": "---\nx: !!python/object:os.system {}\n---\n"})
    status, out, _err = run(capsys, "check", str(site.source))
    assert status == 1
    tail = "[permalinks.invalid_front_matter]"
    assert out.replace(f"{site.source}/", "").splitlines() == [
        f"bytes.md:3: WARNING: the file is not UTF-8; save it as UTF-8 {tail}",
        "evil\\x1b[31m.md:3: WARNING: invalid front matter: it has a character that YAML forbids"
        f" {tail}",
        f"gone.md:1: WARNING: the file cannot be read: No such file or directory {tail}",
        f"list.md:2: WARNING: invalid front matter: it must be lines of `field: value` {tail}",
        "tag.md:2: WARNING: invalid front matter: could not determine a constructor for the tag"
        f" 'tag:yaml.org,2002:python/object:os.system' {tail}",
        "yaml.md:3: WARNING: invalid front matter: mapping values are not allowed in this context;"
        f" put quotes around a value that contains a colon {tail}",
    ]


@pytest.mark.parametrize(
    ("include", "exclude"),
    [
        (["**"], []),
        (["index.md", "a/**"], [".*", "_*", "a/b"]),
        (["**/*.md"], ["**/x.*", "a/[bc]", "*/b/**"]),
        (["a*"], ["a?.md", "[!a]*"]),
    ],
)
def test_the_same_pages_are_found_as_by_sphinx(
    tmp_path: Path, include: list[str], exclude: list[str]
) -> None:
    for name in ["index.md", "a.rst", "a.md", "ab.md", "_x/y.md", ".z/y.md", "a/b/c.md", "a/bc.md"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ["a/c/x.md", "d/b/e.md", "_sources/s.md", "d/_sources/s.md", "d/.#e.md", "é.md"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    project = Project(tmp_path, {".md": "markdown", ".rst": "restructuredtext"})
    (tmp_path / "conf.py").touch()
    values = {
        **sources.read_settings(tmp_path / "conf.py").values,
        "include_patterns": include,
        "exclude_patterns": exclude,
        "source_suffix": [".md", ".rst"],
    }
    found = sources.find_sources(tmp_path, values).files
    assert set(found) == project.discover(exclude, include)
    assert all(str(project.doc2path(doc, absolute=False)) == found[doc] for doc in found)


def test_a_hostile_tree_is_searched_once_and_its_files_are_findings(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(20):  # 20 ways at each of 20 levels, if links were followed each time
        (site.source / f"d{n}").symlink_to(site.source)
    (site.source / "loop.md").symlink_to("loop.md")
    (site.source / "loop").symlink_to("loop")
    os.mkfifo(site.source / "pipe.md")
    (site.source / "zero.md").symlink_to("/dev/zero")
    with (site.source / "huge.md").open("wb") as huge:
        huge.truncate(30_000_000)
    site.write(
        {}, permalinks_ledger="../zero", suppress_warnings=["permalinks.unrecorded_permalink"]
    )
    (tmp_path / "zero").symlink_to("/dev/zero")
    status, out, _err = run(capsys, "check", str(site.source))
    assert status == 1
    reported = [
        line.partition(" WARNING: ") for line in out.replace(f"{site.source}/", "").splitlines()
    ]
    assert [(where, what.partition(" [")[0]) for where, _, what in reported] == [
        ("../zero:1:", "invalid line: the ledger cannot be read: it is not a regular file"),
        ("huge.md:1:", "the file cannot be read: it is larger than 20,000,000 bytes"),
        ("loop.md:1:", "the file cannot be read: Too many levels of symbolic links"),
        ("pipe.md:1:", "the file cannot be read: it is not a regular file"),
        ("zero.md:1:", "the file cannot be read: it is not a regular file"),
    ]  # fmt: skip


def test_a_folder_that_cannot_be_read_is_a_finding(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = site.source / "closed"
    closed.mkdir(mode=0)
    if os.geteuid() == 0:  # the superuser may read every folder, so the system's answer is imitated
        scandir = os.scandir

        def refusing(path: Path) -> Any:
            if Path(path) == closed:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refusing)
    status, out, _err = run(capsys, "check", str(site.source))
    assert status == 1
    assert "closed:1: WARNING: the file cannot be read: Permission denied" in out


def test_the_folder_is_the_current_one(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("a.md", "permalink: 3")
    monkeypatch.chdir(site.source)
    assert run(capsys, "check")[1].startswith("a.md:2: WARNING: ")
    os.chdir("..")
    assert run(capsys, "check", "source")[1].startswith("source/a.md:2: WARNING: ")


def test_the_hook_runs_the_command() -> None:
    (hook,) = yaml.safe_load((ROOT.parents[1] / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "sphinx-permalinks check"
    assert hook["pass_filenames"] is False
    scripts = (ROOT / "pyproject.toml").read_text().partition("[project.scripts]")[2]
    assert 'sphinx-permalinks = "sphinx_permalinks.__main__:main"' in scripts
