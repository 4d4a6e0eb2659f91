"""What matters most works in Firefox, too: reading, menus, search, and the strict policy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.firefox import NAMES, Firefox, find_firefox, start
from tests.browser.served import AXE, AXE_RUN, serve
from tests.browser.test_policy import EVIL
from tests.browser.test_questions import FIND, QUESTIONS_ASKED

LOOK = """() => ({
  wide: document.scrollingElement.scrollWidth - innerWidth,
  heading: document.querySelector("h1").textContent.trim() !== "",
  styled: [...document.styleSheets].some((sheet) => sheet.cssRules.length > 100),
})"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """The system's Firefox. With REQUIRE_FIREFOX=1 a test without one fails."""
    program = find_firefox()
    if not program:
        reason = f"no Firefox found (looked for {', '.join(NAMES)}; FIREFOX may name one)"
        if os.environ.get("REQUIRE_FIREFOX") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with start(program, tmp_path_factory.mktemp("firefox")) as started:
        yield started


def test_every_page_fits_the_phone_and_is_accessible(
    firefox: Firefox, site: str, paths: list[str]
) -> None:
    firefox.complaints.clear()
    found = {}
    for path in paths:
        firefox.open(site + path, width=390)
        seen = firefox.evaluate(LOOK)
        firefox.evaluate(f"() => {{ {AXE.read_text('utf-8')} }}")
        wrong = firefox.evaluate(AXE_RUN)
        if wrong or seen != {"wide": min(seen["wide"], 0), "heading": True, "styled": True}:
            found[path] = seen, wrong
    assert not found
    assert not firefox.complaints


def test_the_menu_opens_and_escape_closes_it(firefox: Firefox, site: str) -> None:
    firefox.open(f"{site}/governance/goals/", width=390)
    is_open = "() => document.querySelector('#menu').matches(':popover-open')"
    assert not firefox.evaluate(is_open)
    firefox.evaluate("() => document.querySelector('.menu-button').click()")
    assert firefox.evaluate(is_open)
    firefox.press("\ue00c")
    assert not firefox.evaluate(is_open)


def test_a_choice_is_as_wide_as_its_words(firefox: Firefox, site: str) -> None:
    firefox.open(f"{site}/members/", width=390)
    assert firefox.evaluate("() => document.querySelector('.filter select').offsetWidth") > 150


def test_the_search_ranks_as_in_other_browsers(firefox: Firefox, site: str) -> None:
    firefox.open(f"{site}/search/?q=commitee")
    shown = """async () => {
      const found = () => document.querySelector("#search-results li");
      while (!found()) await new Promise((done) => setTimeout(done, 50));
      return document.querySelector("#search-results [role=status]").textContent;
    }"""
    assert "“committee”" in firefox.evaluate(shown)
    found = firefox.evaluate(FIND, [words for words, _ in QUESTIONS_ASKED])
    wanted = [page for _, page in QUESTIONS_ASKED]
    assert [
        (page, urls)
        for page, urls in zip(wanted, found, strict=True)
        if page not in [url.strip("/") for url in urls]
    ] == []


def test_the_policy_holds(firefox: Firefox, handbook_html: Path, tmp_path: Path) -> None:
    """What no check should let pass is refused by this browser, too."""
    (tmp_path / "_static").symlink_to(handbook_html / "_static")
    html = (handbook_html / "index.html").read_text("utf-8")
    with serve(tmp_path) as address:
        for name, evil in EVIL.items():
            page = tmp_path / f"{name}.html"
            page.write_text(html.replace("</article>", f"{evil}</article>", 1))
            firefox.open(f"{address}/{name}.html")
            title, display = firefox.evaluate(
                "() => [document.title, getComputedStyle(document.body).display]"
            )
            assert (title != "hurt", display != "none") == (True, True), name
