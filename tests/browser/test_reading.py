"""What a reader does, done in a browser: by mouse, by finger, by keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import jinja2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CHROMIUM, cases, touch
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import Open

PHONE: dict[str, Any] = {"size": (390, 844), "phone": True}
CHAPTER = "/governance/goals/"


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_menu_of_a_phone(open_page: Open) -> None:
    page = open_page("/", **PHONE)
    menu = page.get_by_role("complementary", name="Menu")
    button = page.get_by_role("button", name="Menu")
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    touch(button)
    touch(menu.get_by_role("button", name="Close"))
    expect(menu).to_be_hidden()
    touch(button)
    chapters = menu.get_by_role("navigation", name="Chapters")
    touch(chapters.get_by_label("Pages of Governance"))
    touch(chapters.get_by_role("link", name="Mission"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mission")
    expect(menu).to_be_hidden()


def test_a_heading_chosen_in_the_contents_of_a_phone_has_the_focus(open_page: Open) -> None:
    page = open_page(CHAPTER, **PHONE)
    contents = page.get_by_role("navigation", name="On this page")
    button = page.get_by_role("button", name="Contents")
    expect(contents).to_be_hidden()
    touch(button)
    touch(contents.get_by_role("button", name="Close"))
    expect(contents).to_be_hidden()
    touch(button)
    touch(contents.get_by_role("link", name="Two-way communication"))
    page.wait_for_url("**#goal-communication")
    expect(contents).to_be_hidden()
    heading = page.get_by_role("heading", name="Two-way communication", exact=True)
    expect(heading).to_be_focused()
    page.wait_for_timeout(300)
    box, bar = heading.bounding_box(), page.locator(".bar").bounding_box()
    assert box is not None
    assert bar is not None
    assert bar["height"] <= box["y"] < 200
    page.keyboard.press("Tab")
    within = "document.activeElement.closest('section').id"
    assert page.evaluate(within) == "goal-communication"


def test_the_menu_of_a_desktop(open_page: Open) -> None:
    page = open_page(CHAPTER)
    chapters = page.get_by_role("navigation", name="Chapters")
    button = page.get_by_role("button", name="Menu")
    expect(chapters).to_be_visible()
    expect(chapters.locator("[aria-current]")).to_have_text("Goals and Scope")
    expect(chapters.locator("[aria-current]")).to_have_attribute("aria-current", "page")
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(chapters).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    button.click()
    expect(chapters).to_be_visible()
    link = chapters.get_by_role("link", name="Integrity")
    expect(link).to_be_hidden()
    page.get_by_label("Pages of Principles").click()
    expect(link).to_be_visible()


def frame(page: Page) -> str:
    """The color that a phone's browser gives its own bar."""
    color = page.evaluate("""() => {
      const metas = [...document.querySelectorAll("[name='theme-color']")];
      const probe = document.createElement("i");
      probe.style.color = metas.find((meta) => matchMedia(meta.media).matches).content;
      document.body.append(probe);
      return getComputedStyle(probe).color;
    }""")
    return str(color)


@pytest.mark.parametrize(("browser", "system"), cases("dark", "light"), indirect=["browser"])
def test_colors_follow_the_system_until_they_are_chosen(open_page: Open, system: str) -> None:
    page = open_page("/", color_scheme=system)
    before = ground(page)
    assert (before == "rgb(255, 255, 255)") is (system == "light")
    assert frame(page) == before
    assert page.locator(".sd-card").first.evaluate("e => getComputedStyle(e).boxShadow") == "none"
    other = {"light": "Dark", "dark": "Light"}[system]
    page.get_by_role("button", name="Colors").click()
    page.get_by_role("button", name=other).click()
    assert page.locator("html").get_attribute("data-theme") == other.lower()
    after = ground(page)
    assert after != before
    assert frame(page) == after
    expect(page.get_by_role("button", name=other)).to_be_hidden()
    chapters = page.get_by_role("navigation", name="Chapters")
    chapters.get_by_role("link", name="Governance", exact=True).click()
    page.wait_for_url("**/governance/")
    assert ground(page) == frame(page) == after
    sheet = "document.querySelector('.drawing > rect')"
    assert page.evaluate(f"getComputedStyle({sheet}).fill") == after
    page.get_by_role("button", name="Colors").click()
    expect(page.get_by_role("button", name=other)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name=system)).to_have_attribute("aria-pressed", "false")
    colors = page.get_by_role("group", name="Colors")
    expect(colors).to_be_visible()
    page.get_by_role("button", name="Dark", exact=True).focus()
    page.keyboard.press("Tab")
    expect(colors).to_be_hidden()


ACTIONS = jinja2.Environment(
    loader=jinja2.FileSystemLoader(ROOT / "_templates" / "html" / "handbook"), autoescape=True
).get_template("page-actions.html")


def test_the_actions_of_a_page_are_in_one_row_on_a_phone(open_page: Open) -> None:
    page = open_page(CHAPTER, **PHONE)
    urls = {f"{name}_url": "https://a.example/" for name in ("permalink", "edit", "pdf", "epub")}
    page.locator(".page-actions").evaluate(
        "(row, html) => row.outerHTML = html", ACTIONS.render(urls)
    )
    actions = page.locator(".page-actions > *")
    assert actions.count() == 4
    boxes = [action.bounding_box() for action in actions.all()]
    assert len({box["y"] for box in boxes if box}) == 1
    expect(actions.nth(3)).to_have_accessible_name("Download EPUB")


def test_forced_colors_tell_the_chosen_one_apart(open_page: Open) -> None:
    page = open_page("/", forced_colors="active")
    page.get_by_role("button", name="Colors").click()
    grounds = page.evaluate(
        """[...document.querySelectorAll("#colors button")]
        .map((button) => getComputedStyle(button).backgroundColor)"""
    )
    assert grounds[0] != grounds[1] == grounds[2]


def test_the_colors_are_set_before_anything_is_drawn(handbook_html: Path) -> None:
    html = (handbook_html / "index.html").read_text("utf-8")
    assert html.index("_static/site.") < html.index("stylesheet")


def test_addresses_are_copied_and_the_message_is_where_the_reader_clicked(open_page: Open) -> None:
    page = open_page(CHAPTER)
    message = page.get_by_role("status")
    expect(message).to_be_attached()  # also while it is empty, so that it is read out later
    page.get_by_role("button", name="Copy address").focus()
    page.keyboard.press("Enter")
    expect(message).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"https?://.*/goals/?", copied)

    heading = page.get_by_role("heading", name="Long-term viability", exact=True)
    link = page.get_by_role("link", name="Copy address of Long-term viability")
    expect(link).to_have_css("opacity", "0")
    heading.hover()
    expect(link).to_have_css("opacity", "1")
    link.focus()
    page.keyboard.press("Enter")
    expect(message).to_contain_text("#goal-viability")
    assert re.search(r"/goals/?#goal-viability$", page.evaluate("navigator.clipboard.readText()"))
    assert page.url.endswith("#goal-viability")
    expect(message).to_be_in_viewport()
    clicked, shown = link.bounding_box(), message.bounding_box()
    assert clicked is not None
    assert shown is not None
    assert abs(shown["y"] - clicked["y"] - clicked["height"]) < 30

    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    page.get_by_role("button", name="Copy address").click()
    expect(message).to_contain_text("Not copied")


@CHROMIUM
def test_a_quotes_address_is_copied_from_its_mark(open_page: Open) -> None:
    page = open_page("/principles/integrity/")
    quote = page.locator("blockquote#principle-integrity")
    quote.hover()
    quote.get_by_role("link", name="Copy address of this quotation").click()
    expect(page.get_by_role("status")).to_contain_text("#principle-integrity")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/principles/integrity/?#principle-integrity$", copied)


def test_a_copied_address_leads_back_to_its_rule(open_page: Open) -> None:
    page = open_page("/goals#goal-impact")
    page.wait_for_url(f"**{CHAPTER}#goal-impact")
    expect(page.get_by_role("heading", name="The most from shared resources")).to_be_in_viewport()


PLACE = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const names = [".brand", "search", ".chapters", ".bar", "#contents", "article",
    ".about-this-page", ".neighbors"];
  const ringed = (e) => getComputedStyle(e).outlineStyle !== "none";
  return {
    where: names.find((name) => one.closest(name)) ?? null,
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
        *(".brand", "search", ".chapters", ".bar"),
        *("#contents", "article", ".about-this-page", ".neighbors"),
    ]


def test_the_skip_link_leads_past_the_menu(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


HEAR_KEYS = """() => {
  window.swallowed = [];
  addEventListener("keydown", (event) => event.defaultPrevented && swallowed.push(event.key));
}"""


def test_search_opens_by_key_and_by_button_and_gives_the_focus_back(open_page: Open) -> None:
    page = open_page(CHAPTER)
    page.evaluate(HEAR_KEYS)
    for key in ("/", "Escape"):
        page.keyboard.press(key)
    assert page.evaluate("swallowed") == []
    field = page.get_by_role("searchbox", name="Search the handbook")
    button = page.get_by_role("button", name="Search").first
    button.click()
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(button).to_be_focused()
    link = page.get_by_role("link", name="Stakeholders").first
    link.focus()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    page.keyboard.press("Control+k")
    field.fill("mission")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=mission")
    expect(page.locator("#search-results li").first).to_be_visible()


def test_the_first_result_names_the_page_and_the_section_and_leads_there(open_page: Open) -> None:
    page = open_page("/search/?q=sponsor")
    first = page.locator("#search-results ul.search > li").first
    expect(first.locator(".context")).to_be_visible()
    link = first.get_by_role("link")
    title, section = link.inner_text().split(" \u203a ")
    link.click()
    page.wait_for_url("**/governance/decisions/**#*")
    anchor = urlsplit(page.url).fragment
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator(f"section#{anchor}").get_by_role("heading").first).to_contain_text(section)
    expect(page.locator("article mark").first).to_be_visible()


@CHROMIUM
def test_a_glossary_term_is_shown_with_the_results(open_page: Open) -> None:
    page = open_page("/search/?q=Important+Question")
    term = page.locator(".search-term")
    expect(term).to_contain_text("Glossary: Important Question")
    term.get_by_role("link").click()
    page.wait_for_url("**/glossary/#term-*")


@CHROMIUM
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


@CHROMIUM
def test_a_search_that_cannot_load_its_index_says_so(open_page: Open) -> None:
    page = open_page("/search/")
    page.route("**/search.*.json", lambda route: route.fulfill(status=200, body="no index"))
    page.goto(f"{page.url}?q=quorum")
    expect(page.locator("#search-results")).to_contain_text("The search could not be loaded")


@CHROMIUM
def test_the_index_is_loaded_only_when_something_is_asked(open_page: Open) -> None:
    page = open_page("/search/")
    loaded = page.evaluate("performance.getEntriesByType('resource').map((e) => e.name)")
    assert not [name for name in loaded if "/search." in name and name.endswith("json")]


@CHROMIUM
@pytest.mark.parametrize("words", ["<img src=x onerror=alert(1)>", "%3Cscript%3E", "((", "-"])
def test_a_search_cannot_inject_anything(open_page: Open, words: str) -> None:
    page = open_page(f"/search/?q={words}")
    expect(page.locator("#search-results .search-summary")).to_have_text(re.compile("page"))
    assert page.locator("#search-results :is(img, script)").count() == 0


@CHROMIUM
@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("/principals/transparancy", "/principles/transparency"),
        ("/goal", "/goals"),
        ("/comittee/", "/steering-committee"),
    ],
)
def test_a_missing_page_names_near_ones(open_page: Open, wrong: str, meant: str) -> None:
    page = open_page(wrong)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Page not found")
    near = page.locator("#near-addresses")
    expect(near).to_contain_text(meant)
    near.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("not found")


@CHROMIUM
def test_a_missing_page_deep_down_has_its_look_and_search(open_page: Open) -> None:
    page = open_page("/a/b/c/d", color_scheme="light")
    expect(page.locator("#near-addresses")).to_be_hidden()
    assert ground(page) == "rgb(255, 255, 255)"
    page.get_by_role("searchbox").fill("mission")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=mission")


@pytest.mark.parametrize(("browser", "system"), cases("dark", "light"), indirect=["browser"])
def test_everything_can_be_read_without_scripts(open_page: Open, system: str) -> None:
    page = open_page(CHAPTER, scripts=False, color_scheme=system)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    white = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (white == "rgb(255, 255, 255)") is (system == "light")
    expect(page.get_by_text("need JavaScript")).to_be_visible()
    for name in ("Menu", "Colors", "Copy address", "Search"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.locator("#permanent-address")).to_have_text("/goals")
    chapters = page.get_by_role("navigation", name="Chapters")
    chapters.get_by_role("link", name="Mission").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mission")


def test_a_phone_without_scripts_still_has_the_chapters(open_page: Open) -> None:
    page = open_page(CHAPTER, scripts=False, **PHONE)
    touch(page.get_by_role("button", name="Menu"))
    chapters = page.get_by_role("navigation", name="Chapters")
    touch(chapters.get_by_role("link", name="Members").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Members")


@CHROMIUM
def test_without_scripts_there_is_no_form_that_does_nothing(open_page: Open) -> None:
    page = open_page("/search/?q=mission", scripts=False)
    expect(page.get_by_role("article").get_by_text("Search needs JavaScript")).to_be_visible()
    for path in ("/search/", "/no/such/page/", "/", "/members/"):
        page.goto(urljoin(page.url, path))
        expect(page.locator("input:visible")).to_have_count(0)


def test_nothing_moves_for_those_who_asked_for_it(open_page: Open) -> None:
    page = open_page(CHAPTER, reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => {
          const s = getComputedStyle(e);
          return parseFloat(s.transitionDuration) > 0.01 || parseFloat(s.animationDuration) > 0.01;
        }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_a_table_on_a_phone_is_cards_with_the_first_cell_as_title(open_page: Open) -> None:
    page = open_page("/governance/decisions/", **PHONE)
    cells = page.locator(".stacks tbody tr").first.locator("td")
    look = "e => [getComputedStyle(e).fontWeight, getComputedStyle(e, '::before').position]"
    assert cells.nth(0).evaluate(look) == ["600", "absolute"]  # its column's name is out of sight
    assert cells.nth(1).evaluate(look) == ["400", "static"]
    name = cells.nth(1).evaluate("e => getComputedStyle(e, '::before').content")
    assert name in {'"what it takes"', "attr(data-label)"}  # as Chromium and Firefox give it
    expect(cells.nth(1)).to_have_attribute("data-label", "what it takes")
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.get_by_role("columnheader").first).to_be_attached()


SMALL = """() => {
  const small = () => [...document.querySelectorAll(
      ".btn, .chapters a, summary, #contents a, .page-actions > *, .neighbors a, .headerlink")]
    .map((e) => [e.textContent.trim() || e.className, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height && (box.width < 44 || box.height < 44))
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`);
  const opened = (id) => {
    document.getElementById(id).showPopover();
    return small();
  };
  return [...small(), ...["menu", "contents", "colors"].flatMap(opened)];
}"""


@pytest.mark.parametrize("path", ["/", CHAPTER, "/guides/officers/", "/members/"])
def test_what_a_finger_hits_is_large_enough(open_page: Open, path: str) -> None:
    assert open_page(path, **PHONE).evaluate(SMALL) == []


@CHROMIUM
def test_what_pages_are_made_of_has_names(open_page: Open) -> None:
    page = open_page(CHAPTER)
    expect(page.get_by_role("heading", name="Goals and Scope", exact=True)).to_be_visible()
    expect(page.get_by_role("contentinfo")).to_contain_text("Set with Sphinx")
    expect(page.get_by_role("contentinfo")).to_have_count(1)
    assert (
        page.locator("a", has_text=re.compile("^#$")).evaluate_all(
            "links => links.filter((link) => !/^Copy address of ./.test(link.ariaLabel)).length"
        )
        == 0
    )
    page.goto(urljoin(page.url, "/"))
    for link in page.locator(".sd-card a").all():
        seen = link.locator("xpath=ancestor::*[contains(@class, 'sd-card-title')]").inner_text()
        expect(link).to_have_accessible_name(seen)
    assert page.title().count("CASS Governance Handbook") == 1
    assert page.locator("meta[name=viewport]").count() == 1


def test_dark_pages_have_no_bands(open_page: Open) -> None:
    page = open_page("/reference/contributing/", color_scheme="dark")
    grounds = """[...document.querySelectorAll(".highlight")].flatMap((code) =>
      [code, code.querySelector("pre")].map((e) => getComputedStyle(e).backgroundColor))"""
    assert len(set(page.evaluate(grounds))) == 1
    gaps = """[...document.querySelectorAll(".highlight")].map((code) =>
      code.offsetHeight - code.querySelector("pre").offsetHeight)"""
    assert set(page.evaluate(gaps)) == {0}


@CHROMIUM
def test_members_are_found_by_words_and_by_section(open_page: Open) -> None:
    page = open_page("/members/")
    rows = page.locator(".cards tbody tr")
    every = rows.count()
    found = page.locator(".filter").get_by_role("status")
    first = rows.first.locator("td").first.inner_text()
    page.get_by_label("Find a member").fill(first)
    expect(rows.first).to_be_visible()
    shown = page.locator(".cards tbody tr:visible").count()
    assert 0 < shown < every
    expect(found).to_have_text(f"{shown} of {every} shown")
    page.get_by_label("Find a member").fill("")
    expect(page.locator(".cards tbody tr:visible")).to_have_count(every)
    page.get_by_label("Show").select_option(label="Core members")
    expect(page.get_by_role("heading", name="Former members")).to_be_hidden()


def test_print_shows_the_text_and_its_address_and_nothing_to_click(open_page: Open) -> None:
    page = open_page(CHAPTER, color_scheme="dark", media="print")
    assert page.locator("h1:visible").count() == 1
    expect(page.locator("#permanent-address")).to_be_visible()
    for name in ("Menu", "Colors", "Copy address"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("navigation", name="Chapters")).to_be_hidden()
    assert ground(page) == "rgb(255, 255, 255)"
    quote = page.locator("blockquote").first
    assert quote.evaluate("e => getComputedStyle(e).breakInside") == "auto"


def test_figures_are_centered_above_their_captions(open_page: Open) -> None:
    page = open_page("/governance/")
    centers = page.eval_on_selector_all(
        "figure > .drawing, figure > figcaption",
        """(parts) => parts.map((part) => {
          const box = part.getBoundingClientRect();
          return Math.round(box.left + box.width / 2);
        })""",
    )
    assert len(centers) > 1
    assert len(set(centers)) == 1
