"""Every text of the palette has a contrast of 7:1 on every ground, in both modes (WCAG AAA)."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.conftest import ROOT

TEXTS = ("ink", "ink-soft", "petrol", "petrol-strong")
GROUNDS = ("paper", "paper-low", "petrol-wash", "mark")
# Words on buttons, and on messages.
INVERTED = (("paper", "petrol"), ("paper", "petrol-strong"), ("paper", "ink"))


def palette() -> dict[str, tuple[str, str]]:
    css = (ROOT / "_static" / "handbook.css").read_text("utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", css)
    return {name: (light, dark) for name, light, dark in found}


def luminance(color: str) -> float:
    """The relative luminance of WCAG 2.2."""
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#000", "#ffffff") == 21
    assert round(contrast("#777", "#fff"), 2) == 4.48


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_pair_has_seven_to_one(mode: int) -> None:
    colors = palette()
    pairs = [*itertools.product(TEXTS, GROUNDS), *INVERTED]
    ratios = {pair: contrast(*(colors[name][mode] for name in pair)) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < 7} == {}
