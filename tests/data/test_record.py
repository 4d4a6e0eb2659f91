"""The record's feed is valid, permanent, and says what the page says."""

from __future__ import annotations

from pathlib import Path

import feedparser
import yaml

from handbook.authority.words import Words
from handbook.record import entries, to_atom
from tests.conftest import ROOT

WORDS = Words(ROOT / "_templates" / "words.yml")
EVENTS = [
    {"date": "2024-07-29", "name": "charter", "event": "Charter <approved> & dated"},
    {"date": "2025-10-14", "name": "officers", "event": "Officers elected"},
]
CHANGELOG = "# Changelog\n\n## Not yet released\n\n## Edition 1.0, 2025-03-31\n\n### Rules\n"


def feed(home: str) -> bytes:
    return to_atom(entries(EVENTS, CHANGELOG, WORDS), "Record", "Handbook", home)


def test_feed_has_events_and_editions_newest_first() -> None:
    parsed = feedparser.parse(feed("https://x.org/page/"))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.updated == "2025-10-14T00:00:00Z"
    assert [(entry.updated[:10], entry.title, entry.link) for entry in parsed.entries] == [
        ("2025-10-14", "Officers elected", "https://x.org/page/record#record-officers"),
        ("2025-03-31", "Edition 1.0 of the handbook", "https://x.org/page/changelog"),
        (
            *("2024-07-29", "Charter <approved> & dated"),
            "https://x.org/page/record#record-charter",
        ),
    ]
    assert parsed.feed.author == "Handbook"


def test_entries_keep_their_identity_wherever_the_site_is() -> None:
    here, there = (feedparser.parse(feed(home)) for home in ("", "https://x.org"))
    assert [e.id for e in here.entries] == [e.id for e in there.entries]
    assert len({e.id for e in here.entries} | {here.feed.id}) == len(here.entries) + 1
    assert all(e.id.startswith("urn:uuid:") for e in here.entries)
    assert here.entries[0].link == "/record#record-officers"


def test_feed_without_entries_is_a_feed() -> None:
    parsed = feedparser.parse(to_atom([], "Record", "Handbook", ""))
    assert not parsed.bozo
    assert parsed.entries == []


def test_every_event_is_on_the_page_and_in_the_feed(handbook_html: Path) -> None:
    events = yaml.safe_load((ROOT / "guides" / "record.yml").read_text("utf-8"))["events"]
    page = (handbook_html / "guides" / "record" / "index.html").read_text(encoding="utf-8")
    parsed = feedparser.parse((handbook_html / "feed.atom").read_bytes())
    assert not parsed.bozo
    assert 'href="../../feed.atom"' in page
    titles = [entry.title for entry in parsed.entries]
    for event in events:
        assert f'id="record-{event["name"]}"' in page
        assert event["event"] in page
        assert event["event"] in titles
