from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_permalinks import address, ledger
from sphinx_permalinks.address import InvalidAddressError
from sphinx_permalinks.ledger import HEADER, Retirement

if TYPE_CHECKING:
    from pathlib import Path


def test_entries() -> None:
    text = "# remark\n\n/a\n/a#b\n/c  retired 2026-01-31 a -> b -> /d\n/e\tretired 2026-01-31\n"
    found = ledger.parse("\ufeff" + text.replace("\n", "\r\n"))
    assert found.problems == []
    assert [(e.line, e.address.path, e.fragment, e.retirement) for e in found.entries] == [
        (3, "/a", "", None),
        (4, "/a", "b", None),
        (5, "/c", "", Retirement("2026-01-31", "a -> b", address.parse("/d"))),
        (6, "/e", "", Retirement("2026-01-31", "", None)),
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
        for line in lines:
            assert kept.count(line) >= lines.count(line)
    assert set(new) <= {line.strip() for line in after.splitlines()}


def test_remarks_stay_above_their_line() -> None:
    text = "# top\n\n/b\n# of a\n/a\n# end\n"
    assert ledger.extended(text, ["/aa"]) == "# top\n\n# of a\n/a\n/aa\n/b\n# end\n"


def test_line_ends_are_kept() -> None:
    assert ledger.extended("/b\r\n", ["/a"]) == "/a\r\n/b\r\n"


def test_a_new_ledger_explains_itself(tmp_path: Path) -> None:
    path = tmp_path / "permalinks.txt"
    assert ledger.update(path, ["/b", "/a", "/a"])
    assert path.read_text() == HEADER + "/a\n/b\n"
    assert not ledger.update(path, [])
    assert [p.name for p in tmp_path.iterdir()] == ["permalinks.txt"]


def test_an_edit_made_meanwhile_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "permalinks.txt"
    path.write_text("/a\n")
    extended = ledger.extended

    def edited_meanwhile(text: str, addresses: list[str]) -> str:
        monkeypatch.undo()
        path.write_text("/a\n/edited\n")
        return extended(text, addresses)

    monkeypatch.setattr(ledger, "extended", edited_meanwhile)
    assert ledger.update(path, ["/b"])
    assert path.read_text() == "/a\n/b\n/edited\n"
    assert [p.name for p in tmp_path.iterdir()] == ["permalinks.txt"]


def test_a_file_that_is_not_there_is_no_ledger(tmp_path: Path) -> None:
    assert ledger.read(ledger.fetch(tmp_path / "none")) is None
