"""Data comes out as text, whatever it is, and a page chooses neither file nor template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from bs4 import BeautifulSoup
from jinja2 import TemplateError

from handbook.data import render
from tests.hostile.builds import HANDBOOK, Built, build, project

if TYPE_CHECKING:
    from pathlib import Path

CONF = HANDBOOK.replace('"policy",', '"policy", "data",') + (
    'handbook_data = {"roster": ("d.yml", "d.json", "d.jinja")}\nexclude_patterns = ["out"]\n'
)
# What comes behind the check of the characters has to hold without it.
ANY_CHARACTER = "from handbook import common\ncommon._INVISIBLE = frozenset()\n"
TEMPLATE = """\
(roster)=
## The roster

| name | focus |
| --- | --- |
{%- for m in data.members %}
| [{{ m.name }}]({{ m.url | link }}) | {{ m.focus }} |
{%- endfor %}
{% for m in data.members %}
(m-{{ m.name | slug }})=
### {{ m.name }}

Purpose: {{ m.focus }}.

- {{ m.focus }}
{% endfor %}
"""
RECORD = {"name": "A name", "url": "https://a.example/x?y=1", "focus": "a focus"}

BREAKS = {
    "line-separator": "x\u2028```{raw} html\u2028<b>\u2028```",
    "next-line": "x\x85```{raw} html\x85<b>\x85```",
    "return": "x\r\r```{raw} html\r<b>\r```",
    "form-feed": "x\f```{raw} html\f<b>\f```",
    "line": "x\n\n```{raw} html\n<b>\n```\n",
    "heading": "x\n\n# Heading\n\n## Another",
    "pipe": "x | y | z",
    "markdown": "**bold** _em_ `code` [a](https://b.example) ![p](x.png) {octicon}`x` <b>x</b>",
    "comment": "<!-- x --> {{ data }} {% raw %} % remark",
    "quotes": "\"x\" 'y' \\ ` ~",
    "target": "(a)= {#id} ::: {class=authority}",
    "entities": "&lt;script&gt; &#60; &amp;",
    "autolink": "<https://b.example> https://b.example",
    "marks": "https://data.invalid/0 \ue001",
    "emphasis": "* _ ** __ ~~",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A page for each of these values."""
    files: dict[str, str | bytes] = {"d.json": "{}"}
    for name, value in BREAKS.items():
        data = {"members": [{**RECORD, "focus": value, "name": value}]}
        files[f"{name}.yml"] = yaml.safe_dump(data)
        template = TEMPLATE.replace("(roster)", f"({name})").replace("(m-", f"(m-{name}-")
        files[f"{name}.jinja"] = template
        files[f"{name}.md"] = f"# Page {name}\n\n```{{data}} {name}\n```\n\nAfter.\n"
    shown = {name: (f"{name}.yml", "d.json", f"{name}.jinja") for name in BREAKS}
    conf = f"{CONF}handbook_data = {shown}\nsmartquotes = False\n{ANY_CHARACTER}"
    folder = tmp_path_factory.mktemp("shown")
    made = build(project(folder, files, conf), folder / "out")
    made.must_be_harmless()
    return made


@pytest.mark.parametrize("name", BREAKS)
def test_data_is_text(made: Built, name: str) -> None:
    value = BREAKS[name]
    assert [w for w in made.warnings if "ambiguous" not in w] == []
    html = (made.out / name / "index.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser")
    words = " ".join(value.split())
    body = page.select_one("[role=main]") or page
    heads = [h.get_text().rstrip("¶") for h in body.select("h1, h2")]
    assert heads == [f"Page {name}", "The roster"]
    assert [" ".join(h.get_text().rstrip("¶").split()) for h in body.select("h3")] == [words]
    cells = [" ".join(cell.get_text().split()) for cell in body.select("td")]
    assert cells == [words, words]
    assert [" ".join(item.get_text().split()) for item in body.select("section li")] == [words]
    assert body.select("td b, td em, td strong, td code, td img, script, pre, blockquote") == []
    links = [link["href"] for link in body.select("td a")]
    assert links == [RECORD["url"]]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://a.example",
        "https://a.example/\n",
        "https://a.example/)[x](javascript:alert(1)",
        'https://a.example/"onclick="x',
        "https://a.example/\u2028x",
        "https://a.example/<b>",
        " https://a.example",
    ],
)
def test_an_address_is_https_and_nothing_else(address: str) -> None:
    with pytest.raises(TemplateError, match="is not an https address"):
        render("[x]({{ data | link }})", address)


@pytest.mark.parametrize(
    "template",
    [
        "{{ data.__class__.__mro__ }}",
        "{{ data.__init__.__globals__ }}",
        "{{ ''.__class__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler }}",
        "{{ lipsum.__globals__ }}",
        "{{ env }}",
        "{{ config }}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ data | map('upper') }}",
        "{{ data | safe }}",
        "{{ data.webiste }}",
    ],
)
def test_a_template_reaches_nothing_but_the_data(template: str) -> None:
    try:
        text, values = render(template, {"members": []})
    except (TemplateError, TypeError):
        return
    assert not text.strip(), (text, values)


def test_a_block_or_macro_cannot_smuggle_markdown() -> None:
    for template in (
        "{% set x %}{{ data }}{% endset %}{{ x }}",
        "{% macro m() %}{{ data }}{% endmacro %}{{ m() }}",
    ):
        with pytest.raises(TemplateError, match="use a loop"):
            render(template, "x")


def test_a_page_cannot_choose_a_file(tmp_path: Path) -> None:
    names = ["other", "../d", "roster d.jinja", "d.yml"]
    files: dict[str, str | bytes] = {
        "d.yml": "members: []\n",
        "d.json": "{}",
        "d.jinja": TEMPLATE,
        "option.md": "# Option\n\n```{data} roster\n:template: d.yml\n```\n",
    }
    for number, name in enumerate(names):
        files[f"page{number}.md"] = f"# Page {number}\n\n```{{data}} {name}\n```\n"
    made = build(project(tmp_path, files, CONF), tmp_path / "out", "-W", "--keep-going")
    made.must_be_harmless()
    assert made.code == 1
    assert "option.md:" in made.output
    for number, name in enumerate(names):
        assert f"page{number}.md:3: " in made.output, name
        assert "<table" not in (tmp_path / "out" / f"page{number}" / "index.html").read_text()


UNREADABLE = [
    (b"a: &a [x]\nb: *a\n", "2: ERROR: this is not valid YAML: an alias"),
    (b"a: &a [*a]\n", "1: ERROR: this is not valid YAML: an alias"),
    (b"a: " + b"[" * 50_000, "1: ERROR: this is not valid YAML: this nests"),
    (b"a: x\n" + b"# remark\n" * 20_000, "1: ERROR: the file has more than 100,000"),
    (b"a: \xff\n", "1: ERROR: this is not UTF-8"),
    (b"", "1: ERROR: the file is empty"),
    (b'a: x\nb: "\\ud800"\n', "2: ERROR: this is not valid YAML: the character U+D800"),
]


def test_data_is_read_within_limits(tmp_path: Path) -> None:
    names = [f"d{number}.yml" for number in range(len(UNREADABLE))]
    files: dict[str, str | bytes] = {"d.json": "{}", "d.jinja": TEMPLATE}
    files |= {name: content for name, (content, _) in zip(names, UNREADABLE, strict=True)}
    conf = f"{CONF}handbook_data = {{n: (n, 'd.json', 'd.jinja') for n in {names}}}\n"
    made = build(project(tmp_path, files, conf), tmp_path / "out")
    made.must_be_harmless()
    assert made.code == 1
    for name, (_, reported) in zip(names, UNREADABLE, strict=True):
        assert f"{name}:{reported}" in made.output
    assert f"Fix {', '.join(names)} at the lines above, then build again." in made.output
