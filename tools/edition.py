"""Check whether an edition can be published from this commit: `make edition`.

An edition is a tag that a person sets. This only checks, and prints the commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import conf
from handbook.common import read_yaml
from handbook.git import GitError, git
from tools import record_pages
from tools.common import ROOT

CHANGELOG = "CHANGELOG.md"
HEADING = re.compile(r"## Edition (\d+(?:\.\d+)*), (\d{4}-\d{2}-\d{2})")
CHECKS = {"permanent addresses": ["sphinx_permalinks", "check", "."], "old data": ["tools.stale"]}


def newest_edition(changelog: str) -> tuple[int, str, str | None]:
    """The newest section of the changelog: its line, its heading, and the edition's number."""
    for number, line in enumerate(changelog.splitlines(), 1):
        if line.startswith("## "):
            match = HEADING.fullmatch(line.rstrip())
            return number, line.rstrip(), match[1] if match else None
    return 1, "", None


def changelog_problems(changelog: str, tags: list[str]) -> Iterator[str]:
    """What is missing in the changelog, given the tags of the editions that there are."""
    line, heading, number = newest_edition(changelog)
    if number is None:
        shown = f"the newest section is '{heading}'" if heading else "there is no section"
        yield (
            f"{CHANGELOG}:{line}: {shown}; name it after the edition and its day, such as "
            "'## Edition 1.0, 2027-03-31'"
        )
    elif f"v{number}" in tags:
        yield (
            f"{CHANGELOG}:{line}: edition {number} was published already (tag v{number}); "
            "add a section for the next one"
        )


def address_problems(address: str) -> Iterator[str]:
    """What is wrong with the site's address, under which an edition prints permanent addresses."""
    if not re.fullmatch(r"https://[^/\s]+/(?:\S*/)?", address):
        shown = f"is {address!r}" if address else "is not known"
        yield (
            f"the site's address {shown}, so the PDF could not print permanent addresses; set "
            "HANDBOOK_URL, such as HANDBOOK_URL=https://cass-handbook.readthedocs.io/en/stable/ "
            "make edition, and the repository's variable of that name (MAINTAINING.md)"
        )


def problems() -> Iterator[str]:
    """Everything that stands in the way of an edition."""
    try:
        changed = git(ROOT, "status", "--porcelain").splitlines()
        tags = git(ROOT, "tag").split()
    except GitError as error:
        yield f"an edition is a tag in git, and git failed here: {error}"
        return
    if changed:
        yield f"{len(changed)} files are not committed; commit or remove them (git status)"
    yield from changelog_problems((ROOT / CHANGELOG).read_text(encoding="utf-8"), tags)
    yield from address_problems(conf.html_baseurl)
    data, _ = read_yaml(ROOT / "members" / "members.yml")
    for file, _ in record_pages.missing(data):
        yield f"{file.relative_to(ROOT).as_posix()} is missing; run make record-pages"
    for name, arguments in CHECKS.items():
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(conf.code)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            found = (done.stdout + done.stderr).strip().replace("\n", "\n  ")
            yield f"{name}:\n  {found}"


def main() -> int:
    """Print what stands in the way (exit code 1), or the commands (0)."""
    found = list(problems())
    for problem in found:
        sys.stdout.write(f"- {problem}\n")
    if found:
        sys.stdout.write("No edition can be published yet.\n")
        return 1
    _, _, number = newest_edition((ROOT / CHANGELOG).read_text(encoding="utf-8"))
    sys.stdout.write(
        f"Everything is ready. When `make test` passes, set the tag and publish it:\n\n"
        f'    git tag -a v{number} -m "Edition {number}"\n'
        f"    git push origin v{number}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
