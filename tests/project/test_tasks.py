"""`make` and nox: what a newcomer's machine lacks is named, and the lock files are complete."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path
from unittest.mock import Mock

import pytest

import noxfile
from tests.conftest import ROOT
from tools.common import repository_files

LOCKS = ["requirements", "requirements/dev", "requirements/nox", "requirements/release"]


def make(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("blocked", ["file", "file/html", "loop", "loop/html", "nowhere"])
def test_an_output_folder_that_cannot_be_made_is_named(tmp_path: Path, blocked: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "nowhere").symlink_to("missing/folder")
    session = Mock()
    session.error.side_effect = SystemExit
    with pytest.raises(SystemExit):
        noxfile.sphinx(session, "dirhtml", out=str(tmp_path / blocked))
    (message,) = session.error.call_args.args
    assert message.startswith(f"{tmp_path / blocked} cannot be written (")
    session.run.assert_not_called()


def script(file: Path, body: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (None, "The handbook needs Python 3.11 or later"),
        ("exit 1", "The handbook needs Python 3.11 or later"),
        (
            'case "$2" in *ensurepip*) exit 1;; esac',
            "cannot make virtual environments: install its venv package",
        ),
    ],
    ids=["no Python", "too old", "without venv"],
)
def test_missing_python_is_named(tmp_path: Path, body: str | None, message: str) -> None:
    python = script(tmp_path / "python", body) if body else tmp_path / "no-such-python"
    venv = tmp_path / "my venv"
    done = make("html", f"VENV={venv}", f"PYTHON={python}")
    assert done.returncode != 0
    assert message in done.stderr
    assert not venv.exists()


def test_words_reach_the_task_unchanged(tmp_path: Path) -> None:
    """Neither a space in VENV nor what the shell would expand in a title gets lost."""
    log = tmp_path / "log"
    venv = tmp_path / "my venv"
    script(venv / "bin" / "nox", f'printf "%s\\n" "$@" "$TITLE" >"{log}"')
    title = "A $HOME `note`, 'so' \"called\""
    for arguments, env in (
        ([f"VENV={venv}", f"TITLE={title}"], {}),
        ([], {"VENV": str(venv), "TITLE": title}),
    ):
        done = make("new-page", *arguments, **env)
        assert (done.returncode, done.stderr) == (0, "")
        assert log.read_text().splitlines() == ["--session", "new-page", "--", title]
        log.unlink()


def test_makefile_and_noxfile_have_the_same_tasks() -> None:
    listed = re.search(r"^tasks := ((?:.*\\\n)*.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert listed
    functions = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
    sessions = {
        function.name.replace("_", "-")
        for function in functions
        if isinstance(function, ast.FunctionDef) and function.decorator_list
    }
    assert set(listed[1].replace("\\\n", " ").split()) == sessions


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_hold_hashes_and_no_address(name: str) -> None:
    lines = (ROOT / f"{name}.txt").read_text().splitlines()
    assert not [line for line in lines if "://" in line or "--index" in line]
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)
    # Dependabot reads these two from the lock file's header.
    assert "--universal --python-version=3.11" in lines[1]


def test_every_file_can_be_checked_out_on_every_system() -> None:
    """Windows forbids some names; it and macOS take two that differ in case for one."""
    names = repository_files()
    assert [name for name in names if re.search(r'[<>:"|?*\\]|[. ](?:/|$)', name)] == []
    assert len({name.casefold() for name in names}) == len(names)


def normalized(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("package", sorted(ROOT.glob("packages/*")), ids=lambda path: path.name)
def test_needs_of_the_packages_are_locked(package: Path) -> None:
    """The packages are used in place, so pip does not see what they depend on."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = {normalized(name) for name in project["dependencies"]}
    listed = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    assert needs <= {normalized(line) for line in listed if not line.startswith("#")}


def test_no_tool_makes_jsonschema_slow() -> None:
    """Its optional parts double the time of every build; the release's tools have them apart."""
    locked = "".join((ROOT / f"{name}.txt").read_text() for name in ("requirements", LOCKS[1]))
    assert "rfc3987-syntax" not in locked
