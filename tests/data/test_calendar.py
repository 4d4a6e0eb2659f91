"""Due dates are computed from the data, and calendar programs can read them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import vobject

from handbook.authority.words import Words
from handbook.calendar import due, group_due, to_ics
from tests.conftest import ROOT

# Commas, semicolons, and backslashes are escaped in calendar files, and long lines are folded.
HARD = "A; B, \\n C" * 12
WORDS = Words(ROOT / "_templates" / "words.yml")


def group(status: str, day: str, name: str = "Metrics") -> dict[str, Any]:
    return {"name": name, "status": status, "status_date": day}


@pytest.mark.parametrize(
    ("status", "since", "by"),
    [
        ("active", "2025-10-14", "2026-10-14"),
        ("active", "2024-02-29", "2025-02-28"),
        ("provisional", "2025-10-14", "2026-04-14"),
        ("provisional", "2025-08-31", "2026-02-28"),
    ],
)
def test_next_date_of_a_group(status: str, since: str, by: str) -> None:
    found = group_due(group(status, since))
    assert found is not None
    assert (found.by, found.since) == (date.fromisoformat(by), date.fromisoformat(since))


def test_a_retired_group_has_no_next_date() -> None:
    assert group_due(group("retired", "2025-10-14")) is None


def test_officers_are_due_a_year_after_their_newest_selection() -> None:
    events = [
        {"date": "2024-10-07", "kind": "officers"},
        {"date": "2025-10-14", "kind": "officers"},
        {"date": "2026-02-16", "kind": "member"},
    ]
    groups = [group("active", "2025-12-09"), group("active", "2025-08-12", "Integration")]
    found = [(str(entry.by), entry.name) for entry in due(groups, events)]
    assert found == [
        ("2026-08-12", "review-integration"),
        ("2026-10-14", "officers"),
        ("2026-12-09", "review-metrics"),
    ]
    assert due([], []) == []


def test_another_library_reads_the_calendar_file() -> None:
    events = [{"date": "2025-10-14", "kind": "officers"}]
    entries = due([group("active", "2025-08-12", HARD)], events)
    content = to_ics(entries, date(2026, 8, 2), WORDS, "https://x.org/page")
    assert content == to_ics(entries, date(2026, 8, 2), WORDS, "https://x.org/page")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    calendar = vobject.readOne(content.decode())
    assert calendar.validate()
    read = [(event.dtstart.value, event.summary.value) for event in calendar.vevent_list]
    assert read == [
        (date(2026, 8, 12), f"Review of the working group {HARD}"),
        (date(2026, 10, 14), "Selection of officers"),
    ]
    assert {event.url.value for event in calendar.vevent_list} == {"https://x.org/page/calendar"}
    assert len({event.uid.value for event in calendar.vevent_list}) == len(entries)


def test_the_page_shows_what_the_file_holds(handbook_html: Path) -> None:
    page = (handbook_html / "guides" / "calendar" / "index.html").read_text(encoding="utf-8")
    calendar = vobject.readOne((handbook_html / "calendar.ics").read_text(encoding="utf-8"))
    assert 'href="../../calendar.ics"' in page
    for event in calendar.vevent_list:
        assert str(event.dtstart.value) in page
        assert event.summary.value in page
