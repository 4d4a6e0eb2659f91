"""`make edition` says what stands in the way of an edition."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.common import repository_files
from tools.edition import address_problems, changelog_problems, newest_edition, problems


@pytest.mark.parametrize(
    ("changelog", "expected"),
    [
        ("# Changelog\n\n## Edition 1.0, 2027-03-31\n\n## Edition 0.9, 2027-01-01\n", "1.0"),
        ("# Changelog\n\n## Not yet released\n\n## Edition 1.0, 2027-03-31\n", None),
        ("# Changelog\n\n## Edition 1.0\n", None),
    ],
)
def test_newest_edition(changelog: str, expected: str | None) -> None:
    line, _, number = newest_edition(changelog)
    assert (line, number) == (3, expected)


@pytest.mark.parametrize(
    ("changelog", "tags", "expected"),
    [
        ("# Changelog\n\n## Edition 1.0, 2027-03-31\n", ["v0.9"], []),
        (
            "# Changelog\n\n## Edition 1.0, 2027-03-31\n",
            ["v0.9", "v1.0"],
            [
                "CHANGELOG.md:3: edition 1.0 was published already (tag v1.0); "
                "add a section for the next one"
            ],
        ),
        (
            "# Changelog\n\n## Not yet released\n",
            [],
            [
                "CHANGELOG.md:3: the newest section is '## Not yet released'; name it after the "
                "edition and its day, such as '## Edition 1.0, 2027-03-31'"
            ],
        ),
        (
            "",
            [],
            [
                "CHANGELOG.md:1: there is no section; name it after the edition and its day, "
                "such as '## Edition 1.0, 2027-03-31'"
            ],
        ),
    ],
)
def test_changelog_problems(changelog: str, tags: list[str], expected: list[str]) -> None:
    assert list(changelog_problems(changelog, tags)) == expected


@pytest.mark.parametrize(
    ("address", "shown"),
    [("", "is not known"), ("http://x.org/", "is 'http://x.org/'"), ("https://x.org", "is ")],
)
def test_edition_needs_the_address_of_the_site(address: str, shown: str) -> None:
    (problem,) = address_problems(address)
    assert problem.startswith(f"the site's address {shown}")
    assert list(address_problems("https://cass-handbook.readthedocs.io/en/stable/")) == []


def test_without_git_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert list(problems()) == [
        "an edition is a tag in git, and git failed here: git is not installed"
    ]


def test_files_are_found_without_git(tmp_path: Path) -> None:
    """Neither an environment nor what a build wrote is taken for the repository's."""
    ours = [".github/ci.yml", "a.md", "folder/b.py"]
    others = [
        "_build/x.html",
        "my-env/pyvenv.cfg",
        "my-env/lib/x.py",
        ".git-less/x",
        "node_modules/y",
    ]
    for name in [*ours, *others]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert repository_files(tmp_path) == ours
