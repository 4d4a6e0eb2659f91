"""Builds of the real handbook, and a browser: made once and shared by every test that uses them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

import conf
from tests.building import keep_templates, run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parents[1]
PYTHONPATH = os.pathsep.join(conf.code)

# Also for the process that builds are forked from.
os.environ["PYTHONPATH"] = PYTHONPATH
# Tests compare what Sphinx prints. Where CI=true or FORCE_COLOR is set it would be colored.
os.environ["NO_COLOR"] = "1"
os.environ.pop("FORCE_COLOR", None)
keep_templates()


def pytest_collection_finish() -> None:
    """Search for garbage less often, and not in what is loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


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

    As on Read the Docs, pages are read once for all builders.

    HANDBOOK_BUILT names a folder where `make handbook` has just built what is tested.
    """
    if built := os.environ.get("HANDBOOK_BUILT"):
        return ROOT / built / {"dirhtml": "html", "accessiblepdf": "pdf"}.get(builder, builder)
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out = shared / builder
    options = ["-n", "-W", "--keep-going", "-j", "auto", "-d", str(shared / "doctrees")]
    # What the pages link to if it has been built before them.
    offered = {kind: shared / f"cass-handbook.{kind}" for kind in ("pdf", "epub")}
    options += [f"-Dhandbook_{kind}_file={file}" for kind, file in offered.items()]
    with FileLock(shared / "builds.lock"):
        if not (done := shared / f"{builder}.done").exists():
            for file in offered.values():
                file.touch()
            sphinx_build(builder, ROOT, out, *options)
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
def playwright() -> Iterator[Playwright]:
    """What drives browsers; it can be started only once in a process."""
    # The extension's own tests run without it, with other versions of Sphinx: make test-matrix.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as started:
        yield started


def program(name: str, found: str | None, names: tuple[str, ...]) -> str:
    """Return the path of a browser; without one, skip the test, or fail it if REQUIRE_... is 1."""
    if not found:
        reason = f"no {name} found (looked for {', '.join(names)}; {name.upper()} may name one)"
        if os.environ.get(f"REQUIRE_{name.upper()}") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium; Playwright's own download is not needed."""
    from tests.browser.served import FLAGS, NAMES, find_chromium  # noqa: PLC0415

    path = program("Chromium", find_chromium(), NAMES)
    browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
    yield browser
    browser.close()
