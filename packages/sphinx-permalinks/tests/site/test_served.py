"""A plain file server answers at every address in the ledger, whatever builder made the site."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest

from sphinx_permalinks import ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Site

STRICT = pytest.mark.parametrize("builder", ["html", "dirhtml"])


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def opened(url: str) -> str:
    """Open a page as a browser without scripts would, and give its text."""
    for _ in range(3):
        with urlopen(url) as answer:  # noqa: S310
            text, url = answer.read().decode(), answer.url
        refresh = re.search(r'http-equiv="refresh" content="0; url=([^"#]*)', text)
        if refresh is None:
            return str(text)
        url = urljoin(url, refresh[1])
    raise AssertionError(f"{url} is redirected again and again")


def dead(site: Site, builder: str) -> list[str]:
    """Ask for every line of the ledger; give those that do not open a page."""
    text = (site.source / "permalinks.txt").read_text()
    found = []
    with serve(site.out / builder) as root:
        for entry in ledger.parse(text).entries:
            address = ledger.written(entry.address)
            try:
                assert "<h1>" in opened(f"{root}{address}")
            except (HTTPError, AssertionError):
                found.append(address)
    return found


@pytest.fixture
def published(site: Site) -> Site:
    """Give a site that was published with a ledger."""
    site.write({}, permalinks_ledger="permalinks.txt")
    site.page("about.md", "title: About", "permalink: /about-us", "redirect_from: /team.html")
    site.page("guide.md", "title: Guide")
    site.page("rules/index.md", "title: Rules")
    site.page("rules/Voting.md", "title: Voting", "redirect_from: /old/voting")
    site.build("permalinks")
    return site


def move(site: Site, old: str, new: str) -> None:
    (site.source / new).parent.mkdir(exist_ok=True)
    (site.source / old).rename(site.source / new)


def move_about(site: Site) -> None:
    move(site, "about.md", "people/about.md")
    addresses = "redirect_from: [/team.html, /about]"
    site.page("people/about.md", "title: About", "permalink: /about-us", addresses)


def shorten(site: Site) -> None:
    site.page("about.md", "title: About", "permalink: /about-us", "redirect_from: /team")


EDITS: dict[str, Callable[[Site], None]] = {
    "nothing": lambda _site: None,
    "a page moves, as the warning says": move_about,
    "a page becomes a folder": lambda site: move(site, "guide.md", "guide/index.md"),
    "a folder becomes a page": lambda site: move(site, "rules/index.md", "rules.md"),
    "an earlier address loses its .html": shorten,
    "a name gets another case": lambda site: move(site, "rules/Voting.md", "rules/voting.md"),
}


@STRICT
@pytest.mark.parametrize("edit", EDITS)
def test_every_recorded_address_answers(published: Site, builder: str, edit: str) -> None:
    assert published.build(builder) == []
    assert dead(published, builder) == []
    EDITS[edit](published)
    reported = [line for line in published.build(builder) if "unrecorded" not in line]
    assert reported == []
    assert dead(published, builder) == []


@pytest.mark.parametrize(("old", "new"), [("html", "dirhtml"), ("dirhtml", "html")])
def test_what_another_builder_has_published_answers(published: Site, old: str, new: str) -> None:
    published.build(old)
    pages = [
        name
        for name in published.built(old)
        if name.endswith(".html") and not name.startswith(("_", "search", "genindex"))
    ]
    assert published.build(new) == []
    with serve(published.out / new) as root:
        for name in pages:
            assert "<h1>" in opened(f"{root}/{name}"), name


def test_an_address_that_is_lost_is_the_only_one_that_is_dead(published: Site) -> None:
    (published.source / "guide.md").unlink()
    (warning,) = published.build("html")
    assert warning.startswith('permalinks.txt:6: WARNING: lost permalink "/guide": no page has')
    assert dead(published, "html") == ["/guide"]
