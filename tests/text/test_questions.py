"""A reader with a question finds the answer at the anchor that the handbook gives for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

COMMITTEE = "governance/steering-committee"
DECISIONS = "governance/decisions"
GROUPS = "governance/working-groups"
BOARD = "governance/external-advisory-board"

# The question, the page, the anchor, and words of the answer.
QUESTIONS = [
    (
        "What is the Consortium for?",
        "governance/mission",
        "",
        ["Stewardship and advancement of the current and future ecosystem"],
    ),
    (
        "What kind of body is the Consortium?",
        "governance/organizational-model",
        "",
        ["The Consortium is a federation of member organizations"],
    ),
    ("Who governs it?", COMMITTEE, "rule-governing-body", ["governing body"]),
    (
        "How many representatives does a core member have?",
        COMMITTEE,
        "rule-representatives",
        ["each core member one one"],
    ),
    (
        "How are affiliates represented?",
        COMMITTEE,
        "rule-representatives",
        ["together one for every five affiliates"],
    ),
    (
        "How does a member replace its representative for good?",
        COMMITTEE,
        "rule-replacement",
        ["permanent change by notifying the officers"],
    ),
    (
        "Can a colleague stand in for a representative?",
        COMMITTEE,
        "rule-delegation",
        ["for a time to another person of the same organization"],
    ),
    (
        "Who calls the meetings?",
        COMMITTEE,
        "rule-officers",
        ["Chair prepares agendas with the committee, convenes meetings"],
    ),
    ("How long do officers serve?", COMMITTEE, "rule-officers", ["term", "one year"]),
    ("How often does the committee meet?", COMMITTEE, "rule-meetings", ["every six months"]),
    (
        "May I listen to a meeting?",
        COMMITTEE,
        "rule-open-meetings",
        ["open to all participants of all member organizations"],
    ),
    (
        "When may a meeting be closed?",
        COMMITTEE,
        "rule-closed-meetings",
        ["for sensitive matters", "takes a vote"],
    ),
    ("Is there a quorum?", COMMITTEE, "silence-quorum", ["do not state a quorum"]),
    (
        "How are officers nominated?",
        COMMITTEE,
        "silence-nomination",
        ["do not state how officers are nominated"],
    ),
    (
        "Which majority does an ordinary question need?",
        DECISIONS,
        "rule-ordinary-question",
        ["simple majority", "Consensus is preferred"],
    ),
    (
        "Who can make a question an Important Question?",
        DECISIONS,
        "rule-important-question",
        ["Any member of the Steering Committee", "No vote is needed"],
    ),
    (
        "What must a proposal contain?",
        DECISIONS,
        "rule-proposal",
        ["pros and cons", "alternatives", "the criteria for deciding"],
    ),
    ("What if nobody sponsors it?", DECISIONS, "rule-sponsor", ["may be dropped"]),
    (
        "What if a majority is uncomfortable?",
        DECISIONS,
        "rule-marthas-rules",
        ["A majority is uncomfortable. postponed, back to the sponsor"],
    ),
    (
        "How are the By-laws changed?",
        "governance/amendments",
        "rule-amendment",
        ["the By-laws Steering Committee two-thirds"],
    ),
    (
        "Does a member need funding from the Department of Energy?",
        "members/joining",
        "rule-eligibility",
        ["without sponsorship by the U.S. Department of Energy"],
    ),
    (
        "How does an organization join?",
        "members/joining",
        "rule-application",
        ["request to the Chair, written or by email"],
    ),
    ("How does it resign?", "members/leaving", "rule-resignation", ["request to the Chair"]),
    (
        "When can a membership be ended?",
        "members/leaving",
        "rule-termination",
        ["two-thirds", "work against the Charter", "six months or more"],
    ),
    (
        "Does a member keep its own leadership?",
        "members/membership",
        "rule-own-governance",
        ["keep their own leadership and governance"],
    ),
    ("What does membership cost?", "members/membership", "silence-dues", ["do not state any dues"]),
    (
        "Who may start a working group?",
        GROUPS,
        "rule-group-formation",
        ["Anyone from a core member"],
    ),
    ("How long is incubation?", GROUPS, "rule-incubation", ["lasts up to six months"]),
    (
        "What does the group on metrics do?",
        GROUPS,
        "group-metrics",
        ["metrics for sustainability, quality and impact"],
    ),
    (
        "Who may sit on the advisory board?",
        BOARD,
        "rule-advisory-members",
        ["by invitation of the Steering Committee"],
    ),
]


def section_text(html: str, anchor: str) -> str:
    """The text of the section that a link with this anchor opens; of the page for no anchor.

    Raises:
        LookupError: The page has no such anchor.
    """
    article = BeautifulSoup(html, "html.parser").select_one("article")
    assert article is not None
    place: Tag | None = article.find(id=anchor) if anchor else article
    if place is None:
        raise LookupError(anchor)
    section = place if place.name in {"article", "section"} else place.find_parent("section")
    assert section is not None
    text = re.sub(r"\s+", " ", section.get_text(" ")).strip()
    return re.sub(r" (?=[,.;:])", "", text)


def test_there_are_thirty_different_questions() -> None:
    assert len({question for question, *_ in QUESTIONS}) == 30


@pytest.mark.parametrize(
    ("page", "anchor", "answer"),
    [row[1:] for row in QUESTIONS],
    ids=[row[0] for row in QUESTIONS],
)
def test_the_answer_stands_where_the_anchor_leads(
    handbook_html: Path, page: str, anchor: str, answer: list[str]
) -> None:
    html = (handbook_html / page / "index.html").read_text(encoding="utf-8")
    text = section_text(html, anchor)
    assert [words for words in answer if words not in text] == [], text


def test_a_section_ends_where_the_next_one_starts() -> None:
    html = """<article><section id="page"><h1>Page</h1>
      <section id="one"><span id="rule-one"></span><h2>One</h2><p>First.</p></section>
      <section id="two"><h2>Two</h2><p>Second.</p></section></section></article>"""
    assert section_text(html, "rule-one") == "One First."
    assert section_text(html, "two") == "Two Second."
    assert section_text(html, "") == "Page One First. Two Second."
    with pytest.raises(LookupError):
        section_text(html, "three")
