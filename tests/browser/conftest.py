"""A browser, and the handbook served as a web site: what the browser tests share.

The system's Chromium is used; Playwright's own download is not needed. Without one the tests are
skipped and say so; with REQUIRE_BROWSER=1 they fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

from tests.browser.served import FLAGS, NAMES, find_chromium, page_paths, serve

Open = Callable[..., Page]
"""Opens a page of the handbook: the path, and options of the browser's context."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; skips the test, or fails it, where there is none."""
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


@pytest.fixture(scope="session")
def site(handbook_html: Path) -> Iterator[str]:
    """The address of the served handbook, without a slash at its end."""
    with serve(handbook_html) as address:
        yield address


@pytest.fixture(scope="session")
def paths(handbook_html: Path) -> list[str]:
    """The paths of all pages."""
    return page_paths(handbook_html)


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Open a page in a fresh context; whatever it logs, throws or asks elsewhere fails the test.

    The browser's own message about the status of a missing page is not the page's.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(text: str) -> None:
        if "status of 404" not in text:
            complaints.append(text)

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complain(message.text)

    def fail(error: Error) -> None:
        complain(str(error))

    def see(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            complain(f"asks another host: {request.url}")

    def opened(path: str, width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", hear)
        page.on("pageerror", fail)
        page.on("request", see)
        page.goto(site + path, wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints
