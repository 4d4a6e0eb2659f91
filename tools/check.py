"""What the handbook's own code can check without a build. Part of `make lint`.

That is data, style, and the records by which others cite the handbook.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import conf
from handbook import schema, style
from handbook.authority.words import Words
from handbook.common import DataError, line_of, read_yaml
from tools.common import ROOT, print_findings, repository_files

SUMMARIES = {"CITATION.cff": "abstract", ".zenodo.json": "description"}


def check_summaries(root: Path, adopted: str | None) -> Iterator[str]:
    """Yield where the records' summary is not the one that `handbook_adopted` asks for."""
    words = Words(root / "_templates" / "words.yml")
    wanted = words("summary", "unadopted" if adopted is None else "adopted", date=adopted)
    for file, field in SUMMARIES.items():
        try:
            record, node = read_yaml(root / file)
        except (DataError, OSError) as error:
            yield f"{file}:{getattr(error, 'line', 1)}: ERROR: {error}"
            continue
        fields = record if isinstance(record, dict) else {}
        if " ".join(str(fields.get(field)).split()) != wanted:
            line = line_of(node, [field]) if field in fields else 1
            because = f"handbook_adopted in conf.py is {adopted!r}"
            yield f"{file}:{line}: ERROR: {field}: {because}; write: {wanted}"


def check_data(root: Path) -> Iterator[str]:
    """Yield where data breaks its schema."""
    for name, schema_name in sorted({entry[:2] for entry in conf.handbook_data.values()}):
        for finding in schema.check(root / name, root / schema_name):
            yield f"{name}:{finding.line}: ERROR: {finding.message}"


def check_style(root: Path) -> Iterator[str]:
    """Yield where pages break the house style."""
    pages = {
        name: (root / name).read_text(encoding="utf-8-sig")
        for name in repository_files(root)
        if name.endswith(".md") and not name.startswith(("tests/", "packages/"))
    }
    house_style = style.load_style(root, root / conf.handbook_quotable)
    for finding in style.check_pages(pages, house_style):
        yield f"{finding.file}:{finding.line}: WARNING: {finding.message}"


def main() -> int:
    """Print each finding with file and line. Returns 1 if there is one."""
    findings = [*check_data(ROOT), *check_summaries(ROOT, conf.handbook_adopted)]
    if not any(finding.startswith(style.MEMBERS) for finding in findings):
        findings += check_style(ROOT)  # which needs the names in that file
    return print_findings(findings)


if __name__ == "__main__":
    sys.exit(main())
