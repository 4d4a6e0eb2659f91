"""The handbook served as a web site: what the browser tests share."""

from __future__ import annotations

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
)

from tests.browser.served import page_paths, serve

Open = Callable[..., Page]
"""Opens a page of the handbook: the path, and options of the browser's context."""


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
