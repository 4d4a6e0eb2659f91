"""Edition and date come from the release, never from the clock."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from handbook.edition import Edition, edition_of

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 3, 1)
NOON = 1772366400  # 2026-03-01T12:00:00Z


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep git from seeing the repository and the settings of whoever runs the tests."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)


def git(folder: Path, *arguments: str) -> str:
    identity = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", f"{NOON} +0000"))
    }
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**os.environ, **identity},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "conf.py").write_text("")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "First")
    return folder


def test_a_tag_is_an_edition(repository: Path) -> None:
    git(repository, "tag", "v1.2")

    assert edition_of(repository, []) == Edition("Edition 1.2", True, DAY, NOON)


def test_of_two_tags_the_newest_edition_counts(repository: Path) -> None:
    for tag in ("v1.9", "v1.10", "sphinx-permalinks-2.0"):
        git(repository, "tag", tag)

    assert edition_of(repository, []).name == "Edition 1.10"


def test_a_tag_of_something_else_is_not_an_edition(repository: Path) -> None:
    git(repository, "tag", "sphinx-permalinks-2.0")

    assert not edition_of(repository, []).released


def test_a_commit_without_a_tag_is_a_draft(repository: Path) -> None:
    git(repository, "tag", "v1.2")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Second")
    commit = git(repository, "rev-parse", "--short", "HEAD")

    assert edition_of(repository, []) == Edition(f"Draft {commit}", False, DAY, NOON)


def test_changed_files_are_not_an_edition(repository: Path) -> None:
    git(repository, "tag", "v1.2")
    (repository / "conf.py").write_text("changed = True")
    commit = git(repository, "rev-parse", "--short", "HEAD")

    assert edition_of(repository, []) == Edition(f"Draft {commit}, with changes", False, DAY, NOON)


def test_a_new_file_that_git_does_not_know_changes_nothing(repository: Path) -> None:
    git(repository, "tag", "v1.2")
    (repository / "notes.txt").write_text("")

    assert edition_of(repository, []).released


def test_a_shallow_clone_is_enough(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Second")
    git(repository, "tag", "v2")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", str(clone))

    assert edition_of(clone, []) == Edition("Edition 2", True, DAY, NOON)


def test_without_git_it_is_an_undated_draft(tmp_path: Path) -> None:
    page = tmp_path / "index.md"
    page.write_text("")
    os.utime(page, (NOON, NOON))

    assert edition_of(tmp_path, [page]) == Edition("Draft", False, None, NOON)


def test_without_the_program_git_it_is_an_undated_draft(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert edition_of(repository, []) == Edition("Draft", False, None, 0)


def test_a_folder_inside_another_repository_is_not_dated_by_it(repository: Path) -> None:
    unpacked = repository / "unpacked"
    unpacked.mkdir()
    (unpacked / "conf.py").write_text("")

    assert edition_of(unpacked, []).name == "Draft"


def test_source_date_epoch_dates_the_file_and_a_draft_without_git(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")

    assert edition_of(tmp_path, []) == Edition("Draft", False, dt.date(1970, 1, 2), 86400)
    dated = edition_of(repository, [])
    assert (dated.date, dated.timestamp) == (DAY, 86400)
