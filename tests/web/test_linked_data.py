"""Search engines read where a page is and how old it is, and nothing can end that data early."""

from __future__ import annotations

import json
import re

from handbook.web.linked_data import describe
from handbook.web.security import CONTENT_SECURITY_POLICY, problems_in
from tests.conftest import ROOT

HOME = ("Home", "https://a.example/")
EVIL = "</script><script>alert(1)</script><!-- & \u2028"


def test_a_page_is_described() -> None:
    page = (EVIL, "https://a.example/one/")
    data = json.loads(describe([HOME, page], "Handbook", "2026-08-02", "en"))
    organization, described, crumbs = data["@graph"]
    assert organization["@type"] == "Organization"
    assert described["name"] == EVIL
    assert described["dateModified"] == "2026-08-02"
    assert [(i["position"], i["item"]) for i in crumbs["itemListElement"]] == [
        (1, "https://a.example/"),
        (2, "https://a.example/one/"),
    ]


def test_the_front_page_has_no_crumbs_and_an_unknown_date_is_left_out() -> None:
    organization, page = json.loads(describe([HOME], "Handbook", "", "en"))["@graph"]
    assert (organization["@type"], "dateModified" in page) == ("Organization", False)


def test_a_hostile_title_stays_data() -> None:
    text = describe([HOME, (EVIL, "https://a.example/one/")], "Handbook", "", "en")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">'
    script = f'<script type="application/ld+json">{text}</script>'
    assert problems_in(f"<html><head>{policy}{script}</head></html>") == []


def test_the_browsers_frame_has_the_color_of_the_paper() -> None:
    css = (ROOT / "_static" / "handbook.css").read_text("utf-8")
    paper = re.search(r"--paper: light-dark\((.*), (.*)\);", css)
    layout = (ROOT / "_templates" / "html" / "layout.html").read_text("utf-8")
    assert paper is not None
    frames = re.findall(
        r'"theme-color" content="(.*?)" media="\(prefers-color-scheme: (\w+)', layout
    )
    assert frames == [(paper[1], "light"), (paper[2], "dark")]
