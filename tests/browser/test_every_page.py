"""What holds for every page: accessible, light, private, and never wider than the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.served import AXE, AXE_RUN

if TYPE_CHECKING:
    from tests.browser.conftest import Open

WEIGHT = 90 * 1024  # bytes, compressed
REQUESTS = 14

LOADED = """() => [...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource")].map((e) => [e.name, e.encodedBodySize])"""

SET_COLOURS = """async (colours) => {
  document.documentElement.dataset.theme = colours;
  getComputedStyle(document.body).color;  // begins what is to be waited for
  await Promise.all(document.getAnimations().map((change) => change.finished));
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_either_mode(open_page: Open, paths: list[str], width: int) -> None:
    found = {}
    page = open_page("/", width=width, reduced_motion="reduce")
    origin = page.evaluate("location.origin")
    for path in paths:
        page.goto(origin + path)
        page.evaluate(AXE.read_text("utf-8"))
        for colours in ("light", "dark"):
            page.evaluate(SET_COLOURS, colours)
            if violations := page.evaluate(AXE_RUN):
                found[path, colours] = violations
    assert not found


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("opened", ["Menu", "Contents", "Colors", "Search"])
def test_axe_finds_nothing_in_what_opens(open_page: Open, colours: str, opened: str) -> None:
    page = open_page("/governance/goals/", width=390, height=844, color_scheme=colours)
    page.get_by_role("button", name=opened).click()
    page.wait_for_timeout(300)  # the drawers slide
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(AXE_RUN) == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_in_search_results(open_page: Open, colours: str) -> None:
    page = open_page("/search/?q=quorum", color_scheme=colours)
    page.wait_for_selector("#search-results li")
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(AXE_RUN) == []


OVERFLOW = """spacing => {
    document.body.style.letterSpacing = `${spacing}em`
    return document.scrollingElement.scrollWidth - innerWidth
}"""


# 320 by 256 is what is left of a usual screen at a zoom of 400 %.
@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 640), (768, 1024), (980, 700)])
def test_no_page_scrolls_sideways(
    open_page: Open, paths: list[str], width: int, height: int
) -> None:
    page = open_page("/", width=width, height=height)
    origin = page.evaluate("location.origin")
    wide = {}
    for path in paths:
        page.goto(origin + path)
        # A table may scroll by itself, but then the keyboard has to reach it.
        assert page.evaluate(
            """[...document.querySelectorAll(".pst-scrollable-table-container, pre")]
            .every((e) => e.scrollWidth <= e.clientWidth || e.tabIndex === 0)"""
        ), path
        # Letters further apart are what readers may ask for (WCAG 1.4.12), and wider fonts.
        if over := max(page.evaluate(OVERFLOW, spacing) for spacing in (0, 0.06, 0.12)):
            wide[path] = over
    assert wide == {}


def test_at_four_hundred_percent_the_text_keeps_most_of_the_screen(open_page: Open) -> None:
    page = open_page("/governance/goals/", width=320, height=256)
    head = page.locator(".bd-header-article").bounding_box()
    assert head is not None
    assert head["height"] < 256 / 4


def test_every_page_is_light_and_asks_no_other_host(open_page: Open, paths: list[str]) -> None:
    heavy = {}
    page = open_page("/")
    origin = page.evaluate("location.origin")
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    for path in paths:
        page.goto(origin + path)
        loaded = page.evaluate(LOADED)
        weight = sum(size for _, size in loaded)
        assert weight > 0
        if weight > WEIGHT or len(loaded) > REQUESTS:
            heavy[path] = (weight, sorted(loaded, key=lambda entry: -entry[1])[:5])
    assert not heavy
