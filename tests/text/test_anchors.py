"""Anchors last: Sphinx numbered none, and recorded ones have the words they are named after."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from handbook import anchors
from sphinx_permalinks import ledger
from tests.conftest import ROOT
from tests.pages import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bs4 import BeautifulSoup, Tag

SAME = (
    "Page\n====\n\nSee `contact`_.\n\n.. _contact:\n\nContact\n-------\n\nText.\n\nOther\n-----\n"
)
SPHINX_SETTINGS = {"report_level": 5, "auto_id_prefix": "id"}
TWICE = "Page\n====\n\nAsk\n---\n\nText.\n\nAsk\n---\n\nText.\n"
TABLE = "Page\n====\n\n.. _rows:\n\n.. table:: Rows\n\n   == ==\n   a  b\n   == ==\n"


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[nodes.document, list[str]]]:
    warnings: list[str] = []
    monkeypatch.setattr(anchors, "warn", lambda *found: warnings.append(found[-1]))

    def run(text: str) -> tuple[nodes.document, list[str]]:
        document = publish_doctree(text, settings_overrides=SPHINX_SETTINGS)
        document.settings.env = SimpleNamespace(docname="page")
        slugs = {"contact": (7, "id1", "Contact"), "other": (12, "other", "Other")}
        document.__dict__["myst_slugs"] = slugs
        anchors.LastingAnchors(document).apply()
        return document, warnings

    return run


def test_a_label_that_equals_its_heading_leaves_one_anchor(
    lasting: Callable[[str], tuple[nodes.document, list[str]]],
) -> None:
    document, warnings = lasting(SAME)
    assert [section["ids"] for section in document.findall(nodes.section)] == [
        ["contact"],
        ["other"],
    ]
    assert [link["refid"] for link in document.findall(nodes.reference)] == ["contact"]
    assert document.nameids["contact"] == "contact"
    assert [anchor for _, anchor, _ in document.__dict__["myst_slugs"].values()] == [
        "contact",
        "other",
    ]
    assert not warnings


def test_a_heading_that_is_there_twice_is_reported(
    lasting: Callable[[str], tuple[nodes.document, list[str]]],
) -> None:
    _, warnings = lasting(TWICE)
    assert warnings == [
        "'Ask' has no address that lasts, only #id1; write a label before it, such as (my-label)="
    ]


def test_a_labeled_table_is_not_reported(
    lasting: Callable[[str], tuple[nodes.document, list[str]]],
) -> None:
    document, warnings = lasting(TABLE)
    assert [table["ids"] for table in document.findall(nodes.table)] == [["rows"]]
    assert not warnings


def slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower().replace("\u2019", "")).strip("-")


def wrong_anchors(site: Path, recorded: str, labels: set[str]) -> Iterator[str]:
    """The recorded anchors that lead nowhere, or to other words than they were recorded with.

    An anchor without a label is named after its heading's words, so these have to be the same. A
    label was chosen by its author, and is searched for in the sources.
    """
    pages: dict[str, dict[str, Tag]] = {}
    for entry in ledger.parse(recorded).entries:
        if not entry.fragment or entry.retired:
            continue
        path = entry.address.path
        if path not in pages:
            pages[path] = {str(tag["id"]): tag for tag in page_at(site, path).find_all(id=True)}
        element = pages[path].get(entry.fragment)
        name = f"{path}#{entry.fragment}"
        if element is None:
            yield f"{name} leads nowhere"
        elif entry.fragment not in labels:
            section = element if element.name == "section" else element.find_parent("section")
            heading = section.find(["h1", "h2", "h3", "h4"]) if section else None
            words = heading.get_text() if heading else ""
            if slug(words) != entry.fragment:
                yield f"{name} leads to {words!r}"


def page_at(site: Path, path: str) -> BeautifulSoup:
    """The page of a permanent address, which may be a redirect to it."""
    file = site / path.strip("/") / "index.html"
    soup = parsed(file.read_text("utf-8"))
    while refresh := soup.find("meta", attrs={"http-equiv": "refresh"}):
        target = str(refresh["content"]).partition("url=")[2].strip("'\"")
        file = (file.parent / target / "index.html").resolve()
        soup = parsed(file.read_text("utf-8"))
    return soup


def test_every_recorded_anchor_leads_to_the_words_it_was_recorded_with(handbook_html: Path) -> None:
    sources = [*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/**/*.md"), *ROOT.glob("_templates/*.jinja")]
    texts = "\n".join(s.read_text("utf-8") for s in sources if "packages" not in s.parts)
    labels = set(re.findall(r"^\(([\w-]+)\)=$|:name: ([\w-]+)", texts, re.MULTILINE))
    known = {name for pair in labels for name in pair if name}
    recorded = (ROOT / "permalinks.txt").read_text("utf-8")
    wrong = [text for text in wrong_anchors(handbook_html, recorded, known) if not generated(text)]
    assert wrong == []


def generated(text: str) -> bool:
    """Whether an anchor is made from data: its name begins with what it is."""
    return bool(re.search(r"#(clauses?|group|term|source|record)-", text)) and "nowhere" not in text


def test_an_anchor_that_leads_to_other_words_is_found(tmp_path: Path) -> None:
    html = (
        "<section id='id1'><h2>Core</h2></section>"
        "<section id='core'><h2>More about it</h2></section>"
    )
    (tmp_path / "members").mkdir()
    (tmp_path / "members" / "index.html").write_text(html, "utf-8")
    recorded = "/members#core\n/members#gone\n"
    assert list(wrong_anchors(tmp_path, recorded, set())) == [
        "/members#core leads to 'More about it'",
        "/members#gone leads nowhere",
    ]
    assert list(wrong_anchors(tmp_path, recorded, {"core"})) == ["/members#gone leads nowhere"]
