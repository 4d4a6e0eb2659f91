"""What a screen reader says of the handbook's own kinds of content, as a person has approved it.

After a change that is meant: `ALOUD=write python -m pytest tests/book/test_aloud.py`, and read the
diff.
"""

from __future__ import annotations

import os
import runpy
import shutil
from pathlib import Path

from tests.conftest import ROOT, sphinx_build

SAMPLE = Path(__file__).with_name("aloud")
APPROVED = SAMPLE / "approved.txt"
PACKAGE = ROOT / "packages" / "sphinx-accessible-pdf"


def test_what_is_read_aloud_is_what_a_person_approved(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "source")
    for file in ("_templates/words.yml", "members/members.schema.json"):
        shutil.copy(ROOT / file, tmp_path / "source")
    warned = sphinx_build("accessiblepdf", tmp_path / "source", tmp_path / "out", "-q")
    said = runpy.run_path(str(PACKAGE / "tests" / "aloud.py"))["said_of"](tmp_path / "out/book.pdf")

    if os.environ.get("ALOUD") == "write":
        APPROVED.write_text(said, encoding="utf-8")
    assert warned == ""
    assert said == APPROVED.read_text(encoding="utf-8")
