"""What hypothesis writes into pages and ledgers."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import TIMES

FRONT_MATTER = 300
LEDGERS = 150
PAGES_OF_BYTES = 150
PAGES_OF_A_BUILD = 80


def tried(examples: int) -> settings:
    """Give the settings of a test that tries so many examples."""
    return settings(max_examples=examples * TIMES)


ADDRESSES = [
    *["/a", "/a/", "a", "/", "//x", "/../../x", "/%2e%2e/x", "/x/%2e%2e%2f", "/a?b", "/a#b"],
    *["javascript:alert(1)", "data:text/html,x", "/" + "a" * 300, "/é", "/e\u0301", "C:\\x"],
    *['/"><script>', "/%0a::error::x", "/\x1b]0;x\x07", "/\u202ea", "/\ud800", "/a\0b", "/CON"],
    *["/page.html", "/page.HTML/", "/index.html", "/search", "/_static/x", "/.git/config", "~"],
    *["/{{ 7*7 }}", "/${x}", "/%s%n", "/#panic()", "/$x$", "/\\input{x}", "/a b", "/ ", "/:x/"],
]

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**4000),
    st.floats(),
    st.text(max_size=40),
    st.text(st.characters(), max_size=20),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=20),
    st.sampled_from(ADDRESSES),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6), st.dictionaries(SCALARS, inner, max_size=4)
    ),
    max_leaves=12,
)


NAMES = st.sampled_from(
    ["permalink", "redirect_from", "title", "authority", "myst", "orphan", "tocdepth", "x", "<<"]
)
FIELDS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=5)

# Signs that mean something to YAML, Markdown, or the readers of lines.
SIGNS = st.sampled_from(
    [
        *["&a ", "*a", "!!bool ", "!!int ", "!!float ", "!!timestamp ", "!!binary ", "!!set "],
        *["!!omap ", "!!python/name:os.system ", "!x ", "<<: ", "<<: *a\n", "\0", "\x85", "\u2028"],
        *["[", "]", "{", "}", "? ", "- ", ": ", "|\n", ">\n", "'", '"', '"\\ud800"', '"\\x1b"'],
        *[
            "permalink: /a\n",
            "permalink: /b\n",
            "---\n",
            "...\n",
            "%YAML 9.9\n",
            "\t",
            "\r",
            "\r\n",
        ],
        *["\ufeff", "# ", "=: x\n", "0x", "1:59:59", ".inf", "2026-02-30", "\x1b[31m", "~\n", "\n"],
    ]
)


def dumped(fields: dict[str, object], flow: bool) -> str:
    """Write fields as YAML: spread over lines, or in one line with brackets."""
    style: Any = {"default_flow_style": flow, "allow_unicode": True, "width": 1000}
    try:
        return str(yaml.dump(fields, Dumper=yaml.CSafeDumper, **style))
    except UnicodeEncodeError:  # libyaml writes no surrogates
        return str(yaml.safe_dump(fields, **style))


@st.composite
def front_matter(draw: st.DrawFn) -> str:
    """Write front matter: well-formed, then disturbed in up to four places."""
    text = dumped(draw(FIELDS), draw(st.booleans()))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(SIGNS) + text[place:]
    return f"---\n{text}---\n"


BLOCKS = st.sampled_from(
    [
        *["# T\n", "## T\n", "#### T\n", "T\n===\n", "(a)=\n", "> q\n", "- a\n  - b\n", "1. a\n"],
        *["```{note}\n", "```\n", ":::{tip} x\n", ":::\n", "```{figure} x\n:alt:\n", "~~~~\n"],
        *["```{include} page.md\n```\n", "```{toctree}\npage\n```\n", "```{math}\n\\x{\n```\n"],
        *["[a](/a)", "[](/a#b)", "{permalink:page}`/a`", "{permalink:page}`x </\0>`", "{ref}`a`"],
        *["[^1]", "[^1]: n\n", "|a|b|\n|-|-|\n|c|\n", "<script>alert(1)</script>", "<!-- ", "-->"],
        *["{.c #i}\n", "[x]{.a}", "{nope}`x`", "```{nope}\n```\n", "\\", "`", "*", "**", "_", "\t"],
        *["![](x.png)", "![](../x)", "<http://x>", "[x](javascript:x)", "&#0;", "&#xD800;", "&amp"],
        *["```{eval-rst}\n.. a:: b\n\n  .. c\n```\n", "```{eval-rst}\n`a\n`__ |x| [1]_\n```\n"],
        *[
            "% remark\n",
            "+++\n",
            "$$x$$",
            "{{ x }}",
            ": d\n",
            "\n",
            "\n\n",
            "\r",
            "\u2028",
            "\ufeff",
        ],
        *[
            "```{list-table}\n* - a\n  * b\n```\n",
            "```{csv-table}\n:header: a\n'\n```\n",
            "\x1b[31m",
        ],
        *[
            "```{card}\n```\n",
            "`````{tab-set}\n",
            "```{glossary}\na\n  b\n```\n",
            "{term}`a`",
            "\0",
        ],
    ]
)
BODIES = st.one_of(
    st.lists(st.one_of(BLOCKS, st.text(max_size=12)), max_size=20).map("".join),
    st.text(max_size=80),
)


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """Write a page: mostly text that means something, sometimes bytes."""
    if draw(st.integers(0, 7)) == 0:
        return draw(st.binary(max_size=200))
    head = draw(st.one_of(st.just(""), front_matter()))
    text = f"{head}\n{draw(BODIES)}"
    return text.encode("utf-8", draw(st.sampled_from(["replace", "replace", "surrogatepass"])))


@cache
def corpus(size: int) -> list[bytes]:
    """Give so many pages, the same ones each time unless more are asked for."""
    found: list[bytes] = []

    @tried(size)
    @given(pages())
    def find(page: bytes) -> None:
        found.append(page)

    find()
    return found


LEDGER_LINES = st.one_of(
    st.sampled_from(ADDRESSES),
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(ADDRESSES),
        st.sampled_from(["", "#x", "#", " ", "  retired ", "\tretired 2026-01-31"]),
        st.sampled_from(["", "2026-01-31 ", "2026-02-30", " -> ", " why -> /a"]),
        st.text(max_size=12),
    ),
    st.sampled_from(
        ["# remark", "", "<<<<<<< HEAD", "=======", "\0", "\ufeff/a", "/a\r", "\x1b[2J"]
    ),
    st.text(max_size=30),
)
LEDGER_TEXTS = st.one_of(
    st.lists(LEDGER_LINES, max_size=15)
    .map("\n".join)
    .map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=120),
)
