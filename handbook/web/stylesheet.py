"""Read a stylesheet as rules, and leave out the rules that no page can match."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import tinycss2

Wanted = Callable[[str, str], bool]
"""Whether a rule for this selector, or this at-rule, with this body, is wanted."""

_LICENSE = re.compile(r"/\*![^*]*\*+(?:[^/*][^*]*\*+)*/")
_GROUPS = frozenset({"media", "supports", "layer", "container"})


def only(css: str, wanted: Wanted) -> str:
    """Return a stylesheet with the wanted rules alone, without comments.

    A rule without any wanted selector goes, and so does a group that has become empty.
    """
    return "".join(_kept(tinycss2.parse_stylesheet(css, True, True), wanted))


def _kept(rules: list[Any], wanted: Wanted) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            continue  # a browser leaves it out, too
        body = _text(rule.content or ()).rstrip(";")
        if rule.type == "qualified-rule":
            lists = [s for s in selectors(rule.prelude) if wanted(s, body)]
            if lists:
                yield f"{','.join(lists)}{{{body}}}"
            continue
        head = f"@{rule.at_keyword}{_text(rule.prelude, False).rstrip()}"
        if rule.content is None:
            yield f"{head};"
        elif rule.lower_at_keyword in _GROUPS:
            inner = tinycss2.parse_rule_list(rule.content, True, True)
            if kept := "".join(_kept(inner, wanted)):
                yield f"{head}{{{kept}}}"
        elif wanted(head, body):
            yield f"{head}{{{body}}}"


def selectors(prelude: list[Any]) -> list[str]:
    """Split a rule's prelude at its outermost commas."""
    parts: list[list[Any]] = [[]]
    for part in prelude:
        if part == ",":
            parts.append([])
        else:
            parts[-1].append(part)
    return [_text(part) for part in parts]


def required_classes(selector: str) -> list[str]:
    """Return the classes without which a selector matches nothing.

    Those in the parentheses of `:not()` or `:is()` do not count: another class may do there.
    """
    tokens = tinycss2.parse_component_value_list(selector)
    pairs = itertools.pairwise(tokens)
    return [name.value for dot, name in pairs if dot == "." and name.type == "ident"]


def licenses(css: str) -> list[str]:
    """Return the comments of a stylesheet that have to stay: those that begin with `/*!`."""
    return _LICENSE.findall(css)


def _text(tokens: Any, trim: bool = True) -> str:
    """Write tokens as CSS on one line, without comments."""
    parts = [
        " " if t.type == "whitespace" else t.serialize() for t in tokens if t.type != "comment"
    ]
    text = "".join(parts)
    return text.strip() if trim else text
