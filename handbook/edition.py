"""Which edition this is, and of which day: from the release, never from the clock."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handbook.git import answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_YEAR_10000 = 253_402_300_800  # in seconds since 1970; Python's dates end before


@dataclass(frozen=True)
class Edition:
    """An edition of the book.

    Attributes:
        name: What is printed, such as `Edition 1.2` or `Draft 9e8b1fd`.
        released: Whether the sources are exactly those of a tag.
        date: The day of the release or of the commit, in UTC, if it is known.
        timestamp: Seconds since 1970 for the file's metadata.
    """

    name: str
    released: bool
    date: dt.date | None
    timestamp: int


def edition_of(folder: Path, files: Iterable[Path]) -> Edition:
    """Find out which edition the files in a folder are.

    Without git, or where the folder is not in a repository, it is a draft without a name,
    dated by SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/) or not
    at all. That variable also goes before the commit's time in the file's metadata; with neither,
    the metadata have the time of the newest file, because PDF/A wants one.

    Args:
        folder: The folder of the sources, which holds conf.py.
        files: The sources of the pages.
    """
    epoch = _source_date_epoch()
    committed = answer(folder, "log", "-1", "--format=%ct %h")
    # A folder unpacked inside another project's repository has nothing to do with its commits.
    if not (committed and answer(folder, "ls-files", "--error-unmatch", "conf.py")):
        newest = max((int(file.stat().st_mtime) for file in files), default=0)
        return Edition("Draft", False, _day(epoch), newest if epoch is None else epoch)
    seconds, commit = committed.split()
    changed = answer(folder, "status", "--porcelain", "--untracked-files=no")
    # An edition's tag is `v` and its number; other tags belong to the extension.
    listing = ("--points-at", "HEAD", "--sort=-version:refname", "--list", "v[0-9]*")
    tags = answer(folder, "tag", *listing).split()
    released = bool(tags) and not changed
    name = f"Edition {tags[0].removeprefix('v')}" if released else f"Draft {commit}"
    if changed:
        name += ", with changes"
    stamp = int(seconds) if epoch is None else epoch
    return Edition(name, released, _day(int(seconds)), stamp)


def _source_date_epoch() -> int | None:
    value = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(value) if value.isdecimal() and int(value) < _YEAR_10000 else None


def _day(seconds: int | None) -> dt.date | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC).date()
