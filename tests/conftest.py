"""Builds of the real handbook, and a browser: made once and shared by every test that uses them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
PYTHONPATH = os.pathsep.join(map(str, [ROOT, *sorted(ROOT.glob("packages/*/src"))]))

# Tests compare what Sphinx prints. Where CI=true or FORCE_COLOR is set it would be coloured.
os.environ["NO_COLOR"] = "1"
os.environ.pop("FORCE_COLOR", None)


def sphinx_build(builder: str, source: Path, out: Path, *options: str) -> str:
    """Build with Sphinx in a process of its own and return what it printed.

    Raises:
        AssertionError: The build failed; the message holds what it printed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-b", builder, *options, str(source), str(out)],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def handbook_html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the handbook's web pages, built as strictly as CI does."""
    out = tmp_path_factory.mktemp("handbook") / "html"
    sphinx_build("dirhtml", ROOT, out, "-n", "-W", "--keep-going")
    return out


@pytest.fixture(scope="session")
def handbook_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook's PDF file, built as strictly as CI does."""
    out = tmp_path_factory.mktemp("handbook") / "pdf"
    sphinx_build("accessiblepdf", ROOT, out, "-n", "-W", "--keep-going")
    return out / "cass-handbook.pdf"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; Playwright's own download is not needed.

    Without one the test is skipped and says so; with REQUIRE_BROWSER=1 it fails. There is one for
    all tests, because Playwright can be started only once in a process.
    """
    # The extension's own tests run without these, with other versions of Sphinx: make test-matrix.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from tests.browser.served import FLAGS, NAMES, find_chromium  # noqa: PLC0415

    chromium = find_chromium()
    if not chromium:
        reason = f"no browser found (looked for {', '.join(NAMES)}; CHROMIUM may name one)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        yield browser
        browser.close()
