"""The icon font is small, holds the icons that are shown, and obeys its license."""

from __future__ import annotations

import re
from pathlib import Path

from fontTools.ttLib import TTFont


def only(folder: Path, pattern: str) -> Path:
    (file,) = folder.glob(pattern)
    return file


def test_every_icon_that_a_page_shows_has_its_glyph(handbook_html: Path) -> None:
    static = handbook_html / "_static"
    css = only(static, "site.*.css").read_text("utf-8")
    font = only(static, "icons.*.woff2")
    glyphs = set(TTFont(font).getBestCmap())
    shown = {
        name
        for page in handbook_html.rglob("index.html")
        for icon in re.findall(r'<i class="([^"]+)"', page.read_text("utf-8"))
        for name in re.findall(r"fa-([\w-]+)", icon)
    } - {"solid", "fw", "lg"}
    assert shown
    for icon in shown:
        code = re.search(rf'\.fa-{icon}\b[^{{}}]*\{{--fa:"\\?([^"]+)"', css)
        assert code, icon
        named = code[1].strip()
        assert (ord(named) if len(named) == 1 else int(named, 16)) in glyphs, icon
    assert font.stat().st_size < 4 * 1024


def test_the_font_keeps_its_license_and_not_its_reserved_name(handbook_html: Path) -> None:
    names = TTFont(only(handbook_html / "_static", "icons.*.woff2"))["name"]
    texts = {record.nameID: record.toUnicode() for record in names.names}
    assert "Copyright" in texts[0]
    assert "Open Font License" in texts[13]
    assert all("Awesome" not in texts[number] for number in (1, 3, 4, 6))


def test_pages_load_neither_the_themes_fonts_nor_its_icon_scripts(handbook_html: Path) -> None:
    css = only(handbook_html / "_static", "site.*.css").read_text("utf-8")
    assert "Awesome" not in re.sub(r"(?s)/\*.*?\*/", "", css)
    for page in handbook_html.rglob("index.html"):
        html = page.read_text("utf-8")
        assert "fontawesome" not in html
        assert "bootstrap" not in html


def test_licenses_of_what_is_joined_are_kept(handbook_html: Path) -> None:
    css = only(handbook_html / "_static", "site.*.css").read_text("utf-8")
    assert "Licensed under MIT" in css
    assert "sourceMappingURL" not in css
