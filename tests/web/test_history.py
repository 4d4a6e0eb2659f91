"""Under "About this page": the editions in which a page's rules changed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from docutils import nodes
from sphinx.errors import ConfigError

from handbook.web import history
from tools.changes.__main__ import record
from tools.changes.comparing import Comparison, Kind, PageChange, SectionChange

ENTRIES = [
    {"edition": "1.1", "date": "2027-03-31", "rules": ["rule-majority", "rule-elsewhere"]},
    {"edition": "1.2", "date": "2027-09-30", "rules": ["rule-elsewhere"]},
]


def page() -> nodes.document:
    doctree = nodes.document(None, None)  # type: ignore[arg-type]
    doctree += nodes.section("", nodes.title("", "Majority"), ids=["rule-majority", "majority"])
    return doctree


def test_only_editions_that_changed_the_pages_rules_are_shown() -> None:
    assert history.of_page(ENTRIES, page()) == [
        {"edition": "1.1", "date": "2027-03-31", "rules": [("rule-majority", "Majority")]}
    ]


def test_editions_are_read_newest_first(tmp_path: Path) -> None:
    file = tmp_path / history.FILE
    assert history.read_history(file) == []
    file.write_text(yaml.safe_dump(ENTRIES), encoding="utf-8")
    assert [entry["edition"] for entry in history.read_history(file)] == ["1.2", "1.1"]


FIELDS = "edition: '1.1', date: 2027-03-31"


@pytest.mark.parametrize(
    "text",
    [
        *("- edition: 1.1\n", "edition: 1.1\n", "- [x]\n", "- {a: b", ""),
        f"{{{FIELDS}, rules: []}}",
        f"- {{{FIELDS}, rules: 5}}",
        f"- {{{FIELDS}, rules: [[rule-a]]}}",
        f"- {{{FIELDS}, rules: ['#x\"><b>']}}",
        "- {edition: ../../x, date: 2027-03-31, rules: []}",
        "- {edition: '1.1', date: <b>, rules: []}",
    ],
)
def test_wrong_history_stops_the_build(tmp_path: Path, text: str) -> None:
    file = tmp_path / history.FILE
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^history\.yml:1: "):
        history.read_history(file)


def test_changed_rules_are_recorded_once_for_each_edition(tmp_path: Path) -> None:
    file = tmp_path / history.FILE
    change = SectionChange(Kind.RULE, "changed", "Majority", "/d#rule-a", "rule-a", "", [])
    changed = PageChange("D", "/d", "changed", sections=[change])
    comparison = Comparison("v1.0", "HEAD", [], [changed])
    record(comparison, "1.1", file)
    record(comparison, "1.1", file)
    (entry,) = history.read_history(file)
    assert (entry["edition"], entry["rules"]) == ("1.1", ["rule-a"])
