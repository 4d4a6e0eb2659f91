"""The site's own search leads a reader who types a few words to the page with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlsplit

import pytest
from playwright.sync_api import expect

from tests.text.questions import QUESTIONS, Question

if TYPE_CHECKING:
    from tests.browser.conftest import Open


CASES = [
    pytest.param(
        entry,
        id=entry.question,
        marks=() if entry.found else pytest.mark.xfail(reason="the search does not find it yet"),
    )
    for entry in QUESTIONS
]


@pytest.mark.parametrize("entry", CASES)
def test_the_page_is_among_the_first_three_results(open_page: Open, entry: Question) -> None:
    page = open_page(f"/search/?q={quote_plus(entry.search)}")
    expect(page.locator("#search-results .search-summary")).to_be_visible()
    results = page.locator("#search-results ul.search > li")
    found = [
        urlsplit(result.locator("a").first.evaluate("link => link.href")).path
        for result in results.all()[:3]
    ]
    assert entry.path in found, entry.search
