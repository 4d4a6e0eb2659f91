"""Each group of `make lint` finds what it is for, and says which groups found something."""

from __future__ import annotations

from pathlib import Path

import pytest

from handbook import style
from tests.conftest import ROOT
from tools import check, find_secrets, schemas
from tools.lint import groups, lint, main, run

# Put together here, so that the file itself is clean.
KEY = "-----BEGIN {} PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n".format("RSA")
BAD = {
    "secrets": ("key.pem", KEY, "Private Key"),
    "prose": ("page.md", "Recieve it.\n".replace("Rec", "rec"), "recieve ==> receive"),
    "files": ("page.md", "No end", "Fixing"),
}


# One of each kind that is looked for, put together here for the same reason.
SECRETS = [
    "AKIA" + "IOSFODNN7EXAMPLQ",
    "https://somebody:" + "correct-horse@example.org",
    "ghp_" + "a1B2" * 9,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "//registry.npmjs.org" + "/:_auth" + "Token=npm_" + "a1B2" * 9,
    "pypi-" + "AgEIcHlwaS5vcmc" + "a1B2" * 20,
    "xoxb" + "-123456789012-a1b2c3d4e5f6",
    KEY.partition("\n")[0],
]


def test_each_kind_of_secret_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.txt"
    file.write_text("Nothing.\nhttps://user:secret@example.org\n", encoding="utf-8")
    assert find_secrets.main([str(file)]) == 0
    for secret in SECRETS:
        file.write_text(f"first = 1\nvalue = {secret}\n", encoding="utf-8")
        assert find_secrets.main([str(file)]) == 1, secret
        assert f"{file}:2: ERROR: this looks like a secret (" in capsys.readouterr().out


def test_each_configuration_file_has_its_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [".github/workflows/ci.yml", ".github/ISSUE_TEMPLATE/config.yml", "CITATION.cff"]
    files += [".github/ISSUE_TEMPLATE/error.yml", "docs/.readthedocs.yaml", "x/CITATION.cff"]
    assert [schemas.schema_of(file) for file in [*files, ".github/dependabot.yml"]] == [
        *("vendor.github-workflows", "vendor.github-issue-config", "vendor.citation-file-format"),
        *("vendor.github-issue-forms", "vendor.readthedocs", None, "vendor.dependabot"),
    ]
    file = tmp_path / "dependabot.yml"
    monkeypatch.setattr(schemas, "repository_files", lambda: ["conf.py", str(file)])
    monkeypatch.setattr(schemas, "schema_of", {str(file): "vendor.dependabot"}.get)
    for text, expected in (
        ("version: 2\nupdates: []\n", ""),
        ("version: 2\nupdates: x\n", f"{file}:1: ERROR: updates: 'x' is not of type 'array'\n"),
        ("version: [\n", f"{file}:1: ERROR: Failed to parse {file}\n"),
    ):
        file.write_text(text, encoding="utf-8")
        assert schemas.main() == bool(expected)
        assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('"publication_type": "other"', '"publication_type": "leaflet"', "publication_type: 'leaf"),
        ('"license"', '"licence"', "Additional properties are not allowed ('licence' was"),
        ('"publication_type": "other",', "", "'publication_type' is a required property"),
        ('"title": "CASS Governance Handbook"', '"title": ""', "title: '' should be non-empty"),
    ],
    ids=["unknown value", "misspelled field", "missing field", "empty field"],
)
def test_what_zenodo_would_refuse_is_found(tmp_path: Path, was: str, now: str, said: str) -> None:
    record = (ROOT / ".zenodo.json").read_text(encoding="utf-8")
    file = tmp_path / ".zenodo.json"
    file.write_text(record.replace(was, now), encoding="utf-8")
    found = list(schemas.check(str(ROOT / "tools/zenodo.schema.json"), [str(file)]))
    assert any(line.startswith(f"{file}:1: ERROR: {said}") for line in found), found


@pytest.mark.parametrize("group", BAD)
def test_bad_file_is_found(tmp_path: Path, group: str) -> None:
    name, text, expected = BAD[group]
    bad, good = tmp_path / name, tmp_path / f"good{Path(name).suffix}"
    bad.write_text(text, encoding="utf-8")
    good.write_text("Good text.\n", encoding="utf-8")
    found = [run(command) for command in groups([str(bad), str(good)])[group]]
    assert any(code for code, _ in found)
    printed = "".join(printed for _, printed in found)
    assert expected in printed
    assert str(good) not in printed


def test_fonts_and_pictures_are_left_alone(tmp_path: Path) -> None:
    font = tmp_path / "font.woff2"
    font.write_bytes(b"wOF2\0\1\0\0")
    for command in groups([str(font)])["files"]:
        run(command)
    assert font.read_bytes() == b"wOF2\0\1\0\0"


def test_all_groups_run_and_are_summed_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = {"a": (1, "a.md:1: wrong\n"), "b": (0, "noise\n"), "c": (2, "c.md:2: bad\n")}
    commands = {name: [(Path(), [name])] for name in results}
    monkeypatch.setattr("tools.lint.groups", lambda _: commands)
    monkeypatch.setattr("tools.lint.run", lambda command: results[command[1][0]])
    assert [name for name, _ in lint(commands)] == ["a", "c"]
    assert main([]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "a.md:1: wrong",
        "c.md:2: bad",
        "lint: a, c failed; fix what is listed above",
    ]
    assert main(["b"]) == 0
    assert capsys.readouterr().out == "lint: no findings (b)\n"
    assert main(["x"]) == 2
    assert capsys.readouterr().err == "unknown check 'x'; use one of: a, b, c\n"


@pytest.mark.parametrize(("wrong", "both"), [("guides/record.yml", True), (style.MEMBERS, False)])
def test_style_is_checked_unless_the_names_it_needs_are_wrong(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
    both: bool,
) -> None:
    monkeypatch.setattr(check, "check_data", lambda _: [f"{wrong}:1: ERROR: bad"])
    monkeypatch.setattr(check, "check_style", lambda _: ["index.md:1: WARNING: bad"])
    assert check.main() == 1
    assert ("index.md" in capsys.readouterr().out) == both
