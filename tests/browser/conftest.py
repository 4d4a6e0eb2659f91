"""The handbook served as a web site: what the browser tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    Request,
)

from tests.browser.firefox import NAMES, OPTIONS, Firefox, find_firefox, start
from tests.browser.served import page_paths, serve
from tests.conftest import program

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


@pytest.fixture(scope="session")
def firefox(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Firefox, Browser]]:
    """The system's Firefox."""
    path = program("Firefox", find_firefox(), NAMES)
    with start(path, tmp_path_factory.mktemp("firefox")) as (firefox, stand_in):
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path=stand_in)
        yield firefox, browser
        browser.close()


@pytest.fixture(scope="session", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> Browser:
    """Each browser in turn."""
    found = request.getfixturevalue(request.param)
    browser: Browser = found[1] if request.param == "firefox" else found
    return browser


def touch(target: Locator) -> None:
    """Tap with a finger, or click where Playwright cannot tap: in Firefox."""
    browser = target.page.context.browser
    if browser and browser.browser_type.name == "chromium":
        target.tap()
    else:
        target.click()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Open]:
    """Open a page in a fresh context; whatever it logs, throws or asks elsewhere fails the test.

    The browser's own messages about a missing page and its icon are not the page's.
    """
    is_firefox = browser.browser_type.name == "firefox"
    show_pages = request.getfixturevalue("firefox")[0].show_pages if is_firefox else None
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(text: str) -> None:
        if "status of 404" not in text and "/favicon.ico because it violates" not in text:
            complaints.append(text)

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complain(message.text)

    def fail(error: Error) -> None:
        complain(str(error))

    def see(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            complain(f"asks another host: {request.url}")

    def opened(
        path: str,
        width: int = 1280,
        height: int = 860,
        media: Literal["", "print"] = "",
        **options: Any,
    ) -> Page:
        if show_pages:
            for unknown in ("is_mobile", "permissions"):
                options.pop(unknown, None)
            shown = {name: options.pop(name) for name in OPTIONS & options.keys()}
            show_pages(media=media, **shown)
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        if media and not show_pages:
            page.emulate_media(media=media)
        page.set_default_timeout(10_000)
        page.on("console", hear)
        page.on("pageerror", fail)
        page.on("request", see)
        page.goto(site + path, wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()
    if show_pages:
        show_pages()
    assert not complaints
