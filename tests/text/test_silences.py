"""What the Charter and the By-laws do not state is said where a reader expects it, and listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import parsed

# Where a reader would expect a rule and there is none: the label and words of what is not stated.
SILENCES = {
    "silence-quorum": "quorum",
    "silence-majority-base": "all members of the committee or from those who vote",
    "silence-ties": "ties",
    "silence-remote-votes": "by email or by proxy",
    "silence-nomination": "nominated, whether they may be selected again, or how they are removed",
    "silence-terms": "terms for representatives",
    "silence-affiliate-election": "fewer than five",
    "silence-admission": "criteria",
    "silence-change-level": "becomes a core member, or the other way around",
    "silence-dues": "dues",
    "silence-resignation-notice": "notice period",
    "silence-appeal": "appeal",
    "silence-conflicts": "conflicts of interest",
    "silence-advisory-size": "how many members the board has, or how long they serve",
    "silence-code-of-conduct": "code of conduct",
    "silence-budget": "budget",
    "silence-legal-form": "legal form of CASS, or who owns its work, its name, and its logo",
    "silence-minutes": "where minutes are kept",
    "silence-precedence": "prevail",
    "silence-other-texts": "differs from the Charter",
}


@pytest.mark.parametrize("label", SILENCES)
def test_each_known_silence_is_listed_and_leads_to_its_page(
    handbook_html: Path, label: str
) -> None:
    folder = handbook_html / "reference" / "silences"
    listing = parsed((folder / "index.html").read_text(encoding="utf-8"))
    link = listing.select_one(f'dl.silence-list a[href$="#{label}"]')
    assert link is not None
    text = link.find_next("dd")
    assert text is not None
    words = " ".join(text.get_text().split()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    assert SILENCES[label] in words
    page = (folder / str(link["href"]).partition("#")[0] / "index.html").resolve()
    box = parsed(page.read_text(encoding="utf-8")).find(id=label)
    assert box is not None
    assert "silence" in box["class"]
