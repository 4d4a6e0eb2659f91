"""The site's own search leads a reader who types a few words to the page with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.text.questions import QUESTIONS, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


CASES = [
    pytest.param(
        entry,
        id=entry.question,
        marks=() if entry.found else pytest.mark.xfail(reason="the search does not find it yet"),
    )
    for entry in QUESTIONS
]


RESULTS = """async (words) => {
  Search.output.replaceChildren();
  await Search.query(words);
  return [...document.querySelectorAll("#search-results ul.search > li")]
    .map((result) => new URL(result.querySelector("a").href).pathname);
}"""


@pytest.fixture(scope="module")
def searching(browser: Browser, site: str) -> Iterator[Page]:
    """The page of results, open; one for all questions."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/search/?q=quorum")
    expect(page.locator("#search-results .search-summary")).to_be_visible()
    yield page
    context.close()


@pytest.mark.parametrize("entry", CASES)
def test_the_page_is_among_the_first_three_results(searching: Page, entry: Question) -> None:
    assert entry.path in searching.evaluate(RESULTS, entry.search)[:3]
