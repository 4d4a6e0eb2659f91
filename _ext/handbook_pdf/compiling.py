"""The Typst compiler, as every machine must run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from pathlib import Path

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]


def compiler_for(folder: Path) -> typst.Compiler:
    """Make a compiler that sees one folder, and no typeface but its own and those in there."""
    fonts = folder / "templates" / "fonts"
    return typst.Compiler(
        root=folder,
        font_paths=[fonts] if fonts.is_dir() else [],
        ignore_system_fonts=True,
    )
