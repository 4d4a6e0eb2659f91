"""Members and working groups have pages of their own, made from their records."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from handbook.common import slug
from handbook.data import render
from tests.conftest import ROOT
from tools.record_pages import missing

ROSTER = yaml.safe_load((ROOT / "members" / "members.yml").read_text(encoding="utf-8"))
COMMON = {"source": "List", "as_of": "2026-08-02"}
MEMBER = {
    **COMMON,
    "short_name": "ABC",
    "name": "Alpha Beta",
    "level": "core",
    "focus": "tools",
    "website": "https://abc.example/",
}
FORMER = {**MEMBER, "level": "affiliate", "reason": "resigned", "left": "2026-03-01"}
GROUP = {
    **COMMON,
    "name": "Alpha",
    "purpose": "tests",
    "status": "active",
    "status_date": "2025-03-01",
    "lifetime": "standing",
    "membership": "open",
    "reports": "yearly",
    "due": "2026-03-01",
}


def shown(template: str, data: dict[str, Any], *pages: str) -> str:
    """A template's text, with the values in it."""
    text, values = render((ROOT / "_templates" / template).read_text("utf-8"), data, pages)
    for number, value in reversed(list(enumerate(values))):
        text = re.sub(rf"[^\x00-\x7f]+{number}(?:[^\x00-\x7f]+|(?=[>)]))", value, text)
    return text


@pytest.mark.parametrize(
    ("data", "pages", "words", "absent"),
    [
        (MEMBER, [], ["core member", "selects one [representative]"], ["organizational-model"]),
        (
            MEMBER,
            ["members/abc/organizational-model"],
            ["/members/abc/organizational-model.md"],
            [],
        ),
        (MEMBER | {"level": "affiliate"}, [], ["affiliate member", "for every five"], []),
        (FORMER, [], ["was an affiliate member", "resigned on 2026-03-01"], ["Website"]),
    ],
)
def test_member(
    data: dict[str, Any], pages: list[str], words: list[str], absent: list[str]
) -> None:
    text = shown("member.md.jinja", data, *pages)
    assert [word for word in words if word not in text] == []
    assert [word for word in absent if word in text] == []


@pytest.mark.parametrize(
    ("data", "words", "absent"),
    [
        (GROUP, ["[yearly review](#rule-group-review) by 2026-03-01", "too. Write"], ["was "]),
        (GROUP | {"membership": "closed"}, ["Write to the chair"], ["join too"]),
        (GROUP | {"status": "provisional"}, ["[incubation](#rule-incubation)"], ["yearly review"]),
        (
            GROUP | {"status": "retired", "due": None},
            ["was standing", "was open", "were yearly"],
            ["Next due", "How to take part"],
        ),
    ],
)
def test_working_group(data: dict[str, Any], words: list[str], absent: list[str]) -> None:
    text = shown("working-group.md.jinja", data).replace("action was on", "")
    assert [word for word in words if word not in text] == []
    assert [word for word in absent if word in text] == []


def test_pages_are_written_for_new_records_only(tmp_path: Path) -> None:
    data = {"members": [MEMBER], "working_groups": [GROUP | {"name": 'A "B" & C'}]}
    found = {file.relative_to(tmp_path).as_posix(): text for file, text in missing(data, tmp_path)}
    assert list(found) == ["members/abc.md", "governance/working-groups/a-b-c.md"]
    front = yaml.safe_load(found["governance/working-groups/a-b-c.md"].split("---\n")[1])
    assert front == {"title": 'A "B" & C', "permalink": "/working-groups/a-b-c"}
    assert '```{working-group} A "B" & C\n' in found["governance/working-groups/a-b-c.md"]
    (tmp_path / "members").mkdir()
    (tmp_path / "members" / "abc.md").touch()
    assert [file.name for file, _ in missing(data, tmp_path)] == ["a-b-c.md"]


@pytest.mark.parametrize(
    ("key", "folder", "fields", "record"),
    [
        ("short_name", "members", ("name", "focus", "website"), record)
        for record in ROSTER["members"]
    ]
    + [
        ("name", "governance/working-groups", ("purpose", "lifetime"), record)
        for record in ROSTER["working_groups"]
    ],
    ids=lambda value: value.get("short_name", value["name"]) if isinstance(value, dict) else "",
)
def test_page_shows_its_record(
    handbook_html: Path, key: str, folder: str, fields: tuple[str, ...], record: dict[str, Any]
) -> None:
    page = handbook_html / folder / slug(record[key]) / "index.html"
    if not page.exists():
        pytest.skip("this record has no page yet: make record-pages")
    text = html.unescape(page.read_text(encoding="utf-8"))
    assert [record[field] for field in fields if record[field] not in text] == []
