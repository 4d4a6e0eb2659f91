"""What the Content-Security-Policy forbids does not run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.served import serve
from tests.browser.test_every_page import WATCH

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


def test_what_the_policy_forbids_does_not_run(
    browser: Browser, handbook_html: Path, tmp_path: Path
) -> None:
    """Put into a finished page what no check should let pass; the browser refuses it."""
    (tmp_path / "_static").symlink_to(handbook_html / "_static")
    html = (handbook_html / "index.html").read_text("utf-8")
    for name, evil in EVIL.items():
        page_file = tmp_path / f"{name}.html"
        page_file.write_text(html.replace("</article>", f"{evil}</article>", 1))
    context = browser.new_context()
    context.add_init_script(WATCH)
    page = context.new_page()
    with serve(tmp_path) as address:
        for name in EVIL:
            page.goto(f"{address}/{name}.html", wait_until="load")
            page.wait_for_function("violations.length > 0", timeout=10_000)
            assert page.title() != "hurt", name
            assert page.evaluate("getComputedStyle(document.body).display") != "none", name
    context.close()
