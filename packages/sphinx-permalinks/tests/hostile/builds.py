"""Small projects, and builds of them that are watched: time, memory, and where they write.

Each build is a process that is forked from one which has Sphinx loaded: to start Python and load
Sphinx takes most of the time of a small build.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sphinx.application import builtin_extensions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

SECONDS = 60
"""What a build may take of the processor's time. An honest one of these projects: one or two."""

MEGABYTES = 200
"""What a build of a hostile project may take at most, in millions of bytes. An honest one: 75."""

# Nine lines that stand for ten values, a hundred, a thousand, and so on.
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in pairwise("abcdefghi")
)

CONF = """\
project = "Hostile"
language = "en"
extensions = ["myst_parser", "sphinx_permalinks"]
html_theme = "basic"
myst_title_to_header = True
suppress_warnings = ["permalinks.unrecorded_permalink"]
"""

INDEX = "# Home\n\n```{toctree}\n:glob:\n:hidden:\n\n**\n```\n"

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        *builtin_extensions,
        *("alabaster", "docutils.languages.en", "jinja2.ext", "sphinx.cmd.build"),
        *("myst_parser.parsers.sphinx_", "myst_parser.sphinx_ext.main", "xml.dom.minidom"),
        *("myst_parser.sphinx_ext.directives", "myst_parser.sphinx_ext.mathjax"),
        *("myst_parser.sphinx_ext.myst_refs", "sphinx.builders.latex.transforms"),
        *("sphinx.ext.intersphinx", "sphinx.ext.mathjax", "sphinx_permalinks.events"),
        *("tests.cheap", __name__),
    ]
)
gc.freeze()  # a forked process copies what its search for garbage marks


@dataclass(frozen=True)
class Run:
    """What a process left behind.

    Attributes:
        code: What it ended with; 0 is success.
        output: What it printed.
        peak: Its greatest memory, in millions of bytes; 0 if it was killed.
    """

    code: int
    output: str
    peak: float


def run(
    module: str,
    arguments: list[str],
    folder: Path = Path(),
    env: Mapping[str, str] = os.environ,
    limits: Mapping[str, int] = MappingProxyType({}),
) -> Run:
    """Run `python -m sphinx` or `python -m sphinx_permalinks`.

    Args:
        module: The module.
        arguments: What follows it.
        folder: Where to run it.
        env: The environment variables.
        limits: The process's resources, as the module `resource` names them.
    """
    reader, writer = _processes.Pipe(duplex=False)
    place = (folder, dict(env), {"RLIMIT_CPU": SECONDS, **limits}, writer)
    process = _processes.Process(target=_run, args=(module, arguments, *place))
    process.start()
    writer.close()
    printed = b"".join(iter(lambda: os.read(reader.fileno(), 1 << 16), b""))
    process.join()
    reader.close()
    text, _, peak = printed.decode("utf-8", "backslashreplace").rpartition("\nPEAK ")
    kilobytes = int(peak) if peak.strip().isdigit() else 0
    code = process.exitcode
    assert code is not None
    return Run(code, text if kilobytes else peak, kilobytes * 1024 / 1e6)


def _run(  # noqa: PLR0913, PLR0917 - in the new process
    module: str,
    arguments: list[str],
    folder: Path,
    env: dict[str, str],
    limits: dict[str, int],
    writer: Connection,
) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    # A quarter of the time of a small build goes into messages that no one reads.
    logging.disable(logging.INFO if "-q" in arguments else logging.DEBUG)
    gc.set_threshold(50_000)  # another tenth
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, name), (value, value))
    for stream in (1, 2):
        os.dup2(writer.fileno(), stream)
    writer.close()
    sys.stdout = sys.stderr = os.fdopen(1, "w", encoding="utf-8", errors="backslashreplace")
    if module == "sphinx":
        from sphinx.cmd.build import main  # noqa: PLC0415 - after the environment is set
    else:
        from sphinx_permalinks.__main__ import main  # noqa: PLC0415
    try:
        code: Any = main(arguments)
    except SystemExit as stop:
        code = stop.code
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    # What getrusage says of itself counts the process that it was forked from.
    status = Path("/proc/self/status")
    own = status.read_text().partition("VmHWM:")[2].split()[0] if status.exists() else 0
    other = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stderr.write(f"\nPEAK {max(int(own), other)}\n")
    sys.stderr.flush()
    sys.exit(code if isinstance(code, int) else bool(code))


def contents(folder: Path) -> dict[str, bytes]:
    """Read an output folder, but for the notes that Sphinx keeps of itself."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".doctrees" not in path.parts and not path.name.endswith(".tmp")
    }


@dataclass(frozen=True)
class Built(Run):
    """What a build or a check left behind.

    Attributes:
        source: The folder of the sources.
        changed: What it wrote, removed or changed outside the output folder.
    """

    source: Path
    changed: set[str] = field(default_factory=set)

    @property
    def warnings(self) -> list[str]:
        """The warnings, their paths relative to the source folder."""
        lines = self.output.replace(f"{self.source}/", "").splitlines()
        return [line for line in lines if ": WARNING: " in line]

    def must_be_harmless(self) -> None:
        """Assert that it ended by itself, with a message, in bounds, and wrote nowhere else."""
        assert self.code in {0, 1}, self.output
        assert "Traceback" not in self.output, self.output
        assert "sphinx-err" not in self.output, self.output
        assert 0 < self.peak < MEGABYTES, self.output
        assert not self.changed


def project(folder: Path, files: Mapping[str, str | bytes], conf: str = CONF) -> Path:
    """Write a project's sources, and return their folder."""
    source = folder / "source"
    for name, text in {"index.md": INDEX, "conf.py": conf, **files}.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return source


def snapshot(folder: Path, without: Path) -> dict[str, tuple[int, int]]:
    """Note the files and links below a folder: their sizes and times of change."""
    found = {}
    for path in folder.rglob("*"):
        if path != without and without not in path.parents:
            status = path.lstat()
            is_folder = path.is_dir() and not path.is_symlink()
            found[str(path)] = (0, 0) if is_folder else (status.st_size, status.st_mtime_ns)
    return found


def build(source: Path, out: Path, *options: str, builder: str = "dirhtml", **limits: int) -> Built:
    """Build with Sphinx, however it ends."""
    out.parent.mkdir(parents=True, exist_ok=True)
    return _watched(
        "sphinx", ["-q", "-b", builder, *options, str(source), str(out)], source, out, limits
    )


def check(source: Path) -> Built:
    """Check without a build, however it ends."""
    return _watched("sphinx_permalinks", ["check", str(source)], source, source / "none", {})


def _watched(
    module: str, arguments: list[str], source: Path, out: Path, limits: dict[str, int]
) -> Built:
    there = snapshot(source.parent, out)
    made = run(module, arguments, limits=limits)
    now = snapshot(source.parent, out)
    changed = {path for path in there.keys() | now.keys() if there.get(path) != now.get(path)}
    return Built(made.code, made.output, made.peak, source, changed)
