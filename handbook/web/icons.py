"""Cut the theme's icon font to the icons that the handbook shows.

The icons are Font Awesome's, under the SIL Open Font License 1.1. That licence lets anybody
change the font, as long as the result keeps the copyright and the licence, and does not bear the
reserved name "Font Awesome": so the small font is renamed.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fontTools import subset
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

# It tells every step of its work, at a level that Sphinx prints.
logging.getLogger("fontTools").setLevel(logging.WARNING)

# Numbers of the OpenType specification's name table.
_COPYRIGHT, _FAMILY, _STYLE, _UNIQUE, _FULL, _POSTSCRIPT = 0, 1, 2, 3, 4, 6
_LICENCE, _LICENCE_URL = 13, 14


def write_font(theme_font: Path, font: Path, glyphs: Collection[int], name: str) -> None:
    """Write a web font with some of the glyphs of another one.

    Args:
        theme_font: The whole font.
        font: The file to write.
        glyphs: The code points to keep.
        name: The new font's name.
    """
    whole = TTFont(theme_font, lazy=True, recalcTimestamp=False)
    copyright_line = whole["name"].getDebugName(_COPYRIGHT) or "Copyright Fonticons, Inc."
    options = subset.Options(flavor="woff2", name_IDs=[], layout_features=[], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=glyphs)
    cutter.subset(whole)
    for number, text in {
        _COPYRIGHT: copyright_line,
        _FAMILY: name,
        _STYLE: "Regular",
        _UNIQUE: name,
        _FULL: name,
        _POSTSCRIPT: name.replace(" ", ""),
        _LICENCE: "SIL Open Font License, Version 1.1",
        _LICENCE_URL: "https://openfontlicense.org",
    }.items():
        whole["name"].setName(text, number, 3, 1, 0x409)
    whole.flavor = "woff2"
    new = font.with_suffix(".new")
    whole.save(new)
    new.replace(font)
