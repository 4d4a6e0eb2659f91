"""The pages are read in a folder with any name, without git, from files of Windows.

From a fresh clone with such a name, with the PDF and the EPUB: tests/project/test_readthedocs.py.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT
from tests.hostile.builds import build, contents
from tools.common import repository_files

ODD_NAME = "Ein Ordner 'mit' ü & 治理 %41"


def test_the_handbook_is_read_anywhere(tmp_path: Path) -> None:
    """In an odd folder, without git, with Windows' line ends and byte-order marks."""
    folder = tmp_path / ODD_NAME
    for name in repository_files():
        if name.startswith("tests/"):
            continue
        text = (ROOT / name).read_bytes()
        if name.endswith((".md", ".yml", ".txt")):
            mark = b"\xef\xbb\xbf" if name.endswith(".md") else b""
            text = mark + text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    page = folder / "members" / "joining.md"  # the only one with a mistake
    page.write_bytes(page.read_bytes() + b"\r\nSee {clause}`By-lows 4.a`.\r\n")
    line = page.read_bytes().count(b"\r\n")
    before = contents(folder)
    options = ("-n", "-d", str(tmp_path / "trees"))
    made = build(folder, tmp_path / "out", *options, builder="dummy", PATH=str(tmp_path / "none"))
    assert made.code == 0, made.output
    assert "Traceback" not in made.output
    (reported,) = (line for line in made.output.splitlines() if re.search("WARNING|ERROR", line))
    assert f"/members/joining.md:{line}: WARNING: 'By-lows 4.a' names no document" in reported
    after = {name: text for name, text in contents(folder).items() if "__pycache__" not in name}
    assert after == before
