"""What nobody has looked at for more than a year is listed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tools.stale import MEMBERS, SOURCES, a_year_before, main, stale_members, stale_sources

TODAY = date(2026, 11, 21)
A_YEAR_AGO = "2025-11-21"
OLDER = "2025-11-20"


def members(as_of: str = A_YEAR_AGO, **group: object) -> dict[str, Any]:
    record = {"name": "Trees", "status": "active", "status_date": A_YEAR_AGO, **group}
    return {"source": "a list", "as_of": as_of, "working_groups": [record]}


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 21), date(2025, 11, 21)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
    ],
)
def test_a_year_before(day: date, before: date) -> None:
    assert a_year_before(day) == before.isoformat()


def test_data_is_stale_after_a_year() -> None:
    assert list(stale_members(members(A_YEAR_AGO), TODAY)) == []
    assert list(stale_members(members(OLDER), TODAY)) == [
        "the data is as of 2025-11-20; compare it with its source (a list) and update 'as_of'"
    ]


def test_group_without_a_review_is_stale_after_a_year() -> None:
    assert list(stale_members(members(status_date=A_YEAR_AGO), TODAY)) == []
    assert list(stale_members(members(status_date=OLDER), TODAY)) == [
        "working group 'Trees': the last approval action was on 2025-11-20; groups are reviewed "
        "every year (By-laws 6.i), so look for the latest review with 'make roster'"
    ]
    assert list(stale_members(members(status_date=OLDER, status="retired"), TODAY)) == []


def test_document_is_stale_a_year_after_it_was_compared() -> None:
    sources = [
        {"short_name": "New", "compared": A_YEAR_AGO},
        {"short_name": "Old", "compared": OLDER},
        {"short_name": "Never"},
        {"short_name": "Data", "data": "members.yml"},
    ]
    advice = "compare the handbook with the document and note the day as 'compared'"
    assert list(stale_sources({"sources": sources}, TODAY)) == [
        f"Old: last compared on 2025-11-20; {advice}",
        f"Never: no comparison is noted; {advice}",
    ]


def test_the_real_data_can_be_read_on_any_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(ROOT, date(2099, 1, 1)) == 1
    printed = capsys.readouterr().out
    assert "members/members.yml: the data is as of " in printed
    assert "governance/sources.yml: Homepage: last compared on " in printed


def copy_data(root: Path) -> None:
    for name in (MEMBERS, SOURCES):
        for file in (name, name.with_suffix(".schema.json")):
            (root / file).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / file, root / file)


def test_data_that_cannot_be_read_is_one_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_data(tmp_path)
    (tmp_path / SOURCES).write_text("sources: []\n", encoding="utf-8")
    for text, expected in (
        ("as_of: [", "members/members.yml:1: this is not valid YAML: "),
        ("a: &a 1\nb: *a\n", "members/members.yml:2: this is not valid YAML: an alias (*name)"),
        ("as_of: soon\n", "members/members.yml:1: "),
    ):
        (tmp_path / MEMBERS).write_text(text, encoding="utf-8")
        assert main(tmp_path, TODAY) == 1
        assert capsys.readouterr().out.startswith(expected)


def test_nothing_is_printed_when_all_is_fresh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_data(tmp_path)
    assert main(tmp_path, date(1999, 1, 1)) == 0
    assert capsys.readouterr().out == ""
