"""The handbook is built from every kind of copy, in every kind of folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.hostile.builds import build, contents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def clone(folder: Path) -> None:
    subprocess.run(
        ["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(folder)], check=True
    )


def copy(folder: Path) -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, text=True
    ).stdout.split("\0")
    for name in filter(None, listed):
        if not name.startswith("tests/") and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)


def windows(folder: Path) -> None:
    copy(folder)
    for path in folder.rglob("*"):
        if path.suffix in {".md", ".yml", ".txt"}:
            mark = b"\xef\xbb\xbf" if path.suffix == ".md" else b""
            path.write_bytes(mark + path.read_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(
    ("place", "builder"),
    [(clone, "dirhtml"), (copy, "accessiblepdf"), (windows, "dirhtml"), (windows, "accessiblepdf")],
    ids=["shallow", "no git", "windows", "windows, as PDF"],
)
def test_the_handbook_is_built_anywhere(
    tmp_path: Path, place: Callable[[Path], None], builder: str
) -> None:
    """From a shallow clone, without git, and with Windows' line ends and byte-order marks."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("these sources are no git repository, so that nothing can be cloned")
    folder = tmp_path / "Ein Ordner 'mit' ü & 治理 %41"
    place(folder)
    before = contents(folder)
    path = os.environ["PATH"] if place is clone else str(tmp_path / "none")
    strict = ("-n", "-W", "--keep-going")
    made = build(folder, tmp_path / "out", *strict, builder=builder, PATH=path)
    assert made.code == 0, made.output
    assert "Traceback" not in made.output
    after = {name: text for name, text in contents(folder).items() if "__pycache__" not in name}
    assert after == before


def test_a_mistake_in_a_file_of_windows_is_told_at_its_line(tmp_path: Path) -> None:
    windows(tmp_path / "source")
    page = tmp_path / "source" / "members" / "joining.md"
    text = page.read_bytes()
    rule = b"{clause}`By-laws"
    assert rule in text
    page.write_bytes(text.replace(rule, b"{clause}`By-lows", 1))
    line = text[: text.index(rule)].count(b"\r\n") + 1
    made = build(tmp_path / "source", tmp_path / "out", builder="dummy")
    told = [warning for warning in made.warnings if "By-lows" in warning]
    assert [warning.partition(": ")[0] for warning in told] == [f"members/joining.md:{line}"]
