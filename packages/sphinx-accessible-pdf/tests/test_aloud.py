"""What a screen reader says, as a person has read and approved it.

After a change that is meant: `ALOUD=write python -m pytest tests/test_aloud.py`, and read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_accessible_pdf.testing.reading import open_tagged

if TYPE_CHECKING:
    from tests.conftest import Build

APPROVED = Path(__file__).parent / "aloud.txt"


def test_what_is_read_aloud_is_what_a_person_approved(kinds: Build) -> None:
    document = open_tagged(kinds.pdf).root.elements[0]
    said = "".join(f"{tag.kind}: {tag.text}\n" for tag in document.elements if tag.kind != "TOC")

    if os.environ.get("ALOUD") == "write":
        APPROVED.write_text(said, encoding="utf-8")
    assert said == APPROVED.read_text(encoding="utf-8")
