"""A contributor's mistake stops the build with file, line and what to do."""

from __future__ import annotations

import pytest

from tests.hostile.builds import HANDBOOK, build, project

PAGE = "---\ntitle: {}\npermalink: /{}\n---\n\nText.\n"
CHAPTERS = ["mission", "jonining", "integrity", "decisions", "leaving", "resigning"]
MISTAKES: dict[str, str | bytes] = {
    "index.md": "\n".join(["# Home\n\n```{toctree}", *CHAPTERS, "```\n"]),
    "integrity.md": PAGE.format("Integrity: a word", "integrity"),
    "decisions.md": PAGE.format("Decisions", "decisions"),
    "leaving.md": PAGE.format("Leaving", "leaving"),
    "resigning.md": PAGE.format("Leaving", "leaving"),
    "mission.md": PAGE.format("Mission", "mission")
    + "\nSee [one](goal.md), [two](decisions.md#nowhere), [three](/decision).\n",
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a strict build prints of a handbook with one mistake of each kind."""
    folder = tmp_path_factory.mktemp("mistakes")
    source = project(folder, MISTAKES, HANDBOOK)
    made = build(source, folder / "out", "-q", "-n", "-W", "--keep-going")
    assert made.code == 1
    assert "Traceback" not in made.output
    return made.warnings


def test_front_matter_that_is_not_yaml(printed: list[str]) -> None:
    assert (
        "integrity.md:2: WARNING: invalid front matter: mapping values are not allowed "
        "in this context; put quotes around a value that contains a colon "
        "[permalinks.invalid_front_matter]"
    ) in printed


def test_no_warning_is_repeated(printed: list[str]) -> None:
    assert sorted(set(printed)) == sorted(printed)


def test_chapter_that_is_not_there(printed: list[str]) -> None:
    assert (
        "index.md:3: WARNING: toctree contains reference to nonexisting document "
        "'jonining' [toc.not_readable]"
    ) in printed


def test_broken_links(printed: list[str]) -> None:
    found = [line for line in printed if line.startswith("mission.md:")]
    assert [line.split("WARNING: ")[1] for line in found] == [
        'unknown permalink "/decision": no page has this address; did you mean "/decisions"? '
        "[permalinks.unknown_permalink]",
        "'myst' cross-reference target not found: 'goal.md' [myst.xref_missing]",
        "local id not found in doc 'decisions': 'nowhere' [myst.xref_missing]",
    ]


def test_copied_page(printed: list[str]) -> None:
    assert (
        'resigning.md:3: WARNING: duplicate permalink "/leaving": also used by '
        "leaving.md:3; give each page its own address [permalinks.duplicate_permalink]"
    ) in printed
    assert (
        'resigning.md:2: WARNING: duplicate title "Leaving": also used by '
        "leaving.md:2; give each page its own title [permalinks.duplicate_title]"
    ) in printed
