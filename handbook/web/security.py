"""What a finished page may hold: the last look before it is published, and the browser's own guard.

Whatever let something in, a page that could run or load what is not ours is removed from the
output and reported; removed, it is written and looked at again by every build until it is fixed.
"""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from handbook.build import Warnings, warn
from handbook.common import shown
from handbook.policy.parser import scheme_of
from sphinx_permalinks import redirects

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # the theme's stylesheet draws signs with data:
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ]
)

POLICIES = frozenset({CONTENT_SECURITY_POLICY, redirects.POLICY})

ELEMENTS = frozenset(
    """
    a abbr article aside b blockquote body br button caption cite code col colgroup dd details
    dialog div dl dt em figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html i img
    input kbd label li link main meta nav noscript ol option p pre q s samp script search section
    select small span strong sub summary sup table tbody td template tfoot th thead time title tr u
    ul var
    circle defs ellipse g line lineargradient path polygon polyline radialgradient rect stop svg
    text tspan
    """.split()  # noqa: SIM905  one name on each line is too long to read
)
_INERT = frozenset({"noscript", "template"})
_LINKS = frozenset({"action", "cite", "data", "formaction", "href", "poster", "src", "xlink:href"})

_NEVER = frozenset({"background", "ping", "srcdoc", "srcset", "style"})
_PAINTS = frozenset({"fill", "stroke"})
_PAINT = re.compile(r"[^(]*|(?:rgb|hsl)a?\([^(]*|url\(#[^(]*")

_QUOTED = r"""(?:"[^"<]*"|'[^'<]*')"""
_PLAIN = re.compile(
    rf"""(?P<text>[^<]+) | </(?P<end>[a-z][a-z0-9]*)> | <!DOCTYPE\ html> | <!--[^<>]*?-->
    | <(?P<start>[a-z][a-z0-9]*)(?P<attributes>(?:\s+[a-z][\w:.-]*(?:={_QUOTED})?)*)\s*/?>
    """,
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(rf"([\w:.-]+)(?:=({_QUOTED}))?", re.ASCII)
_TEXT_ONLY = frozenset({"script", "style", "textarea", "title"})


class Problem(NamedTuple):
    """Something in a finished page, and the line it is on."""

    line: int
    message: str


class _Inspector:
    """Looks at every element of a page."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.problems: list[Problem] = []
        self.ids: set[str] = set()
        self.has_policy = False
        self.inert = 0
        self.place = 0
        """Where in the page the present piece of it starts."""
        self.text_only = ""
        """The element in which browsers take all but its end for text."""
        self.is_data = False

    def read(self) -> None:
        """Look at the whole page, up to what programs could read in more than one way."""
        while self.place < len(self.page):
            piece = _PLAIN.match(self.page, self.place)
            if piece is None or not self.look_at(piece):
                start = shown(" ".join(self.page[self.place :].split()))
                advice = "close it, quote each attribute, and write &lt; in text"
                self.report(f"browsers may read this in more than one way; {advice}: {start}")
                return
            self.place = piece.end()
        if self.text_only:
            self.report(f"<{self.text_only}> does not end")
        if not self.has_policy:
            self.report("it has no Content-Security-Policy, or another than the handbook's")

    def look_at(self, piece: re.Match[str]) -> bool:
        """Look at a piece of the page; tell whether every program reads it alike."""
        start, end = (piece["start"] or "").lower(), (piece["end"] or "").lower()
        if self.text_only and not piece["text"] and end != self.text_only:
            return False
        if start:
            if start in _TEXT_ONLY:
                if piece[0].endswith("/>"):
                    return False
                self.text_only = start
            self.look_at_element(start, piece["attributes"])
        elif end:
            self.inert -= end in _INERT
            self.text_only, self.is_data = "", False
        elif piece["text"] and self.is_data:
            try:
                json.loads(piece["text"])
            except ValueError:
                self.report("the data for search engines is not JSON")
        return True

    def report(self, message: str) -> None:
        """Note a problem at the present line."""
        self.problems.append(Problem(self.page.count("\n", 0, self.place) + 1, message))

    def look_at_element(self, tag: str, attributes: str) -> None:
        """Look at an element."""
        given: dict[str, str] = {}
        for name, value in _ATTRIBUTE.findall(attributes):
            if name.lower() in given:
                self.report(f"<{tag}> has an attribute twice")
            given[name.lower()] = html.unescape(value[1:-1])
        if tag not in ELEMENTS:
            self.report(f"the element <{tag}> is not allowed")
        for name in given:
            self.check_attribute(tag, name, given)
        if tag == "meta":
            self.check_order(given)
        if tag == "script":
            self.check_script(given)
        self.inert += tag in _INERT

    def check_script(self, given: dict[str, str]) -> None:
        """Look at a script, which is a file, or data."""
        if not self.has_policy:
            self.report("a script comes before the Content-Security-Policy")
        if given == {"type": "application/ld+json"}:
            self.is_data = True
        elif not given.get("src") and given.get("type") != "application/json":
            self.report("a script is written into the page")

    def check_attribute(self, tag: str, name: str, given: dict[str, str]) -> None:
        """Look at one attribute of an element."""
        value = given[name]
        if name.startswith("on"):
            self.report(f"<{tag}> has a script in {name}=")
        elif name in _NEVER or (name in _PAINTS and not _PAINT.fullmatch(value)):
            self.report(f"<{tag}> has {name}={shown(value)}")
        elif name in _LINKS:
            self.check_link(tag, name, given)
        elif name == "id":
            if value in self.ids:
                self.report(f"the id {shown(value)} is used twice")
            self.ids.add(value)

    def check_order(self, given: dict[str, str]) -> None:
        """Look at what a <meta> tells the browser to do."""
        equiv, content = given.get("http-equiv", "").lower(), given.get("content", "")
        if equiv == "content-security-policy":
            self.has_policy = content in POLICIES and not self.inert
        elif equiv:
            target = content.partition("url=")[2]
            if equiv != "refresh" or scheme_of(target) not in {"", "https"}:
                self.report(f"<meta> gives the browser an order: {equiv}")

    def check_link(self, tag: str, name: str, given: dict[str, str]) -> None:
        """Look at where an element leads, or what it loads."""
        value = given[name]
        scheme = scheme_of(value)
        if tag == "a" and name == "href":
            allowed: set[str | None] = {"", "http", "https", "mailto"}
        elif tag == "link" and given.get("rel") in {"bookmark", "canonical"}:
            allowed = {"", "http", "https"}
        else:
            allowed = {""}
        if scheme not in allowed:
            self.report(f"<{tag}> has {name}={shown(value)}")


def problems_in(page: str) -> list[Problem]:
    """Find what a finished page may not hold."""
    inspector = _Inspector(page)
    inspector.read()
    return inspector.problems


def add_policy(context: dict[str, Any]) -> None:
    """Tell browsers, first of all in a page, to load and run nothing but the handbook's files."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}"/>'
    # The layout has a viewport of its own already.
    others = re.sub(r'<meta name="viewport"[^<>]*>', "", context.get("metatags", ""))
    context["metatags"] = f"\n    {policy}{others}"


def note_start(app: Sphinx) -> None:
    """Remember when the build began, by the clock of the folder that it writes to."""
    folder = Path(app.doctreedir)
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "handbook-started"
    mark.write_text(str(time.time()), "utf-8")
    app.handbook_started = mark.stat().st_mtime_ns  # type: ignore[attr-defined]


def remove_unfit_pages(app: Sphinx) -> None:
    """Look at every page that this build has written."""
    started: int = app.handbook_started  # type: ignore[attr-defined]
    for page in _written_since(Path(app.outdir), started):
        problems = problems_in(page.read_text("utf-8"))
        for problem in problems:
            message = f"{problem.message}; this page is not published until that is gone"
            warn(Warnings.OUTPUT, page, problem.line, message)
        if problems:
            page.unlink()


def _written_since(folder: Path, moment: int) -> Iterator[Path]:
    for page in sorted(folder.rglob("*.html")):
        is_ours = page.is_file() and page.relative_to(folder).parts[0] != "_static"
        if is_ours and page.stat().st_mtime_ns >= moment:
            yield page
