"""No regular expression of ours takes long, whatever a page of 40 kB makes it try."""

from __future__ import annotations

import ast
import importlib
import re
import time
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

import pytest

from handbook.policy.parser import TooMuchError, time_limit
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = 40_000
SECONDS = 0.5
PLACES = {
    ROOT: ("handbook", "tools"),
    **{package / "src": ("",) for package in sorted((ROOT / "packages").iterdir())},
}
METHODS = {"findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}
NO_PAGE_TEXT = {
    "handbook.web.body._HEADING sub": "HTML of Sphinx, where text has no '<'; headings are short",
    "handbook.web.body._TERM sub": "as before; terms are short",
    "handbook.web.stylesheet._LICENSE findall": "the theme's stylesheets",
    "sphinx_accessible_pdf.diagnostics._PLACE finditer": "messages of the PDF's compiler",
}
"""Expressions that never see what a stranger wrote, and what they see instead."""
SAMPLES = {op.CATEGORY_SPACE: " ", op.CATEGORY_DIGIT: "1", op.CATEGORY_WORD: "a"}


def used_in(module: str, tree: ast.Module) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """Find each expression that a module applies: where, what, and by which method."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=[text, *_]
            ):
                if method in METHODS and isinstance(text, ast.Constant):
                    flags = next((k.value for k in call.keywords if k.arg == "flags"), None)
                    last = flags or call.args[-1]
                    names = re.findall(r"re\.([A-Z]+)", ast.unparse(last))
                    value = sum(int(getattr(re, name)) for name in names)
                    yield f"{module}:{call.lineno}", re.compile(text.value, value), method
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                known = vars(importlib.import_module(module)).get(name)
                if isinstance(known, re.Pattern) and method in METHODS:
                    yield f"{module}.{name}", known, method


def expressions() -> Iterator[tuple[str, re.Pattern[Any], str]]:
    for root, folders in PLACES.items():
        for file in (file for folder in folders for file in sorted((root / folder).rglob("*.py"))):
            parts = file.relative_to(root).with_suffix("").parts
            yield from used_in(".".join(parts), ast.parse(file.read_text("utf-8")))


def sample(pattern: Any) -> str:
    """Make a text that a parsed expression matches, or nearly."""
    made = ""
    for kind, value in pattern:
        match kind:
            case op.LITERAL:
                made += chr(value)
            case op.NOT_LITERAL:
                made += "x" if value != ord("x") else "y"
            case op.ANY:
                made += "x"
            case op.CATEGORY:
                made += SAMPLES.get(value, "x")
            case op.IN:
                made += in_set(value)
            case op.SUBPATTERN:
                made += sample(value[-1])
            case op.BRANCH:
                made += sample(value[1][0])
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                made += sample(value[2]) * max(1, value[0])
            case op.ATOMIC_GROUP:
                made += sample(value)
    return made


def in_set(items: list[Any]) -> str:
    if items[0][0] is op.NEGATE:
        refused = {sample([(kind, value)]) for kind, value in items[1:] if kind is not op.RANGE}
        ranges = [value for kind, value in items if kind is op.RANGE]
        fits = (c for c in "x -1~" if not any(a <= ord(c) <= b for a, b in ranges))
        return next((c for c in fits if c not in refused), "\v")
    kind, value = items[0]
    return chr(value[0]) if kind is op.RANGE else sample([items[0]])


def worst(pattern: Any, before: str = "") -> Iterator[str]:
    """Pump each repeated part, behind what comes before it; something that fits nothing follows."""
    for kind, value in pattern:
        if kind in {op.MAX_REPEAT, op.MIN_REPEAT}:
            pump = sample(value[2]) or "x"
            yield before + pump * (LETTERS // len(pump)) + "\0"
            again = before + pump * 3
            yield again * (LETTERS // len(again)) + "\0"
            yield from worst(value[2], before)
        elif kind is op.SUBPATTERN:
            yield from worst(value[-1], before)
        elif kind is op.BRANCH:
            for branch in value[1]:
                yield from worst(branch, before)
        elif kind is op.LITERAL:
            yield before + chr(value) * LETTERS + "\0"
        before += sample([(kind, value)])


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[re.Pattern[str], str]]:
    return {
        f"{place} {method}": (pattern, method)
        for place, pattern, method in expressions()
        if isinstance(pattern.pattern, str) and ".testing." not in place
    }


def check_time(name: str, pattern: re.Pattern[str], method: str) -> None:
    apply = getattr(pattern, method)
    arguments: tuple[str, ...] = ("",) if method in {"sub", "subn"} else ()
    for text in {*worst(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))}:
        started = time.process_time()
        try:
            with time_limit(SECONDS):
                result = apply(*arguments, text)
                if method == "finditer":
                    list(result)
        except TooMuchError:
            seconds = time.process_time() - started
            pytest.fail(f"{name}: {text[:60]!r}... takes more than {seconds:.1f} s")


def test_each_expression_is_done_with_40_kb_of_its_worst_quickly(
    found: dict[str, tuple[re.Pattern[str], str]],
) -> None:
    for name in sorted(found.keys() - NO_PAGE_TEXT.keys()):
        check_time(name, *found[name])


def test_the_search_finds_expressions_and_slow_ones(
    found: dict[str, tuple[re.Pattern[str], str]],
) -> None:
    assert len(found) > 80
    assert NO_PAGE_TEXT.keys() <= found.keys()
    tree = ast.parse("import re\nre.match(r'(a+)+$', x, flags=re.I)\n")
    ((place, slow, _),) = used_in("handbook", tree)
    assert place == "handbook:2"
    texts = worst(_parser.parse(slow.pattern))
    with pytest.raises(TooMuchError), time_limit(0.2):
        any(slow.match(text) for text in texts)
