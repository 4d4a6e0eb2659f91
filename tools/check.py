"""What the handbook's own code can check without a build: the data files. Part of `make lint`."""

from __future__ import annotations

import sys

import conf
from handbook.data import check
from tools.common import ROOT


def main() -> int:
    """Print each finding with file and line. Returns 1 if there is one."""
    found = False
    for name, schema in sorted({entry[:2] for entry in conf.handbook_data.values()}):
        for finding in check(ROOT / name, ROOT / schema):
            found = True
            sys.stdout.write(f"{name}:{finding.line}: ERROR: {finding}\n")
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
