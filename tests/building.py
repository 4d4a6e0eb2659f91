"""Builds for tests: each in a process of its own, forked from one that has everything loaded.

Starting Python, loading Sphinx, and compiling templates take most of the time of a small build.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import runpy
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.process import BaseProcess

if sys.platform == "win32":  # cannot fork; there each build loads Sphinx again
    _processes = multiprocessing.get_context("spawn")
else:
    _processes = multiprocessing.get_context("forkserver")
    _processes.set_forkserver_preload(["tests.preloaded", __name__])


_TEMPLATES = Path(__file__).parents[1] / "packages" / "sphinx-permalinks" / "tests" / "templates.py"
keep_templates: Callable[[], None] = runpy.run_path(str(_TEMPLATES))["keep_templates"]


@dataclass(frozen=True)
class Done:
    """What a process ended with, what it printed, and its greatest memory in millions of bytes.

    The memory is 0 if the process was killed.
    """

    code: int
    output: str
    peak: float


def start(
    module: str,
    arguments: list[str],
    env: Mapping[str, str],
    log: Path,
    limits: Mapping[str, int] | None = None,
) -> BaseProcess:
    """Start a Python module as a command; limits are named as in the module `resource`."""
    task = (module, arguments, dict(env), log, dict(limits or {}))
    process = _processes.Process(target=_run, args=task)
    process.start()
    return process


def run(
    module: str,
    arguments: list[str],
    env: Mapping[str, str],
    limits: Mapping[str, int] | None = None,
    seconds: float = 600,
) -> Done:
    """Run a Python module as a command, and wait for it.

    Raises:
        TimeoutError: It had not ended after so many seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        process = start(module, arguments, env, log, limits)
        process.join(seconds)
        printed = log.read_text(encoding="utf-8", errors="backslashreplace")
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(printed)
        peak = log.with_suffix(".peak")
        kilobytes = int(peak.read_text()) if peak.exists() else 0
        return Done(process.exitcode, printed, kilobytes * 1024 / 1e6)


def _run(
    module: str, arguments: list[str], env: dict[str, str], log: Path, limits: dict[str, int]
) -> None:
    logging.disable(logging.DEBUG)  # a build logs many messages, and nobody reads them
    os.environ.clear()
    os.environ.update(env)
    with log.open("w", encoding="utf-8", errors="backslashreplace", buffering=1) as file:
        # The programs that a build starts, and libraries that are not Python, print there, too.
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        sys.stdout = sys.stderr = file
        sys.argv = [module, *arguments]
        if limits:
            import resource  # noqa: PLC0415 - Windows has none

            for name, value in limits.items():
                resource.setrlimit(getattr(resource, name), (value, value))
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as stop:
            if stop.code is not None and not isinstance(stop.code, int):
                file.write(f"{stop.code}\n")
                stop.code = 1
            raise
        finally:
            log.with_suffix(".peak").write_text(str(_greatest_memory()))


def _greatest_memory() -> int:
    """Return the kilobytes of memory that this process or one of its children took at most."""
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415 - Windows has none

    try:  # what getrusage says of itself counts the process that it was forked from
        status = Path("/proc/self/status").read_text(encoding="ascii")
        own = int(status.partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
