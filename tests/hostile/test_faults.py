"""The machine fails: each time a sentence says so, and nothing that was there before is lost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from sphinx_permalinks import ledger
from tests.building import start
from tests.hostile.builds import HANDBOOK, build, contents, project

KEEPS = 'permalinks_ledger = "permalinks.txt"\n'
STILL: dict[str, Any] = {"SOURCE_DATE_EPOCH": "1700000000"}
TINY = {"RLIMIT_FSIZE": 3000}
"""No file may grow beyond 3,000 bytes, for root neither: as on a disk that is full."""


def pages(number: int, words: int = 20) -> dict[str, str | bytes]:
    return {
        f"a/p{n}.md": f"---\ntitle: Page {n}\npermalink: /p{n}\nredirect_from: /old/{n}.html\n---\n"
        f"\n{'word ' * words}[next](/p{(n + 1) % number})\n"
        for n in range(number)
    }


@pytest.mark.parametrize("builder", ["dirhtml", "accessiblepdf"])
def test_a_file_in_the_place_of_the_output_folder_stays(tmp_path: Path, builder: str) -> None:
    source = project(tmp_path, pages(2), HANDBOOK + KEEPS)
    (tmp_path / "out").write_text("precious")
    made = build(source, tmp_path / "out", builder=builder)
    assert made.code != 0
    assert "is not a directory" in made.output
    assert (tmp_path / "out").read_text() == "precious"
    assert not made.changed


@pytest.mark.parametrize(
    ("builder", "blocked"),
    [("dirhtml", "a/p1/index.html"), ("dirhtml", "searchindex.js"), ("accessiblepdf", "book.pdf")],
)
def test_what_cannot_be_written_ends_with_a_sentence(
    tmp_path: Path, builder: str, blocked: str
) -> None:
    source = project(tmp_path, pages(2), HANDBOOK)
    (tmp_path / "out" / blocked / "precious").mkdir(parents=True)
    made = build(source, tmp_path / "out", builder=builder)
    made.must_be_harmless()
    reported = [line for line in made.output.splitlines() if "Is a directory" in line]
    assert any(blocked in line for line in reported), made.output
    # Sphinx takes a page that cannot be written for something to warn of.
    assert made.code == 1 or "WARNING: error writing file" in reported[0]
    assert (tmp_path / "out" / blocked / "precious").is_dir()


def test_a_folder_instead_of_a_file_is_reported_by_the_permalinks(tmp_path: Path) -> None:
    source = project(tmp_path, pages(2), HANDBOOK)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "p0").write_text("precious")
    made = build(source, tmp_path / "out")
    made.must_be_harmless()
    assert 'a/p0.md:3: WARNING: reserved permalink "/p0": a part of it is a file' in made.output
    assert (tmp_path / "out" / "p0").read_text() == "precious"


@pytest.mark.parametrize(("builder", "jobs"), [("dirhtml", "2"), ("accessiblepdf", "1")])
def test_full_disk_ends_with_a_sentence_and_can_be_repeated(
    tmp_path: Path, builder: str, jobs: str
) -> None:
    source = project(tmp_path, pages(6), HANDBOOK)
    out = tmp_path / "out"
    build(source, out, builder=builder, **STILL)
    before = contents(out)
    project(tmp_path, pages(6, words=2000), HANDBOOK)
    made = build(source, out, "-j", jobs, builder=builder, limits=TINY, **STILL)
    assert made.code == 1
    made.must_be_harmless()
    assert "File too large" in made.output
    assert before.keys() <= contents(out).keys()
    if builder == "accessiblepdf":
        assert contents(out)["book.pdf"] == before["book.pdf"]
    build(source, out, builder=builder, **STILL)
    build(source, tmp_path / "fresh", builder=builder, **STILL)
    assert contents(out) == contents(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("builder", "moment"), [("dirhtml", 0.7), ("accessiblepdf", 0.9), ("permalinks", 0.8)]
)
def test_killed_build_can_be_repeated(tmp_path: Path, builder: str, moment: float) -> None:
    """Killed at a part of the time that it takes."""
    source = project(tmp_path, pages(12), HANDBOOK + KEEPS)
    kept = source / "permalinks.txt"
    kept.write_text("# mine\n/\n")
    started = time.monotonic()
    assert build(source, tmp_path / "fresh", builder=builder, **STILL).code == 0
    seconds = time.monotonic() - started
    whole = contents(tmp_path / "fresh")
    recorded = kept.read_bytes()
    if builder == "permalinks":
        addresses = {line for line in recorded.decode().splitlines() if line.startswith("/")}
        assert recorded == ledger.extended("# mine\n/\n", addresses - {"/"}).encode()
    kept.write_text("# mine\n/\n")
    sources = contents(source)

    out = tmp_path / "out"
    arguments = ["-q", "-b", builder, str(source), str(out)]
    child = start("sphinx", arguments, {**os.environ, **STILL}, tmp_path / "log")
    time.sleep(seconds * moment)
    child.kill()
    child.join()
    left = contents(source)
    assert left.pop("permalinks.txt") in {sources.pop("permalinks.txt"), recorded}
    assert left == sources

    made = build(source, out, builder=builder, **STILL)
    assert made.code == 0, made.output
    assert "Traceback" not in made.output
    assert contents(out) == whole
    assert kept.read_bytes() == recorded


def test_notes_that_a_killed_build_left_half_written_are_written_anew(tmp_path: Path) -> None:
    source = project(tmp_path, pages(3), HANDBOOK)
    build(source, tmp_path / "out", **STILL)
    whole = contents(tmp_path / "out")
    notes = tmp_path / "out" / ".doctrees"
    for cut in (0, 100):
        for file in [notes / "environment.pickle", *notes.glob("permalinks-*.json")]:
            file.write_bytes(file.read_bytes()[:cut])
        made = build(source, tmp_path / "out", **STILL)
        made.must_be_harmless()
        assert made.code == 0
        assert contents(tmp_path / "out") == whole


# A machine whose clock is wrong, as far as Python programs can see it.
CLOCK = """
import os, time
shift, real, real_ns = float(os.environ["SHIFT"]), time.time, time.time_ns
time.time = lambda: real() + shift
time.time_ns = lambda: real_ns() + int(shift * 1e9)
"""


@pytest.mark.parametrize("builder", ["dirhtml", "accessiblepdf"])
def test_a_wrong_clock_changes_nothing(tmp_path: Path, builder: str) -> None:
    source = project(tmp_path, pages(3), CLOCK + HANDBOOK)
    build(source, tmp_path / "right", builder=builder, SHIFT="0")
    for year in (1980, 1980, 2100, 2100):  # everything twice
        shift = str((year - 2026) * 365.25 * 86400)
        made = build(source, tmp_path / "wrong", builder=builder, SHIFT=shift)
        assert made.code == 0, made.output
        assert contents(tmp_path / "wrong") == contents(tmp_path / "right"), year


@pytest.mark.parametrize("epoch", ["0", "1" + "0" * 12, "-1"])
def test_any_source_date_epoch_is_accepted(tmp_path: Path, epoch: str) -> None:
    source = project(tmp_path, pages(2), HANDBOOK)
    made = build(source, tmp_path / "out", builder="accessiblepdf", SOURCE_DATE_EPOCH=epoch)
    made.must_be_harmless()
    assert made.code == 0, made.output
