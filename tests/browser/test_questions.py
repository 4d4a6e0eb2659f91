"""The site's own search leads a reader who types a few words to the page with the answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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


ASKED = [*SEARCHES, *([entry.search, entry.path.strip("/")] for entry in QUESTIONS)]
FIRST = {
    "Contributing": "contributing",
    "decision": "decisions",
    "Record": "record",
    "two-thirds": "decisions",
    "quorum": "steering-committee",
    "resign": "leaving",
}


def test_the_page_is_among_the_first_three_results(open_page: Open) -> None:
    page = open_page("/search/")
    found = page.evaluate(FIND, [words for words, _ in ASKED])
    missed = {
        words: (meant, pages)
        for (words, meant), pages in zip(ASKED, found, strict=True)
        if meant not in [url.strip("/") for url in pages]
    }
    assert not missed
    firsts = [urls[0].strip("/").rpartition("/")[2] for urls in page.evaluate(FIND, list(FIRST))]
    assert firsts == list(FIRST.values())
