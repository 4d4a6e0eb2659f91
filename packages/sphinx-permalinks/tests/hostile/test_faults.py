"""The machine fails: each time a message says so, and nothing that was there before is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from sphinx_permalinks import ledger
from tests.conftest import ROOT
from tests.hostile.builds import CONF, build, contents, project

KEEPS = 'permalinks_ledger = "permalinks.txt"\n'


def pages(number: int) -> dict[str, str | bytes]:
    return {
        f"a/p{n}.md": f"---\ntitle: Page {n}\npermalink: /p{n}\nredirect_from: /old/{n}.html\n---\n"
        f"\n{'word ' * 20}[next](/p{(n + 1) % number})\n"
        for n in range(number)
    }


@pytest.mark.parametrize("builder", ["dirhtml", "permalinks"])
def test_a_file_in_the_place_of_the_output_folder_stays(tmp_path: Path, builder: str) -> None:
    source = project(tmp_path, pages(2), CONF + KEEPS)
    (tmp_path / "out").write_text("precious")
    made = build(source, tmp_path / "out", builder=builder)
    assert made.code != 0
    assert "is not a directory" in made.output
    assert (tmp_path / "out").read_text() == "precious"
    assert not made.changed


def test_a_folder_instead_of_a_file_is_reported_by_the_permalinks(tmp_path: Path) -> None:
    source = project(tmp_path, pages(2), CONF)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "p0").write_text("precious")
    made = build(source, tmp_path / "out")
    made.must_be_harmless()
    assert 'a/p0.md:3: WARNING: reserved permalink "/p0": a part of it is a file' in made.output
    assert (tmp_path / "out" / "p0").read_text() == "precious"


def test_a_ledger_on_a_full_disk_is_left_as_it_is(tmp_path: Path) -> None:
    earlier = ", ".join(f"/old/{n}" for n in range(900))
    page = f"---\ntitle: A\nredirect_from: [{earlier}]\n---\n"
    source = project(tmp_path, {"a.md": page}, CONF + KEEPS)
    (source / "permalinks.txt").write_text("# mine\n/\n")
    out = tmp_path / "out"
    # Sphinx keeps its own notes; only the ledger is to grow too large.
    build(source, out, builder="dummy")
    made = build(source, out, builder="permalinks", RLIMIT_FSIZE=5000)
    assert made.code == 1
    made.must_be_harmless()
    assert f"{source / 'permalinks.txt'} is left as it is: " in made.output
    assert (source / "permalinks.txt").read_text() == "# mine\n/\n"
    made = build(source, out, builder="permalinks")
    assert made.code == 0
    assert "/old/899" in (source / "permalinks.txt").read_text()


def test_a_ledger_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "permalinks.txt"
    path.write_text("/a\n")
    script = (
        "import resource; from pathlib import Path; from sphinx_permalinks import ledger\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: ledger.update(Path('permalinks.txt'), [f'/p{n}' for n in range(100)])\n"
        "except OSError as error: print(error.strerror)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "File too large\n"
    assert path.read_text() == "/a\n"
    assert [file.name for file in tmp_path.iterdir()] == ["permalinks.txt"]


WRITERS = 8


def record(path: Path, number: int) -> None:
    for count in range(10):
        ledger.update(path, [f"/writer-{number}/{count}"])


def test_no_address_is_lost_where_several_write_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "permalinks.txt"
    path.write_text("/a\n")
    with ProcessPoolExecutor(WRITERS) as pool:
        list(pool.map(partial(record, path), range(WRITERS)))
    lines = path.read_text().splitlines()
    assert lines == sorted({"/a"} | {f"/writer-{n}/{c}" for n in range(WRITERS) for c in range(10)})
    assert [file.name for file in tmp_path.iterdir()] == ["permalinks.txt"]


def test_notes_that_a_killed_build_left_half_written_are_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    source = project(tmp_path, pages(3), CONF)
    build(source, tmp_path / "out")
    whole = contents(tmp_path / "out")
    notes = tmp_path / "out" / ".doctrees"
    for cut in (0, 1, 100):
        for file in [notes / "environment.pickle", *notes.glob("permalinks-*.json")]:
            file.write_bytes(file.read_bytes()[:cut])
        made = build(source, tmp_path / "out")
        made.must_be_harmless()
        assert made.code == 0
        assert contents(tmp_path / "out") == whole
