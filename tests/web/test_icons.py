"""The icon font is small, holds every icon that is named, and obeys its licence."""

from __future__ import annotations

import re
from pathlib import Path

from fontTools.ttLib import TTFont

from handbook.web import assets


def test_every_icon_has_its_glyph_and_nothing_else_does(handbook_html: Path) -> None:
    static = handbook_html / "_static"
    css = (static / assets.SHEET).read_text("utf-8")
    font = TTFont(static / assets.FONT)
    glyphs = set(font.getBestCmap())
    for icon in assets.ICONS:
        code = re.search(rf'\.fa-{icon}\b[^{{}}]*\{{--fa:"\\?([^"]+)"', css)
        assert code, icon
        named = code[1].strip()
        assert (ord(named) if len(named) == 1 else int(named, 16)) in glyphs, icon
    assert (static / assets.FONT).stat().st_size < 6 * 1024


def test_the_font_keeps_its_licence_and_not_its_reserved_name(handbook_html: Path) -> None:
    names = TTFont(handbook_html / "_static" / assets.FONT)["name"]
    texts = {record.nameID: record.toUnicode() for record in names.names}
    assert "Copyright" in texts[0]
    assert "Open Font License" in texts[13]
    assert all("Awesome" not in texts[number] for number in (1, 3, 4, 6))


def test_pages_load_neither_the_themes_fonts_nor_its_icon_scripts(handbook_html: Path) -> None:
    css = (handbook_html / "_static" / assets.SHEET).read_text("utf-8")
    assert css.count("@font-face") == 1
    assert "url(../" not in css
    for page in handbook_html.rglob("index.html"):
        html = page.read_text("utf-8")
        assert "fontawesome" not in html
        assert "bootstrap" not in html


def test_licences_of_what_is_joined_are_kept(handbook_html: Path) -> None:
    css = (handbook_html / "_static" / assets.SHEET).read_text("utf-8")
    assert "Licensed under MIT" in css
    assert "sourceMappingURL" not in css
