"""Cut the theme's icon font to the icons that the handbook shows.

The icons are Font Awesome's, under the SIL Open Font License 1.1. That license lets anybody
change the font, as long as the result keeps the copyright and the license, and does not have the
reserved name "Font Awesome": so the small font is renamed.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

# Numbers of the OpenType specification's name table.
_COPYRIGHT, _FAMILY, _STYLE, _UNIQUE, _FULL, _POSTSCRIPT = 0, 1, 2, 3, 4, 6
_LICENSE, _LICENSE_URL = 13, 14


NAME = "Handbook Icons"


def cut(font: bytes, glyphs: Collection[int]) -> bytes:
    """Return a web font with some of the glyphs of another one."""
    # A tenth of a build's time, and most builds need no new font.
    from fontTools import subset  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    # It tells every step of its work, at a level that Sphinx prints.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    whole = TTFont(io.BytesIO(font), lazy=True, recalcTimestamp=False)
    copyright_line = whole["name"].getDebugName(_COPYRIGHT) or "Copyright Fonticons, Inc."
    options = subset.Options(flavor="woff2", name_IDs=[], layout_features=[], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=glyphs)
    cutter.subset(whole)
    for number, text in {
        _COPYRIGHT: copyright_line,
        _FAMILY: NAME,
        _STYLE: "Regular",
        _UNIQUE: NAME,
        _FULL: NAME,
        _POSTSCRIPT: NAME.replace(" ", ""),
        _LICENSE: "SIL Open Font License, Version 1.1",
        _LICENSE_URL: "https://openfontlicense.org",
    }.items():
        whole["name"].setName(text, number, 3, 1, 0x409)
    whole.flavor = "woff2"
    cut_font = io.BytesIO()
    whole.save(cut_font)
    return cut_font.getvalue()
