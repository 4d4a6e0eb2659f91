"""What holds for every page: accessible, light, private, and never wider than the screen.

Each page is loaded once; what is looked at then changes in place: screen, colors, letter spacing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import CHROMIUM, DESKTOP, PHONE
from tests.browser.served import AXE_RUN

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

# Of elements that are alike, finds the first and the last, unless an earlier page had such ones.
# The other scripts begin with it.
NEW = """const fresh = (kind, elements, like) => {
  const known = new Set(JSON.parse(sessionStorage[kind] ?? "[]"));
  const alike = Map.groupBy(elements, like);
  sessionStorage[kind] = JSON.stringify([...known.union(alike)]);
  return [...alike].filter(([name]) => !known.has(name))
    .flatMap(([, elements]) => [...new Set([elements[0], elements.at(-1)])]);
};
// Joins what a function says of all that an element is in to what it says of the element.
const chain = (say) => {
  const said = new Map([[null, ""]]);
  const all = (e) => said.get(e) ?? said.set(e, all(e.parentElement) + say(e)).get(e);
  return all;
};
const hasText = (e) =>
  [...e.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
"""

# Notes the elements that look like none on earlier pages, by what stylesheets see of them and of
# all that they are in. Returns how many.
NEW_LOOKS = f"""() => {{ {NEW}
  const plain = ["div", "section", "span"];
  const look = chain((e) => {{
    const name = [e.localName, ...[...e.classList].sort(), e.role, e.ariaCurrent]
      .filter(Boolean).join(".");
    return plain.includes(name) ? "" : ` ${{name}}`;
  }});
  const shown = [...document.body.querySelectorAll("*")]
    .filter((e) => !e.childElementCount || e.matches("a, button, summary") || hasText(e));
  window.newLooks = fresh("looks", shown, look);
  return newLooks.length;
}}"""

# Notes the elements whose colors and letters are new among those shown in one way (a screen, and
# light or dark): of those that another script noted, or of all. Returns how many.
NEW_COLORS = f"""([way, among]) => {{ {NEW}
  const back = chain((e) => {{
    const {{ backgroundColor, backgroundImage, opacity }} = getComputedStyle(e);
    const own = [backgroundColor, backgroundImage, opacity].join();
    return own === "rgba(0, 0, 0, 0),none,1" ? "" : ` ${{own}}`;
  }});
  const colors = (e) => {{
    const {{ color, fontSize, fontWeight, textShadow }} = getComputedStyle(e);
    return [hasText(e), color, fontSize, fontWeight, textShadow, back(e)].join();
  }};
  const shown = [...window[among] ?? document.body.querySelectorAll("*")]
    .filter((e) => e.checkVisibility({{ visibilityProperty: true }}) && e.clientWidth !== 1);
  window.newColors = fresh(way, shown, colors);
  return newColors.length;
}}"""

# What depends on the stylesheets: axe looks at it only where something looks new.
CONTRAST = "color-contrast-enhanced"
LOOK = ["link-in-text-block", "target-size"]

# 320 by 256 is what is left of a usual screen at a zoom of 400 %.
SCREENS = [(980, 700), (768, 1024), (320, 256)]


def show(page: Page, size: tuple[int, int]) -> None:
    """Change the screen."""
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        page.set_viewport_size({"width": size[0], "height": size[1]})


def too_faint(page: Page, colors: str, among: str | None = None) -> tuple[str, Any]:
    """Find texts of too little contrast: of all in new colors, or of those in a variable."""
    page.evaluate(SET_COLORS, colors)
    way = f"contrast, {page.viewport_size}, {colors}"
    if not page.evaluate(NEW_COLORS, [way, among]):
        return way, []
    return way, page.evaluate(AXE_RUN, {"only": [CONTRAST], "inside": "newColors"})


def inaccessible(page: Page, inside: str | None = None) -> Iterator[tuple[str, Any]]:
    """Find what axe finds in each screen and color, in all of a page or in what a variable has."""
    for size, colors, rules in (
        (DESKTOP, "light", LOOK if inside else None),
        (DESKTOP, "dark", []),
        (PHONE, "dark", []),
        (PHONE, "light", None),
    ):
        show(page, size)
        yield too_faint(page, colors, inside)
        if rules != []:
            found = page.evaluate(AXE_RUN, {"only": rules, "but": [CONTRAST], "inside": inside})
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
            yield "axe", page.evaluate(AXE_RUN, {"but": [CONTRAST, *LOOK]})
            if page.evaluate(NEW_LOOKS):
                yield from inaccessible(page, "newLooks")


@CHROMIUM
def test_every_page_is_fine(open_page: Open, paths: list[str]) -> None:
    page = open_page("/", SCREENS[0], fresh=True, reduced_motion="reduce")
    origin = page.evaluate("location.origin")
    page.context.add_init_script(WATCH)
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
            found[path, "axe"] = page.evaluate(AXE_RUN, {"only": LOOK, "inside": "newLooks"})
            found[path, "contrast"] = too_faint(page, "light", "newLooks")[1]
        found[path, "fits"] = page.evaluate(MISFITS)
    assert [wrong for wrong in found.items() if wrong[1]] == []


def test_axe_finds_nothing_in_search_results(open_page: Open) -> None:
    page = open_page("/search/?q=quorum", reduced_motion="reduce")
    page.wait_for_selector("#search-results li")
    assert [found for found in inaccessible(page) if found[1]] == []


def test_axe_finds_nothing_in_what_opens(open_page: Open) -> None:
    page = open_page("/governance/goals/", PHONE, reduced_motion="reduce")
    for opened in ("Menu", "Contents", "Colors", "Search"):
        page.get_by_role("button", name=opened).click()
        assert page.evaluate(AXE_RUN, {"but": [CONTRAST]}) == [], opened
        for colors in ("dark", "light"):
            assert too_faint(page, colors)[1] == [], (opened, colors)
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
