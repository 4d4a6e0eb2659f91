"""Small projects and builds of them that are watched: time, memory, and where they write."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.building import run

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 60
"""How much of the processor's time a build may take. An honest one takes two to four."""

PATIENCE = 10 * SECONDS
"""How long a test waits: other tests share the machine."""

MEGABYTES = 200
"""What a build of a hostile project may take at most, in millions of bytes. An honest one: 75."""

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
import handbook
handbook.PARTS = ("policy", "endings")
extensions = [
    "myst_parser", "sphinx_design", "sphinx_permalinks", "handbook", "sphinx_accessible_pdf",
]
html_theme = "basic"
myst_enable_extensions = ["colon_fence", "deflist", "attrs_block", "attrs_inline"]
myst_title_to_header = True
accessiblepdf_documents = [{"name": "book"}]
"""

INDEX = "# Home\n\n```{toctree}\n:glob:\n:hidden:\n\n**\n```\n"


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


def watched(
    module: str,
    arguments: list[str],
    source: Path,
    out: Path,
    limits: Mapping[str, int] | None = None,
    **environment: str,
) -> Built:
    """Run a Python module in a child that is watched."""
    out.parent.mkdir(parents=True, exist_ok=True)
    before = snapshot(source.parent, out)
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment}
    bounds = {"RLIMIT_CPU": SECONDS, **(limits or {})}
    done = run(module, arguments, env, bounds, PATIENCE)
    after = snapshot(source.parent, out)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return Built(source, out, done.code, done.output, done.peak, changed)


def build(
    source: Path,
    out: Path,
    *options: str,
    builder: str = "dirhtml",
    limits: Mapping[str, int] | None = None,
    **environment: str,
) -> Built:
    """Build with Sphinx in a watched child, however it ends."""
    arguments = ["-b", builder, *options, str(source), str(out)]
    return watched("sphinx", arguments, source, out, limits, **environment)


def check(source: Path, *options: str, **environment: str) -> Built:
    """Check without a build in a watched child, however it ends."""
    arguments = ["check", *options, str(source)]
    return watched("sphinx_permalinks", arguments, source, source / "none", None, **environment)
