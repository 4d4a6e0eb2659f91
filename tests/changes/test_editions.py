"""Editions come out of git, each built with its own code; what cannot be had is one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from tools.changes import __main__, editions, rendering, report
from tools.changes.comparing import Kind, compare
from tools.changes.editions import NoEditionError, commit_of, read_editions

HERE = Path(__file__).parent
NOBODY = {
    "GIT_AUTHOR_NAME": "n",
    "GIT_AUTHOR_EMAIL": "n@example.org",
    "GIT_COMMITTER_NAME": "n",
    "GIT_COMMITTER_EMAIL": "n@example.org",
}


def git(root: Path, *arguments: str) -> None:
    environment = {**os.environ, **NOBODY}
    subprocess.run(["git", *arguments], cwd=root, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the editions v1 and v2, and one that cannot be built."""
    root = tmp_path_factory.mktemp("repository")
    shutil.copytree(HERE / "sample", root, dirs_exist_ok=True)
    git(root, "init", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--message=One")
    git(root, "tag", "v1")
    page = root / "governance" / "decisions.md"
    page.write_text(page.read_text().replace("seven days", "ten days"), encoding="utf-8")
    git(root, "commit", "--all", "--message=Two")
    git(root, "tag", "v2")
    (root / "conf.py").write_text('extensions = ["no_such_extension"]\n', encoding="utf-8")
    git(root, "commit", "--all", "--message=Broken")
    git(root, "tag", "broken")
    return root


def test_editions_are_built_and_compared(repository: Path) -> None:
    comparison = compare(*read_editions(["v1", "v2"], repository))
    (change,) = comparison.sections(Kind.RULE)
    assert (change.address, change.clauses) == ("/decisions#rule-notice", "By-laws 4.b")
    assert ("deleted", "seven") in change.changes[0].words
    assert comparison.notes == []
    listed = subprocess.run(
        ["git", "worktree", "list"], cwd=repository, capture_output=True, text=True, check=True
    )
    assert len(listed.stdout.splitlines()) == 1
    assert not (repository / "out").exists()


def test_an_edition_is_built_once(repository: Path) -> None:
    read_editions(["v1"], repository)
    page = repository / editions.WORK / commit_of("v1", repository) / "site" / "index.html"
    built = page.stat().st_mtime_ns
    assert "governance/decisions" in read_editions(["v1"], repository)[0].pages
    assert page.stat().st_mtime_ns == built


def test_edition_that_cannot_be_built_is_read_from_its_sources(repository: Path) -> None:
    comparison = compare(*read_editions(["v2", "broken"], repository))
    assert comparison.sections(Kind.RULE) == []
    (note,) = comparison.notes
    assert note.startswith("broken could not be built today (")
    assert "no_such_extension" in note
    assert note.endswith("its text was taken from its sources, without data and figures.")


def test_unknown_name_is_one_sentence(repository: Path) -> None:
    with pytest.raises(NoEditionError, match=r"^'v9' is not a tag, branch, or commit"):
        commit_of("v9", repository)
    for name in ("--help", "", "v1 v2", "HEAD:conf.py"):
        with pytest.raises(NoEditionError):
            commit_of(name, repository)


def test_shallow_clone_is_one_sentence(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--depth=1", "--no-tags", f"file://{repository}", "shallow")
    with pytest.raises(NoEditionError, match=r"shallow clone; run git fetch --unshallow --tags$"):
        commit_of("v1", tmp_path / "shallow")


def test_folder_without_git_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(NoEditionError, match="not a git repository"):
        commit_of("v1", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEditionError, match="git is not installed"):
        commit_of("v1", tmp_path)


def test_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["no-such-tag"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("changes: 'no-such-tag' is not a tag, branch, or commit here")
    assert len(printed.err.splitlines()) == 1


def test_report_is_a_page_and_an_accessible_pdf(repository: Path, tmp_path: Path) -> None:
    comparison = compare(*read_editions(["v1", "v2"], repository))
    assert rendering.render(report.outline(comparison), tmp_path) == []
    html = (tmp_path / "changes.html").read_text(encoding="utf-8")
    assert '<span class="edit-label">[deleted: </span><del>seven</del>' in html
    assert '<span class="edit-label">[inserted: </span><ins>ten</ins>' in html
    assert "<script" not in html
    assert "<link" not in html
    with pikepdf.open(tmp_path / "changes.pdf") as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        metadata = pdf.open_metadata()
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["pdfaid:part"] == "2"
        assert metadata["dc:title"] == "Changes from v1 to v2"
