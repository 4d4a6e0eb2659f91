"""The site's own search leads a reader who types a few words to the page with the answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.text.questions import QUESTIONS

if TYPE_CHECKING:
    from tests.browser.conftest import Open

SEARCHES: list[list[str]] = yaml.safe_load(Path(__file__).with_name("searches.yml").read_text())

FIND = """async (searches) => {
  const index = document.getElementById("search-results").dataset.index;
  const prepared = handbookSearch.prepare(await (await fetch(index)).json());
  return searches.map((words) => {
    const { results } = handbookSearch.find(words, prepared);
    return results.slice(0, 3).map(({ page }) => page.url);
  });
}"""


QUESTIONS_ASKED = [[entry.search, entry.path.strip("/")] for entry in QUESTIONS]


@pytest.mark.parametrize("asked", [QUESTIONS_ASKED, SEARCHES], ids=["questions", "searches"])
def test_the_page_is_among_the_first_three_results(open_page: Open, asked: list[list[str]]) -> None:
    found = open_page("/search/").evaluate(FIND, [words for words, _ in asked])
    missed = {
        words: (page, pages)
        for (words, page), pages in zip(asked, found, strict=True)
        if page not in [url.strip("/") for url in pages]
    }
    assert not missed


def test_a_page_that_is_named_so_comes_first(open_page: Open) -> None:
    names = {"Contributing": "contributing", "decision": "decisions", "Record": "record"}
    found = open_page("/search/").evaluate(FIND, list(names))
    assert [urls[0].strip("/").rpartition("/")[2] for urls in found] == list(names.values())
