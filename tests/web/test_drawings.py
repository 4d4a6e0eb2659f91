"""Drawings are written into pages, with unique ids, a name, and the colors of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handbook.web import body
from handbook.web.security import CONTENT_SECURITY_POLICY, problems_in
from tests.conftest import ROOT

FIGURES = sorted((ROOT / "_static" / "figures").glob("*.svg"))
SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" role="img" aria-labelledby="t">
<title id="t">Name</title><!-- a --><?a b?><defs><linearGradient id="g"/></defs>{}</svg>"""
PICTURE = '<p>a <img alt="What it &quot;shows&quot;" src="_images/a.svg" style="width: 40px"> b</p>'
LINK = '<a class="reference internal image-reference" href="_images/a.svg">'
LINKED = PICTURE.replace("<img", f"{LINK}<img").replace('40px">', '40px">\n</a>')
PAGE = (
    f'<html><head><meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">'
    "</head><body>{}</body></html>"
)


def written(folder: Path, text: str, drawing: str) -> str:
    file = folder / "a.svg"
    file.write_text(drawing, "utf-8")
    return body.completed(text, {"a.svg": file})


@pytest.mark.parametrize("text", [PICTURE, LINKED])
def test_a_drawing_is_part_of_the_page(tmp_path: Path, text: str) -> None:
    html = written(tmp_path, text, SVG.format('<rect fill="url(#g)" x="1"/>'))
    assert re.sub(r"\s+", " ", html) == (
        '<p>a <svg viewBox="0 0 4 4" role="img" aria-label=\'What it "shows"\''
        ' class="drawing" width="40"> <defs><linearGradient id="drawing-1-g"></linearGradient>'
        '</defs><rect fill="url(#drawing-1-g)" x="1"></rect></svg> b</p>'
    )
    assert problems_in(PAGE.format(html)) == []


def test_two_drawings_share_no_ids(tmp_path: Path) -> None:
    html = written(tmp_path, PICTURE + PICTURE, SVG.format(""))
    assert re.findall(r' id="(.*?)"', html) == ["drawing-1-g", "drawing-2-g"]


def test_a_drawing_that_shows_nothing_new_is_not_read_out(tmp_path: Path) -> None:
    html = written(tmp_path, '<p><img alt="" src="_images/a.svg"></p>', SVG.format(""))
    assert 'aria-hidden="true"' in html
    assert "role" not in html


@pytest.mark.parametrize(
    "part",
    [
        "<style>rect { fill: red }</style>",
        '<rect style="fill: red"/>',
        '<rect class="needs-scripts"/>',
        '<rect data-set-mode="dark"/>',
        '<rect tabindex="0"/>',
        '<rect xml:space="preserve"/>',
        '<a href="#x"/>'.replace("<a", '<rect role="link"'),
    ],
)
def test_what_has_more_than_shapes_stays_a_picture(tmp_path: Path, part: str) -> None:
    html = written(tmp_path, PICTURE, SVG.format(part))
    assert 'src="_images/a.svg" width="40"' in html
    assert "<svg" not in html


@pytest.mark.parametrize("paint", ["url(https://a.example/x#a)", "URL(#a)", "image(x)"])
def test_no_paint_in_a_page_loads_anything(paint: str) -> None:
    assert problems_in(PAGE.format(f'<svg><rect fill="{paint}"/></svg>'))


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.stem)
def test_every_color_of_a_figure_is_one_of_the_pages(figure: Path) -> None:
    css = (ROOT / "_static" / "handbook.css").read_text("utf-8")
    light = dict(re.findall(r"--([\w-]+): light-dark\((#\w+), #\w+\);", css))
    rules = re.findall(r'\.drawing \[(\w+)="(#\w+)"\] \{\n  (\w+): var\(--([\w-]+)\);', css)
    assert all(name == sets and light[color] == value for name, value, sets, color in rules)
    known = {(name, value) for name, value, _, _ in rules}
    assert set(re.findall(r'(fill|stroke)="(#\w+)"', figure.read_text("utf-8"))) <= known
