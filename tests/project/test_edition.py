"""`make edition` says what stands in the way of an edition."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.edition import changelog_problems, newest_edition


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
                "CHANGELOG.md:3: edition 1.0 is out already (tag v1.0); "
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


def test_without_git_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "edition.py", tmp_path / "tools")
    done = subprocess.run(
        [sys.executable, "tools/edition.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("An edition is a tag in git, but git cannot be asked here: ")
    assert "Traceback" not in done.stderr
