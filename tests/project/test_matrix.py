from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_the_extensions_tests_need_no_browser() -> None:
    """`make test-matrix` runs them in environments that hold the extension's needs alone."""
    code = (
        "import sys\n"
        "for name in ('playwright', 'axe_playwright_python', 'sphinx_book_theme', 'typst'):\n"
        "    sys.modules[name] = None\n"
        "import tests.conftest, tests.site.conftest, tests.site.test_rebuild\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
