"""Say whether an edition can be cut from this commit, and which tag to set: `make edition`.

An edition is a tag, set by a person. This only looks, and changes nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from handbook.common import read_yaml
from tools import record_pages

ROOT = Path(__file__).resolve().parents[1]
CHANGELOG = "CHANGELOG.md"
HEADING = re.compile(r"## Edition (\d+(?:\.\d+)*), (\d{4}-\d{2}-\d{2})")
CHECKS = {
    "permanent addresses": [sys.executable, "-m", "sphinx_permalinks", "check", "."],
    "old data": [sys.executable, "tools/stale.py"],
}


def newest_edition(changelog: str) -> tuple[int, str, str | None]:
    """Find the newest section of the changelog.

    Args:
        changelog: Its text, newest section first.

    Returns:
        The line on which the section starts, its heading, and the edition's number if the
        heading has one.
    """
    for number, line in enumerate(changelog.splitlines(), 1):
        if line.startswith("## "):
            match = HEADING.fullmatch(line.rstrip())
            return number, line.rstrip(), match[1] if match else None
    return 1, "", None


def changelog_problems(changelog: str, tags: list[str]) -> Iterator[str]:
    """Compare the changelog with the editions that there are.

    Args:
        changelog: Its text.
        tags: The repository's tags.

    Yields:
        A sentence for each thing that stands in the way of an edition.
    """
    line, heading, number = newest_edition(changelog)
    if number is None:
        shown = f"the newest section is '{heading}'" if heading else "there is no section"
        yield (
            f"{CHANGELOG}:{line}: {shown}; name it after the edition and its day, such as "
            "'## Edition 1.0, 2027-03-31'"
        )
    elif f"v{number}" in tags:
        yield (
            f"{CHANGELOG}:{line}: edition {number} is out already (tag v{number}); "
            "add a section for the next one"
        )


def git(*arguments: str) -> str:
    """Ask git about the repository.

    Raises:
        SystemExit: There is no git, or this is no repository.
    """
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        message = "An edition is a tag in git, but git cannot be asked here"
        raise SystemExit(f"{message}: {getattr(error, 'stderr', '') or error}") from error
    return done.stdout


def problems() -> Iterator[str]:
    """Find everything that stands in the way of an edition."""
    if changed := git("status", "--porcelain").splitlines():
        yield f"{len(changed)} files are not committed; commit or remove them (git status)"
    changelog = (ROOT / CHANGELOG).read_text(encoding="utf-8")
    yield from changelog_problems(changelog, git("tag").split())
    data, _ = read_yaml(ROOT / "members" / "members.yml")
    for file, _ in record_pages.missing(data):
        yield f"{file.relative_to(ROOT).as_posix()} is missing; run make record-pages"
    for name, command in CHECKS.items():
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            found = (done.stdout + done.stderr).strip().replace("\n", "\n  ")
            yield f"{name}:\n  {found}"


def main() -> int:
    """Print what stands in the way (exit code 1), or which tag to set (0)."""
    found = list(problems())
    for problem in found:
        sys.stdout.write(f"- {problem}\n")
    if found:
        sys.stdout.write("No edition can be cut yet.\n")
        return 1
    _, _, number = newest_edition((ROOT / CHANGELOG).read_text(encoding="utf-8"))
    sys.stdout.write(
        f"All is ready. When `make test` passes, set the tag and publish it:\n\n"
        f'    git tag -a v{number} -m "Edition {number}"\n'
        f"    git push origin v{number}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
