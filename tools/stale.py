"""List data that nobody has reviewed for more than a year: `make stale`.

Old data is not wrong data, so the tests do not ask for this; `make edition` does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from handbook.common import read_yaml
from handbook.schema import check as check_data
from tools.common import ROOT, print_findings

MEMBERS = Path("members", "members.yml")
SOURCES = Path("governance", "sources.yml")


def a_year_before(day: date) -> str:
    """The same day of the year before, as data writes it; for 29 February, the day before it."""
    return (day - relativedelta(years=1)).isoformat()


def stale_members(data: dict[str, Any], today: date) -> Iterator[str]:
    """Find what is too old in the members data."""
    limit = a_year_before(today)
    if data["as_of"] < limit:
        yield (
            f"the data is as of {data['as_of']}; compare it with its source "
            f"({data['source']}) and update 'as_of'"
        )
    for group in data["working_groups"]:
        if group["status"] == "retired":
            continue
        if group["status_date"] < limit:
            yield (
                f"working group '{group['name']}': the last approval action was on "
                f"{group['status_date']}; groups are reviewed every year (By-laws 6.i), so look "
                "for the latest review with 'make roster'"
            )


def stale_sources(data: dict[str, Any], today: date) -> Iterator[str]:
    """Find the documents with which nobody has compared the handbook for a year."""
    for source in data["sources"]:
        if "data" in source:
            continue
        compared = source.get("compared")
        if compared is None:
            known = "no comparison is noted"
        elif compared < a_year_before(today):
            known = f"last compared on {compared}"
        else:
            continue
        yield (
            f"{source['short_name']}: {known}; compare the handbook with the document and note "
            "the day as 'compared'"
        )


def main(root: Path, today: date) -> int:
    """Print what is too old, or cannot be read. Returns 1 if there is something."""
    found = []
    for file, check in ((MEMBERS, stale_members), (SOURCES, stale_sources)):
        name = file.as_posix()
        if wrong := check_data(root / file, root / file.with_suffix(".schema.json")):
            found += [f"{name}:{finding.line}: {finding.message}" for finding in wrong]
        else:
            data: Any = read_yaml(root / file)[0]
            found += [f"{name}: {sentence}" for sentence in check(data, today)]
    return print_findings(found)


if __name__ == "__main__":
    sys.exit(main(ROOT, datetime.now(UTC).date()))
