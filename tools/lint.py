"""Everything that is checked without a build: `make lint`, or `make lint ARGS="prose data"`.

All groups run, side by side; at the end those are named that found something.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import conf
from handbook.common import did_you_mean
from tools.common import ROOT, repository_files

PACKAGES = sorted(folder.parent for folder in ROOT.glob("packages/*/pyproject.toml"))
# A package's extras are for its manual and its tests; which docutils fits is Sphinx's decision; and
# what draws an extension's nodes is there wherever the nodes are.
LIBRARY = ("--ignore=DEP002", "--per-rule-ignores=DEP003=docutils|sphinxcontrib")

Command = tuple[Path, list[str]]


def module(name: str, *arguments: str, folder: Path = ROOT) -> Command:
    """A Python module, run in a folder."""
    return folder, [sys.executable, "-m", name, *arguments]


def program(name: str, *arguments: str) -> Command:
    """A program that pip installed next to this Python."""
    return ROOT, [shutil.which(name, path=Path(sys.executable).parent) or name, *arguments]


def is_text(file: str) -> bool:
    """Tell text from fonts and pictures as git does: by the bytes at the start."""
    with (ROOT / file).open("rb") as stream:
        return b"\0" not in stream.read(8000)


def groups(files: list[str]) -> dict[str, list[Command]]:
    """The commands of each group for these files; they print what they find, and nothing else."""
    own = [file for file in files if "tests" not in Path(file).parts]
    pages = [file for file in own if file.endswith((".md", ".jinja"))]
    text = [*pages, *(file for file in own if file.endswith((".yml", ".yaml", ".svg", ".cff")))]
    no_locks = [file for file in files if not file.startswith(("requirements", "package-lock"))]
    return {
        "code": [
            module("ruff", "check", "--quiet", "--output-format=concise"),
            module("ruff", "format", "--quiet", "--check"),
        ],
        "imports": [
            module("deptry", "--no-ansi", "."),
            *(
                module("deptry", "--no-ansi", "src", *LIBRARY, folder=package)
                for package in PACKAGES
            ),
        ],
        "addresses": [module("tools.links")],
        "wording": [module("sphinx_one_wording", "check", ".")],
        "data": [module("tools.check")],
        "github": [
            module("tools.schemas"),
            program("zizmor", "--offline", "--quiet", "--no-progress", "--persona=pedantic", "."),
        ],
        "prose": [module("codespell_lib", *text), module("proselint", "check", *pages)],
        "files": [module("pre_commit_hooks.end_of_file_fixer", *filter(is_text, own))],
        "secrets": [module("tools.find_secrets", *no_locks)],
    }


def run(command: Command) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    folder, words = command
    done = subprocess.run(  # noqa: S603
        words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(conf.code), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def lint(chosen: dict[str, list[Command]]) -> Iterator[tuple[str, str]]:
    """Run groups of checks; yield the name and the findings of each that found something."""
    with ThreadPoolExecutor() as pool:
        results = {
            name: [pool.submit(run, command) for command in commands]
            for name, commands in chosen.items()
        }
        for name, futures in results.items():
            done = [future.result() for future in futures]
            if any(code for code, _ in done):
                yield name, "".join(printed for code, printed in done if code)


def main(names: list[str]) -> int:
    """Run the named groups, or all. Returns 1 if one found something, 2 for an unknown name."""
    known = groups(repository_files())
    if unknown := sorted(set(names) - set(known)):
        sys.stderr.write(f"unknown check {unknown[0]!r}; {did_you_mean(unknown[0], known)}\n")
        return 2
    chosen = {name: known[name] for name in names} if names else known
    failed = []
    for name, findings in lint(chosen):
        sys.stdout.write(f"{findings.rstrip()}\n")
        failed.append(name)
    if failed:
        sys.stdout.write(f"lint: {', '.join(failed)} failed; fix what is listed above\n")
        return 1
    sys.stdout.write(f"lint: no findings ({', '.join(chosen)})\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
