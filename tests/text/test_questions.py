"""A reader with a question finds the answer at the place that the handbook gives for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import Tag

from handbook.authority.documents import cite, load_documents
from tests.conftest import ROOT
from tests.pages import parsed
from tests.text.questions import QUESTIONS, Question

# What the questions must cover, by words of the question.
TOPICS = [
    "may attend",
    "picks the chair",
    "from outside",
    "budget",
    "Department of Energy",
    "contact",
    "tie",
    "by email",
    "appeal",
    "quorum",
    "standing group",
    "admit",
    "Two-thirds of whom",
    "term end",
    "between the homepage and the Charter",
]


def section_text(html: str, anchor: str) -> str:
    """The text of the section or box that a link with this anchor opens; of the page for none.

    Raises:
        LookupError: The page has no such anchor.
    """
    article = parsed(html).select_one("article")
    assert article is not None
    place: Tag | None = article.find(id=anchor) if anchor else article
    if place is None:
        raise LookupError(anchor)
    if not (place.name in {"article", "section"} or "admonition" in str(place.get("class"))):
        place = place.find_parent("section")
    assert place is not None
    text = re.sub(r"\s+", " ", place.get_text(" ")).strip()
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = re.sub("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]", '"', text)
    return re.sub(r" (?=[,.;:])", "", text)


def test_there_are_sixty_questions_on_all_topics() -> None:
    asked = {entry.question for entry in QUESTIONS}
    assert len(asked) == len(QUESTIONS) >= 60
    assert [topic for topic in TOPICS if not any(topic in question for question in asked)] == []


@pytest.mark.parametrize("entry", QUESTIONS, ids=lambda entry: entry.question)
def test_the_answer_is_where_the_anchor_leads(handbook_html: Path, entry: Question) -> None:
    html = (handbook_html / entry.path.strip("/") / "index.html").read_text(encoding="utf-8")
    text = section_text(html, entry.anchor)
    assert [words for words in entry.answer if words not in text] == [], text


def test_each_answer_names_clauses_that_exist_or_is_a_silence() -> None:
    documents = load_documents(ROOT / "governance" / "sources.yml")
    for entry in QUESTIONS:
        if entry.clause:
            assert cite(entry.clause, documents)
        else:
            assert entry.anchor.startswith("silence-") or entry.page == "index", entry.question


def test_a_section_ends_where_the_next_one_starts() -> None:
    html = """<article><section id="page"><h1>Page</h1>
      <section id="one"><span id="rule-one"></span><h2>One</h2><p>First.</p>
      <div class="admonition silence" id="gap"><p>Gap</p></div></section>
      <section id="two"><h2>Two</h2><p>Second.</p></section></section></article>"""
    assert section_text(html, "rule-one") == "One First. Gap"
    assert section_text(html, "gap") == "Gap"
    assert section_text(html, "two") == "Two Second."
    assert section_text(html, "") == "Page One First. Gap Two Second."
    with pytest.raises(LookupError):
        section_text(html, "three")
