from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_permalinks import address, ledger
from sphinx_permalinks.address import InvalidAddressError
from sphinx_permalinks.ledger import DEFAULT_COMMAND, HEADER, Entry

if TYPE_CHECKING:
    from pathlib import Path


def test_entries() -> None:
    text = "# remark\n\n/a\n/a#b\n/c  retired 2026-01-31 a -> b -> /d\n/e\tretired 2026-01-31\n"
    found = ledger.parse("\ufeff" + text.replace("\n", "\r\n"))
    assert found.problems == []
    assert found.entries == [
        Entry(3, address.parse("/a")),
        Entry(4, address.parse("/a"), "b"),
        Entry(5, address.parse("/c"), "", "2026-01-31", "a -> b", address.parse("/d")),
        Entry(6, address.parse("/e"), "", "2026-01-31"),
    ]
    assert list(found.retired) == ["/c", "/e"]


@given(st.text(max_size=30))
def test_what_is_written_is_read_back(text: str) -> None:
    try:
        path = address.parse("/x" + text)
    except InvalidAddressError:
        return
    (entry,) = ledger.parse(ledger.written(path, "anchor")).entries
    assert (entry.address, entry.fragment) == (path, "anchor")


@given(
    st.text(alphabet="/ab#\n \r-> retired2026", max_size=60), st.lists(st.just("/b"), max_size=2)
)
def test_no_line_is_ever_dropped(text: str, new: list[str]) -> None:
    after = ledger.extended(text, new)
    if text.strip():
        lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
        kept = [line.rstrip("\r") for line in after.split("\n")]
        assert set(lines) <= set(kept)
    assert set(new) <= {line.strip() for line in after.splitlines()}


def test_remarks_stay_above_their_line() -> None:
    text = "# top\n\n/b\n# of a\n/a\n# end\n"
    assert ledger.extended(text, ["/aa"]) == "# top\n\n# of a\n/a\n/aa\n/b\n# end\n"


def test_line_ends_are_kept() -> None:
    assert ledger.extended("/b\r\n", ["/a"]) == "/a\r\n/b\r\n"


def test_a_new_ledger_explains_itself(tmp_path: Path) -> None:
    path = tmp_path / "permalinks.txt"
    ledger.update(path, ["/b", "/a", "/a"])
    assert path.read_text() == HEADER.format(command=DEFAULT_COMMAND) + "/a\n/b\n"
    ledger.update(path, [])
    assert [p.name for p in tmp_path.iterdir()] == ["permalinks.txt"]


def test_an_edit_made_meanwhile_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "permalinks.txt"
    path.write_text("/a\n")
    extended = ledger.extended

    def edited_meanwhile(text: str, addresses: list[str], command: str) -> str:
        monkeypatch.undo()
        path.write_text("/a\n/edited\n")
        return extended(text, addresses, command)

    monkeypatch.setattr(ledger, "extended", edited_meanwhile)
    ledger.update(path, ["/b"])
    assert path.read_text() == "/a\n/b\n/edited\n"
    assert [p.name for p in tmp_path.iterdir()] == ["permalinks.txt"]


def test_a_missing_file_is_not_a_ledger(tmp_path: Path) -> None:
    assert ledger.read(tmp_path / "none").is_missing


def test_branches_that_git_has_merged_line_by_line_become_one_ledger() -> None:
    """With `merge=union` in .gitattributes both sides' lines are kept, unsorted."""
    text = "# top\n/a\n/c\n/b\n/a\n/c  retired 2026-01-31 why\n"
    assert ledger.parse(text).problems == []
    assert list(ledger.parse(text).retired) == ["/c"]
    merged = "# top\n/a\n/b\n/c\n/c  retired 2026-01-31 why\n/d\n"
    assert ledger.extended(text, ["/d"]) == merged


def test_no_writer_waits_for_one_that_was_killed(tmp_path: Path) -> None:
    lock = tmp_path / ".permalinks.txt.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    ledger.update(tmp_path / "permalinks.txt", ["/a"])
    assert not lock.exists()
