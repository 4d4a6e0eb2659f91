# ruff: noqa: RUF001 - signs that look alike are what is tested

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_permalinks.findings import quoted, title_key
from sphinx_permalinks.globs import matcher


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Model", "the  model "),
        ("Straße", "STRASSE"),
        ("“Quoted” it’s", '"Quoted" it\'s'),
        ("A – B", "a -- b"),
        ("it´s", "it's"),
        ("ﬁne", "fine"),
        ("Cafe\u0301", "CAFÉ"),
        ("no\u00a0break", "no break"),
    ],
)
def test_titles_that_look_alike_are_alike(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@given(st.text(max_size=30))
def test_folding_a_title_twice_is_the_same_as_once(title: str) -> None:
    assert title_key(title_key(title)) == title_key(title)


@given(st.text(max_size=200))
def test_what_is_quoted_is_short_and_printable(text: str) -> None:
    shown = quoted(text, limit=20)
    assert shown.isprintable()
    assert len(shown) <= 20 * 10 + 2


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("a/*", "a/b", True),
        ("a/*", "a/b/c", False),
        ("a/**", "a/b/c", True),
        ("**/b", "a/b", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab]c", "bc", True),
        ("[!ab]c", "bc", False),
        ("[!ab]c", "xc", True),
        ("a.c", "abc", False),
        ("[", "[", True),
        ("a", "ab", False),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    assert bool(matcher([pattern])(path)) is matches


def test_no_pattern_matches_nothing() -> None:
    assert not matcher([])("")
