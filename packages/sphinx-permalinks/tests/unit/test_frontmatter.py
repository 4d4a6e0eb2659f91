from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from sphinx_permalinks.frontmatter import (
    FrontMatterError,
    Value,
    parse_markdown,
    parse_restructuredtext,
    plain,
)


def heading(text: str) -> tuple[object, int] | None:
    found = parse_markdown(text).heading
    return (found.value, found.line) if found else None


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("---\npermalink: /a\n---\n", {"permalink": Value("/a", 2)}),
        ("---\n'permalink': \"/a\"\n...\n", {"permalink": Value("/a", 2)}),
        ("-----\nother: 1\n---\npermalink: /a\n", {}),
        ("---\npermalink: /a\n", {}),
        (" ---\npermalink: /a\n---\n", {}),
        ("\n---\npermalink: /a\n---\n", {}),
        ("---\n---\n", {}),
        ("---\n# only a remark\n---\n", {}),
        ("---\nx: {permalink: /no}\ny:\n- permalink: /no\n---\n", {}),
        ("---\nx: &x /a\npermalink: *x\n---\n", {"permalink": Value("/a", 3)}),
        ("---\nx: [&x /a]\npermalink: *x\n---\n", {"permalink": Value("/a", 3)}),
        ("---\nx: &x {permalink: /a}\n<<: *x\n---\n", {"permalink": Value("/a", 2)}),
        ("---\nx: &x {permalink: /a}\n<<: *x\npermalink: /b\n---\n", {"permalink": Value("/b", 4)}),
        ("---\npermalink: /a\npermalink: /b\n---\n", {"permalink": Value("/b", 3)}),
        ("---\ntitle: 2026-01-02\n---\n", {"title": Value(date(2026, 1, 2), 2)}),
        ("---\ntitle: >\n  two\n  lines\n---\n", {"title": Value("two lines", 2)}),
        ("---\n? [a, b]\n: c\ntitle: T\n---\n", {"title": Value("T", 4)}),
        ("---\nredirect_from: /a\n---\n", {"redirect_from": Value("/a", 2)}),
        (
            "---\nredirect_from:\n\n- /a\n- [/b]\n---\n",
            {"redirect_from": Value([Value("/a", 4), Value(["/b"], 5)], 2)},
        ),
    ],
)
def test_fields_have_values_and_lines(text: str, fields: dict[str, Value]) -> None:
    assert parse_markdown(text).fields == fields
    assert parse_markdown("\ufeff" + text.replace("\n", "\r\n")).fields == fields


# Nine lines that stand for ten values, a hundred, a thousand, and so on.
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in pairwise("abcdefghi")
)


@pytest.mark.parametrize(
    ("yaml", "line", "message"),
    [
        ("a: 1\nb: [", 4, "did not find expected node content"),
        ("title: a: b", 2, "mapping values are not allowed in this context"),
        ("a: 1\nb: *none", 3, "found undefined alias"),
        (
            "a: 1\n\nb: !!python/name:os.system x",
            4,
            "could not determine a constructor for the tag",
        ),
        ("a: 1\ndate: 2026-02-30", 3, "day (is out of range for month|30 must be in range)"),
        ("a: 1\nb: '\x07'", 3, "it has a character that YAML forbids"),
        ("a: 1\nb: '\ud800'", 2, "surrogates not allowed"),
        ("- a", 2, "it must be lines of `field: value`"),
        ("just text", 2, "it must be lines of `field: value`"),
        ("a: 1\n\tb: 2", 3, "found (a tab )?character that"),
        ("a: 1\n--- b", 3, "expected a single document"),
        ("a: 1\nb: !!bool perhaps", 3, "its value and tag disagree"),
        ("a: 1\nb: !!int ''", 3, "its value and tag disagree"),
        ("a: 1\nb: !!timestamp x", 3, "its value and tag disagree"),
        ("a: 1\nb: 1" + ":59" * 3000, 3, "Exceeds the limit"),
        ("a: 1\nb: " + "[" * 100_000, 3, "it is nested more than 50 levels deep"),
        ("a: 1\nb:\n " + "? " * 100, 4, "it is nested more than 50 levels deep"),
        ("a: &a [x, *a]", 2, "the alias *a contains itself"),
        ("redirect_from: &a [/x, *a]", 2, "the alias *a contains itself"),
        ("a: 1\n" + BOMB, 6, "its aliases stand for more than 10,000 values"),
    ],
)
def test_bad_yaml_is_reported_with_its_line(yaml: str, line: int, message: str) -> None:
    with pytest.raises(FrontMatterError, match=message.replace("alias *", r"alias \*")) as caught:
        parse_markdown(f"---\n{yaml}\n---\n")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\n", ("Title", 1)),
        ("text\n\n###   Title  ##  \n", ("Title", 3)),
        ("# C#\n", ("C#", 1)),
        ("#Title\n", None),
        ("    # code\n", None),
        ("Title\n=====\n", ("Title", 1)),
        ("Two\nlines\n---\n", ("Two lines", 1)),
        ("- item\n---\n\n# T\n", ("T", 4)),
        ("text\n\n---\n\n# T\n", ("T", 5)),
        ("```\n# no\n```\n# T\n", ("T", 4)),
        ("~~~~ x\n~~~\n# no\n~~~~\n# T\n", ("T", 5)),
        (":::{note}\n# no\n:::\n# T\n", ("T", 4)),
        ("<!-- \n# no\n-->\n# T\n", ("T", 4)),
        ("<!-- # no -->\n# T\n", ("T", 2)),
        ("% # no\n(label)=\n# T\n", ("T", 3)),
        ("---\npermalink: /a\n---\n# T\n", ("T", 4)),
        ("no heading\n", None),
        ("", None),
    ],
)
def test_the_first_heading_is_found(text: str, expected: tuple[str, int] | None) -> None:
    assert heading(text) == expected


@pytest.mark.parametrize(
    ("text", "fields", "title"),
    [
        (":permalink: /a\n\nT\n=\n", {"permalink": Value("/a", 1)}, ("T", 3)),
        (".. c\n   d\n\n.. _x:\n\n:orphan:\n:title: X\n", {"title": Value("X", 7)}, None),
        ("T\n=\n\n:permalink: /a\n", {}, ("T", 1)),
        (".. note:: x\n\n:permalink: /a\n", {}, None),
        ("=====\n Big\n=====\n", {}, ("Big", 2)),
        ("para\n\nTitle *x*\n---------\n", {}, ("Title x", 3)),
        ("-----\n\ntext\n", {}, None),
        (
            ":redirect_from: - /a\n  - /b /c\n",
            {"redirect_from": Value([Value("/a", 1), Value("/b", 2), Value("/c", 2)], 1)},
            None,
        ),
    ],
)
def test_restructuredtext(
    text: str, fields: dict[str, Value], title: tuple[str, int] | None
) -> None:
    source = parse_restructuredtext(text)
    heading = source.heading and (source.heading.value, source.heading.line)
    assert (source.fields, heading) == (fields, title)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**A** *b* __c__ _d_ `e` ``f`g`` ~~h~~", "A b c d e f`g h"),
        ("[link](https://x) ![pic](p.png) [ref][r]", "link pic ref"),
        ("{term}`Word <w>` and :ref:`this` `that <url>`_", "Word and this that"),
        (r"2 * 3 * 4, snake_case_name, \*kept\*", "2 * 3 * 4, snake_case_name, *kept*"),
        ("R&amp;D <b>now</b> [^1]", "R&D now"),
        ("  much \n space ", "much space"),
    ],
)
def test_markup_is_left_out(text: str, words: str) -> None:
    assert plain(text) == words
