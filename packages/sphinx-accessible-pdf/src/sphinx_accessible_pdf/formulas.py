"""Formulas: from LaTeX, which the pages are written in, to Typst."""

from __future__ import annotations

import functools

import tylax
import typst

from .markup import string


@functools.cache
def to_typst(latex: str) -> str | None:
    """Translate a formula.

    Args:
        latex: The formula, without the dollar signs around it.

    Returns:
        What stands between the dollar signs in Typst; None if the formula is not understood.
    """
    formula = str(tylax.latex_to_typst(latex)).strip().removeprefix("$").removesuffix("$").strip()
    attempt = f'#eval({string(formula)}, mode: "math")'
    try:
        typst.compile(attempt.encode(), format="svg", ignore_system_fonts=True)
    except typst.TypstError:
        return None
    return formula
