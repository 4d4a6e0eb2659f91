"""Finds a project's pages as Sphinx would, without Sphinx and without running conf.py.

conf.py is read, never executed: a pull request from a stranger may be checked. So only
settings that are written down literally are known.
"""

from __future__ import annotations

import ast
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sphinx_permalinks import settings
from sphinx_permalinks.globs import matcher

# What Sphinx leaves out of every project (sphinx.project.EXCLUDE_PATHS).
_ALWAYS_LEFT_OUT = ("**/_sources", ".#*", "**/.#*", "*.lproj/**")

_DEFAULTS: dict[str, Any] = {
    # Where they are computed, Markdown is likely to be among what they read.
    "extensions": ("myst_parser",),
    "source_suffix": None,
    "include_patterns": ("**",),
    "exclude_patterns": (),
    "templates_path": (),
    "html_extra_path": (),
    "html_static_path": (),
    "html_additional_pages": {},
    "suppress_warnings": (),
    **{name: setting.default for name, setting in settings.SETTINGS.items()},
}

# Whether and where redirects are published changes no finding.
_WITHOUT_EFFECT = frozenset({"permalinks_baseurl", "permalinks_publish"})

# Without conf.py, the usual places of what is no page.
_USUALLY_LEFT_OUT = ("_build", "_site", "node_modules", ".*", "**/.*")


class SettingsError(ValueError):
    """conf.py cannot be read, or gives a setting a wrong value. The message says which."""


class Settings(NamedTuple):
    """What conf.py says, as far as it can be known without running it.

    Attributes:
        values: The settings' values, by name.
        unknown: Settings that conf.py computes and that matter: name and line. Their defaults
            are assumed.
    """

    values: dict[str, Any]
    unknown: list[tuple[str, int]]


def read_settings(conf: Path) -> Settings:
    """Read the settings that decide which pages there are and what they are held against.

    Args:
        conf: The path of conf.py, which need not exist.

    Returns:
        The settings.

    Raises:
        SettingsError: If conf.py is not Python, or a setting of this extension is wrong.
    """
    found = Settings(_DEFAULTS.copy(), [])
    if not conf.is_file():
        found.values["exclude_patterns"] = _USUALLY_LEFT_OUT
        return found
    try:
        tree = ast.parse(conf.read_bytes())
    except SyntaxError as error:
        raise SettingsError(f"{conf}:{error.lineno}: it is no Python: {error.msg}") from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise SettingsError(f"{conf}: it cannot be read: {error}") from None
    for name, line, value in _changes(tree):
        try:
            found.values[name] = ast.literal_eval(value or "")
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            found.values[name] = _DEFAULTS[name]
            if name not in _WITHOUT_EFFECT:
                found.unknown.append((name, line))
    for name, default in _DEFAULTS.items():
        if not _is_like(found.values[name], default):
            raise SettingsError(f"{conf}: {name} has a value of the wrong type")
    for name in settings.SETTINGS:
        problem = settings.problem(name, found.values[name])
        if problem is not None:
            raise SettingsError(f"{conf}: {problem}")
    return found


def _is_like(value: object, default: object) -> bool:
    """Tell whether a value can stand in the place of a tuple of texts, or of a mapping."""
    if isinstance(default, tuple):
        is_list = isinstance(value, list | tuple | set | frozenset)
        return is_list and all(isinstance(item, str) for item in value)  # type: ignore[attr-defined]
    if default is None:  # of Sphinx's settings, the suffixes alone
        return value is None or isinstance(value, str | list | tuple | dict)
    return not isinstance(default, dict) or isinstance(value, dict)


def _changes(tree: ast.Module) -> Iterator[tuple[str, int, ast.expr | None]]:
    """Give each known name that is changed, with its line, and its value if that is certain."""
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        target: ast.expr | None = None
        value: ast.expr | None = None
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign):
            target, value = node.target, node.value
        elif isinstance(node, ast.AugAssign):
            target = node.target
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            target = node.func.value  # such as exclude_patterns.append(...)
        if isinstance(target, ast.Name) and target.id in _DEFAULTS:
            yield target.id, target.lineno, value if id(node) in top else None


def find_sources(folder: Path, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Find the files that Sphinx would read.

    Args:
        folder: The source folder.
        values: The settings' values.

    Yields:
        Docname and file, relative to the source folder; of two files for one document the
        one that Sphinx uses.
    """
    suffixes = _suffixes(values)
    include = matcher(values["include_patterns"])
    exclude = matcher(
        [
            *values["exclude_patterns"],
            *values["templates_path"],
            *values["html_extra_path"],
            *values["html_static_path"],
            *_ALWAYS_LEFT_OUT,
        ]
    )
    seen: set[str] = set()
    folders: list[tuple[str, frozenset[tuple[int, int]]]] = [("", frozenset())]
    while folders:
        relative, above = folders.pop()
        here = (folder / relative).stat()
        if (here.st_dev, here.st_ino) in above:  # a link leads back up
            continue
        above |= {(here.st_dev, here.st_ino)}
        below: list[str] = []
        for entry in sorted(os.scandir(folder / relative), key=lambda entry: entry.name):
            path = unicodedata.normalize("NFC", f"{relative}{entry.name}")
            if exclude(path):
                continue
            if entry.is_dir():
                below.append(f"{path}/")
            elif path.endswith(suffixes) and include(path):
                docname = path[: -len(next(s for s in suffixes if path.endswith(s)))]
                if docname not in seen:
                    seen.add(docname)
                    yield docname, path
        folders += [(path, above) for path in reversed(below)]


def _suffixes(values: dict[str, Any]) -> tuple[str, ...]:
    suffixes = values["source_suffix"] or ()
    known = {suffixes} if isinstance(suffixes, str) else set(suffixes)
    if not known:
        known = {".rst"}
    if {"myst_parser", "myst_nb"}.intersection(values["extensions"]):
        known.add(".md")
    return tuple(sorted(map(str, known)))
