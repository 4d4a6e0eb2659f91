"""What several tools need: the repository's files, and how findings are printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from handbook.git import answer

ROOT = Path(__file__).resolve().parents[1]
# What is never part of the repository; .gitignore lists the same for git.
NOT_OURS = {"_build", "dist", "node_modules", "__pycache__"}
KEPT_DOTS = {".github", ".ci", ".devcontainer"}


def repository_files(root: Path = ROOT) -> list[str]:
    """The repository's files: those that git lists, or, without git, all but what tools write."""
    listed = answer(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    # Outside a clone but inside another repository, git lists nothing of ours.
    names = [name for name in listed.split("\0") if name and (root / name).is_file()]
    return sorted(names or _walk(root))


def _walk(root: Path) -> list[str]:
    names = []
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS
            and (name in KEPT_DOTS or not name.startswith("."))
            and not (here / name / "pyvenv.cfg").exists()
        ]
        names += [(here / name).relative_to(root).as_posix() for name in files]
    return names


def print_findings(lines: Iterable[str]) -> int:
    """Print findings, each on its line. Returns 1 if there is one, else 0."""
    found = list(lines)
    sys.stdout.writelines(f"{line}\n" for line in found)
    return int(bool(found))
