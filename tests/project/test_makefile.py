"""The Makefile says what to install where a tool is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def interpreter(folder: Path, body: str) -> str:
    script = folder / "python"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)
    return str(script)


def test_no_python(tmp_path: Path) -> None:
    done = make("html", f"VENV={tmp_path / 'venv'}", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "No no-such-python found. Install Python 3.11 or later" in done.stderr
    assert "make PYTHON=python3.13" in done.stderr


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            'case "$1" in -V) echo Python 3.9.2;; *) exit 1;; esac',
            "Python 3.9.2; the handbook needs Python 3.11 or later",
        ),
        (
            'case "$2" in *ensurepip*) exit 1;; esac',
            "cannot make virtual environments: install its venv package",
        ),
    ],
    ids=["too old", "without venv"],
)
def test_python_that_will_not_do(tmp_path: Path, body: str, message: str) -> None:
    venv = tmp_path / "venv"
    done = make("html", f"VENV={venv}", f"PYTHON={interpreter(tmp_path, body)}")
    assert done.returncode != 0
    assert message in done.stderr
    assert not venv.exists()


def test_lock_files_hold_hashes_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text().splitlines()
        assert not [line for line in lines if "://" in line or "index" in line]
        pins = [line for line in lines if line and not line.startswith(" ")]
        assert pins
        assert all("==" in line and line.endswith("\\") for line in pins)
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins)
