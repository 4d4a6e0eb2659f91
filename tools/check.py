"""What the handbook's own code can check without a build. Part of `make lint`.

That is data, style, and the records by which others cite the handbook.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

import conf
from handbook import data, style
from handbook.authority.words import Words
from handbook.common import DataError, read_yaml
from tools.common import ROOT, repository_files

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
        if not isinstance(record, dict) or " ".join(str(record.get(field)).split()) != wanted:
            because = f"handbook_adopted in conf.py is {adopted!r}"
            yield f"{file}:{_line(node, field)}: ERROR: {field}: {because}; write: {wanted}"


def _line(node: yaml.Node, field: str) -> int:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((key.start_mark.line + 1 for key, _ in pairs if key.value == field), 1)


def main() -> int:
    """Print each finding with file and line. Returns 1 if there is one."""
    findings = [
        f"{name}:{finding.line}: ERROR: {finding}"
        for name, schema in sorted({entry[:2] for entry in conf.handbook_data.values()})
        for finding in data.check(ROOT / name, ROOT / schema)
    ]
    findings += check_summaries(ROOT, conf.handbook_adopted)
    if not findings:
        pages = {
            name: (ROOT / name).read_text(encoding="utf-8-sig")
            for name in repository_files()
            if name.endswith(".md") and not name.startswith(("tests/", "packages/"))
        }
        house_style = style.load_style(ROOT, ROOT / conf.handbook_quotable)
        findings += [
            f"{finding.file}:{finding.line}: WARNING: {finding.message}"
            for finding in style.check_pages(pages, house_style)
        ]
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
