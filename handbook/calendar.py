"""What is due next, computed from published dates and never from today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import icalendar
from dateutil.relativedelta import relativedelta
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from handbook.authority.markup import label_link
from handbook.authority.words import Words, words_of
from handbook.doctree import load, table
from handbook.published import link, links, publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

ROSTER = "members/members.yml"
RECORD = "guides/record.yml"
FILE = "calendar.ics"

TERM = relativedelta(years=1)  # By-laws 3.c (Officers) iii
# For a group's status: how long after its date something is due, what, and by which rule.
PERIODS = {
    "active": (relativedelta(years=1), "review", "rule-group-review"),  # By-laws 6.i
    "provisional": (relativedelta(months=6), "incubation", "rule-incubation"),  # By-laws 6.d
}


@dataclass(frozen=True, order=True)
class Due:
    """Something that is due by a day.

    Attributes:
        by: The day.
        name: Identifies it, such as "review-metrics".
        words: The entry of the words that readers see.
        subject: The working group; "" for the officers.
        since: The day from which the period is counted.
        rule: The label of the rule.
    """

    by: date
    name: str
    words: str
    subject: str
    since: date
    rule: str


def group_due(group: dict[str, Any]) -> Due | None:
    """What is due next for a working group: its review, or the end of its incubation."""
    since = date.fromisoformat(group["status_date"])
    if group["status"] not in PERIODS:
        return None
    period, words, rule = PERIODS[group["status"]]
    name = f"{words}-{nodes.make_id(group['name'])}"
    return Due(since + period, name, words, group["name"], since, rule)


def due(groups: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]]) -> list[Due]:
    """Everything that is due next, earliest first."""
    found = [entry for group in groups if (entry := group_due(group))]
    selected = [date.fromisoformat(e["date"]) for e in events if e["kind"] == "officers"]
    if selected:
        since = max(selected)
        found.append(Due(since + TERM, "officers", "officers", "", since, "rule-officers"))
    return sorted(found)


def to_ics(entries: Iterable[Due], as_of: date, words: Words, home: str) -> bytes:
    """The entries for calendar programs, the same bytes each time (RFC 5545).

    `home` is the address of the handbook, "" if that is not known.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//CASS Governance Handbook//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", words("calendar", "name"))
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", f"{entry.name}-{entry.by}@cass-governance-handbook")
        # The stamp is the data's date: a build does not depend on the day on which it is made.
        event.add("dtstamp", datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC))
        event.add("dtstart", entry.by)
        event.add("summary", words("calendar", entry.words, subject=entry.subject))
        event.add("description", words("calendar", "counted", since=entry.since, as_of=as_of))
        event.add("transp", "TRANSPARENT")
        if home:
            event.add("url", f"{home.rstrip('/')}/calendar")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


class CalendarDirective(SphinxDirective):
    """Show what is due next: `{calendar}`."""

    def run(self) -> list[nodes.Node]:
        """Make a table, and a link to the calendar file."""
        words = words_of(self.env.app)
        for path in (ROSTER, RECORD):
            self.env.note_dependency(path)
        roster, record = load(self.env, ROSTER), load(self.env, RECORD)
        rows = self._rows(due(roster["working_groups"], record["events"]), words)
        header = [words("calendar", column) for column in ("by", "what", "since")]
        as_of = nodes.paragraph("", words("calendar", "source", as_of=roster["as_of"]))
        file = link(FILE, words("calendar", "file"), self.env.docname)
        return [table(header, rows), as_of, links(file)]

    def _rows(self, entries: Iterable[Due], words: Words) -> Iterator[list[list[nodes.Node]]]:
        for entry in entries:
            what = words("calendar", entry.words, subject=entry.subject)
            rule = label_link(what, entry.rule, self.env.docname)
            by, since = (
                nodes.inline("", str(day), classes=["date"]) for day in (entry.by, entry.since)
            )
            yield [[by], [rule], [since]]


def calendar_file(app: Sphinx) -> bytes:
    """The file for calendar programs."""
    roster, record = load(app.env, ROSTER), load(app.env, RECORD)
    entries = due(roster["working_groups"], record["events"])
    as_of = date.fromisoformat(roster["as_of"])
    return to_ics(entries, as_of, words_of(app), app.config.permalinks_baseurl or "")


def setup(app: Sphinx) -> None:
    """Register the directive and the file."""
    app.add_directive("calendar", CalendarDirective)
    publish(app, FILE, calendar_file)
