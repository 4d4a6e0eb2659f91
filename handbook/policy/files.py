"""Which files may become part of a page: regular ones, in the repository, visible to a reviewer."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util.matching import Matcher

from handbook.common import Finding, shown
from handbook.policy import pictures
from handbook.policy.allowed import FILE_BYTES, PICTURES

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

_FOLDER = re.compile(r"\w[\w.-]*")
_PAGE = re.compile(r"\w[\w-]*\.md")
NAME_RULE = "name may have only letters, digits, '-', and '_'; rename it"


def problem(path: Path, root: Path, types: Collection[str] | None = None) -> str | None:
    """Say why a page may not use a file; None if it may, or if there is no such file.

    Args:
        path: The file; `..` is resolved by name, as Sphinx does.
        root: The repository.
        types: The suffixes that are allowed here, if only some are.
    """
    return next(_problems(Path(os.path.normpath(root / path)), root, types), None)


def _problems(path: Path, root: Path, types: Collection[str] | None) -> Iterator[str]:
    if not path.is_relative_to(root):
        yield f"{shown(os.path.relpath(path, root))} is outside the repository; copy what you need"
        return
    relative = path.relative_to(root)
    name = shown(relative.as_posix())
    if any(part.startswith(".") for part in relative.parts):
        yield f"{name} is hidden; give it a name without a leading dot"
    if types is not None and path.suffix.lower() not in types:
        yield f"{name} has the wrong type; use one of: {', '.join(sorted(types))}"
    place, status = root, root.lstat()
    for part in relative.parts:
        place /= part
        try:
            status = place.lstat()
        except (OSError, ValueError):
            return  # there is no such file, which Sphinx reports
        if stat.S_ISLNK(status.st_mode):
            yield f"{shown(place.relative_to(root).as_posix())} is a symbolic link; copy the file"
            return
    if not stat.S_ISREG(status.st_mode):
        yield f"{name} is not a regular file"
        return
    if status.st_size > FILE_BYTES:
        yield f"{name} has {status.st_size:,} bytes; at most {FILE_BYTES:,} are allowed"
    if types == PICTURES and (why := pictures.problem(path)):
        yield why


def refused_below(root: Path, skipped: Collection[str]) -> Iterator[Finding]:
    """Find what Sphinx would take for a page, or would follow, below the source folder.

    Args:
        root: The source folder.
        skipped: Sphinx's `exclude_patterns`. Sphinx follows every link that these do not name.
    """
    excluded = Matcher(skipped)
    folders = [root]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                path = Path(entry.path)
                name = path.relative_to(root).as_posix()
                if excluded(name):
                    continue
                if entry.is_symlink():
                    yield Finding(str(path), 1, "this is a symbolic link; put the file itself here")
                elif entry.is_dir():
                    if _FOLDER.fullmatch(entry.name):
                        folders.append(path)
                    else:
                        yield Finding(str(path), 1, f"a folder's {NAME_RULE}")
                elif path.suffix == ".rst":
                    yield Finding(str(path), 1, "pages are written in Markdown; rename it to .md")
                elif path.suffix != ".md":
                    continue
                elif not _PAGE.fullmatch(entry.name):
                    yield Finding(str(path), 1, f"a page's {NAME_RULE}")
                elif why := problem(path, root):
                    yield Finding(str(path), 1, why)


def leave_out(app: Sphinx, config: Config) -> None:
    """Keep Sphinx from opening what it may not open; `policy` reports it on every build."""
    root = Path(app.srcdir)
    found = sorted(refused_below(root, config.exclude_patterns))
    app.handbook_refused_files = found  # type: ignore[attr-defined]
    config.exclude_patterns.extend(_pattern(Path(each.file).relative_to(root)) for each in found)


def _pattern(path: Path) -> str:
    """Write a path as a pattern that matches nothing else."""
    return re.sub(r"[\[*?]", r"[\g<0>]", path.as_posix())


def check_static(app: Sphinx, config: Config) -> None:
    """Stop if a static folder holds what may not be published.

    Raises:
        SystemExit: It does.
    """
    root = Path(app.confdir)
    for folder in config.html_static_path:
        for here, folders, names in os.walk(root / folder):
            for path in (Path(here, name) for name in sorted([*folders, *names])):
                if path.is_dir() and not path.is_symlink():
                    continue
                is_picture = path.suffix in PICTURES or "figures" in Path(here).parts
                if why := problem(path, root, PICTURES if is_picture else None):
                    raise SystemExit(f"{path}:1: ERROR: this cannot be published: {why}")
