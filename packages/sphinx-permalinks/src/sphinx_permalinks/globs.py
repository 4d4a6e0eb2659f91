"""Sphinx's patterns for docnames and files, without Sphinx: * stays in a folder, ** does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_TOKENS = re.compile(r"(\*\*)|(\*)|(\?)|\[(!?)(\]?[^\]]*)\]|(.)", re.DOTALL)


def matcher(patterns: Iterable[str]) -> Callable[[str], object]:
    """Compile patterns of the form that Sphinx's `exclude_patterns` has.

    Args:
        patterns: The patterns.

    Returns:
        A function that says whether one of the patterns matches the whole of a path with slashes.
    """
    expressions = [translate(pattern) for pattern in patterns]
    return re.compile("|".join(expressions) or r"(?!)", re.DOTALL).fullmatch


def translate(pattern: str) -> str:
    """Turn one pattern into a regular expression.

    Args:
        pattern: A pattern with *, **, ?, [seq] or [!seq].

    Returns:
        The expression's source, in a group of its own.
    """
    return f"(?:{''.join(map(_expression, _TOKENS.finditer(pattern)))})"


def _expression(token: re.Match[str]) -> str:
    if token[1]:
        return ".*"
    if token[2]:
        return "[^/]*"
    if token[3]:
        return "[^/]"
    if token[5]:
        escaped = token[5].replace("\\", r"\\").replace("[", r"\[")
        return f"[^/{escaped}]" if token[4] else f"[{escaped}]"
    return re.escape(token[0])
