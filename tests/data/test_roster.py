"""Differences between the members data and the public site are printed, and taken over."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools import roster

MEMBERS = """\
# A remark that stays.
source: Members published at example.org
as_of: 2026-08-02

members:
  - short_name: OAKS
    name: Old And Kept Software
    level: core
    website: https://oaks.example/  # checked by hand
    focus: trees and their software
  - short_name: ELMS
    name: Every Large Member's Software
    level: affiliate
    website: https://elms.example/
    focus: scalable libraries

former_members:
  - short_name: ASH
    name: Ash
    level: affiliate
    left: 2025-10-07
    reason: resigned

working_groups:
  - name: Leaves
    purpose: the process for counting leaves
    status: provisional
    status_date: 2025-01-10
    lifetime: standing, subject to yearly review
    reports: yearly
    membership: open
"""
RECORD = """\
events:
  - date: 2024-10-07
    kind: officers
  - date: 2025-12-09
    kind: group
  - date: 2025-10-14
    kind: officers
"""
ORGANIZATION = """\
# The public site's own remarks.
members:
  # Resigned membership 2025-10-07
  # - short_name: ASH
  - short_name: OAKS
    name: "OAKS: Old And Kept Software"
    website: https://oaks.example/
    membership_level: core
    leads:
      - A Person
    sc_reps:
      - Another Person
    focus_area: Innovative trees, and all of their software
  - short_name: ELMS
    name: Every Large Member's Software
    website: https://elms.example/
    membership_level: affiliate
    focus_area: Scalable mathematical libraries
officers:
  - position: Chair
    name: A Person
    elected: 2025-10-14
"""
GROUP = """\
---
name: Leaves
description: Counting leaves
charter:
  purpose: |
    We develop the process.

    - It counts.
  lifetime: Standing. Subject to annual review of needs.
  membership: Open
  reporting: Annually
  status: Provisional
  status_date: 2025-01-10
chair:
  - A Person
meeting_schedule: "4:00pm, bi-weekly"
---
## News
"""


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    (folder / "members").mkdir(parents=True)
    (folder / "members" / "members.yml").write_text(MEMBERS, encoding="utf-8")
    shutil.copy(ROOT / roster.SCHEMA, folder / "members")
    (folder / "guides").mkdir()
    (folder / "guides" / "record.yml").write_text(RECORD, encoding="utf-8")
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for name, text in {
        "_data/organization.yml": ORGANIZATION,
        "_working-groups/leaves.md": GROUP,
        "_working-groups/README.md": "# How to write a group\n",
        "_working-groups/TEMPLATE.md": "---\nname:\n---\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(handbook: Path, site: Path, *options: str) -> int:
    return roster.main(["--root", str(handbook), "--from", str(site), *options])


def test_nothing_differs(handbook: Path, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(handbook, site) == 0
    assert capsys.readouterr().out == "members/members.yml says what the site says.\n"


CHANGES = [
    (
        "_data/organization.yml",
        "https://oaks.example/",
        "https://oaks.example/new",
        "members/members.yml:9: OAKS: website: 'https://oaks.example/' -> "
        "'https://oaks.example/new'",
        "    website: https://oaks.example/new  # checked by hand\n",
    ),
    (
        "_data/organization.yml",
        "Scalable mathematical libraries",
        "'Tools: fast'",
        "members/members.yml:15: ELMS: focus: 'scalable libraries' -> 'Tools: fast'",
        '    focus: "Tools: fast"\n',
    ),
    (
        "_data/organization.yml",
        "membership_level: affiliate",
        "membership_level: core",
        "members/members.yml:13: ELMS: level: 'affiliate' -> 'core'",
        "Every Large Member's Software\n    level: core\n",
    ),
    (
        "_working-groups/leaves.md",
        "status: Provisional\n  status_date: 2025-01-10",
        "status: Active\n  status_date: 2025-12-19",
        "members/members.yml:27: Leaves: status: 'provisional' -> 'active'\n"
        "members/members.yml:28: Leaves: status_date: '2025-01-10' -> '2025-12-19'",
        "    status: active\n    status_date: 2025-12-19\n",
    ),
    (
        "_working-groups/leaves.md",
        "membership: Open\n  reporting: Annually",
        "membership: One person of each member\n  reporting: Quarterly",
        "members/members.yml:30: Leaves: reports: 'yearly' -> 'quarterly'\n"
        "members/members.yml:31: Leaves: membership: 'open' -> 'closed'",
        "    reports: quarterly\n    membership: closed\n",
    ),
    (
        "_data/organization.yml",
        "officers:\n",
        "  - short_name: FIRS\n    name: 'Firs #1'\n    website: https://firs.example/\n"
        "    membership_level: core\n    focus_area: Needles\nofficers:\n",
        "members/members.yml:11: FIRS: record: 'not listed' -> 'listed'",
        "    focus: scalable libraries\n"
        '  - short_name: FIRS\n    name: "Firs #1"\n    level: core\n'
        "    website: https://firs.example/\n    focus: Needles\n\nformer_members:\n",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "printed", "written"), CHANGES)
def test_a_difference_is_printed_and_taken_over(  # noqa: PLR0913, PLR0917
    handbook: Path,
    site: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    old: str,
    new: str,
    printed: str,
    written: str,
) -> None:
    change(site / file, old, new)
    data = handbook / "members" / "members.yml"
    assert run(handbook, site) == 1
    assert capsys.readouterr().out == printed + "\n"
    assert data.read_text(encoding="utf-8") == MEMBERS
    assert run(handbook, site, "--write") == 0
    text = data.read_text(encoding="utf-8")
    assert written in text
    assert text.startswith("# A remark that stays.\n")
    capsys.readouterr()
    assert run(handbook, site) == 0


def test_a_new_group_is_added_at_the_end(handbook: Path, site: Path) -> None:
    text = GROUP.replace("name: Leaves", "name: Roots").replace("Open", "Open")
    (site / "_working-groups" / "roots.md").write_text(text, encoding="utf-8")
    assert run(handbook, site, "--write") == 0
    written = (handbook / "members" / "members.yml").read_text(encoding="utf-8")
    assert written.endswith(
        "  - name: Roots\n    purpose: Counting leaves\n    status: provisional\n"
        "    status_date: 2025-01-10\n    lifetime: Standing. Subject to annual review of needs\n"
        "    reports: yearly\n    membership: open\n"
    )
    assert run(handbook, site) == 0


BY_HAND = [
    (
        "_data/organization.yml",
        "elected: 2025-10-14",
        "elected: 2026-10-13",
        [
            "guides/record.yml:6: officers: date: '2025-10-14' -> '2026-10-13' (add the election "
            "to the record)"
        ],
    ),
    (
        "_data/organization.yml",
        "  - short_name: ELMS\n    name: Every",
        "  - short_name: ELMS2\n    name: New",
        [
            "members/members.yml:11: ELMS: record: 'listed' -> 'not listed' (move it to "
            "former_members, with the date and the reason)",
            "members/members.yml:11: ELMS2: record: 'not listed' -> 'listed'",
        ],
    ),
    (
        "_data/organization.yml",
        "membership_level: affiliate",
        "membership_level: former",
        [
            "members/members.yml:11: ELMS: record: 'listed' -> 'not listed' (move it to "
            "former_members, with the date and the reason)"
        ],
    ),
    (
        "_data/organization.yml",
        "officers:",
        "  - {short_name: ASH, name: Ash, membership_level: affiliate}\nofficers:",
        [
            "members/members.yml:18: ASH: record: 'former' -> 'affiliate' (it is listed again; "
            "remove it from former_members)"
        ],
    ),
    (
        "_working-groups/leaves.md",
        "name: Leaves",
        "name: Twigs",
        [
            "members/members.yml:25: Leaves: record: 'listed' -> 'not listed' (remove it, or keep "
            "it as retired)",
            "members/members.yml:25: Twigs: record: 'not listed' -> 'listed'",
        ],
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "printed"), BY_HAND)
def test_what_needs_a_decision_is_left_to_a_person(  # noqa: PLR0913, PLR0917
    handbook: Path,
    site: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    old: str,
    new: str,
    printed: list[str],
) -> None:
    change(site / file, old, new)
    assert run(handbook, site) == 1
    assert capsys.readouterr().out.splitlines() == printed
    assert run(handbook, site, "--write") == 1
    assert "1 differences are left to edit by hand" in capsys.readouterr().out


def test_the_date_is_that_of_the_clone(handbook: Path, site: Path) -> None:
    for command in (
        ["init", "--quiet"],
        ["add", "."],
        [
            *("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet"),
            *("-m", "All", "--date=2026-09-30T12:00:00Z"),
        ],
    ):
        subprocess.run(
            ["git", *command],
            cwd=site,
            check=True,
            env={"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": "2026-09-30T12:00:00Z"},
        )
    assert run(handbook, site, "--write") == 0
    text = (handbook / "members" / "members.yml").read_text(encoding="utf-8")
    assert text == MEMBERS.replace("as_of: 2026-08-02", "as_of: 2026-09-30")


def test_personal_names_are_never_taken_over(handbook: Path, site: Path) -> None:
    new = "  - short_name: FIRS\n    name: Firs\n    website: https://firs.example/\n"
    lead = "    membership_level: core\n    leads: [A Person]\n    focus_area: Needles\nofficers:\n"
    change(site / "_data/organization.yml", "officers:\n", new + lead)
    assert run(handbook, site, "--write") == 0
    assert "Person" not in (handbook / "members" / "members.yml").read_text(encoding="utf-8")


FAULTS = [
    ("_data/organization.yml", "focus_area:", "focus:", "].focus: unknown field; did you mean 'f"),
    ("_data/organization.yml", '    name: "OAKS', '    # "OAKS', "'name' is missing"),
    ("_data/organization.yml", "level: core", "level: gold", "does not have the right form: core"),
    (
        "_data/organization.yml",
        "members:",
        "members: [",
        "_data/organization.yml:5: this is not valid YAML: ",
    ),
    ("_data/organization.yml", "members:", "member:", "'members' is missing"),
    ("_data/organization.yml", "elected:", "chosen:", "'elected' is missing"),
    ("_working-groups/leaves.md", "charter:", "charta:", "'charter' is missing"),
    ("_working-groups/leaves.md", "  lifetime:", "  life:", "charter: the field 'lifetime' is"),
    ("_working-groups/leaves.md", "Annually", "Weekly", "'Weekly' does not have the right form: q"),
    ("_working-groups/leaves.md", "---\nname", "name", "leaves.md:1: the field"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS)
def test_what_cannot_be_read_ends_in_a_sentence(  # noqa: PLR0913, PLR0917
    handbook: Path,
    site: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    old: str,
    new: str,
    message: str,
) -> None:
    change(site / file, old, new)
    assert run(handbook, site, "--write") == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert (handbook / "members" / "members.yml").read_text(encoding="utf-8") == MEMBERS


@pytest.mark.parametrize("name", ["_data/organization.yml", "_working-groups/leaves.md"])
def test_a_missing_file_ends_in_a_sentence(
    handbook: Path, site: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (site / name).unlink()
    assert run(handbook, site) == 2
    assert "name a clone of the site" in capsys.readouterr().err


def test_what_the_schema_refuses_is_not_written(
    handbook: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(site / "_data/organization.yml", "https://oaks.example/", "http://oaks.example/")
    assert run(handbook, site, "--write") == 2
    assert "nothing was written" in capsys.readouterr().err
    assert (handbook / "members" / "members.yml").read_text(encoding="utf-8") == MEMBERS


def test_no_network_ends_in_a_sentence(
    handbook: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(roster.fetch, "__defaults__", (str(handbook / "nothing"),))
    monkeypatch.delenv("FROM", raising=False)
    assert roster.main(["--root", str(handbook)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("cannot fetch ")
    assert error.endswith("or name a clone of the site: make roster FROM=DIR\n")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("short", "published", "expected"),
    [
        ("scalable libraries", "Scalable mathematical libraries", True),
        ("standing, refined after each use", "Standing. We refine it each time it is used.", True),
        ("yearly review", "Subject to annual reviews", True),
        ("fast libraries", "Scalable mathematical libraries", False),
        ("", "Scalable", False),
    ],
)
def test_an_abridgment_has_no_word_of_its_own(short: str, published: str, expected: bool) -> None:
    assert roster.abridges(short, published) is expected
