"""Formulas: from LaTeX, as pages have them, to Typst.

Translating takes tylax, which the extra `math` installs. It can crash on a formula, so it runs in
a process of its own, with a time limit.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

TIME_LIMIT = 60.0
"""Seconds that the formulas of one book may take."""


def translate(formulas: Collection[str], limit: float = TIME_LIMIT) -> dict[str, str]:
    """Translate formulas.

    Args:
        formulas: The formulas in LaTeX, without the dollar signs around them.
        limit: How many seconds this may take.

    Returns:
        Those that were understood, each with its Typst source.
    """
    if not formulas or find_spec("tylax") is None:
        return {}
    known: dict[str, str] = {}
    unknown = list(formulas)
    while unknown:
        # Each answer is printed as soon as it is known: the formula after the last one crashed.
        answers = _run(unknown, limit)
        known |= {unknown[i]: answer for i, answer in enumerate(answers) if answer is not None}
        if len(answers) == len(unknown):
            break
        unknown = unknown[len(answers) + 1 :]
    return known


def _run(formulas: list[str], limit: float) -> list[str | None]:
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, __file__],
            input=json.dumps(formulas),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=limit,
            check=False,
        )
        printed = done.stdout
    except subprocess.TimeoutExpired as expired:
        printed = expired.stdout.decode() if isinstance(expired.stdout, bytes) else ""
    lines = printed.splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _main() -> None:
    import tylax  # noqa: PLC0415
    import typst  # noqa: PLC0415

    for latex in json.load(sys.stdin):
        formula = str(tylax.latex_to_typst(latex)).strip()
        answer: str | None = formula.removeprefix("$").removesuffix("$").strip()
        attempt = f'#eval({json.dumps(answer, ensure_ascii=False)}, mode: "math")'
        try:
            typst.compile(attempt.encode(), format="svg", ignore_system_fonts=True)
        except typst.TypstError:
            answer = None
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
