"""Ten valid edits of the real handbook; after each, all tests of its content must pass.

    make ten-edits                      all ten, in copies of the repository
    make ten-edits ARGS="member date"   those whose names hold one of these words

Tests of code use samples of their own, so an edit of the handbook's data must not fail them either.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.common import ROOT, repository_files

MEMBERS = "members/members.yml"
SOURCES = "governance/sources.yml"
QUESTIONS = "tests/text/questions.yml"
CONTENT = ["tests/text", "tests/data"]

NEW_MEMBER = """\
  - short_name: NEWORG
    name: New Organization for Software
    level: affiliate
    website: https://example.org/
    focus: examples
"""
NEW_GROUP = """\
  - name: Examples
    purpose: examples for everybody
    status: provisional
    status_date: 2026-10-01
    lifetime: one year
    reports: quarterly
    membership: open
"""
NEW_QUESTION = """\
- question: What is the name of the organization?
  page: governance/index
  anchor: rule-name
  answer: [Consortium for the Advancement of Scientific Software]
  clause: Charter Name
  search: name
"""
NEW_ANSWER = """
(faq-example)=
### May an answer be added?

Yes. It names its clause ({clause}`Charter Name`).
"""


def edit(root: Path, file: str, change: Callable[[str], str]) -> None:
    """Change a file of a copy; a change that changes nothing is a mistake of this script."""
    text = (root / file).read_text(encoding="utf-8")
    changed = change(text)
    if changed == text:
        raise SystemExit(f"{file}: this edit changed nothing; bring ten_edits.py up to date")
    (root / file).write_text(changed, encoding="utf-8")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in a copy."""
    paths = [root, *sorted(root.glob("packages/*/src"))]
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "HANDBOOK_BUILT": "_build",  # tests/conftest.py
        },
        capture_output=True,
        text=True,
        check=False,
    )


def records(text: str, key: str) -> tuple[int, list[re.Match[str]]]:
    """Where a list of records begins in YAML text, and its records."""
    listed = re.search(rf"^{key}:\n((?:(?:  .*|#.*)?\n)+)", text, re.MULTILINE)
    if listed is None:
        raise SystemExit(f"{MEMBERS}: no {key}")
    return listed.start(1), list(re.finditer(r"  - .*\n(?:    .*\n)*", listed[1]))


def add_member(root: Path) -> None:
    edit(root, MEMBERS, lambda text: text.replace("members:\n", f"members:\n{NEW_MEMBER}", 1))


def former_member(root: Path) -> None:
    def change(text: str) -> str:
        start, found = records(text, "members")
        record = found[-1]
        text = text[: start + record.start()] + text[start + record.end() :]
        kept = [line for line in record[0].splitlines() if re.match(r"  -|    (name|level):", line)]
        left = "\n".join([*kept, "    left: 2026-10-01", "    reason: resigned\n"])
        return text.replace("former_members:\n", f"former_members:\n{left}", 1)

    edit(root, MEMBERS, change)


def add_group(root: Path) -> None:
    edit(root, MEMBERS, lambda text: text.replace("_groups:\n", f"_groups:\n{NEW_GROUP}", 1))


def retire_group(root: Path) -> None:
    edit(
        root,
        MEMBERS,
        lambda t: re.sub(r"status: (?:active|provisional)", "status: retired", t, count=1),
    )


def add_page(root: Path) -> None:
    options = ["--chapter=governance", "--title=Voting by mail", "--permalink=/voting-by-mail"]
    done = run(root, "tools.new_page", *options, "--clause=none")
    if done.returncode:
        raise SystemExit(done.stderr)


def remove_page(root: Path) -> None:
    """A page that was published goes; its addresses lead to another page from now on."""
    add_page(root)
    run(root, "sphinx", "-q", "-b", "permalinks", ".", "_build/ledger")
    (root / "governance/voting-by-mail.md").unlink()
    edit(root, "governance/index.md", lambda text: text.replace("voting-by-mail\n", ""))
    old = "permalink: /amendments\n"
    new = f"{old}redirect_from: [/voting-by-mail, /governance/voting-by-mail]\n"
    edit(root, "governance/amendments.md", lambda text: text.replace(old, new))


def add_clause(root: Path) -> None:
    """A document gets a clause, and a rule explains it."""
    new = "      - {number: 4.a.iii, subject: an example}\n"
    following = "      - {number: 4.a.ii, subject: amending the By-laws}\n"
    edit(root, SOURCES, lambda text: text.replace(following, following + new))
    page = "governance/amendments.md"
    edit(root, page, lambda t: re.sub(r"(\{clause\}`[^`]*)`", r"\1; By-laws 4.a.iii`", t, count=1))


def change_dates(root: Path) -> None:
    edit(root, MEMBERS, lambda text: re.sub(r"as_of: \S+", "as_of: 2026-11-20", text))
    edit(root, MEMBERS, lambda text: re.sub(r"status_date: \S+", "status_date: 2026-11-01", text))
    edit(root, SOURCES, lambda text: re.sub(r"compared: \S+", "compared: 2026-11-20", text))


def add_question(root: Path) -> None:
    edit(root, QUESTIONS, lambda text: text + NEW_QUESTION)
    edit(root, "reference/faq.md", lambda text: text + NEW_ANSWER)


def reword(root: Path) -> None:
    """An explanation gets another sentence, which moves every line below it."""
    new = "\n\nThis sentence was added.\n\n(rule-who-decides)=\n"
    edit(root, "governance/decisions.md", lambda t: t.replace("\n\n(rule-who-decides)=\n", new))


EDITS = [
    *(add_member, former_member, add_group, retire_group, add_page, remove_page, add_clause),
    *(change_dates, add_question, reword),
]


def try_edit(change: Callable[[Path], None]) -> dict[str, str]:
    """Make an edit in a copy of its own. Returns what failed, with what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in repository_files():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes((ROOT / name).read_bytes())
        change(root)
        read = "--doctree-dir=_build/doctrees"  # once, for all three
        run(root, "sphinx", "-q", read, "-b", "permalinks", ".", "_build/ledger")
        build = ["sphinx", "-q", "-n", "-W", "--keep-going", read]
        steps = {
            "pdf": run(root, *build, "-b", "accessiblepdf", ".", "_build/pdf"),
            "html": run(root, *build, "-b", "dirhtml", ".", "_build/html"),
            "lint": run(root, "tools.lint", "addresses", "data", "wording", "prose"),
            "tests": run(root, "pytest", "--quiet", "-p", "no:cacheprovider", *CONTENT),
        }
        return {
            name: f"{done.stdout}{done.stderr}"[-3000:]
            for name, done in steps.items()
            if done.returncode
        }


def main(names: list[str]) -> int:
    """Make the edits. Returns how many failed a test."""
    chosen = [
        change for change in EDITS if not names or any(name in change.__name__ for name in names)
    ]
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for change, wrong in zip(chosen, pool.map(try_edit, chosen), strict=True):
            sys.stdout.write(f"{change.__name__}: {', '.join(wrong) or 'passes'}\n")
            sys.stdout.writelines(f"{printed}\n" for printed in wrong.values())
            sys.stdout.flush()
            failed += bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
