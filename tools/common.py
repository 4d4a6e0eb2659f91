"""What several tools need: the repository's files, and git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What is never part of the repository; .gitignore lists the same for git.
NOT_OURS = {"_build", "dist", "node_modules", "__pycache__"}
KEPT_DOTS = {".github", ".ci", ".devcontainer"}


class GitError(Exception):
    """Git is missing, or this is not a clone; the message is one line."""


def git(*arguments: str, root: Path = ROOT) -> str:
    """Run git in the repository and return what it prints.

    Raises:
        GitError: There is no git here, or the command failed.
    """
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    except subprocess.CalledProcessError as error:
        raise GitError(error.stderr.strip().splitlines()[0]) from error
    return done.stdout


def repository_files(root: Path = ROOT) -> list[str]:
    """The repository's files: those that git lists, or, without git, all but what tools write."""
    try:
        listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", root=root)
        # Outside a clone but inside another repository, git lists nothing of ours.
        names = [name for name in listed.split("\0") if name and (root / name).is_file()]
    except GitError:
        names = []
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
