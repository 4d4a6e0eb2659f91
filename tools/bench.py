"""Measure what the handbook's own code costs, against Sphinx alone.

"Sphinx alone" has the same Markdown and the same theme, myst-parser, and sphinx-design, and none of
the handbook's extensions, templates, and checks; so it also lacks what those generate, such as
tables of data. Builds take turns. Times are those of the processor, user and system, of a build and
its children, start-up included; the best round counts, since other work only ever adds to it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tools.common import ROOT

ALONE = f"""\
import runpy
globals().update(runpy.run_path({str(ROOT / "conf.py")!r}))
extensions = ["myst_parser", "sphinx_design"]
templates_path = html_static_path = html_css_files = html_js_files = []
html_favicon = None
html_sidebars = html_theme_options = {{}}
"""
WAYS = ("with", "alone")


def build(way: str, folder: Path) -> float:
    """Build the pages, and return the processor's seconds.

    Raises:
        SystemExit: The build failed.
    """
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "dirhtml", "-j", "auto"]
    conf = [f"-c{folder / 'conf'}"] if way == "alone" else []
    log = folder / f"{way}.log"
    # Installed packages are compiled, and so must be what is measured.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with log.open("w") as printed:
        process = subprocess.Popen(  # noqa: S603
            [*command, *conf, str(ROOT), str(folder / way)],
            env=environment,
            stdout=printed,
            stderr=printed,
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(log.read_text("utf-8"))
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Build in turns, and print the best times and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=4)
    rounds: int = parser.parse_args().rounds
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conf").mkdir()
        (folder / "conf" / "conf.py").write_text(ALONE, "utf-8")
        for _ in range(rounds):
            for way in WAYS:
                shutil.rmtree(folder / way, ignore_errors=True)
                for phase in ("cold", "unchanged"):
                    seconds[phase, way].append(build(way, folder))
    for phase in ("cold", "unchanged"):
        ours, alone = (min(seconds[phase, way]) for way in WAYS)
        sys.stdout.write(f"{phase}: {ours / alone:.2f} times Sphinx alone ({ours:.1f} s)\n")


if __name__ == "__main__":
    main()
