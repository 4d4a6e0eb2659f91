"""`make live` prints one line for each build, and shows findings in the browser."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools import live


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(live, "OUT", tmp_path)
    monkeypatch.setattr(live, "FINDINGS", tmp_path / ".findings")
    return tmp_path


def page(out: Path) -> str:
    (out / "index.html").write_text(
        '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'"/><p>Text</p>'
    )
    return bytes(live.Preview(directory=out).file_response(out / "index.html").body).decode()


@pytest.mark.parametrize(
    ("printed", "code", "line", "shown"),
    [
        ("", 0, "members/a.yml: built in 0.0 s", None),
        ("a.md:1: WARNING: <b>", 0, "members/a.yml: built with findings in 0.0 s", "\n  font"),
        ("a.yml:1: ERROR: <b>", 1, "members/a.yml: NOT BUILT in 0.0 s", "This page is old"),
    ],
    ids=["fine", "findings", "not built"],
)
def test_build_tells_terminal_and_browser(  # noqa: PLR0913, PLR0917
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    printed: str,
    code: int,
    line: str,
    shown: str | None,
) -> None:
    def build_main(_: list[str]) -> int:
        sys.stderr.write(printed)
        return code

    monkeypatch.setattr(live, "build_main", build_main)
    live.build([ROOT / "members" / "a.yml"])
    assert capsys.readouterr().out.splitlines() == [line, *([printed] if printed else [])]
    html = page(out)
    assert html.startswith("<p>Text</p>")
    assert "websocket-reload" in html
    assert ('role="alert"' in html) == bool(shown)
    if shown:
        assert shown in html
        assert "&lt;b&gt;" in html


def test_build_that_stops_is_reported(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build_main(_: list[str]) -> int:
        raise SystemExit("Fix members.yml")

    monkeypatch.setattr(live, "build_main", build_main)
    live.build()
    assert "all pages: NOT BUILT" in capsys.readouterr().out
    assert "Fix members.yml" in page(out)


def test_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert live.free_port(port) > port
