"""The one way in which the handbook's code and tools run git."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class GitError(Exception):
    """Git is missing, this is not a clone, or the command failed; the message is one line."""


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it prints, or raise GitError."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, arguments of our own
            ["git", *arguments],  # noqa: S607
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise GitError("git is not installed") from error
    if done.returncode:
        complaint = done.stderr.strip().splitlines()
        raise GitError(complaint[0] if complaint else f"git {arguments[0]} failed")
    return done.stdout


def answer(folder: Path, *arguments: str) -> str:
    """Return what git prints, or "" where it is missing, fails, or there is no repository."""
    try:
        return git(folder, *arguments)
    except GitError:
        return ""
