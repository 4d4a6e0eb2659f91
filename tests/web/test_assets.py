"""Every page is light, and what is published is what pages load."""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
from pathlib import Path

import pytest

from tests.browser.served import page_paths
from tests.conftest import sphinx_build

WEIGHT, REQUESTS = 36 * 1024, 6
SECOND_VIEW = 8 * 1024
STATIC = 400 * 1024

LOADED = re.compile(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]* (?:href|src)="([^"]+)"')
FONT = re.compile(r'url\("?([^":)]+\.woff2)"?\)')


@functools.cache
def weight(file: Path) -> int:
    """How many bytes a server sends that compresses what is not compressed yet."""
    content = file.read_bytes()
    return len(content if file.suffix == ".woff2" else gzip.compress(content, 9))


@functools.cache
def loaded_by(page: Path) -> frozenset[Path]:
    """The files that a browser loads to show a page, without the page."""
    root = next(folder for folder in page.parents if (folder / "_static").is_dir())
    files = {
        root / name.lstrip("/") if name.startswith("/") else (page.parent / name).resolve()
        for name in LOADED.findall(page.read_text("utf-8"))
    }
    for sheet in [file for file in files if file.suffix == ".css"]:
        files |= {sheet.parent / name for name in FONT.findall(sheet.read_text("utf-8"))}
    return frozenset(files)


@pytest.fixture(scope="module")
def pages(handbook_html: Path) -> list[Path]:
    return [handbook_html / path.strip("/") / "index.html" for path in page_paths(handbook_html)]


def test_the_first_view_of_every_page_is_light(pages: list[Path]) -> None:
    heavy = {}
    for page in pages:
        files = [page, *loaded_by(page)]
        total = sum(map(weight, files))
        if total > WEIGHT or len(files) > REQUESTS:
            heavy[page] = (total, sorted((weight(file), file.name) for file in files))
    assert len(pages) > 40
    assert not heavy


def test_the_second_view_is_the_page_alone(pages: list[Path]) -> None:
    heavy = {page: size for page in pages if (size := weight(page)) > SECOND_VIEW}
    assert not heavy
    for page in pages:
        assert all(re.search(r"\.[0-9a-f]{8}\.\w+$", file.name) for file in loaded_by(page)), page


def test_names_tell_the_content(handbook_html: Path) -> None:
    named = 0
    for file in (handbook_html / "_static").rglob("*"):
        if digest := re.search(r"\.([0-9a-f]{8})\.\w+$", file.name):
            named += 1
            assert hashlib.sha256(file.read_bytes()).hexdigest().startswith(digest[1]), file
    assert named >= 4


def test_nothing_is_published_that_nothing_loads(handbook_html: Path, pages: list[Path]) -> None:
    texts = [page.read_text("utf-8") for page in pages]
    texts += [sheet.read_text("utf-8") for sheet in (handbook_html / "_static").glob("*.css")]
    files = [file for file in (handbook_html / "_static").rglob("*") if file.is_file()]
    assert [file for file in files if not any(file.name in text for text in texts)] == []
    assert sum(file.stat().st_size for file in files) < STATIC


def test_pages_load_one_stylesheet_and_one_script(pages: list[Path]) -> None:
    for page in pages:
        kinds = sorted(file.suffix for file in loaded_by(page) if file.suffix in {".css", ".js"})
        assert kinds == [".css", ".js"], page


CONF = """
import handbook
handbook.PARTS = ("web",)
extensions = ["sphinx_design", "handbook"]
html_theme = "sphinx_book_theme"
html_static_path = ["_static"]
html_css_files = ["handbook.css"]
html_js_files = ["first.js"]
templates_path = ["_templates"]
"""
LAYOUT = """<html><head>{{ metatags }}{% block css %}{% for css in css_files %}{{ css_tag(css) }}
{% endfor %}{% endblock %}{% for js in script_files %}{{ js_tag(js) }}
{% endfor %}<meta content="https://example.org/_static/card.svg"></head>
<body>{% block body %}{% endblock %}</body></html>"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project, whose layout loads what its configuration names."""
    for name, text in {
        "conf.py": CONF,
        "_templates/layout.html": LAYOUT,
        "_static/handbook.css": ".note{a:b}.tip{c:d}p{background:url(mark.svg)}#by-script{e:f}",
        "_static/first.js": "const box = `by-script`; // needless",
        "_static/mark.svg": "<svg/>",
        "_static/card.svg": "<svg id='card'/>",
        "_static/unused.svg": "<svg id='unused'/>",
        "index.rst": "Title\n=====\n\n.. note:: One\n\n.. toctree::\n\n   b\n",
        "b.rst": "B\n=\n\nText.\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def published(project: Path) -> dict[str, str]:
    """The published static files by their names without digests."""
    return {
        re.sub(r"\.[0-9a-f]{8}\.", ".", file.name): file.read_text("utf-8")
        for file in (project / "out" / "_static").rglob("*")
        if file.is_file() and file.suffix != ".woff2"
    }


def build(project: Path) -> dict[str, str]:
    sphinx_build("dirhtml", project, project / "out", "-W")
    return published(project)


def test_what_no_page_uses_goes_and_comes_back_when_one_does(project: Path) -> None:
    files = build(project)
    assert files.keys() == {"site.css", "site.js", "mark.svg", "card.svg"}
    assert ".note{a:b}" in files["site.css"]
    assert "#by-script{e:f}" in files["site.css"]
    assert ".tip{c:d}" not in files["site.css"]
    assert "needless" not in files["site.js"]

    out = project / "out"
    pages = [out / "index.html", out / "b" / "index.html"]
    times = [page.stat().st_mtime_ns for page in pages]
    assert build(project) == files
    assert [page.stat().st_mtime_ns for page in pages] == times

    (project / "b.rst").write_text("B\n=\n\n.. tip:: New\n", "utf-8")
    files = build(project)
    assert ".tip{c:d}" in files["site.css"]
    (name,) = [path.name for path in (out / "_static").glob("site.*.css")]
    for page in pages:
        assert f'_static/{name}"' in page.read_text("utf-8"), page
