"""When the theme changes under a template that replaces a part of it, the build says so."""

from __future__ import annotations

from pathlib import Path

import pytest
import sphinx_book_theme

from handbook.web.overrides import digest, overrides_in
from tests.conftest import ROOT, sphinx_build

TEMPLATE = "{{#- replaces sphinx_book_theme:{path}, seen as {digest} -#}}\n"


def warnings_for(folder: Path, note: str) -> str:
    (folder / "_templates").mkdir()
    (folder / "_templates" / "own.html").write_text(note, "utf-8")
    (folder / "_static").mkdir()
    (folder / "_static" / "handbook.css").write_text("p{color:red}", "utf-8")
    (folder / "index.rst").write_text("Title\n=====\n", "utf-8")
    (folder / "conf.py").write_text(
        "extensions = ['sphinx_design', 'handbook.web']\n"
        "templates_path = ['_templates']\n"
        "html_static_path = ['_static']\n"
        "html_css_files = ['handbook.css']\n"
        "html_theme = 'sphinx_book_theme'\n",
        "utf-8",
    )
    return sphinx_build("html", folder, folder / "out")


@pytest.mark.parametrize(
    ("path", "seen", "reported"),
    [
        ("layout.html", None, ""),
        ("layout.html", "0123456789ab", "the theme's sphinx_book_theme:layout.html has changed"),
        ("gone.html", "0123456789ab", "then write here: seen as no file"),
    ],
)
def test_a_changed_theme_file_is_reported(
    tmp_path: Path, path: str, seen: str | None, reported: str
) -> None:
    theme = Path(sphinx_book_theme.get_html_theme_path())
    note = TEMPLATE.format(path=path, digest=seen or digest(theme / path))
    lines = [line for line in warnings_for(tmp_path, note).splitlines() if "theme's" in line]
    assert len(lines) == bool(reported)
    assert all(reported in line and "own.html" in line for line in lines)
    assert all("[handbook.theme_changed]" in line for line in lines)


def test_the_handbooks_overrides_all_say_what_they_replace() -> None:
    templates = ROOT / "_templates" / "html"
    replaced = {override.template.relative_to(templates) for override in overrides_in(templates)}
    own = {path.relative_to(templates) for path in templates.rglob("*.html")}
    assert {path for path in own if path.parts[0] != "handbook"} == replaced
