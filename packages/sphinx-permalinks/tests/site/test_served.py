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
    from pathlib import Path

    from tests.harness import Site


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        # It checks every 10 ms whether to stop.
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
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
            except AssertionError:
                found.append(address)
            except HTTPError as error:
                error.close()
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


def rearrange(site: Site) -> None:
    """Move each page as its author would after reading the warnings."""
    move(site, "about.md", "people/about.md")  # and an earlier address loses its .html
    addresses = "redirect_from: [/team, /about]"
    site.page("people/about.md", "title: About", "permalink: /about-us", addresses)
    move(site, "guide.md", "guide/index.md")  # a page becomes a folder
    move(site, "rules/index.md", "rules.md")  # a folder becomes a page
    move(site, "rules/Voting.md", "rules/voting.md")  # a name gets another case


@pytest.mark.parametrize(("builder", "other"), [("html", "dirhtml"), ("dirhtml", "html")])
def test_every_recorded_address_answers(published: Site, builder: str, other: str) -> None:
    assert published.build(builder) == []
    assert dead(published, builder) == []
    pages = [
        name
        for name in published.built(builder)
        if name.endswith(".html") and not name.startswith(("_", "search", "genindex"))
    ]
    assert len(pages) > 5
    assert published.build(other) == []
    with serve(published.out / other) as root:
        for name in pages:  # what another builder has published
            assert "<h1>" in opened(f"{root}/{name}"), name
    rearrange(published)
    reported = [line for line in published.build(builder) if "unrecorded" not in line]
    assert reported == []
    assert dead(published, builder) == []


def test_an_address_that_is_lost_is_the_only_one_that_is_dead(published: Site) -> None:
    (published.source / "guide.md").unlink()
    (warning,) = published.build("html")
    assert warning.startswith('permalinks.txt:6: WARNING: lost permalink "/guide": no page has')
    assert dead(published, "html") == ["/guide"]
