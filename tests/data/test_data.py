"""A wrong record in the members data is named with file, line and field."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from jsonschema import Draft202012Validator

from handbook import data
from handbook.common import Finding
from handbook.schema import check
from tests.building import run
from tests.conftest import ROOT

DATA = Path(__file__).with_name("sample.yml")
REAL_DATA = ROOT / "members" / "members.yml"
SCHEMA = ROOT / "members" / "members.schema.json"


def found(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "members.yml"
    file.write_text(text, encoding="utf-8")
    return [f"{finding.line}: {finding.message}" for finding in check(file, SCHEMA)]


def with_change(old: str, new: str) -> str:
    text = DATA.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def test_the_real_data_is_right() -> None:
    assert check(REAL_DATA, SCHEMA) == []
    assert check(DATA, SCHEMA) == []


def test_the_schema_itself_is_right() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "    website: https://corsa.center/\n",
            "    webiste: https://corsa.center/\n",
            [
                "8: members[0]: the field 'website' is missing; add it",
                "11: members[0].webiste: unknown field; did you mean 'website'?",
            ],
        ),
        (
            "level: core",
            "level: gold",
            ["10: members[0].level: 'gold' is not allowed; use one of: core, affiliate"],
        ),
        (
            "website: https://corsa.center/",
            "website: javascript:alert(1)",
            [
                "11: members[0].website: 'javascript:alert(1)' does not have the right form: "
                "A web address that starts with https://"
            ],
        ),
        (
            "as_of: 2026-08-02",
            "as_of: 2026-02-30",
            ["5: as_of: '2026-02-30' does not have the right form: A date such as 2026-08-02"],
        ),
        (
            "focus: scientific machine learning",
            "focus: [learning]",
            ["22: members[2].focus: ['learning'] should be text"],
        ),
        (
            "focus: scientific machine learning",
            "focus: machine | learning",
            [
                "22: members[2].focus: 'machine | learning' does not have the right form: "
                "Text on one line, without the character | that would break a table"
            ],
        ),
        (
            "focus: scientific machine learning",
            "focus: scientific machine learning\n    focus: other",
            ["23: members[2].focus: this field is written twice; keep one"],
        ),
        (
            "short_name: STEP",
            "short_name: peso",
            ["38: members[6].short_name: 'peso' is also at line 23; remove one of the two"],
        ),
        (
            "short_name: STEP",
            "short_name: PESO.",
            [
                "38: members[6].short_name: the address of 'PESO.' would be that of 'PESO', "
                "line 23; change one of the two names"
            ],
        ),
        (
            "short_name: STEP",
            "short_name: 科学",
            [
                "38: members[6].short_name: '科学' does not have the right form: Text on one line, "
                "without |, and with a letter from A to Z or a digit for its address"
            ],
        ),
        (
            "members:\n",
            "members: none\nothers:\n",
            [
                "7: members: 'none' should be a list",
                "8: others: unknown field; use one of: as_of, former_members, members, source, "
                "working_groups",
            ],
        ),
    ],
)
def test_a_wrong_record_is_named(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert found(tmp_path, with_change(old, new)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1: the file is empty"]),
        ("a: [1\n", ["2: this is not valid YAML: expected ',' or ']', but got '<stream end>'"]),
        (
            "a: &x [*x]\n",
            [
                "1: this is not valid YAML: an alias (*name) is not allowed here; write "
                "the value out"
            ],
        ),
        ("a: 1\n---\nb: 2\n", ["2: this is not valid YAML: but found another document"]),
        (
            "a: \x00\n",
            [
                "1: this is not valid YAML: unacceptable character #x0000: "
                "special characters are not allowed"
            ],
        ),
    ],
)
def test_a_broken_file_is_a_finding(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert [line.splitlines()[0] for line in found(tmp_path, text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (
                f'a: 1\nb: "{escape}"\n',
                f"2: this is not valid YAML: the character {name} is not text",
            )
            for escape, name in [
                (r"x\0", "U+0000"),
                (r"x\r", "U+000D"),
                (r"x\u202e", "U+202E"),
                (r"x\u2028", "U+2028"),
                (r"x\ud800", "U+D800"),
                (r"x\uffff", "U+FFFF"),
            ]
        ),
        *(
            (f"a: 1\n{key}: 2\n", "2: this is not valid YAML: this key is not text")
            for key in ("0x10", "yes", "~", "1.50", "<<", "? [a]\n")
        ),
        *(
            (f"a: {number}\n", "1: this is not valid YAML: a number has at most")
            for number in (f"0x{'f' * 5000}", f"1{':59' * 5000}", "9" * 5000)
        ),
    ],
)
def test_data_holds_text_and_numbers_that_can_be_shown(
    tmp_path: Path, text: str, expected: str
) -> None:
    (message,) = found(tmp_path, text)
    assert message.startswith(expected)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("short_name: STEP", 'short_name: "STEP\\n"', "does not have the right form"),
        ("short_name: STEP", f"short_name: {'x' * 50_000}", "use at most 500 characters"),
        ("https://corsa.center/", '"https://corsa.center/\\n"', "does not have the right form"),
        ("https://corsa.center/", "https://[x", "does not have the right form"),
        ("https://corsa.center/", "'https://x.example/\"x'", "does not have the right form"),
    ],
)
def test_a_field_is_one_short_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (message,) = found(tmp_path, with_change(old, new))
    assert expected in message
    assert len(message) < 300


def test_a_file_in_another_encoding_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "members.yml"
    file.write_bytes("source: x\nas_of: ä\n".encode("latin-1"))
    assert [(f.line, f.message) for f in check(file, SCHEMA)] == [
        (2, "this is not UTF-8 text; save the file as UTF-8")
    ]


def test_sphinx_stops_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(
        'import handbook\nhandbook.PARTS = ("data",)\nextensions = ["handbook"]\n'
        'handbook_data = {"x": ("members.yml", "schema.json", "-")}\n'
    )
    (tmp_path / "index.rst").write_text("Home\n====\n")
    (tmp_path / "schema.json").write_text(SCHEMA.read_text(encoding="utf-8"))
    (tmp_path / "members.yml").write_text(with_change("level: core", "level: gold"))
    done = run("sphinx", ["-q", str(tmp_path), str(tmp_path / "out")], os.environ)
    assert done.code == 1
    assert done.output.splitlines() == [
        f"{tmp_path}/members.yml:10: ERROR: members[0].level: 'gold' is not allowed; "
        "use one of: core, affiliate",
        "Fix members.yml at the lines above, then build again.",
    ]


@pytest.mark.parametrize(
    ("data", "schema", "old", "new"),
    [
        ("members/members.yml", "members/members.schema.json", r"as_of: \S+", "as_of: 9999-12-31"),
        (
            "governance/sources.yml",
            "governance/sources.schema.json",
            r"(?m)^    data: \S+",
            "    data: /etc/hosts.yml",
        ),
        (
            "governance/sources.yml",
            "governance/sources.schema.json",
            r"(?m)^    data: \S+",
            "    data: ../../x/y.yml",
        ),
    ],
)
def test_data_names_no_file_outside_and_no_day_beyond_the_calendar(
    tmp_path: Path, data: str, schema: str, old: str, new: str
) -> None:
    text = re.sub(old, new, (ROOT / data).read_text(encoding="utf-8"), count=1)
    (tmp_path / "data.yml").write_text(text, encoding="utf-8")
    (finding,) = check(tmp_path / "data.yml", ROOT / schema)
    assert "does not have the right form" in finding.message


def test_data_is_checked_again_once_it_or_its_schema_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def counting(data_file: Path, schema_file: Path) -> list[Finding]:
        checked.append(data_file.name)
        return check(data_file, schema_file)

    monkeypatch.setattr("handbook.schema.check", counting)
    record, schema = tmp_path / "record.yml", tmp_path / "record.json"
    record.write_text("name: one\n", "utf-8")
    schema.write_text('{"properties": {"name": {"type": "string"}}}', "utf-8")
    app = Mock(srcdir=tmp_path, doctreedir=tmp_path / "doctrees")
    config = Mock(handbook_data={"record": ("record.yml", "record.json", "record.md")})
    data.check_all(app, config)
    data.check_all(app, config)
    assert checked == ["record.yml"]
    schema.write_text('{"properties": {"name": {"type": "string", "minLength": 2}}}', "utf-8")
    data.check_all(app, config)
    assert checked == ["record.yml"] * 2
    record.write_text("name: 1\n", "utf-8")
    for times in (3, 4):
        with pytest.raises(SystemExit):
            data.check_all(app, config)
        assert checked == ["record.yml"] * times
