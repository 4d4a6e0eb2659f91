"""Reads stylesheets as trees of rules, and writes them with the rules that pages can match."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import tinycss2


class Rule(NamedTuple):
    """A rule: each selector with the names without which it matches nothing, and declarations."""

    selectors: list[tuple[str, list[str]]]
    declarations: list[tuple[str, str]]


class Group(NamedTuple):
    """Rules in an at-rule, such as `@media`."""

    head: str
    nodes: list[Node]


class Text(NamedTuple):
    """An at-rule that stays as it is, such as `@keyframes`."""

    text: str


Node = Rule | Group | Text

_LICENSE = re.compile(r"/\*![^*]*\*+(?:[^/*][^*]*\*+)*/")
_GROUPS = frozenset({"media", "supports", "layer", "container"})
_KEYFRAMES = re.compile(r"@(?:-\w+-)?keyframes\s+([\w-]+)")
_VARIABLE = re.compile(r"--[\w-]+")


@functools.lru_cache(maxsize=8)  # for the next build of a live preview
def parse(css: str) -> list[Node]:
    """Return a stylesheet's rules, without what browsers ignore. What is returned is shared."""
    return list(_parsed(tinycss2.parse_stylesheet(css, True, True)))


def _parsed(rules: Iterable[Any]) -> Iterator[Node]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [(text(part), required_names(part)) for part in split(rule.prelude)]
            yield Rule(selectors, list(_declarations(rule.content)))
        elif rule.type == "at-rule":
            head = f"@{rule.at_keyword}{text(rule.prelude, trim=False).rstrip()}"
            if rule.content is None:
                yield Text(f"{head};")
            elif rule.lower_at_keyword in _GROUPS:
                inner = tinycss2.parse_rule_list(rule.content, True, True)
                yield Group(head, list(_parsed(inner)))
            else:
                yield Text(f"{head}{{{text(rule.content)}}}")


def _declarations(content: list[Any]) -> Iterator[tuple[str, str]]:
    for part in tinycss2.parse_blocks_contents(content, True, True):
        if part.type == "declaration":
            yield part.name, text(part.value) + "!important" * part.important
        elif part.type != "error":
            yield "", text([part])  # a rule inside a rule


def split(prelude: list[Any]) -> list[list[Any]]:
    """Split a rule's prelude at its outermost commas."""
    parts: list[list[Any]] = [[]]
    for part in prelude:
        if part == ",":
            parts.append([])
        else:
            parts[-1].append(part)
    return parts


def required_names(selector: list[Any]) -> list[str]:
    """Return what a selector needs in a page: `.class`, `#id`, and `element`.

    Names in the parentheses of `:not()` or `:is()` do not count: another may do there.
    """
    names = []
    before = None
    for token in selector:
        if token.type == "hash":
            names.append(f"#{token.value}")
        elif token.type == "ident" and before == ".":
            names.append(f".{token.value}")
        elif token.type == "ident" and before != ":":
            names.append(token.lower_value)
        before = token.value if token.type == "literal" else None
    return names


def _changed(nodes: Iterable[Node], change: Callable[[Rule], Rule | None]) -> Iterator[Node]:
    """Change each rule, or leave it out, and the groups that are empty then."""
    for node in nodes:
        if isinstance(node, Group):
            if inner := list(_changed(node.nodes, change)):
                yield Group(node.head, inner)
        elif isinstance(node, Text):
            yield node
        elif changed := change(node):
            yield changed


def _flat(nodes: Iterable[Node]) -> Iterator[Rule | Text]:
    """Yield what is not a group, wherever it is."""
    for node in nodes:
        if isinstance(node, Group):
            yield from _flat(node.nodes)
        else:
            yield node


def keep(nodes: Iterable[Node], wanted: Callable[[str], bool]) -> Iterator[Node]:
    """Yield the rules whose names are all wanted; of several selectors, those that are."""

    def kept(rule: Rule) -> Rule | None:
        selectors = [pair for pair in rule.selectors if all(map(wanted, pair[1]))]
        return Rule(selectors, rule.declarations) if selectors else None

    return _changed(nodes, kept)


def names_in(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names that any selector needs."""
    rules = (node for node in _flat(nodes) if isinstance(node, Rule))
    return (name for rule in rules for _, names in rule.selectors for name in names)


def without_unused(nodes: list[Node], used: Collection[str] = ()) -> list[Node]:
    """Leave out custom properties and keyframes to which nothing refers, and rules empty then.

    Args:
        nodes: A whole stylesheet.
        used: Custom properties to which scripts refer.
    """
    values: dict[str, set[str]] = {}
    open_names = set(used)
    for name, value in _all_declarations(nodes):
        found = set(_VARIABLE.findall(value))
        if name.startswith("--"):
            values.setdefault(name, set()).update(found)
        else:
            open_names |= found
    reached: set[str] = set()
    while open_names:
        reached |= open_names
        open_names = {n for name in open_names for n in values.get(name, ())} - reached
    moves = " ".join(value for name, value in _all_declarations(nodes) if "animation" in name)

    def kept(rule: Rule) -> Rule | None:
        used = [d for d in rule.declarations if not d[0].startswith("--") or d[0] in reached]
        return Rule(rule.selectors, used) if used else None

    return [
        node
        for node in _changed(nodes, kept)
        if not (isinstance(node, Text) and (moved := _KEYFRAMES.match(node.text)))
        or moved[1] in moves
    ]


def _all_declarations(nodes: list[Node]) -> Iterator[tuple[str, str]]:
    for node in _flat(nodes):
        yield from [("", node.text)] if isinstance(node, Text) else node.declarations


def write(nodes: Iterable[Node]) -> str:
    """Write rules as CSS without needless spaces."""
    return "".join(map(_written, nodes))


def _written(node: Node) -> str:
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Group):
        return f"{node.head}{{{write(node.nodes)}}}"
    selectors = ",".join(selector for selector, _ in node.selectors)
    return f"{selectors}{{{';'.join(f'{n}:{v}' if n else v for n, v in node.declarations)}}}"


def licenses(css: str) -> list[str]:
    """Return the comments of a stylesheet that have to stay: those that begin with `/*!`."""
    return _LICENSE.findall(css)


def text(tokens: Iterable[Any], trim: bool = True) -> str:
    """Write tokens as CSS on one line, without comments."""
    parts = [
        " " if t.type == "whitespace" else t.serialize() for t in tokens if t.type != "comment"
    ]
    written = "".join(parts)
    return written.strip() if trim else written
