# ruff: noqa: RUF001 - signs that look alike are what is tested

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_permalinks.common import quoted
from sphinx_permalinks.findings import title_key


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
