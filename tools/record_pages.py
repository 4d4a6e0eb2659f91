"""Write the pages of members and working groups that have none yet: `make record-pages`.

A page only names its record; what it shows is generated from members.yml. A page that exists is
left alone, also when its member has left: its address stays.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handbook.common import read_yaml, slug
from tools.common import ROOT

# For each list of records: the field that names one, the folder, the start of the permalink, and
# the directive that shows it.
PAGES = {
    "members": ("short_name", "members", "/members", "member"),
    "working_groups": ("name", "governance/working-groups", "/working-groups", "working-group"),
}


def missing(data: Any, root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """The files that records lack, each with its text."""
    for records, (key, folder, prefix, directive) in PAGES.items():
        for record in data[records]:
            name = record[key]
            file = root / folder / f"{slug(name)}.md"
            if not file.exists():
                yield (
                    file,
                    (
                        f"---\ntitle: {json.dumps(name)}\npermalink: {prefix}/{slug(name)}\n---\n\n"
                        f"```{{{directive}}} {name}\n```\n"
                    ),
                )


def main() -> int:
    """Write the missing pages."""
    data, _ = read_yaml(ROOT / "members" / "members.yml")
    for file, text in list(missing(data)):
        file.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{file.relative_to(ROOT).as_posix()}: written; now run make ledger\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
