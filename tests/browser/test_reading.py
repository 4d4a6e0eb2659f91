"""What a reader does, done in a browser: by mouse, by finger, by keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Open

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
CHAPTER = "/governance/goals/"


def mode(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.theme"))


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_chapters_open_on_a_phone(open_page: Open) -> None:
    page = open_page("/", **PHONE)
    chapters = page.get_by_role("navigation", name="Chapters")
    expect(chapters).to_be_hidden()
    page.get_by_role("button", name="Menu").tap()
    expect(chapters).to_be_visible()
    chapters.get_by_label("Pages of Governance").tap()
    chapters.get_by_role("link", name="Mission").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mission")
    expect(chapters).to_be_hidden()


def test_escape_closes_the_chapters_and_gives_the_focus_back(open_page: Open) -> None:
    page = open_page("/", **PHONE)
    button = page.get_by_role("button", name="Menu")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Chapters")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Chapters")).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("drawer", ["Menu", "Contents"])
def test_a_drawer_has_a_button_that_closes_it(open_page: Open, drawer: str) -> None:
    page = open_page(CHAPTER, **PHONE)
    page.get_by_role("button", name=drawer).tap()
    page.get_by_role("button", name="Close").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name=drawer)).to_be_focused()


def test_the_pages_contents_open_on_a_phone(open_page: Open) -> None:
    page = open_page(CHAPTER, **PHONE)
    contents = page.get_by_role("navigation", name="On this page")
    expect(contents).to_be_hidden()
    page.get_by_role("button", name="Contents").tap()
    expect(contents).to_be_visible()
    contents.get_by_role("link").last.tap()
    page.wait_for_url("**#*")
    expect(contents).to_be_hidden()
    expect(page.get_by_role("heading", level=2).last).to_be_in_viewport()


def test_the_chapters_fold_on_a_desktop(open_page: Open) -> None:
    page = open_page(CHAPTER)
    chapters = page.get_by_role("navigation", name="Chapters")
    button = page.get_by_role("button", name="Menu")
    expect(chapters).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(chapters).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(chapters).to_be_visible()


def test_a_chapter_unfolds_in_the_list(open_page: Open) -> None:
    page = open_page(CHAPTER)
    link = page.get_by_role("navigation", name="Chapters").get_by_role("link", name="Integrity")
    expect(link).to_be_hidden()
    page.get_by_label("Pages of Principles").click()
    expect(link).to_be_visible()


@pytest.mark.parametrize("system", ["light", "dark"])
def test_colours_follow_the_system_until_they_are_chosen(open_page: Open, system: str) -> None:
    page = open_page("/", color_scheme=system)
    assert mode(page) == system
    other = {"light": "Dark", "dark": "Light"}[system]
    before = ground(page)
    page.get_by_role("button", name="Colors").click()
    page.get_by_role("button", name=other).click()
    assert mode(page) == other.lower()
    assert ground(page) != before
    expect(page.get_by_role("button", name=other)).to_be_hidden()


def test_the_chosen_colours_stay_on_other_pages_and_are_shown_as_chosen(open_page: Open) -> None:
    page = open_page("/", color_scheme="light")
    page.get_by_role("button", name="Colors").click()
    page.get_by_role("button", name="Dark").click()
    dark = ground(page)
    page.get_by_role("link", name="Members").first.click()
    page.wait_for_url("**/members/")
    assert mode(page) == "dark"
    assert ground(page) == dark
    page.get_by_role("button", name="Colors").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "false")


def test_the_colours_are_set_before_anything_is_drawn(open_page: Open) -> None:
    page = open_page("/", color_scheme="dark")
    html = page.request.get(page.url).text()
    assert html.index("_static/colors.js") < html.index("stylesheet")


def test_the_permanent_address_is_copied_by_keyboard_and_said_to_be(open_page: Open) -> None:
    page = open_page(CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy address").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"https?://.*/goals/?", copied)


def test_a_rules_address_is_copied_from_its_mark(open_page: Open) -> None:
    page = open_page(CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    mark = page.locator("section#goal-impact h2 a.headerlink")
    mark.focus()
    expect(mark).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="#goal-impact")).to_be_attached()
    assert re.search(r"/goals/?#goal-impact$", page.evaluate("navigator.clipboard.readText()"))
    assert page.url.endswith("#goal-impact")


def test_a_quotes_address_is_copied_from_its_mark(open_page: Open) -> None:
    page = open_page("/principles/integrity/", permissions=["clipboard-read", "clipboard-write"])
    quote = page.locator("blockquote#principle-integrity")
    quote.hover()
    quote.locator("a.headerlink").click()
    expect(page.get_by_role("status").filter(has_text="#principle-integrity")).to_be_attached()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/principles/integrity/?#principle-integrity$", copied)


def test_a_copied_address_leads_back_to_its_rule(open_page: Open) -> None:
    page = open_page("/goals#goal-impact")
    page.wait_for_url(f"**{CHAPTER}#goal-impact")
    expect(page.get_by_role("heading", name="The most from shared resources")).to_be_in_viewport()


def test_marks_show_on_hover(open_page: Open) -> None:
    page = open_page(CHAPTER)
    heading = page.locator("section#goal-impact h2")
    expect(heading.locator("a.headerlink")).to_have_css("opacity", "0")
    heading.hover()
    expect(heading.locator("a.headerlink")).to_have_css("opacity", "1")


def test_a_copy_that_is_refused_is_said_too(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    page.get_by_role("button", name="Copy address").click()
    expect(page.get_by_role("status").filter(has_text="Not copied")).to_be_visible()


PLACE = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const names = ["handbook-brand", "handbook-search", "bd-docs-nav", "bd-header-article",
    "bd-article", "bd-footer-article", "prev-next-footer", "bd-sidebar-secondary"];
  const ringed = (e) => getComputedStyle(e).outlineStyle !== "none";
  return {
    where: names.find((name) => one.closest("." + name)) ?? null,
    ring: ringed(one) || [...one.querySelectorAll("*")].some(ringed),
    shown: box.width > 0 && box.height > 0,
    tag: one.outerHTML.slice(0, 200),
  };
}"""


def test_the_keyboard_reaches_everything_in_a_sensible_order(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    order: list[str] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        place = page.evaluate(PLACE)
        if place["where"] is None:
            break
        assert place["ring"], f"no visible focus: {place['tag']}"
        assert place["shown"], f"focus on what is not shown: {place['tag']}"
        if place["where"] not in order:
            order.append(place["where"])
    assert order == [
        *("handbook-brand", "handbook-search", "bd-docs-nav", "bd-header-article"),
        *("bd-article", "bd-footer-article", "prev-next-footer", "bd-sidebar-secondary"),
    ]


def test_the_skip_link_leads_past_the_menu(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("key", ["Control+k", "button"])
def test_search_opens_by_key_and_by_button(open_page: Open, key: str) -> None:
    page = open_page(CHAPTER)
    if key == "button":
        page.get_by_role("button", name="Search").first.click()
    else:
        page.keyboard.press(key)
    field = page.get_by_role("searchbox", name="Search the handbook")
    expect(field).to_be_focused()
    field.fill("mission")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=mission")
    expect(page.locator("#search-results li").first).to_be_visible()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("two-thirds", "/governance/decisions/"),
        ("quorum", "/governance/steering-committee/"),
        ("resign", "/members/leaving/"),
        ("sponsor", "/governance/decisions/"),
    ],
)
def test_the_rule_is_the_first_result(open_page: Open, words: str, meant: str) -> None:
    page = open_page(f"/search/?q={words}")
    first = page.locator("#search-results ul.search > li").first
    expect(first.locator(".context")).to_be_visible()
    first.locator("a").first.click()
    page.wait_for_url(f"**{meant}**")
    expect(page.locator("span.highlighted").first).to_be_visible()


def test_a_result_names_the_page_and_the_section_and_leads_there(open_page: Open) -> None:
    page = open_page("/search/?q=sponsor")
    link = page.locator("#search-results ul.search > li").first.get_by_role("link")
    title, section = link.inner_text().split(" \u203a ")
    link.click()
    page.wait_for_url("**#*")
    anchor = urlsplit(page.url).fragment
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator(f"section#{anchor}").get_by_role("heading").first).to_contain_text(section)


def test_a_glossary_term_is_shown_with_the_results(open_page: Open) -> None:
    page = open_page("/search/?q=Important+Question")
    term = page.locator(".search-term")
    expect(term).to_contain_text("Glossary: Important Question")
    term.get_by_role("link").click()
    page.wait_for_url("**/glossary/#term-*")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("quorum", r"\d+ pages for \u201cquorum\u201d"),
        ("xyzzy", "No page mentions \u201cxyzzy\u201d"),
        ("quorum xyzzy", "No page has all these words. .* with some of them"),
        (
            "commitee",
            r"No page mentions \u201ccommitee\u201d. \d+ pages with \u201ccommittee\u201d",
        ),
    ],
)
def test_a_search_announces_what_it_found(open_page: Open, words: str, said: str) -> None:
    page = open_page(f"/search/?q={words}")
    status = page.locator("#search-results").get_by_role("status")
    expect(status).to_contain_text(re.compile(said))
    expect(page.get_by_role("searchbox", name="Search the handbook")).to_have_value(words)


def test_a_search_that_cannot_load_its_index_says_so(open_page: Open) -> None:
    page = open_page("/search/")
    page.route("**/search-*.json", lambda route: route.fulfill(status=200, body="no index"))
    page.goto(f"{page.url}?q=quorum")
    expect(page.get_by_role("status")).to_contain_text("The search could not be loaded")


def test_the_index_is_loaded_only_when_something_is_asked(open_page: Open) -> None:
    page = open_page("/search/")
    loaded = page.evaluate("performance.getEntriesByType('resource').map((e) => e.name)")
    assert not [name for name in loaded if "search-" in name]


@pytest.mark.parametrize("words", ["<img src=x onerror=alert(1)>", "%3Cscript%3E", "((", "-"])
def test_a_search_cannot_inject_anything(open_page: Open, words: str) -> None:
    page = open_page(f"/search/?q={words}")
    expect(page.locator("#search-results .search-summary")).to_have_text(re.compile("page"))
    assert page.locator("#search-results img").count() == 0


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("/goal", "/goals"), ("/principals/transparancy", "/principles/transparency")],
)
def test_a_missing_page_names_near_ones(open_page: Open, wrong: str, meant: str) -> None:
    page = open_page(wrong)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Page not found")
    near = page.locator("#near-addresses")
    expect(near).to_contain_text(meant)
    near.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("not found")


def test_a_missing_page_deep_down_has_its_look_and_search(open_page: Open) -> None:
    page = open_page("/a/b/c/d", color_scheme="light")
    expect(page.locator("#near-addresses")).to_be_hidden()
    assert ground(page) == "rgb(255, 255, 255)"
    page.get_by_role("searchbox").fill("mission")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=mission")


def test_everything_can_be_read_without_scripts(open_page: Open) -> None:
    page = open_page(CHAPTER, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    chapters = page.get_by_role("navigation", name="Chapters")
    expect(chapters).to_be_visible()
    expect(page.get_by_text("need JavaScript")).to_be_visible()
    for name in ("Menu", "Colors", "Copy address", "Search"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.locator("#permanent-address")).to_have_text("/goals")
    chapters.get_by_role("link", name="Mission").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mission")


def test_a_phone_without_scripts_still_has_the_chapters(open_page: Open) -> None:
    page = open_page(CHAPTER, java_script_enabled=False, **PHONE)
    chapters = page.get_by_role("navigation", name="Chapters")
    expect(chapters).to_be_visible()
    chapters.get_by_role("link", name="Members").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Members")


def test_search_without_scripts_says_that_it_needs_them(open_page: Open) -> None:
    page = open_page("/search/?q=mission", java_script_enabled=False)
    expect(page.get_by_role("article").get_by_text("Search needs JavaScript")).to_be_visible()


def test_nothing_moves_for_those_who_asked_for_it(open_page: Open) -> None:
    page = open_page(CHAPTER, reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => {
          const s = getComputedStyle(e);
          return parseFloat(s.transitionDuration) > 0.01 || parseFloat(s.animationDuration) > 0.01;
        }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_a_table_on_a_phone_names_the_column_of_every_cell(open_page: Open) -> None:
    page = open_page("/members/", **PHONE)
    cell = page.locator("td[data-label]").first
    label = cell.evaluate("e => getComputedStyle(e, '::before').content")
    assert label == f'"{cell.get_attribute("data-label")}"'
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.get_by_role("columnheader").first).to_be_attached()


def test_print_shows_the_text_and_its_address_and_nothing_to_click(open_page: Open) -> None:
    page = open_page(CHAPTER, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("h1:visible").count() == 1
    expect(page.locator("#permanent-address")).to_be_visible()
    for name in ("Menu", "Colors", "Copy address"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("navigation", name="Chapters")).to_be_hidden()
    assert ground(page) == "rgb(255, 255, 255)"
