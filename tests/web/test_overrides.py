"""When the theme changes under a template that replaces a part of it, the build says so."""

from __future__ import annotations

from pathlib import Path

import sphinx_book_theme

from handbook.web.overrides import digest, overrides_in
from tests.conftest import ROOT, sphinx_build

CONF = """
extensions = ["sphinx_design", "handbook.web"]
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["handbook.css"]
html_theme = "sphinx_book_theme"
"""


def test_a_changed_theme_file_is_reported(tmp_path: Path) -> None:
    seen = digest(Path(sphinx_book_theme.get_html_theme_path()) / "layout.html")
    templates = {
        "same": f"layout.html, seen as {seen}",
        "changed": "layout.html, seen as 0123456789ab",
        "gone": "gone.html, seen as 0123456789ab",
    }
    notes = {
        f"_templates/{name}.html": f"{{{{#- replaces sphinx_book_theme:{replaced} -#}}}}\n"
        for name, replaced in templates.items()
    }
    files = {
        "conf.py": CONF,
        "index.rst": "Title\n=====\n",
        "_static/handbook.css": "p{color:red}",
        "_templates/layout.html": "<html><head></head><body>{{ body }}</body></html>",
    }
    for name, text in (files | notes).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    printed = sphinx_build("html", tmp_path, tmp_path / "out")
    changed, gone = sorted(line for line in printed.splitlines() if "theme's" in line)
    assert "changed.html" in changed
    assert "the theme's sphinx_book_theme:layout.html has changed" in changed
    assert "gone.html" in gone
    assert "then write here: seen as no file" in gone
    assert changed.endswith("[handbook.theme_changed]")
    assert gone.endswith("[handbook.theme_changed]")


def test_the_handbooks_overrides_all_say_what_they_replace() -> None:
    templates = ROOT / "_templates" / "html"
    replaced = {override.template.relative_to(templates) for override in overrides_in(templates)}
    own = {path.relative_to(templates) for path in templates.rglob("*.html")}
    assert {path for path in own if path.parts[0] != "handbook"} == replaced
