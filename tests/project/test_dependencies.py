"""MAINTAINING.md says of each direct dependency why it is there, and what would replace it."""

from __future__ import annotations

import re
import tomllib

from tests.conftest import ROOT

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def required() -> set[str]:
    """The names in all lists of requirements, and in the packages' pyproject.toml."""
    lines = [
        line
        for file in [ROOT / "requirements.in", *(ROOT / "requirements").glob("*.in")]
        for line in file.read_text("utf-8").splitlines()
        if not line.startswith(("#", "-")) and line
    ]
    for file in ROOT.glob("packages/*/pyproject.toml"):
        project = tomllib.loads(file.read_text("utf-8"))["project"]
        lines += project.get("dependencies", [])
        lines += [
            line for extra in project.get("optional-dependencies", {}).values() for line in extra
        ]
    names = {match[0] for line in lines if (match := NAME.match(line.lower().replace("_", "-")))}
    return names - {folder.name for folder in (ROOT / "packages").iterdir()}


def test_each_dependency_has_its_reason() -> None:
    text = (ROOT / "MAINTAINING.md").read_text("utf-8")
    table = text.partition("| dependency |")[2].partition("\n\n")[0].lower()
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]
    listed = {name.partition(" ")[0] for row in rows for name in row[0].split(", ")}
    needed = {name for name in required() if not name.startswith("types-")}
    assert needed - listed == set()
    assert listed - needed == {"types-*", "lighthouse"}
    assert all(len(row) == 4 and all(row) for row in rows)
