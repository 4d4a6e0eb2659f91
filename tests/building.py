"""Sphinx builds for tests: each in a process of its own, forked from one that has Sphinx loaded.

To start Python and load Sphinx takes most of the time of a small build.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

LOADED = ["sphinx.cmd.build", "sphinx.builders.dirhtml", "myst_parser.sphinx_ext.main", "handbook"]

if sys.platform == "win32":  # cannot fork; there each build loads Sphinx again
    _processes = multiprocessing.get_context("spawn")
else:
    _processes = multiprocessing.get_context("forkserver")
    _processes.set_forkserver_preload([*LOADED, __name__])


def run_sphinx(arguments: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Build with Sphinx; return the exit code and what was printed."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        process = _processes.Process(target=_run, args=(arguments, env, log))
        process.start()
        process.join()
        return process.exitcode or 0, log.read_text(encoding="utf-8")


def _run(arguments: list[str], env: dict[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(env)
    from sphinx.cmd.build import build_main  # noqa: PLC0415 - after the environment is set

    with (
        log.open("w", encoding="utf-8") as file,
        contextlib.redirect_stdout(file),
        contextlib.redirect_stderr(file),
    ):
        try:
            code = build_main(arguments)
        except SystemExit as stop:
            file.write("" if isinstance(stop.code, int) else f"{stop.code}\n")
            code = stop.code if isinstance(stop.code, int) else 1
    sys.exit(code)
