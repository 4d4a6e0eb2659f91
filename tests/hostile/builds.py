"""Small projects and builds of them that are watched: time, memory, and where they write."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

from tests.conftest import PYTHONPATH

SECONDS = 60
"""How much of the processor's time a build may take. An honest one takes two to four."""

PATIENCE = 10 * SECONDS
"""How long a test waits: other tests share the machine."""

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

# With the handbook's own glue, the PDF, and every fence that the handbook puts up.
HANDBOOK = """\
project = "Hostile"
author = "Example Consortium"
language = "en"
extensions = [
    "myst_parser", "sphinx_design", "sphinx_permalinks", "handbook.policy", "handbook.endings",
    "sphinx_accessible_pdf",
]
html_theme = "basic"
myst_enable_extensions = ["colon_fence", "deflist", "attrs_block", "attrs_inline"]
myst_title_to_header = True
accessiblepdf_documents = [{"name": "book"}]
"""

INDEX = "# Home\n\n```{toctree}\n:glob:\n:hidden:\n\n**\n```\n"

# The last line that a watched child prints: its greatest memory, in kilobytes.
_WATCHED = """\
import atexit, resource, runpy, sys
def told():
    try:  # what getrusage says of itself counts the process that it was forked from
        status = open("/proc/self/status").read()
        own = int(status.partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    other = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stderr.write(f"\\nPEAK {max(own, other)}\\n")
atexit.register(told)
module = sys.argv.pop(1)
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def contents(folder: Path) -> dict[str, bytes]:
    """Read an output folder, but for the notes that Sphinx keeps of itself."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".doctrees" not in path.parts and not path.name.endswith(".tmp")
    }


@dataclass(frozen=True)
class Built:
    """What a watched run left behind.

    Attributes:
        source: The folder of the sources.
        out: The output folder.
        code: What it ended with; 0 is success.
        output: What it printed.
        peak: Its greatest memory, in millions of bytes; 0 if it was killed.
        changed: What it wrote, removed or changed outside the output folder.
    """

    source: Path
    out: Path
    code: int
    output: str
    peak: float
    changed: set[str]

    @property
    def warnings(self) -> list[str]:
        """The warnings, their paths relative to the source folder."""
        lines = self.output.replace(f"{self.source}/", "").splitlines()
        return [line for line in lines if ": WARNING: " in line]

    def must_be_harmless(self) -> None:
        """See that it ended by itself, with a sentence, in bounds, and wrote nowhere else."""
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


def run(
    module: str,
    arguments: list[str],
    source: Path,
    out: Path,
    before: Callable[[], object] | None = None,
    **environment: str,
) -> Built:
    """Run a Python module in a child that is watched."""
    out.parent.mkdir(parents=True, exist_ok=True)
    there = snapshot(source.parent, out)
    env = {
        **os.environ,
        "PYTHONPATH": PYTHONPATH,
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
        **environment,
    }

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        if before is not None:
            before()

    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, module, *arguments],
        env=env,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=limits,
    )
    output = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
    text, _, peak = output.rpartition("\nPEAK ")
    now = snapshot(source.parent, out)
    changed = {path for path in there.keys() | now.keys() if there.get(path) != now.get(path)}
    kilobytes = int(peak) if peak.strip().isdigit() else 0
    return Built(source, out, done.returncode, text or output, kilobytes * 1024 / 1e6, changed)


def build(
    source: Path,
    out: Path,
    *options: str,
    builder: str = "dirhtml",
    before: Callable[[], object] | None = None,
    **environment: str,
) -> Built:
    """Build with Sphinx in a watched child, however it ends."""
    arguments = ["-b", builder, *options, str(source), str(out)]
    return run("sphinx", arguments, source, out, before, **environment)


def check(source: Path, *options: str, **environment: str) -> Built:
    """Check without a build in a watched child, however it ends."""
    arguments = ["check", *options, str(source)]
    return run("sphinx_permalinks", arguments, source, source / "none", None, **environment)


def limited(**limits: Any) -> Callable[[], None]:
    """Make a function that limits the child's resources, as `resource` names them."""

    def limit() -> None:
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, name), (value, value))

    return limit
