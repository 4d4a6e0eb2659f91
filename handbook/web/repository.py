"""What the repository knows about a page: where to edit it, and when it last changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from handbook.git import answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_GITHUB = re.compile(
    r"(?:https://(?:[^/@]+@)?|ssh://git@|git@)github\.com[:/]"
    r"(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
_COMMIT, _DATE = "\x01", "\x02"


def github_name(clone_url: str) -> str | None:
    """Return `owner/repository` of a clone address on GitHub, None for any other address."""
    match = _GITHUB.fullmatch(clone_url.strip())
    return match["name"] if match else None


def edit_base(root: Path, branch: str, environment: Mapping[str, str]) -> str:
    """Return the address under which GitHub lets people edit the repository's files.

    Args:
        root: The handbook's source folder.
        branch: Where changes begin, whichever branch, tag or pull request is being built.
        environment: The build's environment variables; Read the Docs names the repository there,
            elsewhere the git remote does.

    Returns:
        The address with a slash at its end, or "" where no GitHub repository is known.
    """
    url = environment.get("READTHEDOCS_GIT_CLONE_URL") or answer(
        root, "remote", "get-url", "origin"
    )
    name = github_name(url)
    return f"https://github.com/{name}/edit/{branch}/" if name else ""


class History(NamedTuple):
    """When files were last changed, as of a commit."""

    commit: str
    """The commit's id; "" in a shallow clone, which can learn more without a new commit."""
    dates: dict[str, str]


def history(root: Path, known: History | None) -> History:
    """Return `last_changes`, which is read again only if there is another commit."""
    commit = "" if _shallow_commits(root) else answer(root, "rev-parse", "HEAD").strip()
    if known and commit and known.commit == commit:
        return known
    return History(commit, last_changes(root))


def last_changes(root: Path) -> dict[str, str]:
    """Return when each file below a folder was last changed, from git.

    In a shallow clone the oldest commits look as if they had made every file: what they say is
    left out, so that a file without a date is one whose date is not known.

    Returns:
        Dates (YYYY-MM-DD) by path relative to the folder; empty where there is no git.
    """
    log = answer(
        root,
        *("-c", "core.quotepath=off", "log", "--relative", "--no-renames", "--name-only", "-z"),
        f"--format={_COMMIT}%H{_DATE}%cs",
    )
    return parse_log(log, _shallow_commits(root))


def parse_log(log: str, unreliable: Iterable[str] = ()) -> dict[str, str]:
    """Return the newest date of each path in a log of git, which is sorted from new to old.

    Args:
        log: What `last_changes` asks of git.
        unreliable: Commits of which nothing is known but that they are the oldest ones here.
    """
    skipped = set(unreliable)
    dates: dict[str, str] = {}
    for entry in log.split(_COMMIT)[1:]:
        head, *paths = entry.split("\0")
        commit, date = head.split(_DATE)
        if commit not in skipped:
            for path in paths:
                if name := path.strip("\n"):
                    dates.setdefault(name, date)
    return dates


def _shallow_commits(root: Path) -> list[str]:
    file = root / answer(root, "rev-parse", "--git-path", "shallow").strip()
    return file.read_text("ascii").split() if file.is_file() else []
