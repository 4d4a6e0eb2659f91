"""What a stranger's pull request may hold: it fails with file and line, and does nothing else."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinx_permalinks import frontmatter, ledger
from sphinx_permalinks.__main__ import main
from sphinx_permalinks.frontmatter import FrontMatterError, parse_markdown, parse_restructuredtext

if TYPE_CHECKING:
    from tests.harness import Site

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

HOSTILE_YAML = {
    "bomb": BOMB + "permalink: *i\nredirect_from: *h\n",
    "merge bomb": "a: &a {permalink: /a}\n"
    + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(100)),
    "deep flow": "permalink: " + "[" * 50_000,
    "deep flow closed": "permalink: " + "[" * 20_000 + "]" * 20_000,
    "deep mapping": "".join(" " * n + "a:\n" for n in range(1000)),
    "deep list": "redirect_from:\n" + "- " * 20_000 + "/a",
    "long": "permalink: /" + "a" * 100_000,
    "long title": "title: '" + "*_`[" * 25_000 + "'",
    "many": "redirect_from:\n" + "- /a\n" * 2_000,
    "self": "permalink: &p [*p]",
    "anchors": "".join(f"a{n}: &n{n} x\n" for n in range(2_000)),
    "duplicates": "permalink: /a\n" * 2_000,
    "tag": "permalink: !!python/object/apply:os.system ['echo']",
    "binary": "permalink: !!binary aGVsbG8=",
    "set": "permalink: !!set {/a}",
    "number": "permalink: " + "9" * 5000,
    "sexagesimal": "permalink: 190:20:30",
    "infinity": "title: .inf",
    "control": "permalink: '/a\x00b'",
    "escape": 'permalink: "/a\\x1b]0;x\\x07"',
    "surrogate": 'permalink: "\\ud800"',
    "right to left": 'title: "\\u202eevil"',
    "command": "title: '%0a::error::x'\npermalink: '/%0a::error::x'",
}


@pytest.mark.parametrize("name", HOSTILE_YAML)
def test_hostile_front_matter_is_a_finding_or_nothing(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"---\n{HOSTILE_YAML[name]}\n---\n\n# T\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8", errors="surrogatepass")
    (tmp_path / "b.md").write_text(text, encoding="utf-8", errors="surrogatepass")
    (tmp_path / "conf.py").touch()
    for form in ("text", "github", "json"):
        assert main(["check", str(tmp_path), "--format", form]) in {0, 1}
        reported = capsys.readouterr().out
        assert all(line.isprintable() for line in reported.splitlines())
        assert max(map(len, reported.splitlines()), default=0) < 4000 or form == "json"
        if form == "json":
            json.loads(reported)
        if form == "github":
            assert all(line.startswith("::error file=") for line in reported.splitlines())


PIECES = st.sampled_from(
    [
        *["---\n", "...\n", "permalink: ", "title: ", "redirect_from:\n", "- ", "/a", "\n", "&a "],
        *["*a", "[", "]", "{", "}", ": ", "'", '"', "!!str ", "|\n", "<<: ", "# ", "=====\n", "\t"],
        *["\x00", "\ud800", "\u2028", "\x85", "\r", ":permalink: ", ".. x\n", "```\n", "<!--"],
        *["é", "%", "? "],
    ]
)
SOURCES = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=200))


@given(SOURCES)
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_markdown, parse_restructuredtext):
        for start in ("", "---\n"):
            with contextlib.suppress(FrontMatterError):
                parse(start + text)


@given(st.text(max_size=200))
def test_an_arbitrary_ledger_is_read(text: str) -> None:
    found = ledger.parse(text)
    assert len(found.entries) + len(found.problems) <= text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        *["# " + "*" * 50_000, "# " + "[" * 50_000, "#" + " " * 50_000 + "x", "`" * 50_000],
        *["<" * 50_000, "# " + "a" * 50_000 + "#" * 50_000, "- " * 50_000, "\n" * 100_000],
        *["=" * 50_000 + "\n" + "=" * 50_000, "# " + "<a " * 20_000, "# " + "{a}`" * 20_000],
        *[":a" * 50_000, "\\" * 50_000],
    ],
)
def test_long_lines_take_no_long_time(text: str) -> None:
    for source in ("a.md", "a.rst"):
        frontmatter.parse(source, text)


# A permalink has the better right, and marks of direction are shown to no one.
UNTOLD = {"right to left", "duplicates"}


def test_a_hostile_page_stops_no_build_and_harms_nothing(site: Site) -> None:
    # "number" and "self" are left out: MyST 4 itself ends with a traceback there.
    names = ["long", "many", "escape", "right to left", "command", "duplicates"]
    for number, name in enumerate(names):
        site.write({f"p{number}.md": f"---\n{HOSTILE_YAML[name]}\n---\n\n## H{number}\n"})
    site.write({}, suppress_warnings=["myst.header", "myst.topmatter"])
    warnings = site.build("dirhtml")
    assert all(line.isprintable() for line in warnings)
    found = {line.partition(":")[0] for line in warnings}
    assert found == {f"p{number}.md" for number, name in enumerate(names) if name not in UNTOLD}
    assert all("permalinks." in w for w in warnings)
    assert max(map(len, warnings)) < 1000


def test_thousands_of_claims_to_one_address_are_reported_briefly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(1500):
        (tmp_path / f"p{n}.md").write_text("---\npermalink: /same\ntitle: Same\n---\n")
    (tmp_path / "conf.py").touch()
    assert main(["check", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1499 + 1
    assert all("and 1479 more; give each page its own" in line for line in lines)
