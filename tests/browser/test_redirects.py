"""A permalink opens its page in a browser, with what stands behind it, and without scripts too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from sphinx_permalinks.redirects import section_script
from tests.browser.conftest import CHROMIUM
from tests.browser.served import AXE_PATH, AXE_RUN, serve

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.conftest import Open


def test_a_permalink_keeps_its_query_and_fragment(open_page: Open, site: str) -> None:
    page = open_page("/decisions/?from=letter#rule-sponsor")
    page.wait_for_url(f"{site}/governance/decisions/?from=letter#rule-sponsor")
    expect(page.get_by_role("heading", name="The sponsor")).to_be_in_viewport()


@CHROMIUM
def test_a_permalink_without_its_last_slash_opens_the_page(open_page: Open, site: str) -> None:
    page = open_page("/principles/transparency#principle-transparency")
    page.wait_for_url(f"{site}/principles/transparency/#principle-transparency")
    page = open_page("/members/peso/organizational-model")
    page.wait_for_url(f"{site}/members/peso/organizational-model/")


def test_the_way_back_leads_to_where_the_reader_came_from(open_page: Open, site: str) -> None:
    page = open_page("/glossary/")
    page.wait_for_url(f"{site}/reference/glossary/")
    page.goto(f"{site}/decisions/")
    page.wait_for_url(f"{site}/governance/decisions/")
    page.go_back()
    page.wait_for_url(f"{site}/reference/glossary/")


def test_a_permalink_works_without_scripts(open_page: Open, site: str) -> None:
    page = open_page("/decisions/", scripts=False)
    page.wait_for_url(f"{site}/governance/decisions/")


@CHROMIUM
def test_a_section_that_moved_is_found_under_the_policy_of_its_old_page(
    browser: Browser, handbook_html: Path, tmp_path: Path
) -> None:
    for name in ("_static", "guides", "permalinks.js"):
        (tmp_path / name).symlink_to(handbook_html / name)
    html = (handbook_html / "index.html").read_text("utf-8")
    script = section_script({"#old": "./guides/"}, "./permalinks.js")
    (tmp_path / "index.html").write_text(html.replace("</head>", f"{script}</head>", 1), "utf-8")
    context = browser.new_context()
    with serve(tmp_path) as address:
        page = context.new_page()
        page.goto(f"{address}/#new")
        assert page.url == f"{address}/#new"
        page.goto("about:blank")
        page.goto(f"{address}/#old")
        page.wait_for_url(f"{address}/guides/")
    context.close()


def test_axe_finds_nothing_on_a_redirect(browser: Browser, site: str) -> None:
    """The page is held still, as a reader sees it whose browser does not follow it."""
    context = browser.new_context()
    page = context.new_page()
    html = context.request.get(f"{site}/decisions/").text()
    policy = html.index('<meta http-equiv="Content-Security-Policy"')
    page.set_content(html[:policy] + html[html.index("<title>") :])
    page.add_script_tag(url=f"{site}{AXE_PATH}")
    assert page.evaluate(AXE_RUN) == []
    assert page.get_by_role("link").get_attribute("href") == "../governance/decisions/"
    context.close()
