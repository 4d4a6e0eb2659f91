"""The Content-Security-Policy works: pages do not offend it, and what it forbids does not run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.served import serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.conftest import Open

WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation",
  (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def test_no_page_offends_the_policy(open_page: Open, paths: list[str]) -> None:
    page = open_page("/")
    page.context.add_init_script(WATCH)
    origin = page.evaluate("location.origin")
    found = {}
    for path in [*paths, "/no/such/page/", "/%zz/", "/search/?q=quorum"]:
        page.goto(origin + path)
        if violations := page.evaluate("violations"):
            found[path] = violations
    assert not found


EVIL = {
    "script": "<script>document.title = 'hurt'</script>",
    "handler": "<img src='x' alt='' onerror=\"document.title = 'hurt'\">",
    "data": "<script src=\"data:text/javascript,document.title='hurt'\"></script>",
    "style": "<style>body { display: none }</style>",
    "style-attribute": "<p id='evil' style='position: fixed'>x</p>",
    "host": "<script src='http://localhost:9/x.js'></script>",
    "picture": "<img src='http://localhost:9/x.png' alt=''>",
    "base": "<base href='http://localhost:9/'>",
}


@pytest.mark.parametrize("name", EVIL)
def test_what_the_policy_forbids_does_not_run(
    browser: Browser, handbook_html: Path, tmp_path: Path, name: str
) -> None:
    """Put into a finished page what no check should let pass; the browser refuses it."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "_static").symlink_to(handbook_html / "_static")
    html = (handbook_html / "index.html").read_text("utf-8")
    (site / "index.html").write_text(html.replace("</article>", f"{EVIL[name]}</article>", 1))
    context = browser.new_context()
    context.add_init_script(WATCH)
    with serve(site) as address:
        page = context.new_page()
        page.goto(address, wait_until="load")
        page.wait_for_function("violations.length > 0", timeout=10_000)
        assert page.title() != "hurt"
        assert page.evaluate("getComputedStyle(document.body).display") != "none"
    context.close()
