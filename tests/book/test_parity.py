"""Every sentence of the handbook's web pages is in the PDF, in the same order."""

from __future__ import annotations

import functools
import re
import runpy
from typing import TYPE_CHECKING

from sphinx_accessible_pdf.testing import parity
from sphinx_accessible_pdf.testing.parity import main_content, missing
from sphinx_accessible_pdf.testing.reading import open_tagged
from tests.conftest import ROOT
from tests.pages import is_redirect

if TYPE_CHECKING:
    from pathlib import Path

reading_order = functools.cache(parity.reading_order)

NOT_PRINTED = runpy.run_path(str(ROOT / "conf.py"))["accessiblepdf_exclude"]

# A search box, buttons, files to download, and links that the PDF has once for each document.
WEB_ONLY = ".page-actions, .filter, .find, .timer, button, a.download, .clause-list dd a.external"


def printed(html: Path) -> list[Path]:
    """The web pages that the PDF has, in order."""
    order = reading_order(html)
    return [page for page in order if str(page.parent.relative_to(html)) not in NOT_PRINTED]


def test_every_sentence_of_the_handbook_is_printed_in_order(
    handbook_html: Path, handbook_pdf: Path
) -> None:
    order = printed(handbook_html)

    assert len(order) > 10
    assert list(missing(handbook_html, order, handbook_pdf, WEB_ONLY)) == []


def test_paper_is_enough_to_follow_a_link(handbook_html: Path, handbook_pdf: Path) -> None:
    read = re.sub(r"\s", "", open_tagged(handbook_pdf).root.raw_text())

    for page in printed(handbook_html):
        for link in main_content(page, WEB_ONLY).select("a[href^=http]"):
            assert str(link["href"]) in read


def test_every_page_of_the_web_is_reached(handbook_html: Path) -> None:
    pages = {p.resolve() for p in handbook_html.rglob("index.html") if not is_redirect(p)}
    made = {handbook_html / name / "index.html" for name in ("genindex", "search", "404")}

    assert pages - made == set(reading_order(handbook_html))
