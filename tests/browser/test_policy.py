"""What the Content-Security-Policy forbids does not run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.served import serve
from tests.browser.test_every_page import WATCH

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What is reported, and what it is reported of.
EVIL = {
    "script-src-elem inline": "<script>document.title = 'hurt'</script>",
    "script-src-attr inline": "<img src='x' alt='' onerror=\"document.title = 'hurt'\">",
    "script-src-elem data": "<script src=\"data:text/javascript,document.title='hurt'\"></script>",
    "style-src-elem inline": "<style>body { display: none }</style>",
    "style-src-attr inline": "<p id='evil' style='position: fixed'>x</p>",
    "script-src-elem http://localhost:9/x.js": "<script src='http://localhost:9/x.js'></script>",
    "img-src http://localhost:9/x.png": "<img src='http://localhost:9/x.png' alt=''>",
    "base-uri http://localhost:9/": "<base href='http://localhost:9/'>",
}

UNREPORTED = """async (all) => {
  const unreported = () => all.filter((one) => !violations.includes(one));
  const end = performance.now() + 5000;
  while (unreported().length && performance.now() < end) await new Promise(requestAnimationFrame);
  return unreported();
}"""


def test_what_the_policy_forbids_does_not_run(
    browser: Browser, handbook_html: Path, tmp_path: Path
) -> None:
    """Put into a finished page what no check should let pass; the browser refuses it."""
    (tmp_path / "_static").symlink_to(handbook_html / "_static")
    html = (handbook_html / "index.html").read_text("utf-8")
    evil = "".join(EVIL.values())
    (tmp_path / "index.html").write_text(html.replace("</article>", f"{evil}</article>", 1))
    context = browser.new_context()
    context.add_init_script(WATCH)
    page = context.new_page()
    with serve(tmp_path) as address:
        page.goto(address)
        assert page.evaluate(UNREPORTED, [*EVIL]) == []
        assert page.title() != "hurt"
        assert page.evaluate("getComputedStyle(document.body).display") != "none"
        assert page.evaluate("getComputedStyle(evil).position") != "fixed"
    context.close()
