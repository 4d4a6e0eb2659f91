"""Builds of the real handbook, and a browser: made once and shared by every test that uses them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

import conf
from tests.building import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
PYTHONPATH = os.pathsep.join(conf.code)

# Also for the process that builds are forked from.
os.environ["PYTHONPATH"] = PYTHONPATH
# Tests compare what Sphinx prints. Where CI=true or FORCE_COLOR is set it would be colored.
os.environ["NO_COLOR"] = "1"
os.environ.pop("FORCE_COLOR", None)


def sphinx_build(builder: str, source: Path, out: Path, *options: str) -> str:
    """Build with Sphinx in a process of its own and return what it printed.

    Raises:
        AssertionError: The build failed; the message holds what it printed.
    """
    arguments = ["-b", builder, *options, str(source), str(out)]
    done = run("sphinx", arguments, os.environ)
    assert done.code == 0, done.output
    return done.output


def build_once(factory: pytest.TempPathFactory, builder: str) -> Path:
    """Build the handbook as strictly as CI does: once, for all processes that run tests.

    HANDBOOK_BUILT names a folder where `make handbook` has just built what is tested.
    """
    if built := os.environ.get("HANDBOOK_BUILT"):
        return ROOT / built / {"dirhtml": "html", "accessiblepdf": "pdf"}.get(builder, builder)
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out = shared / builder
    with FileLock(shared / f"{builder}.lock"):
        if not (done := shared / f"{builder}.done").exists():
            sphinx_build(builder, ROOT, out, "-n", "-W", "--keep-going")
            done.touch()
    return out


@pytest.fixture(scope="session")
def handbook_html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the handbook's web pages. It is shared: copy it before you change it."""
    return build_once(tmp_path_factory, "dirhtml")


@pytest.fixture(scope="session")
def handbook_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook's PDF file. It is shared: copy it before you change it."""
    return build_once(tmp_path_factory, "accessiblepdf") / "cass-handbook.pdf"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; Playwright's own download is not needed.

    Without one the test is skipped and says so; with REQUIRE_BROWSER=1 it fails. All tests share
    it, because Playwright can be started only once in a process.
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
