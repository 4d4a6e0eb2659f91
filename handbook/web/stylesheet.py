"""Read a stylesheet as rules, and leave out the rules that no page can match. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

Wanted = Callable[[str, str], bool]
"""Whether a rule for this selector, with this body, is wanted."""

# What may hold braces, semicolons or commas that mean nothing: comments, strings, escapes.
_OPAQUE = r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\."""
_STRUCTURE = re.compile(rf"{_OPAQUE}|[{{}};]", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
_LIST = re.compile(rf"{_OPAQUE}|[(),\[\]]", re.DOTALL)
_ARGUMENTS = re.compile(r"\([^()]*\)")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_GROUPS = ("@media", "@supports", "@layer", "@container")


def statements(css: str) -> list[tuple[str, str | None]]:
    """Split CSS into its outermost statements.

    Args:
        css: A stylesheet, or what stands between the braces of a group such as ``@media``.

    Returns:
        Pairs of prelude and body; the body of a statement without braces is None.
    """
    found: list[tuple[str, str | None]] = []
    start = depth = opened = 0
    for match in _STRUCTURE.finditer(css):
        sign = match[0]
        if sign == "{":
            if not depth:
                opened = match.start()
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                found.append((_clean(css[start:opened]), css[opened + 1 : match.start()]))
                start = match.end()
        elif sign == ";" and not depth:
            if prelude := _clean(css[start : match.start()]):
                found.append((prelude, None))
            start = match.end()
    return found


def selectors(prelude: str) -> list[str]:
    """Split a rule's prelude at its outermost commas."""
    parts, start, depth = [], 0, 0
    for match in _LIST.finditer(prelude):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(match[0], 0)
        if match[0] == "," and not depth:
            parts.append(prelude[start : match.start()].strip())
            start = match.end()
    return [*parts, prelude[start:].strip()]


def required_classes(selector: str) -> list[str]:
    """Return the classes without which a selector matches nothing.

    What stands in the parentheses of ``:not()`` or ``:is()`` is not counted: there another
    class may do.
    """
    while (shorter := _ARGUMENTS.sub("", selector)) != selector:
        selector = shorter
    return _CLASS.findall(selector)


def only(css: str, wanted: Wanted) -> str:
    """Return a stylesheet with the wanted rules alone.

    Args:
        css: The stylesheet.
        wanted: Asked for every selector of every rule. A rule without any wanted selector goes,
            and so does a group that has become empty. Other at-rules stay as they are.

    Returns:
        The rules, without comments and white space between them.
    """
    kept = []
    for prelude, body in statements(css):
        if body is None:
            kept.append(f"{prelude};")
        elif prelude.startswith(_GROUPS):
            if inner := only(body, wanted):
                kept.append(f"{prelude}{{{inner}}}")
        elif prelude.startswith("@"):
            if wanted(prelude, body):
                kept.append(f"{prelude}{{{body.strip()}}}")
        elif left := [one for one in selectors(prelude) if wanted(one, body)]:
            kept.append(f"{','.join(left)}{{{_tidy(body)}}}")
    return "".join(kept)


def licences(css: str) -> list[str]:
    """Return the comments of a stylesheet that have to stay: those that begin with ``/*!``."""
    return _LICENCE.findall(css)


def _clean(prelude: str) -> str:
    return _COMMENT.sub("", prelude).strip()


def _tidy(body: str) -> str:
    """Take comments and the white space around declarations out of a rule's body."""
    lines = (line.strip() for line in _COMMENT.sub("", body).splitlines())
    return " ".join(line for line in lines if line).rstrip(";")
