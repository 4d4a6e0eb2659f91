"""What the handbook's own code can check without a build: data and style. Part of `make lint`."""

from __future__ import annotations

import sys

import conf
from handbook import data, style
from tools.common import ROOT, repository_files


def main() -> int:
    """Print each finding with file and line. Returns 1 if there is one."""
    findings = [
        f"{name}:{finding.line}: ERROR: {finding}"
        for name, schema in sorted({entry[:2] for entry in conf.handbook_data.values()})
        for finding in data.check(ROOT / name, ROOT / schema)
    ]
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
