"""What readers do on guides: copy a form, download it, time a discussion, search from the front."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from handbook.forms import all_forms
from tests.browser.conftest import CHROMIUM, Open
from tests.conftest import ROOT


def test_a_form_is_copied_as_it_is_written(open_page: Open) -> None:
    page = open_page("/guides/important-question/")
    page.get_by_role("button", name="Copy this form").click()
    expect(page.get_by_text("Copied.", exact=True)).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == all_forms(ROOT)["important-question"].markdown


@CHROMIUM
def test_a_form_is_downloaded_as_a_word_file(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/guides/working-group/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Word file").first.click()
    assert download.value.suggested_filename == "working-group-notice.docx"
    file = tmp_path / "form.docx"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"PK")


@CHROMIUM
def test_the_timer_runs_and_ends(open_page: Open) -> None:
    page = open_page("/guides/officers/", fresh=True)  # the clock stays in its tab
    page.clock.install()
    timer = page.get_by_role("group", name="Timer for the discussion")
    minutes = timer.get_by_label("Minutes")
    minutes.press("ControlOrMeta+a")
    minutes.press_sequentially("2")
    timer.get_by_role("button", name="Start").click()
    page.clock.run_for(61_000)
    expect(timer.locator(".timer-left")).to_have_text("0:59")
    expect(timer.get_by_role("status")).to_have_text("The timer runs.")
    page.clock.run_for(60_000)
    expect(timer.get_by_role("status")).to_have_text("Time is up.")
    timer.get_by_role("button", name="Start").click()
    timer.get_by_role("button", name="Stop").click()
    expect(timer.get_by_role("status")).to_have_text("")


@CHROMIUM
def test_the_front_page_searches(open_page: Open, site: str) -> None:
    page = open_page("/")
    field = page.locator("article").get_by_role("searchbox")
    field.fill("sponsor")
    field.press("Enter")
    page.wait_for_url(f"{site}/search/?q=sponsor")
