"""The handbook served as a web site: what the browser tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Playwright, Request

from tests.browser.firefox import NAMES, Firefox, find_firefox, start
from tests.browser.served import page_paths, serve
from tests.conftest import program

Open = Callable[..., Page]
"""Opens a page of the handbook: the path, and how it is shown."""


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


DESKTOP = (1280, 860)
PHONE = (390, 860)


CHROMIUM = pytest.mark.parametrize("browser", ["chromium"], indirect=True)
"""For what our HTML and scripts alone decide, whatever the browser."""


def cases(*given: str) -> list[tuple[str, str]]:
    """Return browsers and cases: all in Chromium, and in Firefox the first one."""
    return [*(("chromium", case) for case in given), ("firefox", given[0])]


USUAL: dict[str, Any] = {
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
    "media": "screen",
}
CLEAR = "localStorage.clear(); sessionStorage.clear()"


class Tabs:
    """A browser's tabs. Tests share them, because opening one takes longer than most tests."""

    def __init__(self, browser: Browser, firefox: Firefox | None, site: str) -> None:
        self._browser, self._firefox, self._site = browser, firefox, site
        self._kept: dict[tuple[bool, bool], Page] = {}
        self._used: dict[Page, bool] = {}  # the current test's, and whether scripts run
        self._complaints: list[str] = []

    def _new(self, phone: bool, scripts: bool) -> Page:
        options: dict[str, Any] = {}
        if not self._firefox:  # Firefox is told by show_pages
            options = {"has_touch": phone, "is_mobile": phone, "java_script_enabled": scripts}
            options["permissions"] = ["clipboard-read", "clipboard-write"]
        page = self._browser.new_context(**options).new_page()
        page.set_default_timeout(10_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on("request", self._see)
        return page

    def _complain(self, text: str) -> None:
        if "status of 404" not in text and "/favicon.ico because it violates" not in text:
            self._complaints.append(text)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._complain(message.text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self._site, "data:", "blob:", "about:")):
            self._complain(f"asks another host: {request.url}")

    def open(
        self,
        path: str,
        size: tuple[int, int] = DESKTOP,
        *,
        fresh: bool = False,
        phone: bool = False,
        scripts: bool = True,
        **shown: str,
    ) -> Page:
        """Open a page, in a tab that has nothing cached if it is to be fresh."""
        kind = (phone, scripts)
        if self._firefox:
            self._firefox.show_pages(phone=phone, scripts=scripts, **shown)
            kind = (False, True)  # one tab for all
        page = self._new(*kind) if fresh or kind not in self._kept else self._kept[kind]
        if not fresh:
            self._kept[kind] = page
        self._used[page] = scripts
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if self._firefox:
            page.bring_to_front()
        else:
            page.emulate_media(**{**USUAL, **shown})
        address = self._site + path
        if page.url.partition("#")[0] == address.partition("#")[0] and "#" in address:
            page.goto("about:blank")  # else nothing would be loaded
        page.goto(address)
        return page

    def leave(self) -> None:
        """Undo what a test did to its tabs.

        Raises:
            AssertionError: A page logged or threw something, or asked another host.
        """
        for page, scripts in self._used.items():
            try:
                page.unroute_all()
                page.mouse.move(0, 0)
                if scripts and page in self._kept.values():
                    page.evaluate(CLEAR)
            except Error:  # it did not get to a page of the site
                self._kept = {kind: kept for kind, kept in self._kept.items() if kept != page}
            if page not in self._kept.values():
                page.context.close()
        if self._firefox:
            self._firefox.show_pages()
        complaints, self._complaints = self._complaints, []
        self._used = {}
        assert not complaints


@pytest.fixture(scope="session")
def tabs(request: pytest.FixtureRequest, browser: Browser, site: str) -> Tabs:
    """The tabs of each browser."""
    is_firefox = browser.browser_type.name == "firefox"
    return Tabs(browser, request.getfixturevalue("firefox")[0] if is_firefox else None, site)


@pytest.fixture
def open_page(tabs: Tabs) -> Iterator[Open]:
    """Open a page; whatever it logs, throws or asks elsewhere fails the test.

    The browser's own messages about a missing page and its icon are not the page's.
    """
    yield tabs.open
    tabs.leave()
