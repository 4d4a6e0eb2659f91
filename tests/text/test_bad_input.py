"""A contributor's mistake in the real handbook stops the build with file, line and what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

LEFT_OUT = {".git", ".venv", "_build", "node_modules", "tests", "dist"}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a strict build prints of a handbook with one mistake of each kind."""
    copy = tmp_path_factory.mktemp("mistakes")
    for file in ROOT.rglob("*"):
        relative = file.relative_to(ROOT)
        if file.is_file() and not LEFT_OUT.intersection(relative.parts):
            (copy / relative).parent.mkdir(parents=True, exist_ok=True)
            (copy / relative).write_bytes(file.read_bytes())
    change(copy / "principles" / "integrity.md", "title: Integrity", "title: Integrity: a word")
    change(copy / "members" / "index.md", "\njoining\n", "\njonining\n")
    links = "[one](goal.md), [two](../principles/index.md#nowhere), [three](/decision)"
    with (copy / "governance" / "mission.md").open("a", encoding="utf-8") as mission:
        mission.write(f"\nSee {links}.\n")
    text = (copy / "members" / "leaving.md").read_bytes()
    (copy / "members" / "resigning.md").write_bytes(text)
    options = ["-q", "-n", "-W", "--keep-going", "-b", "dirhtml"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, ".", "out"],
        cwd=copy,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return [line.replace(f"{copy}/", "") for line in done.stderr.splitlines()]


def line_of(file: str, words: str) -> int:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_front_matter_that_is_no_yaml(printed: list[str]) -> None:
    assert (
        "principles/integrity.md:2: WARNING: invalid front matter: mapping values are not allowed "
        "in this context; put quotes around a value that contains a colon "
        "[permalinks.invalid_front_matter]"
    ) in printed


def test_no_warning_is_repeated(printed: list[str]) -> None:
    assert sorted(set(printed)) == sorted(printed)


def test_chapter_that_is_not_there(printed: list[str]) -> None:
    line = line_of("members/index.md", "{toctree}")
    assert (
        f"members/index.md:{line}: WARNING: toctree contains reference to nonexisting document "
        "'members/jonining' [toc.not_readable]"
    ) in printed


def test_broken_links(printed: list[str]) -> None:
    found = [line for line in printed if line.startswith("governance/mission.md:")]
    assert [line.split("WARNING: ")[1] for line in found] == [
        'unknown permalink "/decision": no page has this address; did you mean "/decisions"? '
        "[permalinks.unknown_permalink]",
        "'myst' cross-reference target not found: 'goal.md' [myst.xref_missing]",
        "local id not found in doc 'principles/index': 'nowhere' [myst.xref_missing]",
    ]


def test_copied_page(printed: list[str]) -> None:
    assert (
        'members/resigning.md:3: WARNING: duplicate permalink "/leaving": also used by '
        "members/leaving.md:3; give each page its own address [permalinks.duplicate_permalink]"
    ) in printed
    assert (
        'members/resigning.md:2: WARNING: duplicate title "Leaving": also used by '
        "members/leaving.md:2; give each page its own title [permalinks.duplicate_title]"
    ) in printed
