"""Titles and permalinks that are programs elsewhere are text wherever they come out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pikepdf
import pytest

from sphinx_accessible_pdf.testing.reading import TaggedPdf
from tests.browser.served import serve
from tests.hostile.builds import HANDBOOK, Built, build, check, project

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog

# Title in the front matter (YAML, single quotes), what readers see of it, and the permalink (YAML,
# double quotes). A title is Markdown: a backslash keeps a sign from being markup.
EVIL = {
    "script": (
        '"\\>\\<script>document.title="hurt";alert(1)\\</script>',
        '"><script>document.title="hurt";alert(1)</script>',
        "/\\\"><script>document.title='hurt';alert(1)<",
    ),
    "attribute": (
        "'' onmouseover=''alert(1)'' x=''",
        "' onmouseover='alert(1)' x='",
        "/' onmouseover='alert(1)",
    ),
    "scheme": ("javascript:alert(1)", "javascript:alert(1)", "/x/javascript:alert(1)"),
    "closing": ("\\</title>\\</script>\\<h1>x", "</title></script><h1>x", "/<!--<script>"),
    "annotation": (
        "%0a::error file=x,line=1::hurt",
        "%0a::error file=x,line=1::hurt",
        "/::error::hurt",
    ),
    "typst": (
        '#panic("no") \\$x\\$ @label \\<label> // \\*x',
        '#panic("no") $x$ @label <label> // *x',
        "/$panic$@a<b>*c",
    ),
    "latex": (
        "\\\\input{/etc/passwd} \\\\write18{id} \\$\\\\alpha\\$ % ^ ~ {",
        "\\input{/etc/passwd} \\write18{id} $\\alpha$ % ^ ~ {",
        "/%7Binput%7D/$alpha$",
    ),
    "template": ("{{ 7*7 }} {% raise %}", "{{ 7*7 }} {% raise %}", "/{{ 7*7 }}"),
    "format": ("%s %n %(x)s ${x}", "%s %n %(x)s ${x}", "/%s%n"),
    "host": ("A dot", "A dot", ".evil.example/x"),
}

REFUSED = {
    "is-javascript": "javascript:alert(1)",
    "is-data": "data:text/html,<script>alert(1)</script>",
    "has-lines": "/a%0a::error::hurt",
    "has-controls": "/a\\e]0;hurt\\a\\e[31m",
    "leaves": "/%2e%2e/%2e%2e/etc/passwd",
    "has-a-host": "//evil.example/x",
}

# Sphinx writes typographic quotation marks.
STRAIGHT = {0x201C: '"', 0x201D: '"', 0x2018: "'", 0x2019: "'"}

SITE = "https://handbook.example"


def page(number: int, title: str, permalink: str) -> str:
    return f"---\ntitle: '{title}'\npermalink: \"{permalink}\"\n---\n\nText {number}.\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    titles = {name: (title, permalink) for name, (title, _, permalink) in EVIL.items()}
    titles |= {name: (f"Title {name}", permalink) for name, permalink in REFUSED.items()}
    pages: dict[str, str | bytes] = {
        f"{name}.md": page(number, *fields) for number, (name, fields) in enumerate(titles.items())
    }
    conf = HANDBOOK + 'permalinks_ledger = "permalinks.txt"\nhtml_copy_source = False\n'
    conf += "from handbook.book import page_address\n"
    conf += 'def setup(app): app.connect("accessiblepdf-page-address", page_address)\n'
    ledger = "/\n/gone  retired 2026-01-31 <script>alert(1)</script> \x1b[31m -> /nowhere\n"
    files = {**pages, "permalinks.txt": ledger}
    return project(tmp_path_factory.mktemp("injection"), files, conf)


@pytest.fixture(scope="module")
def site(source: Path) -> Built:
    made = build(source, source.parent / "html")
    made.must_be_harmless()
    return made


def redirects(out: Path) -> list[Path]:
    mark = '<noscript><meta http-equiv="refresh"'
    return [path for path in sorted(out.rglob("*.html")) if mark in path.read_text()]


def visited(chromium: Browser, out: Path, scripts: bool) -> list[str]:
    """Open every redirect page, and tell the place that was reached."""
    spoken: list[str] = []

    def hear(dialog: Dialog) -> None:
        spoken.append(dialog.message)
        dialog.dismiss()

    found = []
    context = chromium.new_context(java_script_enabled=scripts)
    tab = context.new_page()
    tab.set_default_timeout(10_000)
    tab.on("dialog", hear)
    with serve(out) as address:
        for path in redirects(out):
            tab.goto(f"{address}/{quote(path.relative_to(out).as_posix())}", wait_until="commit")
            tab.wait_for_url(lambda url: url.removeprefix(address).strip("/") in EVIL)
            found.append(tab.url.removeprefix(address).strip("/"))
            assert tab.title() != "hurt"
    assert spoken == []
    context.close()
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_redirect_pages_run_nothing_in_a_browser(
    site: Built,
    chromium: Browser,
    scripts: bool,
) -> None:
    assert sorted(visited(chromium, site.out, scripts)) == sorted(EVIL)


def test_redirect_pages_show_text(site: Built, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    shown = {}
    for path in redirects(site.out):
        # Without the way on, to look at the page itself.
        tab.set_content(re.sub(r"<noscript>.*?</noscript>", "", path.read_text()))
        shown[tab.locator("h1").inner_text()] = tab.locator("a").get_attribute("href") or ""
        assert tab.locator("script").count() <= 1
        assert tab.locator("h1, h2, img, svg, iframe, [onmouseover]").count() == 1
    for name, (_, plain, _) in EVIL.items():
        same = [heading for heading in shown if heading.translate(STRAIGHT) == plain]
        assert same, (name, list(shown))
        assert shown[same[0]].endswith(f"{name}/")
        assert not shown[same[0]].startswith(("javascript", "//", "http"))
    gone = (site.out / "gone" / "index.html").read_text()
    tab.set_content(gone)
    assert tab.locator("script").count() == 0
    assert "<script>alert(1)</script>" in tab.locator("body").inner_text()
    context.close()


def test_refused_permalinks_are_published_nowhere(site: Built, source: Path) -> None:
    for name in REFUSED:
        assert any(w.startswith(f"{name}.md:3: WARNING: invalid ") for w in site.warnings), name
    files = [path.relative_to(site.out).as_posix() for path in site.out.rglob("*")]
    assert not [file for file in files if ".." in file or "passwd" in file or "data:" in file]
    assert len(redirects(site.out)) == len(EVIL)
    assert not (source.parent / "etc").exists()


def test_the_export_holds_text(site: Built) -> None:
    text = (site.out / "permalinks.json").read_text("ascii")
    pages = {entry["docname"]: entry for entry in json.loads(text)["pages"]}
    for name, (_, plain, _) in EVIL.items():
        assert pages[name]["title"].translate(STRAIGHT) == plain
        assert pages[name]["address"].startswith("/")


def test_logs_and_annotations_are_lines_of_text(site: Built, source: Path) -> None:
    made = {form: check(source, "--format", form) for form in ("text", "github", "json")}
    for text in (site.output, *(one.output for one in made.values())):
        assert all(line.isprintable() for line in text.splitlines())
    for one in made.values():
        one.must_be_harmless()
    lines = made["github"].output.strip().splitlines()
    assert all(re.match(r"::error file=[^:,]+,line=\d+,title=permalinks\.\w+::", x) for x in lines)
    assert len(lines) == len(json.loads(made["json"].output)["findings"]) > len(REFUSED)
    # GitHub obeys a command only where a line begins with it.
    assert not [x for x in site.output.splitlines() if x.lstrip().startswith("::")]


def test_the_pdf_holds_text(source: Path) -> None:
    options = ("-D", f"html_baseurl={SITE}")
    made = build(source, source.parent / "pdf", *options, builder="accessiblepdf")
    made.must_be_harmless()
    assert made.code == 0, made.output
    pdf = made.out / "book.pdf"
    text = re.sub(r"\s+", "", TaggedPdf(pdf).root.text).translate(STRAIGHT)
    for name, (_, plain, _) in EVIL.items():
        assert re.sub(r"\s+", "", plain) in text, name
    with pikepdf.open(pdf) as book:
        actions: list[Any] = []
        for sheet in book.pages:
            notes: Any = sheet.get("/Annots", [])
            actions += [note.get("/A", {}) for note in notes]
        assert {str(action.get("/S", "/GoTo")) for action in actions} <= {"/URI", "/GoTo"}
        uris = [str(action["/URI"]) for action in actions if "/URI" in action]
        assert "/JavaScript" not in book.Root.get("/Names", {})
    assert f"{SITE}/.evil.example/x" in uris
    assert [uri for uri in uris if not uri.startswith(f"{SITE}/")] == []


def test_latex_holds_text(source: Path) -> None:
    made = build(source, source.parent / "latex", builder="latex")
    made.must_be_harmless()
    (tex,) = made.out.glob("*.tex")
    text = tex.read_text(encoding="utf-8")
    assert "etc/passwd" in text
    assert not re.search(r"\\input\s*\{/", text)
    assert not re.search(r"\\write18", text)
    assert "javascript:" not in "".join(re.findall(r"\\(?:href|url)\{[^}]*\}", text))
