"""What holds for every page: accessible, light, private, and never wider than the screen.

Each page is loaded once; what is looked at then changes in place: screen, colors, letter spacing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests.browser.served import AXE, AXE_RUN, page_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.conftest import Open

WEIGHT = 36 * 1024  # bytes, compressed
REQUESTS = 7  # the goal is 6: pages with a figure also load the icon of the site

LOADED = """() => [...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource")].map((e) => [e.name, e.encodedBodySize])"""

SET_COLORS = """async (colors) => {
  document.documentElement.dataset.theme = colors;
  getComputedStyle(document.body).color;  // begins what is to be waited for
  await Promise.all(document.getAnimations().map((change) => change.finished));
}"""

WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation",
  (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""

# A table may scroll by itself, but then the keyboard has to reach it; the theme's script sees to
# that a moment after the screen changed.
REACHED = """() => [...document.querySelectorAll(".pst-scrollable-table-container, pre")]
  .every((e) => e.scrollWidth <= e.clientWidth || e.tabIndex === 0)"""

# Letters further apart are what readers may ask for (WCAG 1.4.12), and wider fonts.
OVERFLOW = """() => {
  document.body.style.letterSpacing = "0.12em";
  const over = document.scrollingElement.scrollWidth - innerWidth;
  document.body.style.letterSpacing = "";
  return over;
}"""

# 320 by 256 is what is left of a usual screen at a zoom of 400 %.
SCREENS = [(980, 700), (768, 1024), (320, 256)]
PHONE = (390, 860)
DESKTOP = (1280, 860)
PARTS = 4

CONTRAST = {"only": ["color-contrast", "color-contrast-enhanced"]}
TEXT = {"inside": "article", "rules": {"color-contrast": {"enabled": False}}}


def looks(html: str) -> set[tuple[str, str]]:
    """Return what stylesheets see of a page: elements with their classes, and what they are in."""
    found: set[tuple[str, str]] = set()

    def visit(tag: Tag, inside: str) -> None:
        for child in tag.find_all(recursive=False):
            name = ".".join([child.name, *sorted(child.get_attribute_list("class"))])
            found.add((inside, name))
            visit(child, name)

    visit(BeautifulSoup(html, "html.parser"), "")
    return found


def covering(folder: Path, paths: list[str]) -> set[str]:
    """Choose pages that together have every look, so that the others look like them."""
    left = {path: looks((folder / path[1:] / "index.html").read_text("utf-8")) for path in paths}
    chosen: set[str] = set()
    while best := max(paths, key=lambda path: len(left[path])):
        if not (seen := left[best]):
            return chosen
        chosen.add(best)
        left = {path: found - seen for path, found in left.items()}
    return chosen


def show(page: Page, size: tuple[int, int]) -> None:
    """Change the screen."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function(REACHED, timeout=5_000)


def inaccessible(page: Page, look: bool) -> Iterator[tuple[str, Any]]:
    """Find what axe finds: of a page that looks as others do, only in its text."""
    page.evaluate(AXE.read_text("utf-8"))
    if not look:
        yield "axe", page.evaluate(AXE_RUN, TEXT)
        return
    for size in (DESKTOP, PHONE):
        show(page, size)
        yield f"axe, {size[0]} wide", page.evaluate(AXE_RUN)
        page.evaluate(SET_COLORS, "dark")
        yield f"axe, {size[0]} wide, dark", page.evaluate(AXE_RUN, CONTRAST)
        page.evaluate(SET_COLORS, "light")


def faults(page: Page, look: bool) -> Iterator[tuple[str, Any]]:
    """Find what is wrong with a loaded page."""
    loaded = page.evaluate(LOADED)
    weight = sum(size for _, size in loaded)
    assert weight > 0
    if weight > WEIGHT or len(loaded) > REQUESTS:
        yield f"{weight} bytes", sorted(loaded, key=lambda entry: -entry[1])[:5]
    yield "Content-Security-Policy", page.evaluate("violations")
    yield from inaccessible(page, look)
    for size in SCREENS:
        show(page, size)
        yield f"scrolls sideways at {size}", page.evaluate(OVERFLOW)
    show(page, SCREENS[0])


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_fine(open_page: Open, handbook_html: Path, part: int) -> None:
    paths = page_paths(handbook_html)
    looked_at = covering(handbook_html, paths)
    page = open_page("/", *SCREENS[0], reduced_motion="reduce")
    origin = page.evaluate("location.origin")
    page.context.add_init_script(WATCH)
    found = {}
    for path in [*paths, "/no/such/page/", "/%zz/"][part::PARTS]:
        page.goto(origin + path)
        if wrong := [fault for fault in faults(page, path in looked_at) if fault[1]]:
            found[path] = wrong
    assert not found


def test_axe_finds_nothing_in_search_results(open_page: Open) -> None:
    page = open_page("/search/?q=quorum", reduced_motion="reduce")
    page.wait_for_selector("#search-results li")
    assert list(filter(lambda found: found[1], inaccessible(page, look=True))) == []


def test_axe_finds_nothing_in_what_opens(open_page: Open) -> None:
    page = open_page("/governance/goals/", width=390, height=844, reduced_motion="reduce")
    page.evaluate(AXE.read_text("utf-8"))
    for opened in ("Menu", "Contents", "Colors", "Search"):
        page.get_by_role("button", name=opened).click()
        for colors in ("light", "dark"):
            page.evaluate(SET_COLORS, colors)
            assert page.evaluate(AXE_RUN) == [], (opened, colors)
        page.keyboard.press("Escape")


def test_at_four_hundred_percent_the_text_keeps_most_of_the_screen(open_page: Open) -> None:
    page = open_page("/governance/goals/", width=320, height=256)
    head = page.locator("header.bar").bounding_box()
    assert head is not None
    assert head["height"] < 256 / 4


def test_the_second_page_asks_for_nothing_but_itself(open_page: Open) -> None:
    page = open_page("/")
    page.wait_for_load_state("networkidle")  # fonts and the icon come last
    page.goto(page.url + "governance/mission/")
    asked = page.evaluate(
        """[...performance.getEntriesByType("navigation"),
        ...performance.getEntriesByType("resource")].filter((e) => e.transferSize > 0)
        .map((e) => e.name)"""
    )
    assert asked == [page.url]
