"""What holds for every page: accessible, light, private, and never wider than the screen.

Each page is loaded once; what is looked at then changes in place: screen, colors, letter spacing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.served import AXE, AXE_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.conftest import Open

WEIGHT = 36 * 1024  # bytes, compressed
REQUESTS = 6

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
# that a moment after the screen changed. Letters further apart are what readers may ask for (WCAG
# 1.4.12), and wider fonts.
MISFITS = """async () => {
  const unreached = () => [...document.querySelectorAll(".pst-scrollable-table-container, pre")]
    .filter((e) => e.scrollWidth > e.clientWidth && e.tabIndex !== 0).length;
  const end = performance.now() + 5000;
  while (unreached() && performance.now() < end) await new Promise(requestAnimationFrame);
  document.body.style.letterSpacing = "0.12em";
  const over = document.scrollingElement.scrollWidth - innerWidth;
  document.body.style.letterSpacing = "";
  return over || unreached() ? `${over} too wide, ${unreached()} out of reach` : null;
}"""

# Notes what looks as nothing did on the pages before: elements by what stylesheets see of them and
# of all that they are in; of those that look alike, the first and the last. Returns how many.
NEW_LOOKS = """() => {
  const known = new Set(JSON.parse(sessionStorage.looks ?? "[]"));
  const own = (e) => [e.localName, ...[...e.classList].sort(), e.role, e.ariaCurrent]
    .filter(Boolean).join(".");
  const plain = ["div", "section", "span"];
  const look = (e) => e ? look(e.parentElement) + (plain.includes(own(e)) ? "" : ` ${own(e)}`) : "";
  const shown = [...document.body.querySelectorAll("*")].filter((e) => !e.childElementCount ||
    e.matches("a, button, summary") ||
    [...e.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim()));
  const alike = Map.groupBy(shown, look);
  window.newLooks = !known.size ? [document] : [...alike].filter(([name]) => !known.has(name))
    .flatMap(([, elements]) => [...new Set([elements[0], elements.at(-1)])]);
  sessionStorage.looks = JSON.stringify([...known.union(alike)]);
  return newLooks.length;
}"""

# What axe looks at only where something looks new, because it depends on the stylesheets.
CONTRAST = ["color-contrast-enhanced"]
LOOK = [*CONTRAST, "link-in-text-block", "target-size"]

# 320 by 256 is what is left of a usual screen at a zoom of 400 %.
SCREENS = [(980, 700), (768, 1024), (320, 256)]


def show(page: Page, size: tuple[int, int]) -> None:
    """Change the screen."""
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        page.set_viewport_size({"width": size[0], "height": size[1]})


def inaccessible(page: Page, inside: str | None = None) -> Iterator[tuple[str, Any]]:
    """Find what axe finds in each screen and color, in all of a page or in what a variable has."""
    for size, colors, rules in (
        (DESKTOP, "light", LOOK if inside else None),
        (DESKTOP, "dark", CONTRAST),
        (PHONE, "dark", CONTRAST),
        (PHONE, "light", None),
    ):
        show(page, size)
        page.evaluate(SET_COLORS, colors)
        found = page.evaluate(AXE_RUN, {"only": rules, "inside": inside})
        yield f"axe, {size[0]} wide, {colors}", found


def faults(page: Page, screens: list[tuple[int, int]]) -> Iterator[tuple[str, Any]]:
    """Find what is wrong with a loaded page."""
    loaded, violations = page.evaluate(f"[({LOADED})(), violations]")
    weight = sum(size for _, size in loaded)
    assert weight > 0
    if weight > WEIGHT or len(loaded) > REQUESTS:
        yield f"{weight} bytes", sorted(loaded, key=lambda entry: -entry[1])[:5]
    yield "Content-Security-Policy", violations
    for size in screens:
        show(page, size)
        yield f"does not fit {size}", page.evaluate(MISFITS)
        if size == SCREENS[0]:
            without = {name: {"enabled": False} for name in LOOK}
            yield "axe", page.evaluate(AXE_RUN, {"rules": without})
            if page.evaluate(NEW_LOOKS):
                yield from inaccessible(page, "newLooks")


@pytest.mark.parametrize("browser", ["chromium"], indirect=True)
def test_every_page_is_fine(open_page: Open, paths: list[str]) -> None:
    page = open_page("/", SCREENS[0], fresh=True, reduced_motion="reduce")
    origin = page.evaluate("location.origin")
    page.context.add_init_script(WATCH)
    page.context.add_init_script(AXE.read_text("utf-8"))
    found = {}
    screens = SCREENS
    for path in [*sorted(paths, key=len), "/no/such/page/", "/%zz/"]:
        page.goto(origin + path)
        if wrong := [fault for fault in faults(page, screens) if fault[1]]:
            found[path] = wrong
        screens = screens[::-1]  # begin with the one that is shown
    assert not found


@pytest.mark.parametrize("browser", ["firefox"], indirect=True)
def test_every_page_is_fine_on_a_phone_in_firefox(open_page: Open, paths: list[str]) -> None:
    """What does not depend on the browser, such as names, is found in Chromium."""
    page = open_page("/", PHONE)
    origin = page.evaluate("location.origin")
    found = {}
    for path in sorted(paths, key=len):
        page.goto(origin + path)
        if page.evaluate(NEW_LOOKS):
            page.evaluate(AXE.read_text("utf-8"))
            found[path, "axe"] = page.evaluate(AXE_RUN, {"only": LOOK, "inside": "newLooks"})
        found[path, "fits"] = page.evaluate(MISFITS)
    assert [wrong for wrong in found.items() if wrong[1]] == []


def test_axe_finds_nothing_in_search_results(open_page: Open) -> None:
    page = open_page("/search/?q=quorum", reduced_motion="reduce")
    page.wait_for_selector("#search-results li")
    page.evaluate(AXE.read_text("utf-8"))
    assert [found for found in inaccessible(page) if found[1]] == []


def test_axe_finds_nothing_in_what_opens(open_page: Open) -> None:
    page = open_page("/governance/goals/", PHONE, reduced_motion="reduce")
    page.evaluate(AXE.read_text("utf-8"))
    for opened in ("Menu", "Contents", "Colors", "Search"):
        page.get_by_role("button", name=opened).click()
        for colors, rules in (("light", None), ("dark", CONTRAST)):
            page.evaluate(SET_COLORS, colors)
            assert page.evaluate(AXE_RUN, {"only": rules}) == [], (opened, colors)
        page.keyboard.press("Escape")


def test_at_four_hundred_percent_the_text_keeps_most_of_the_screen(open_page: Open) -> None:
    page = open_page("/governance/goals/", SCREENS[-1])
    head = page.locator("header.bar").bounding_box()
    assert head is not None
    assert head["height"] < 256 / 4


def test_the_second_page_asks_for_nothing_but_itself(open_page: Open) -> None:
    page = open_page("/", fresh=True)
    page.wait_for_load_state("networkidle")  # fonts and the icon come last
    page.goto(page.url + "governance/mission/")
    asked = page.evaluate(
        """[...performance.getEntriesByType("navigation"),
        ...performance.getEntriesByType("resource")].filter((e) => e.transferSize > 0)
        .map((e) => e.name)"""
    )
    assert asked == [page.url]
