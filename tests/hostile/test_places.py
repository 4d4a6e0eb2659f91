"""The pages are read in a folder with any name, without git, from files of Windows.

From a fresh clone with such a name, with the PDF and the EPUB: tests/project/test_readthedocs.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hostile.builds import build, contents
from tools.common import repository_files

ODD_NAME = "Ein Ordner 'mit' ü & 治理 %41"


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy without git, in an odd folder, with Windows' line ends and byte-order marks."""
    folder = tmp_path_factory.mktemp("places") / ODD_NAME
    for name in repository_files():
        if name.startswith("tests/"):
            continue
        text = (ROOT / name).read_bytes()
        if name.endswith((".md", ".yml", ".txt")):
            mark = b"\xef\xbb\xbf" if name.endswith(".md") else b""
            text = mark + text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return folder


def test_the_handbook_is_read_anywhere(windows: Path) -> None:
    before = contents(windows)
    out = windows.parent
    options = ("-n", "-W", "--keep-going", "-d", str(out / "trees"))
    made = build(windows, out / "dummy", *options, builder="dummy", PATH=str(out / "none"))
    assert made.code == 0, made.output
    assert "Traceback" not in made.output
    after = {name: text for name, text in contents(windows).items() if "__pycache__" not in name}
    assert after == before


def test_a_mistake_in_a_file_of_windows_is_reported_at_its_line(windows: Path) -> None:
    page = windows / "members" / "joining.md"
    text = page.read_bytes()
    rule = b"{clause}`By-laws"
    assert rule in text
    page.write_bytes(text.replace(rule, b"{clause}`By-lows", 1))
    line = text[: text.index(rule)].count(b"\r\n") + 1
    out = windows.parent
    made = build(windows, out / "dummy", "-d", str(out / "trees"), builder="dummy")
    page.write_bytes(text)
    reported = [warning for warning in made.warnings if "By-lows" in warning]
    assert [warning.partition(": ")[0] for warning in reported] == [f"members/joining.md:{line}"]
