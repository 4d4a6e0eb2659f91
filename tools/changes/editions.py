"""Gets editions out of git, and builds each with its own code."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from handbook.git import GitError, git
from tools.changes.pages import Edition, read_site, read_sources
from tools.common import ROOT

WORK = "_build/changes"


class NoEditionError(Exception):
    """There is no such edition; the message is one line that says what to do."""


def commit_of(name: str, root: Path = ROOT) -> str:
    """Find the commit of a tag, branch, or commit.

    Args:
        name: What was asked for.
        root: The repository.

    Returns:
        Its full name.

    Raises:
        NoEditionError: There is no such thing here, or no git.
    """
    try:
        git(root, "rev-parse", "--git-dir")
    except GitError as error:
        message = f"editions are compared from git, which does not answer here: {error}"
        raise NoEditionError(message) from error
    with contextlib.suppress(GitError):
        wanted = f"{name}^{{commit}}"
        return git(root, "rev-parse", "--verify", "--end-of-options", wanted).split()[-1]
    if git(root, "rev-parse", "--is-shallow-repository").strip() == "true":
        raise NoEditionError(
            f"'{name}' is not in this shallow clone; run git fetch --unshallow --tags"
        )
    tags = git(root, "tag", "--sort=-creatordate").split()
    known = f"there are {', '.join(tags[:5])}" if tags else "there are no tags yet; name a commit"
    raise NoEditionError(f"'{name}' is not a tag, branch, or commit here; {known}")


def read_editions(names: list[str], root: Path = ROOT) -> list[Edition]:
    """Build editions, at the same time, and read them.

    Args:
        names: Tags, branches, or commits.
        root: The repository.

    Returns:
        The editions in the same order. One that cannot be built is read from its sources.

    Raises:
        NoEditionError: A name is unknown.
    """
    commits = [commit_of(name, root) for name in names]
    work = root / WORK
    work.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        trees = {c: stack.enter_context(_worktree(c, root)) for c in dict.fromkeys(commits)}
        running = {commit: _start(trees[commit], work / commit) for commit in trees}
        notes = {commit: _finish(running[commit], work / commit) for commit in trees}
        editions = []
        for name, commit in zip(names, commits, strict=True):
            if notes[commit] is None:
                editions.append(read_site(name, work / commit / "site", trees[commit]))
            else:
                note = f"{name} could not be built today ({notes[commit]}), so its text was taken"
                note += " from its sources, without data and figures."
                editions.append(read_sources(name, trees[commit], note))
    return editions


@contextlib.contextmanager
def _worktree(commit: str, root: Path) -> Iterator[Path]:
    """Check a commit out beside the working tree, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="handbook-", ignore_cleanup_errors=True) as folder:
        tree = Path(folder, "edition")
        git(root, "worktree", "add", "--detach", "--force", str(tree), commit)
        try:
            yield tree
        finally:
            shutil.rmtree(tree, ignore_errors=True)
            git(root, "worktree", "prune")


def _start(tree: Path, work: Path) -> subprocess.Popen[str] | None:
    """Start to build the web pages, unless they were built before."""
    if (work / "done").is_file():
        return None
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"NO_COLOR": "1"}
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "sphinx", "-q", "-b", "dirhtml", ".", str(work / "site")],
        cwd=tree,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def _finish(process: subprocess.Popen[str] | None, work: Path) -> str | None:
    """Wait for a build; return why it failed, in a few words, or None."""
    if process is None:
        return None
    _, printed = process.communicate()
    if process.returncode == 0:
        (work / "done").touch()
        return None
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    # An exception says more than the heading above it.
    raised = [line for line in lines if re.match(r"[\w.]*Error: ", line)]
    errors = raised or [line for line in lines if "error" in line.lower()]
    reported = errors[-1] if raised else "".join(errors[:1])
    return (reported or "the build failed").rstrip(".:!")[:200]
