"""`make lint` finds broken links and lost anchors without a build, and nothing that is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.links import check

CONF = 'extensions = ["myst_parser", "sphinx_permalinks"]\npermalinks_ledger = "ledger.txt"\n'
INDEX = """\
# Home

```{toctree}
rules/a
Other <rules/b>
```

::::{grid} 2
:::{grid-item-card} Card
:link: rules/a
:link-type: doc

A link [on a card](rules/a.md#rule-one).
:::
::::
"""
A = """\
---
title: A
permalink: /a
---

(rule-one)=
## A `heading` *of* words

## Twice

## Twice

(Group_X)=
:::{silence} Ties
[Down](#rule-one), [across](#only-in-b), [by its words](#a-heading-of-words), [second](#twice-1).
:::

```{figure} /year.svg
:name: figure-year
```

{#para}
Text with [a span]{#span}: [p](#para), [s](#span), [f](#figure-year), [g](#group-x).

| links | in a table |
| --- | --- |
| [label](b.md#only-in-b) | [folder](../data/) and [file](../data/x.csv) |

[Mail](mailto:a@example.org), [web](https://example.org/gone.md#x), <https://example.org>, [b][r],
[permalink](/b#only-in-b), [root](/rules/b.md), [name](/rules/b), [query](b.md?x), [any](only-in-b).

[r]: b.md
"""
B = """\
---
title: B
permalink: /b
redirect_from: [/before, "/a#moved"]
---

(only-in-b)=
## Here

```{include} part.md
```

[Into the part](#in-the-part), [moved](/a#moved), [before](/before).

```md
[Only an example](gone.md)
(only-an-example)=
```

<!-- [Not yet](gone.md) -->
In code, `[a link](gone.md)`, and `over
two lines [too](gone.md)`, none is one.
% [Nor here](gone.md)
"""
OPEN = """\
---
title: C
permalink: /c
---

```{data} members
```

[What the data has](#member-x), [or a page with data](c.md#member-y).
"""
VALID = {
    "conf.py": CONF,
    "index.md": INDEX,
    "rules/a.md": A,
    "rules/b.md": B,
    "rules/c.md": OPEN,
    "rules/part.md": "---\norphan: true\n---\n\n(in-the-part)=\n# A part\n",
    "data/x.csv": "",
    "year.svg": "",
    "README.md": "# Read me\n\n[A](rules/a.md#rule-one), [b](#read-me), [data](data)\n",
    "ledger.txt": """\
/
/README
/a
/a#figure-year
/a#group-x
/a#moved
/a#rule-one
/b
/b#only-in-b
/before
/c
/c#member-z
/rules/a
/rules/b
/rules/c
/rules/part
/rules/part#in-the-part
""",
}


def findings(folder: Path, **changes: tuple[str, str]) -> list[str]:
    """Write the valid project with changes, and check it."""
    for name, text in VALID.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        old, new = changes.get(name.partition(".")[0].replace("/", "_"), ("", ""))
        assert old in text
        file.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return list(check(folder))


def test_what_a_build_allows_is_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "rules_a",
            "(b.md#only-in-b)",
            "(c1.md)",
            "rules/a.md:27: WARNING: broken link 'c1.md': there is no such file; "
            "did you mean 'c.md'?",
        ),
        (
            "rules_a",
            "(b.md#only-in-b)",
            "(b.md#only-in-a)",
            "rules/a.md:27: WARNING: broken link 'b.md#only-in-a': the page has no such anchor; "
            "did you mean 'b.md#only-in-b'?",
        ),
        (
            "rules_a",
            "[p](#para)",
            "\n[p](#rule-on)",
            "rules/a.md:24: WARNING: broken link '#rule-on': the page has no such anchor; "
            "did you mean '#rule-one'?",
        ),
        (
            "rules_a",
            "(#twice-1)",
            "(zzzz.pdf)",
            "rules/a.md:15: WARNING: broken link 'zzzz.pdf': there is no such file; "
            "correct the link, or remove it",
        ),
        (
            "rules_a",
            "(/b#only-in-b)",
            "(/bb#only-in-b)",
            'rules/a.md:30: WARNING: unknown permalink "/bb#only-in-b": no page has this address; '
            'did you mean "/b"?',
        ),
        (
            "rules_a",
            "(/b#only-in-b)",
            "(/b#only-in-c)",
            'rules/a.md:30: WARNING: unknown permalink "/b#only-in-c": the page has no such '
            'anchor; did you mean "/b#only-in-b"?',
        ),
        (
            "rules_a",
            "[r]: b.md",
            "[r]: bb.md",
            "rules/a.md:32: WARNING: broken link 'bb.md': there is no such file; "
            "did you mean 'b.md'?",
        ),
        (
            "rules_b",
            "[Into the part](#in-the-part)",
            "[Into the\npart](a.md#only-an-example)",
            "rules/b.md:14: WARNING: broken link 'a.md#only-an-example': the page has no such ",
        ),
        (
            "index",
            "<rules/b>",
            "<rules/bb>",
            "index.md:5: WARNING: the page 'rules/bb' does not exist; did you mean 'rules/b'?",
        ),
        (
            "index",
            ":link: rules/a",
            ":link: rules/aa",
            "index.md:10: WARNING: the page 'rules/aa' does not exist; did you mean 'rules/a'?",
        ),
        (
            "index",
            "(rules/a.md#rule-one)",
            "(rule/a.md)",
            "index.md:13: WARNING: broken link 'rule/a.md': there is no such file; "
            "did you mean 'rules/a.md'?",
        ),
        (
            "README",
            "(#read-me)",
            "(#read-you)",
            "README.md:3: WARNING: broken link '#read-you': the page has no such anchor; "
            "did you mean '#read-me'?",
        ),
        (
            "rules_a",
            "title: A",
            "title: A: b",
            "rules/a.md:2: WARNING: invalid front matter: mapping values are not allowed in this "
            "context; put quotes around a value that contains a colon",
        ),
        (
            "rules_c",
            "permalink: /c\n",
            "",
            'ledger.txt:11: WARNING: lost permalink "/c" (and 1 more on that page): no page has '
            "this address now; ",
        ),
    ],
)
def test_one_fault_is_one_finding(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    (finding,) = findings(tmp_path, **{file: (old, new)})
    assert finding.startswith(expected)


@pytest.mark.parametrize("wrong", ["date/x.csv", "somewhere/else/altogether/x1.csv"])
def test_of_files_with_one_name_the_nearest_or_first_is_suggested(
    tmp_path: Path, wrong: str
) -> None:
    (tmp_path / "zoo").mkdir()
    (tmp_path / "zoo" / "x.csv").touch()
    (finding,) = findings(tmp_path, README=("(data)", f"({wrong})"))
    assert finding.endswith("there is no such file; did you mean 'data/x.csv'?")


def test_a_renamed_anchor_is_lost_and_its_links_are_broken(tmp_path: Path) -> None:
    found = findings(tmp_path, rules_b=("(only-in-b)=", "(only-in-bee)="))
    assert [line.partition("; ")[0] for line in found] == [
        'ledger.txt:9: WARNING: lost permalink "/b#only-in-b": the page has no such anchor now',
        "rules/a.md:27: WARNING: broken link 'b.md#only-in-b': the page has no such anchor",
        'rules/a.md:30: WARNING: unknown permalink "/b#only-in-b": the page has no such anchor',
        'rules/b.md:3: WARNING: unrecorded permalink "/b#only-in-bee"',
    ]
