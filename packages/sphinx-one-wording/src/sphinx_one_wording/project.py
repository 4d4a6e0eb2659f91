"""Finds and reads a project's sources, for the build and for the check without one."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from sphinx.errors import ConfigError
from sphinx.util.matching import Matcher, get_matching_files

from sphinx_one_wording.comparing import Rules
from sphinx_one_wording.reading import Source, read

SETTINGS: dict[str, object] = {
    "wording_min_words": Rules.min_words,
    "wording_similarity": Rules.similarity,
    "wording_ignore": (),
    "wording_exclude": (),
    "wording_variants": {},
}
"""The settings in conf.py, each with its default."""

_SPHINX: dict[str, object] = {
    "source_suffix": None,
    "include_patterns": ("**",),
    "exclude_patterns": ("_build", "_site", "node_modules", "**/.*", ".*"),
    "suppress_warnings": (),
}
_SUFFIXES = (".md", ".rst")
# Records of earlier versions: they say what was true then, and are not to be amended.
_RECORDS = re.compile(
    r"(?:^|[/_-])(?:change(?:s|[-_]?log)|history|news|releases?|release[-_]notes|what[-_]?s[-_]?new)"
    r"(?:[-_./]|$)",
    re.IGNORECASE,
)
_CHARACTERS_MAX = 1_000_000  # what is longer was not written by hand
_INCLUDES_MAX = 10  # how deep included files may include others


class SettingsError(ConfigError):
    """conf.py cannot be read, or a setting is wrong. The message says which."""


def read_settings(folder: Path) -> dict[str, Any]:
    """Read the settings that matter here, without running conf.py.

    Args:
        folder: The source folder; conf.py may be missing.

    Returns:
        The values by name. A value that is computed counts as its default.

    Raises:
        SettingsError: If conf.py is not Python, or a setting is wrong.
    """
    values = {**_SPHINX, **SETTINGS}
    conf = folder / "conf.py"
    if conf.is_file():
        try:
            tree = ast.parse(conf.read_bytes())
        except (OSError, SyntaxError, ValueError) as error:
            raise SettingsError(f"{conf}: cannot be read as Python: {error}") from None
        for statement in tree.body:
            if not isinstance(statement, ast.Assign):
                continue
            for target in statement.targets:
                if isinstance(target, ast.Name) and target.id in values:
                    try:
                        values[target.id] = ast.literal_eval(statement.value)
                    except ValueError:
                        continue
    rules_from(values)
    return values


def rules_from(values: dict[str, Any]) -> Rules:
    """Turn settings into rules.

    Args:
        values: The settings' values by name.

    Returns:
        What counts as a copy.

    Raises:
        SettingsError: If a setting is wrong.
    """
    words, similarity = values["wording_min_words"], values["wording_similarity"]
    if not isinstance(words, int) or words < 1:
        raise SettingsError(f"wording_min_words must be a number from 1 on, not {words!r}")
    if not isinstance(similarity, int | float) or not 0.5 <= similarity <= 1:  # noqa: PLR2004
        raise SettingsError(f"wording_similarity must be from 0.5 to 1, not {similarity!r}")
    for name in ("wording_ignore", "wording_exclude"):
        if not isinstance(values[name], list | tuple):
            raise SettingsError(f"{name} must be a list, not {values[name]!r}")
    if not isinstance(values["wording_variants"], dict):
        raise SettingsError(
            "wording_variants must be a mapping of names to files by label, not"
            f" {values['wording_variants']!r}"
        )
    for pattern in values["wording_ignore"]:
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            raise SettingsError(f"wording_ignore: {pattern!r}: {error}") from None
    return Rules(words, float(similarity), tuple(values["wording_ignore"]))


def find_sources(folder: Path, values: dict[str, Any]) -> list[str]:
    """List the sources of a project, as paths below its folder.

    Args:
        folder: The source folder.
        values: The settings' values by name.

    Returns:
        Their names, sorted.
    """
    suffixes = values["source_suffix"] or _SUFFIXES
    suffixes = (suffixes,) if isinstance(suffixes, str) else tuple(suffixes)
    found = get_matching_files(folder, values["include_patterns"], values["exclude_patterns"])
    return sorted(name for name in found if name.endswith(suffixes))


def read_sources(folder: Path, names: Iterable[str], values: dict[str, Any]) -> list[Source]:
    """Read sources, and what they include, each file once.

    Args:
        folder: The source folder.
        names: The sources, as paths below it.
        values: The settings' values by name.

    Returns:
        What was read. A file that cannot be read, or that is outside the folder, is left out:
        Sphinx itself reports it.
    """
    is_excluded: Callable[[str], bool] = Matcher(list(values["wording_exclude"]))
    min_words = values["wording_min_words"]
    sources: dict[str, Source] = {}
    root = folder.resolve()
    waiting = [(name, 0) for name in names]
    while waiting:
        name, depth = waiting.pop()
        if name in sources or _RECORDS.search(name) or is_excluded(name):
            continue
        text = _content(root, name)
        if text is None:
            continue
        source = sources[name] = read(name, text, min_words)
        if depth < _INCLUDES_MAX:
            waiting += [(_below(name, target), depth + 1) for target in source.includes]
    return list(sources.values())


def read_documents(folder: Path, values: dict[str, Any]) -> dict[str, dict[str, Source]]:
    """Read the documents that `wording_variants` names.

    Args:
        folder: The folder of conf.py.
        values: The settings' values by name.

    Returns:
        The documents by name and label.

    Raises:
        SettingsError: If a document cannot be read.
    """
    root = folder.resolve()
    found: dict[str, dict[str, Source]] = {}
    for name, files in values["wording_variants"].items():
        found[name] = {}
        for label, file in files.items():
            text = _content(root, file)
            if text is None:
                raise SettingsError(f"wording_variants: {file} cannot be read")
            found[name][label] = read(file, text)
    return found


def _below(name: str, target: str) -> str:
    """Resolve the name of an included file as Sphinx does."""
    if target.startswith("/"):
        return os.path.normpath(target.lstrip("/"))
    return PurePosixPath(os.path.normpath(PurePosixPath(name).parent / target)).as_posix()


def _content(root: Path, name: str) -> str | None:
    try:
        file = os.path.realpath(root / name)
        if not Path(file).is_relative_to(root) or not os.path.isfile(file):  # noqa: PTH113
            return None
        with open(file, encoding="utf-8", errors="replace") as opened:  # noqa: PTH123
            return opened.read(_CHARACTERS_MAX)
    except (OSError, ValueError):
        return None


def is_suppressed(subtype: str, suppressed: Iterable[str]) -> bool:
    """Tell whether `suppress_warnings` names a finding's subtype."""
    return bool({"wording", "wording.*", f"wording.{subtype}"}.intersection(suppressed))
