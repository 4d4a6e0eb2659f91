"""What a disk leaves that is full or cannot be written: a sentence, and a build that goes on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from handbook import endings

if TYPE_CHECKING:
    from pathlib import Path


def application(folder: Path) -> Any:
    builder = SimpleNamespace(name="dirhtml")
    return SimpleNamespace(builder=builder, doctreedir=folder / "trees", outdir=folder)


@pytest.mark.parametrize(("left", "healed"), [(b"", True), (b"# Sphinx build info\n", False)])
def test_an_empty_note_of_a_full_disk_is_removed(tmp_path: Path, left: bytes, healed: bool) -> None:
    (tmp_path / "trees").mkdir()
    (tmp_path / ".buildinfo").write_bytes(left)
    endings.on_builder_inited(application(tmp_path))
    assert (tmp_path / ".buildinfo").exists() != healed


def test_a_folder_that_cannot_be_written_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "trees").write_text("a file, as no one may write below it")
    with pytest.raises(SystemExit) as stopped:
        endings.on_builder_inited(application(tmp_path))
    reported = f"{tmp_path / 'trees' / 'unfinished-dirhtml'}: Not a directory. {endings.ADVICE}"
    assert str(stopped.value) == reported


def test_the_next_build_knows_that_one_was_interrupted(tmp_path: Path) -> None:
    (tmp_path / "trees").mkdir()
    for expected in (False, True):
        app = application(tmp_path)
        endings.on_builder_inited(app)
        assert app.handbook_previous_build_interrupted == expected
