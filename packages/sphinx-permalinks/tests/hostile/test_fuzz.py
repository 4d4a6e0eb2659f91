"""Thousands of hostile pages and ledgers: each is read, or is a finding with file and line.

`make fuzz` tries twenty times as many, other ones each time.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_permalinks import __main__ as command
from sphinx_permalinks import ledger, sources
from tests.conftest import TIMES
from tests.hostile import strategies
from tests.hostile.builds import BOMB, build, check, project
from tests.hostile.strategies import LEDGER_TEXTS, corpus, front_matter, pages, tried

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from sphinx_permalinks.findings import Finding


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a second page, so that there is something to collide with."""
    files = {"page.md": "---\npermalink: /a\ntitle: A\n---\n"}
    return project(tmp_path_factory.mktemp("fuzz"), files, "extensions = ['myst_parser']\n")


@cache
def settings(folder: Path) -> sources.Settings:
    found = sources.read_settings(folder / "conf.py")
    found.values["permalinks_ledger"] = "permalinks.txt"
    return found


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """End what takes more of the processor's time."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def checked(
    folder: Path, page: bytes, book: bytes = b"/\n/a\n/page\n", suffix: str = "md"
) -> list[Finding]:
    """Check a page and a ledger without a build; see that all findings say where."""
    texts = {f"fuzz.{suffix}": page, "permalinks.txt": book}
    for old in folder.glob("fuzz.*"):
        old.unlink()
    for name, content in texts.items():
        (folder / name).write_bytes(content)
    with within(10):
        checked = command.check(folder, settings(folder))
    found = checked.findings
    for finding in found:
        assert finding.file in {*texts, "page.md", "index.md"}
        text = texts.get(finding.file, b"\n\n\n").decode("utf-8", "replace")
        assert 1 <= finding.line <= len(text.splitlines()) + 1
        assert finding.message
    for line in (command.as_text(checked) + command.as_github(checked)).splitlines():
        assert line.isprintable()
    for line in command.as_github(checked).splitlines():
        assert re.fullmatch(r"::error file=[^:,]+,line=\d+,title=[^:,]+::.+", line)
    assert len(json.loads(command.as_json(checked))["findings"]) == len(found)
    return found


@tried(strategies.FRONT_MATTER)
@given(front_matter())
def test_front_matter(folder: Path, text: str) -> None:
    checked(folder, f"{text}# T\n".encode("utf-8", "surrogatepass"))


@tried(strategies.PAGES_OF_BYTES)
@given(pages(), st.sampled_from(["md", "rst"]))
def test_pages(folder: Path, page: bytes, suffix: str) -> None:
    checked(folder, page, suffix=suffix)


@tried(strategies.LEDGERS)
@given(LEDGER_TEXTS, st.lists(st.sampled_from(["/new", "/a", "/é"]), max_size=2))
def test_ledgers(folder: Path, book: bytes, new: list[str]) -> None:
    checked(folder, b"---\npermalink: /x\nredirect_from: /y\n---\n", book)
    path = folder / "permalinks.txt"
    try:
        ledger.update(path, new)
    except UnicodeDecodeError:
        assert path.read_bytes() == book
    kept = [line.rstrip(b"\r") for line in path.read_bytes().split(b"\n")]
    for line in book.split(b"\n"):
        assert line.rstrip(b"\r") in kept or not line.decode("utf-8", "replace").strip()
    assert [p.name for p in folder.glob(".permalinks*")] == []


# What Sphinx's log says of something wrong: Sphinx names the file, our own kinds also the line.
_PLACE = re.compile(r"[^:]+\.(?:md|txt|png|py)(?::\d*)?: (?:WARNING|ERROR|CRITICAL|SEVERE): ")
_OURS = re.compile(r"[^:]+:\d+: WARNING: .* \[permalinks\.\w+\]")


@pytest.mark.parametrize("number", range(TIMES))
def test_builds(tmp_path: Path, number: int) -> None:
    texts = corpus(strategies.PAGES_OF_A_BUILD)[number::TIMES]
    files: dict[str, str | bytes] = {f"p{n}.md": text for n, text in enumerate(texts)}
    assert len(files) == strategies.PAGES_OF_A_BUILD
    source = project(tmp_path, {**files, "page.md": "# Page\n"})
    for jobs in "12":
        made = build(source, tmp_path / "out", "-j", jobs)
        made.must_be_harmless()
        for line in made.warnings:
            assert (_OURS if "[permalinks." in line else _PLACE).match(line), line


# The largest things that must do no harm.
LARGE = {
    "bomb": BOMB,
    "long": "permalink: /" + "a" * 100_000,
    "many": "redirect_from:\n" + "".join(f"- /r{n}\n" for n in range(2_000)),
    "deep": "permalink: " + "[" * 100_000,
    "aliases": "".join(f"a{n}: &n{n} x\nb{n}: *n{n}\n" for n in range(1_000)),
    "twice": "permalink: /a\n" * 2_000,
    "text": "title: >\n" + " word" * 20_000,
}


def test_large_front_matter_does_no_harm(tmp_path: Path) -> None:
    files = {f"{n}.md": f"---\n{text}\n---\n\n## {n}\n" for n, text in LARGE.items()}
    for door in (check, build):
        source = project(tmp_path / door.__name__, files)
        made = check(source) if door is check else build(source, source.parent / "out")
        made.must_be_harmless()
        reported = made.output.replace(f"{source}/", "")
        assert "bomb.md:5: WARNING: invalid front matter: its aliases stand for" in reported
        assert 'long.md:2: WARNING: invalid permalink "/aaa' in reported
        assert "deep.md:2: WARNING: invalid front matter: it is nested more than" in reported
        assert not re.search(r"many\.md.*\[permalinks\.", reported)
