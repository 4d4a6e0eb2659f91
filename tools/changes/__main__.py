"""Write what changed for readers between two editions: `make changes FROM=v1.0.0 TO=HEAD`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from handbook.web import history
from tools.changes import report
from tools.changes.comparing import Comparison, Kind, compare
from tools.changes.editions import WORK, NoEditionError, read_editions
from tools.common import ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two editions.

    Args:
        arguments: The words after the command's name; by default those of this process.

    Returns:
        0 if the report was written, 1 if part of it could not be, 2 if there is no such edition.
    """
    parser = argparse.ArgumentParser(prog="make changes", description=__doc__)
    parser.add_argument("old", metavar="FROM", help="a tag, branch, or commit")
    parser.add_argument("new", metavar="TO", nargs="?", default="HEAD", help="the same; HEAD")
    parser.add_argument("--summary", action="store_true", help="only Markdown, on the terminal")
    parser.add_argument("--out", type=Path, default=ROOT / WORK / "report", help="the folder")
    parser.add_argument("--record", metavar="EDITION", help="add the rules to history.yml")
    options = parser.parse_args(arguments)
    try:
        comparison = compare(*read_editions([options.old, options.new]))
    except NoEditionError as error:
        sys.stderr.write(f"changes: {error}\n")
        return 2
    if options.record:
        record(comparison, options.record, ROOT / history.FILE)
        sys.stdout.write(f"{history.FILE}: see the entry for edition {options.record}\n")
        return 0
    if options.summary:
        sys.stdout.write(report.markdown(comparison))
        return 0
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.md").write_text(report.markdown(comparison), encoding="utf-8")
    (out / "changelog-draft.md").write_text(report.changelog(comparison), encoding="utf-8")
    from tools.changes.rendering import render  # noqa: PLC0415 - takes half a second

    problems = render(report.outline(comparison), out)
    sys.stdout.write(f"{report.summary(comparison)}\n")
    for name in ("changes.html", "changes.pdf", "summary.md", "changelog-draft.md"):
        if (out / name).is_file():
            sys.stdout.write(f"  {out / name}\n")
    for problem in problems:
        sys.stderr.write(f"changes: {problem}\n")
    return 1 if problems else 0


def record(comparison: Comparison, edition: str, file: Path) -> None:
    """Add an edition to the history of the rules; it takes the place of an earlier draft."""
    entries = [entry for entry in history.read_history(file) if str(entry["edition"]) != edition]
    rules = {change.rule for change in comparison.sections(Kind.RULE)}
    today = datetime.now(UTC).date()
    entries.append({"edition": edition, "date": today, "rules": sorted(rules)})
    comment = "# Which edition changed which rule. make changes FROM=... ARGS='--record NUMBER'\n"
    file.write_text(comment + yaml.safe_dump(entries, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
