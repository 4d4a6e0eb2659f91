"""Everything that a page could use and that is not on the list is refused, with file and line."""

from __future__ import annotations

import os
import re
import shutil
import struct
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from docutils.languages import en as bibliography
from docutils.parsers.rst import directives, roles
from docutils.parsers.rst.languages import en
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import patch_docutils, sphinx_domains

from handbook import policy
from handbook.policy import allowed, pictures
from handbook.policy.parser import footnote_mark, time_limit
from tests.conftest import ROOT
from tests.hostile.builds import CONF, HANDBOOK, Built, build, project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sized


def png(width: int, height: int) -> bytes:
    """Make a picture that is small as a file, whatever its size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 64)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{}</svg>'
KEPT = "what only this machine knows"


def handbook(tmp_path: Path, bodies: Mapping[str, str]) -> Path:
    """Write one page for each body, which begins at its third line, and files around them."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "text.md").write_text(KEPT)
    (outside / "dot.png").write_bytes(png(1, 1))
    files: dict[str, str | bytes] = {
        f"{name}.md": f"# {name}\n\n{body.replace('OUT', str(outside))}\n"
        for name, body in bodies.items()
    }
    files |= {
        ".git/config": KEPT,
        ".hidden.md": KEPT,
        "dot.png": png(1, 1),
        "fake.png": b"<script>",
        "huge.png": png(40_000, 40_000),
        "good.svg": SVG.format("<path d='M0 0'/>"),
        "evil.svg": SVG.format("<script>alert(1)</script>"),
        "evil.html": "<script>alert(1)</script>",
        "part.md": "Part.\n",
        "part.txt": "Part.\n",
        "sheet.csv": "a,b\n",
    }
    source = project(tmp_path, files, HANDBOOK)
    (source / "link.png").symlink_to(outside / "dot.png")
    (source / "dist").mkdir()
    (source / "dist" / "link.md").symlink_to(outside / "text.md")
    os.mkfifo(source / "pipe.md")
    return source


def refusals(made: Built, name: str) -> list[str]:
    """Return the handbook's own warnings about a page."""
    return [
        warning.removeprefix(f"{name}.md:").replace("WARNING: ", "")
        for warning in made.warnings
        if warning.startswith(f"{name}.md:") and "[handbook." in warning
    ]


# Each is refused by exactly one warning: its line and kind, and a part of what it says.
REFUSED = {
    "raw-html": ("<script>alert(1)</script>", 3, "refused", "HTML is not allowed"),
    "raw-handler": ('A <img src=x onerror="alert(1)"> b.', 3, "refused", "HTML"),
    "raw-after-comment": ("<!-- a --><b onclick='alert(1)'>", 3, "refused", "HTML"),
    "raw-comment-ended-early": ("<!--><script>alert(1)</script> -->x<i>", 3, "refused", "HTML"),
    "raw-break": ("A<br>b.", 3, "refused", "HTML"),
    "raw-directive": ("```{raw} html\n<b>x</b>\n```", 3, "refused", "{raw}"),
    "eval-rst": ("```{eval-rst}\n.. raw:: html\n\n   <b>\n```", 3, "refused", "{eval-rst}"),
    "template": (
        "```{datatemplate:import-module} os\n```",
        3,
        "refused",
        "{datatemplate:import-module}",
    ),
    "icon": ('{octicon}`report;1em;" onload="alert(1)`', 3, "refused", "{octicon}"),
    "material": ("{material-regular}`x`", 3, "refused", "{material-regular}"),
    "cpp": ("```{cpp:function} void f(a<b<c<d>>>)\n```", 3, "refused", "{cpp:function}"),
    "python-data": ("{py:data}`x`", 3, "refused", "{py:data}"),
    "math-role": ("{math}`\\frac{1}{2}`", 3, "refused", "{math}"),
    "download-role": ("{download}`x <evil.html>`", 3, "refused", "{download}"),
    "nested": ("````{note}\n```{raw} html\n<b>\n```\n````", 4, "refused", "{raw}"),
    "in-a-table": ("| {raw-html}`x` |\n| --- |\n| b |", 3, "refused", "{raw-html}"),
    "option": ("```{figure} dot.png\n:figclass: authority\n```", 3, "refused", "'figclass'"),
    "class-option": ("```{note}\n:class: adopted\nx\n```", 3, "refused", "'class'"),
    "class-attribute": ("{.adopted}\n> An invented quotation.", 4, "refused", "{class=...}"),
    "class-inline": ("[hidden]{.d-none}", 3, "refused", "{class=...}"),
    "class-div": ("::: authority\nText.\n:::", 3, "refused", ":::{note}"),
    "target": ("[x](https://a.example){target=_top}", 3, "refused", "{target=...}"),
    "label-in-use": ("(search-results)=\nText.", 3, "refused", "belongs to the page around"),
    "heading-in-use": ("## Search results", 3, "refused", "'search-results' belongs to the page"),
    "id-in-use": ("{#pst-x}\nText.", 4, "refused", "'pst-x' belongs to the page around"),
    "list-start": ("{start=99999999999999999999}\n1. a", 4, "refused", "starts at most at 10,000"),
    "list-start-word": ("{start=x}\n1. a", 4, "refused", "starts at most at 10,000"),
    "language": ("```cpp\nint a;\n```", 3, "refused", "the language 'cpp'"),
    "scheme": ("[x](ftp://a.example)", 3, "refused", "link to a page"),
    "scheme-tel": ("<tel:123>", 3, "refused", "link to a page"),
    "scheme-project": ("[x](path:evil.html)", 3, "refused", "link to a page"),
    "scheme-inventory": ("[x](inv:x#y)", 3, "refused", "link to a page"),
    "no-scheme": ("[x](//a.example)", 3, "refused", "link to a page"),
    "card": (
        "```{grid-item-card} x\n:link: data:text/html,x\n:link-type: url\n```",
        3,
        "refused",
        "not allowed",
    ),
    "menu-script": ("```{toctree}\nx <javascript://%0aalert(1)>\n```", 3, "refused", "javascript:"),
    "menu-host": ("```{toctree}\nx <https://a.example>\n```", 3, "refused", "a.example"),
    "download": ("[x](evil.html)", 3, "file", "'evil.html' has the wrong type"),
    "include-outside": ("```{include} ../outside/text.md\n```", 3, "file", "outside the repo"),
    "include-root": ("```{include} /../outside/text.md\n```", 3, "file", "outside the repo"),
    "include-hidden": ("```{include} .hidden.md\n```", 3, "file", "is hidden"),
    "include-type": ("```{include} part.txt\n```", 3, "file", "wrong type"),
    "include-link": ("```{include} dist/link.md\n```", 3, "file", "outside the repository"),
    "include-pipe": ("```{include} pipe.md\n```", 3, "file", "is not a regular file"),
    "include-standard": ("```{include} <isonum.txt>\n```", 3, "file", "part of docutils"),
    "include-option": ("```{include} part.md\n:literal:\n```", 3, "refused", "'literal'"),
    "include-code": ("```{literalinclude} .git/config\n```", 3, "refused", "{literalinclude}"),
    "csv": ("```{csv-table}\n:file: sheet.csv\n```", 3, "refused", "{csv-table}"),
    "picture-outside": ("![a](../outside/dot.png)", 3, "file", "outside the repository"),
    "picture-link": ("![a](link.png)", 3, "file", "outside the repository"),
    "picture-host": ("![a](https://a.example/x.png)", 3, "file", "on another host"),
    "picture-machine": ("```{image} file:///etc/x.png\n:alt: a\n```", 3, "file", "another host"),
    "picture-data": ("```{figure} data:image/png;base64,AA\n:alt: a\n```", 3, "file", "host"),
    "picture-type": ("![a](evil.html)", 3, "file", "wrong type"),
    "character-control": ("A\fb.", 3, "refused", "the character U+000C is not text"),
    "character-turns": ("A `b` \u202ec.", 3, "refused", "the character U+202E is not text"),
    "character-entity": ("A &#x2066;b.", 3, "refused", "the character U+2066 is not text"),
    "picture-fake": ("![a](fake.png)", 3, "file", "is not what its name says"),
    "picture-huge": ("![a](huge.png)", 3, "file", "40,000 x 40,000 pixels"),
    "picture-script": ("![a](evil.svg)", 3, "file", "<script>"),
    "picture-target": (
        "```{image} dot.png\n:alt: a\n:target: javascript:alert(1)\n```",
        3,
        "refused",
        "'target'",
    ),
}

HARMLESS = {
    "comments": "Text <!-- a remark --> and more.\n\n<!-- another --> <!-- third -->\n",
    "links": "[a](https://a.example) [b](mailto:a@a.example) [c](index.md) [d](sheet.csv) [e](#x)",
    "pictures": "![words](dot.png) ![words](good.svg)",
    "include": "```{include} part.md\n```",
    "table": "| a | b |\n| :-- | --: |\n| c | d |",
    "code": "```sh\nmake\n```\n\n```\nplain\n```",
    "quote": '{#a}\n> Text.\n\n{attribution="X"}\n> Text.',
    "note": ":::{note}\nText.\n:::",
}


def test_what_is_not_listed_is_refused_with_file_and_line(tmp_path: Path) -> None:
    source = handbook(tmp_path, {name: case[0] for name, case in REFUSED.items()})
    for _again in range(2):
        made = build(source, tmp_path / "out", "-W", "--keep-going", "-j", "2")
        made.must_be_harmless()
        assert made.code == 1
        for name, (_, line, kind, reported) in REFUSED.items():
            (refusal,) = refusals(made, name) or [made.output]
            assert refusal.startswith(f"{line}: "), (name, refusal)
            assert refusal.endswith(f"[handbook.{kind}]"), (name, refusal)
            assert reported in refusal, (name, refusal)
        assert KEPT not in made.output
    for path in (tmp_path / "out").rglob("*"):
        assert path.name not in {"evil.html", "evil.svg", "huge.png", "fake.png", "link.png"}
        if path.is_file() and path.suffix in {".html", ".js", ".txt"}:
            assert KEPT not in path.read_text("utf-8", "replace"), path


def test_what_the_handbook_uses_is_left_alone(tmp_path: Path) -> None:
    source = handbook(tmp_path, HARMLESS)
    made = build(source, tmp_path / "out")
    for name in HARMLESS:
        assert refusals(made, name) == [], made.output


FIELDS = {
    "myst": "myst: {enable_extensions: [substitution]}",
    "substitutions": "substitutions: {a: '{{ env }}'}",
    "html_meta": "html_meta: {'http-equiv=refresh': '0; url=https://a.example'}",
    "mystnb": "mystnb: {}",
    "tocdepth": "tocdepth: 9",
    "permalinks": "permalinks: /x",
    **{name: f"{name}: x" for name in bibliography.bibliographic_fields},
}


def test_only_listed_front_matter_is_read(tmp_path: Path) -> None:
    pages = {f"{name}.md": f"---\ntitle: T{name}\n{field}\n---\n" for name, field in FIELDS.items()}
    made = build(project(tmp_path, pages, HANDBOOK), tmp_path / "out", "-j", "2", builder="dummy")
    for name in FIELDS:
        (refusal,) = refusals(made, name) or [made.output]
        assert refusal.startswith(f"3: the front matter field '{name}' is not allowed; ")


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """The names of all directives and roles that conf.py's extensions and Sphinx register."""
    folder = tmp_path_factory.mktemp("registered")
    with patch_docutils(str(ROOT)):
        app = Sphinx(ROOT, ROOT, folder, folder / "trees", "dummy", status=None, warning=None)
    found_directives = {*en.directives, *vars(directives)["_directives"]}
    found_roles = {*en.roles, *vars(roles)["_roles"]}
    for domain in app.env.domains.sorted():
        with sphinx_domains(app.env):
            found_directives |= {f"{domain.name}:{name}" for name in domain.directives}
            found_roles |= {f"{domain.name}:{name}" for name in domain.roles}
            if domain.name == "std":
                found_directives |= set(domain.directives)
                found_roles |= set(domain.roles)
    return found_directives, found_roles - {""}


def test_the_list_names_what_exists(registered: tuple[set[str], set[str]]) -> None:
    """If a new version no longer has something that is listed, the list is to be changed."""
    assert allowed.DIRECTIVES.keys() <= registered[0]
    assert allowed.ROLES.keys() <= registered[1]
    assert all(rule.why for rule in allowed.DIRECTIVES.values())
    assert all(allowed.ROLES.values())
    assert all(allowed.FRONT_MATTER.values())
    for name, rule in allowed.DIRECTIVES.items():
        kind = vars(directives)["_directives"].get(name)
        if kind is not None and name != "include":
            assert rule.options <= (kind.option_spec or {}).keys(), name


def test_every_registered_directive_and_role_is_listed_or_refused(
    tmp_path: Path, registered: tuple[set[str], set[str]]
) -> None:
    refused_directives = sorted(registered[0] - allowed.DIRECTIVES.keys())
    refused_roles = sorted(registered[1] - allowed.ROLES.keys())
    assert len(refused_directives) > 140
    assert len(refused_roles) > 80
    parts = [f"```{{{name}}} x\n```\n\n" for name in refused_directives]
    parts += [f"{{{name}}}`x`\n\n\n" for name in refused_roles]
    pages = [parts[start : start + 50] for start in range(0, len(parts), 50)]
    files = {f"page{n}.md": f"# Page {n}\n\n{''.join(page)}" for n, page in enumerate(pages)}
    made = build(project(tmp_path, files, HANDBOOK), tmp_path / "out", builder="dummy")
    reported = [refusal for n in range(len(pages)) for refusal in refusals(made, f"page{n}")]
    kinds = [f"directive {{{name}}}" for name in refused_directives]
    kinds += [f"role {{{name}}}" for name in refused_roles]
    assert [refusal.partition(";")[0] for refusal in reported] == [
        f"{3 + 3 * (n % 50)}: the {kind} is not allowed" for n, kind in enumerate(kinds)
    ]


def test_links_and_devices_are_never_opened(tmp_path: Path) -> None:
    source = project(tmp_path, {"env/pyvenv.cfg": ""}, HANDBOOK)
    (tmp_path / "outside.md").write_text(f"# {KEPT}\n")
    places = {"a/page.md", "dist/page.md", "env/page.md", "node_modules/b.md"}
    for place in places:
        (source / place).parent.mkdir(exist_ok=True)
        (source / place).symlink_to(tmp_path / "outside.md")
    (source / "loop").symlink_to(source, target_is_directory=True)
    (source / "again").symlink_to(source, target_is_directory=True)
    (source / "zero.md").symlink_to("/dev/zero")
    os.mkfifo(source / "pipe.md")
    for _again in range(2):
        made = build(source, tmp_path / "out", "-W", "--keep-going")
        made.must_be_harmless()
        reported = {
            w.partition(": WARNING: ")[0]: w for w in made.warnings if "[handbook.file]" in w
        }
        links = {"loop", "again", "zero.md", "pipe.md"}
        assert reported.keys() == {f"{name}:1" for name in places | links}
        assert KEPT not in made.output
    assert not any(KEPT in p.read_text() for p in (tmp_path / "out").rglob("*.html"))


def test_pages_are_markdown_with_plain_names(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "page.rst": "Page\n====\n\n.. raw:: html\n\n   <script>alert(1)</script>\n",
        'a" onclick="alert(1).md': "# A\n",
        "a\n::error::b.md": "# B\n",
        "a b.md": "# C\n",
        "a.html.md": "# D\n",
        "ok-1.md": "# Ok\n",
    }
    made = build(project(tmp_path, files, HANDBOOK), tmp_path / "out")
    made.must_be_harmless()
    assert made.output.count("[handbook.file]") == len(files) - 1
    assert not [line for line in made.output.splitlines() if line.lstrip().startswith("::")]
    published = {p.parent.name for p in (tmp_path / "out").rglob("index.html")}
    assert published >= {"ok-1"}
    assert not any(name[0] == "a" for name in published if name != "out")


TOO_MUCH: dict[str, tuple[str, str]] = {
    "itself": ("```{include} itself.md\n```\n", "includes nest more than"),
    "deep": ("".join(f"{'`' * (103 - n)}{{note}}\n" for n in range(100)), "directives nest more"),
    "emphasis": ("*a **b " * 900 + "c** d*" * 900, "nests too deep"),
    "long": ("a*" * 30_000, "more than 40,000 characters"),
    "included": ("```{include} part.md\n```\n" * 5, "more than 40,000 characters"),
    "heading": ("## " + "word " * 400, "a heading has more than 1,000 characters"),
    "labels": ("(a)=\n" * 1000, "more than 300 labels"),
    "cells": ("|a|b|\n|-|-|\n" + "|c|d|\n" * 3000, "more than 1,000 table cells"),
    "word": ("a" * 501, "a word has more than 500 characters"),
    "no-break": ("a\u00a0" * 251, "a word has more than 500 characters"),
    "long-words": (f"{'a' * 60} " * 80, "break at over 300 places"),
    "addresses": ("a/" * 200 + " " + "b." * 200, "break at over 300 places"),
    "footnotes": (
        "".join(f"a[^{n}]\n\n[^{n}]: b[^{n + 1}]\n\n" for n in range(60)),
        "more than 50 footnotes",
    ),
    "code-line": (f"```console\n{'a' * 1001}\n```\n", "a line of code has more than 1,000"),
    "columns": ("|a" * 11 + "|\n" + "|-" * 11 + "|\n", "a table has more than 10 columns"),
    "list-table": ("```{list-table}\n* - a\n" + "  - b\n" * 10 + "```\n", "more than 10 columns"),
    "links": ("[a](https://a.example) " * 51, "a paragraph or a cell has more than 50 links"),
    "links-in-a-cell": ("| a |\n| - |\n|" + "[a](#a)" * 51 + "|\n", "more than 50 links"),
    "directives": ("```{note}\nx\n```\n" * 400, "more than 300 directives"),
}


def test_pages_that_are_too_much_are_left_empty(tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {f"{n}.md": f"# {n}\n\n{v[0]}" for n, v in TOO_MUCH.items()}
    source = project(tmp_path, {**pages, "part.md": "word " * 3_000, "z.md": "# Z\n"}, HANDBOOK)
    for _again in range(2):
        made = build(source, tmp_path / "out", "-j", "2")
        made.must_be_harmless()
        for name, (_, why) in TOO_MUCH.items():
            reported = refusals(made, name)
            assert len(reported) == 1, (name, reported)
            assert all(t.startswith("1: this page is left empty: ") and why in t for t in reported)
        assert (tmp_path / "out" / "z" / "index.html").exists()


# What takes longer for each character the more there are does so here, too; `make fuzz` tries it
# with as many as a page may have.
MANY = 39_000 if "FUZZ" in os.environ else 8_000
HUNGRY = {
    name: (text * (MANY // len(text)))[:MANY]
    for name, text in {
        "brackets": "[",
        "pictures": "![",
        "links": "[a](",
        "nested-links": "[[a](b)",
        "angles": "<",
        "comments": "<!--",
        "comments-closed": "<!---->",
        "backticks": "`a``b```c",
        "stars": "*a_",
        "underscores": "_a*",
        "roles": "{a}`",
        "role-names": "{a",
        "attributes": "[a]{#",
        "attributes-2": "{a=b ",
        "footnotes": "[^a",
        "footnote-marks": "[^",
        "definitions": "[a]: b\n",
        "quotes": "> ",
        "lists": "- ",
        "tables": "|-",
        "pipes": "|",
        "table-heads": "a|b\n-|-\n",
        "colons": ":::\n",
        "fences": "```\n",
        "targets": "(a",
        "entities": "&#",
        "escapes": "\\",
        "equals": "a\n=\n",
        "terms": "a\n: b\n",
        "autolinks": "<https://a",
        "mails": "<a@",
        "spaces": " ",
        "blank": "\n",
        "percent": "% a\n",
        "plus": "+++\n",
        "hrefs": "[a](b 'c",
        "code": "    a\n",
        "digits": "1. ",
        "dashes": "---\n",
        "nul": "\0",
        "ctrl": "\x1b[",
        "wide": "\u2028",
    }.items()
}


def test_many_characters_of_anything_take_seconds(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"{n}.md": f"# {n}\n\n{t}\n" for n, t in HUNGRY.items()}
    source = project(tmp_path, files, HANDBOOK)
    build(source, tmp_path / "out", "-j", "2", builder="dummy").must_be_harmless()


@pytest.mark.parametrize("mark", ["[^", "[^a"])
def test_marks_of_footnotes_are_read_and_those_that_do_not_close_cost_little(mark: str) -> None:
    text = mark * 13_000
    state: Any = SimpleNamespace(src=text, posMax=len(text))
    with time_limit(1):
        for state.pos in range(0, len(text), len(mark)):
            assert not footnote_mark(state, True)
    for mark_and_more in ("[^1] and", "[^a-long-name], and", f"[^{'a' * 500}]"):
        state = SimpleNamespace(src=mark_and_more, pos=0, posMax=len(mark_and_more), env={})
        assert footnote_mark(state, True)
        assert mark_and_more[state.pos - 1] == "]"


RAW = """
from docutils import nodes
from docutils.parsers.rst import Directive

class Raw(Directive):
    has_content = True

    def run(self):
        return [nodes.raw("", "<b>raw</b>", format="html")]

def setup(app):
    app.add_directive("note", Raw, override=True)
"""


def test_raw_output_of_an_allowed_directive_is_refused(tmp_path: Path) -> None:
    """A second look, at what pages have become: an extension may change what a directive does."""
    files: dict[str, str | bytes] = {"a.md": "# A\n\n```{note}\nx\n```\n"}
    made = build(project(tmp_path, files, HANDBOOK + RAW), tmp_path / "out")
    assert refusals(made, "a") == [
        "3: raw output is not allowed; write Markdown [handbook.refused]"
    ]
    assert "<b>raw" not in (tmp_path / "out" / "a" / "index.html").read_text("utf-8")


EVIL_SVG = [
    "<script>alert(1)</script>",
    "<rect onload='alert(1)'/>",
    "<a href='javascript:alert(1)'><rect/></a>",
    "<foreignObject><b/></foreignObject>",
    "<image href='https://a.example/x.png'/>",
    "<use href='https://a.example/x.svg#a'/>",
    "<use xmlns:x='http://www.w3.org/1999/xlink' x:href='data:image/svg+xml,x'/>",
    "<rect fill='url(https://a.example/x)'/>",
    "<rect style='background: u\\72l(https://a.example/x)'/>",
    "<style>@import 'https://a.example/x';</style>",
    "<style>rect { fill: image-set('https://a.example/x' 1x) }</style>",
    "<style>rect { fill: image-set('#a' 2x, 'https://a.example/x' 1x) }</style>",
    "<style>rect { fill: -webkit-image-set('https://a.example/x' 1x) }</style>",
    "<style>rect { --a: 'https://a.example/x'; fill: image-set(var(--a) 1x) }</style>",
    # Each of these, within another of its kind ten times and so on, hangs a browser.
    "<g id='a'/><use href='#a'/>",
    "<clipPath id='a'/><rect clip-path='url(#a)'/>",
    "<marker id='a'/><path marker-mid='url(#a)'/>",
    "<symbol id='a'/>",
    "<?xml-stylesheet type='text/css' href='https://a.example/x'?>",
    "<set attributeName='onload' to='alert(1)'/>",
    "<animate attributeName='href' values='javascript:alert(1)'/>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<iframe xmlns='http://www.w3.org/1999/xhtml' src='https://a.example'/>",
    "<style>a {}<title/>@import 'https://a.example/x';</style>",
    "<g xml:base='https://a.example/'><rect fill='url(#a)'/></g>",
    "<rect xmlns:x='urn:x' x:onload='alert(1)'/>",
    "<svg width='1e9' height='1'/>",
    "<svg viewBox='0 0 1 99999'/>",
]


@pytest.mark.parametrize("body", EVIL_SVG)
def test_a_drawing_runs_and_loads_nothing(body: str) -> None:
    assert next(pictures.svg_problems(SVG.format(body).encode()), None)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG.format("&a;").encode(),
        SVG.format("<script/>").encode("utf-16"),
        b"<?xml version='1.0' encoding='cp037'?>" + SVG.format("").encode(),
        b"<?xml-stylesheet type='text/xsl' href='data:text/xml,a'?>" + SVG.format("").encode(),
        b"",
        b"<svg",
        b"<html/>",
        SVG.format("<g>" * 3000 + "</g>" * 3000).encode(),
        SVG.format("<g/>" * 3000).encode(),
        SVG.format(f"<path d='{'M0 0L9 9' * 100_000}'/>").encode(),
    ],
)
def test_only_plain_drawings_are_accepted(content: bytes) -> None:
    assert next(pictures.svg_problems(content), None)


def test_the_handbooks_own_drawings_are_fine() -> None:
    for path in (ROOT / "_static").rglob("*.svg"):
        assert pictures.problem(path) is None, path


@pytest.mark.parametrize("evil", ["link", "script", "page"])
def test_a_static_folder_with_something_else_stops_the_build(tmp_path: Path, evil: str) -> None:
    conf = HANDBOOK + 'html_static_path = ["_static"]\n'
    source = project(tmp_path, {"_static/figures/good.svg": SVG.format("")}, conf)
    figures = source / "_static" / "figures"
    if evil == "link":
        (figures / "x.svg").symlink_to("/etc/passwd")
    elif evil == "script":
        (figures / "x.svg").write_text(SVG.format(EVIL_SVG[0]))
    else:
        (figures / "x.html").write_text("<script>alert(1)</script>")
    made = build(source, tmp_path / "out")
    made.must_be_harmless()
    assert made.code == 1
    assert "this cannot be published" in made.output
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").rglob("x.*"))


def test_sphinx_alone_lets_pages_reach_out(tmp_path: Path) -> None:
    """Why there is a policy; if this fails, Sphinx has one of its own."""
    (tmp_path / "outside.md").write_text(KEPT)
    source = project(tmp_path, {"page.md": "# P\n\n```{include} ../outside.md\n```\n"}, CONF)
    assert build(source, tmp_path / "out", "-W").code == 0
    assert KEPT in (tmp_path / "out" / "page" / "index.html").read_text()


def test_the_handbook_has_the_policy() -> None:
    text = (ROOT / "conf.py").read_text(encoding="utf-8")
    extensions = text.partition("extensions = [")[2].partition("]")[0]
    assert '"handbook"' in extensions
    assert "html_extra_path" not in text
    assert "suppress_warnings" not in text
    assert not (ROOT / "docutils.conf").exists()


MENUS = {
    "eight-times": {
        f"p{n}.md": f"# Page {n}\n\n```{{toctree}}\n" + f"p{n + 1}\n" * 8 + "```\n"
        for n in range(12)
    }
    | {"p12.md": "# Page 12\n"},
    "two-ways": {
        f"{name}{n}.md": f"# Page {name}{n}\n\n```{{toctree}}\n{below}\n```\n"
        for n in range(24)
        for name, below in (("a", f"b{n}\nc{n}"), ("b", f"a{n + 1}"), ("c", f"a{n + 1}"))
    }
    | {"a24.md": "# Last\n"},
    "deep": {f"p{n}.md": f"# Page {n}\n\n```{{toctree}}\np{n + 1}\n```\n" for n in range(9)}
    | {"p9.md": "# Page 9\n"},
    "in-itself": {"p0.md": "# Page\n\n```{toctree}\nindex\n```\n"},
}


@pytest.mark.parametrize("name", MENUS)
def test_a_menu_that_would_grow_without_end_stops_the_build(tmp_path: Path, name: str) -> None:
    start = next(iter(MENUS[name])).removesuffix(".md")
    index = f"# Home\n\n```{{toctree}}\n{start}\n```\n"
    made = build(project(tmp_path, {**MENUS[name], "index.md": index}, HANDBOOK), tmp_path / "out")
    made.must_be_harmless()
    assert made.code == 1
    assert ("list it higher up" if name == "deep" else "list it once") in made.output


def test_a_page_takes_no_name_that_the_pages_around_it_have() -> None:
    frame = "".join(p.read_text("utf-8") for p in (ROOT / "_templates" / "html").rglob("*.html"))
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "_static").glob("*.js"))
    used = {*re.findall(r'\bid="([\w-]+)"', frame), *re.findall(r'search_id = "([\w-]+)"', frame)}
    used |= set(re.findall(r'getElementById\("([\w-]+)"\)', scripts))
    assert {name for name in used if not name.startswith(allowed.ID_PREFIXES_IN_USE)} == (
        allowed.IDS_IN_USE
    )


def test_security_md_counts_what_is_tried() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE))
    tried: dict[str, Sized] = {
        "pages that reach out": REFUSED,
        "front matter fields": FIELDS,
        "8,000 characters": HUNGRY,
        "pages that are too long": TOO_MUCH,
        "SVG files": EVIL_SVG,
    }
    for start, cases in tried.items():
        (count,) = (number for row, number in rows.items() if row.startswith(start))
        assert count == str(len(cases)), start


def test_pages_are_read_again_when_the_allow_list_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was read when more was allowed is refused by the next build."""
    config = Config({}, {})
    config.add("handbook_code_digest", "", "env", str)
    policy.note_digest(None, config)  # type: ignore[arg-type]
    before = config.handbook_code_digest
    copied = tmp_path / "handbook"
    shutil.copytree(ROOT / "handbook", copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(policy, "__file__", str(copied / "policy" / "__init__.py"))
    policy.note_digest(None, config)  # type: ignore[arg-type]
    assert config.handbook_code_digest == before
    with (copied / "policy" / "allowed.py").open("a") as file:
        file.write("PAGE_CHARACTERS = 1\n")
    policy.note_digest(None, config)  # type: ignore[arg-type]
    assert config.handbook_code_digest != before
    assert config.values["handbook_code_digest"].rebuild == "env"


def test_a_folder_of_pages_has_a_plain_name(tmp_path: Path) -> None:
    files = {'a" onmouseover="alert(1)/p.md': "# Page\n", "_static/p.md": "# Static\n"}
    made = build(project(tmp_path, files, HANDBOOK), tmp_path / "out")
    made.must_be_harmless()
    assert ["a folder's name may have only" in w for w in made.warnings].count(True) == 1
    assert not list((tmp_path / "out").glob('a"*'))
