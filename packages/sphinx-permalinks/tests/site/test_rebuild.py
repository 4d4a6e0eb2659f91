"""A rebuild must say and publish the same as a build from nothing, whatever was changed before."""

from __future__ import annotations

import random
import re
import shutil
import zlib
from copy import copy
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import pytest

from sphinx_permalinks import publication
from tests.conftest import TIMES
from tests.harness import Site, empty_site

if TYPE_CHECKING:
    from collections.abc import Callable

    Edit = Callable[[Site], object]

FOLDERS = ("source", "out", "doctrees")
# What a page shows of permalinks: its own, and links to others with their titles.
SHOWN = re.compile(r'<link rel="bookmark".*?>|<p>See .*?</p>')

FRONT = "title: Home\nredirect_from: /start"
LEDGER = """/
/a
/a#deep
/b
/e
/e#part
/gone  retired 2026-01-02 folded -> /b
/lost
/start
/x/c
/x/d
"""


def outcome(site: Site, jobs: int) -> dict[str, Any]:
    """Build, and give all that the extension tells, publishes and shows."""
    reported = sorted(line for line in site.build("dirhtml", jobs) if "[permalinks." in line)
    out = site.out / "dirhtml"
    published = {}
    for name in site.built():
        if not name.startswith("_") and publication._is_ours(out / name):
            published[name] = site.html(name)
    inventory = zlib.decompress((out / "objects.inv").read_bytes().split(b"zlib.\n", 1)[1])
    objects = sorted(line for line in inventory.decode().splitlines() if "permalink:page" in line)
    shown = {}
    for page in [*site.source.rglob("*.md"), *site.source.rglob("*.rst")]:
        name = page.relative_to(site.source).with_suffix("").as_posix()
        shown[name] = SHOWN.findall(
            site.html("index.html" if name == "index" else f"{name}/index.html")
        )
    return {"reported": reported, "published": published, "objects": objects, "shown": shown}


def from_nothing(site: Site) -> dict[str, Any]:
    """Build the same source again, in another folder."""
    other = copy(site)
    other.folder = site.folder / "again"
    shutil.rmtree(other.folder, ignore_errors=True)
    other.out = other.folder / "out"
    return outcome(other, 1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build a site that has something of everything, and keep a copy."""
    site = empty_site(tmp_path_factory.mktemp("rebuild"))
    site.write({"permalinks.txt": LEDGER}, permalinks_ledger="permalinks.txt")
    toctree = "```{toctree}\n:glob:\n:hidden:\n\n**\n```\n"
    site.page("index.md", FRONT, body=f"# Home\n\n{toctree}")
    site.page("a.md", "permalink: /a", body="# A\n\nSee [](/b).\n\n(deep)=\n## Deep\n")
    site.page("b.md", "title: B", "permalink: /b", "redirect_from: [/b1, /b2]", body="See [](/a).")
    site.page("x/c.md", "title: C", "permalink: /a", body="See [](/a#deep) [there](/b1).")
    site.page("e.md", "title: E", "permalink: /e", body="## Part\n")
    site.write({"x/d.md": "# D\n\nSee [](/nowhere).\n"})
    outcome(site, 1)
    for name in FOLDERS:
        shutil.copytree(site.folder / name, site.folder / "kept" / name)
    return site


@pytest.fixture
def recorded(built: Site) -> Site:
    """Restore the site as it was first built."""
    for name in FOLDERS:
        shutil.rmtree(built.folder / name)
        shutil.copytree(built.folder / "kept" / name, built.folder / name)
    site = copy(built)
    site.conf = dict(built.conf)
    return site


def change(name: str, old: str, new: str) -> Edit:
    def edit(site: Site) -> None:
        path = site.source / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def move(old: str, new: str) -> Edit:
    return lambda site: (site.source / old).rename(site.source / new)


def remove(name: str) -> Edit:
    return lambda site: (site.source / name).unlink()


def add(name: str, text: str) -> Edit:
    return lambda site: site.write({name: text})


def put(name: str, value: object) -> Edit:
    return lambda site: site.write({}, **{name: value})


def together(*edits: Edit) -> Edit:
    return lambda site: [edit(site) for edit in edits]


EDITS: dict[str, list[Edit]] = {
    "nothing": [lambda _site: None],
    "words only": [change("b.md", "See", "Read. See")],
    "a line above the front matter's field": [change("x/c.md", "title: C", "x: 1\ntitle: C")],
    "a line above the other claim": [change("a.md", "permalink", "x: 1\npermalink")],
    "a line above a heading": [
        change("a.md", "# A", "Words.\n\n# A"),
        change("x/c.md", "title: C", "title: A"),
    ],
    "the collision is fixed": [change("x/c.md", "/a", "/c")],
    "a new collision": [change("b.md", "/b\n", "/start\n")],
    "a title": [change("a.md", "# A", "# Other")],
    "a title, now twice": [change("b.md", "title: B", "title: C")],
    "a heading for a front matter title": [change("b.md", "title: B\n", "")],
    "a permalink is malformed": [change("b.md", "permalink: /b", "permalink: b?x")],
    "a permalink is no text": [change("b.md", "permalink: /b", "permalink: 7")],
    "a list is a text": [change("b.md", "[/b1, /b2]", "/b1")],
    "front matter breaks": [change("b.md", "title: B", "title: B: C")],
    "front matter breaks and is fixed": [
        change("b.md", "title: B", "title: B: C"),
        change("b.md", "title: B: C", "title: B"),
    ],
    "broken front matter moves": [
        change("b.md", "title: B", "title: B: C"),
        change("b.md", "title", "x: 1\ntitle"),
    ],
    "broken front matter where there was none": [add("x/d.md", "---\na: b: c\n---\n# D\n")],
    "an anchor is lost": [change("a.md", "(deep)=\n", "")],
    "an anchor is lost and another of its name comes": [
        change("a.md", "(deep)=\n## Deep", "## Deep"),
        put("myst_heading_anchors", 2),
    ],
    "an anchor is renamed": [change("a.md", "(deep)", "(deeper)")],
    "the heading is gone that an anchor in the ledger meant": [change("e.md", "Part", "Whole")],
    "a new anchor": [change("x/d.md", "# D", "# D\n\n(new)=\n## New")],
    "the ledger loses a line": [change("permalinks.txt", "/b\n", "")],
    "the ledger gains a line": [change("permalinks.txt", "/b\n", "/b\n/b9\n")],
    "the ledger moves by a line": [change("permalinks.txt", "/\n", "# words\n/\n")],
    "an address is retired": [change("permalinks.txt", "/b\n", "/b  retired 2026-01-02 so\n")],
    "a successor is lost": [change("b.md", "permalink: /b", "permalink: /other")],
    "a retirement's reason": [change("permalinks.txt", "folded", "other words")],
    "the ledger is gone": [remove("permalinks.txt")],
    "the ledger has another name": [
        together(move("permalinks.txt", "ledger.txt"), put("permalinks_ledger", "ledger.txt"))
    ],
    "no ledger": [put("permalinks_ledger", None)],
    "a page moves": [move("b.md", "x/b.md")],
    "a page is gone": [remove("b.md")],
    "a page is gone and comes back": [move("b.md", "b.txt"), move("b.txt", "b.md")],
    "a page comes": [add("f.md", "---\ntitle: B\npermalink: /b1\n---\n")],
    "a page of another kind": [
        together(remove("x/d.md"), add("x/d.rst", ":permalink: /rst\n\nD\n=\n\nText.\n"))
    ],
    "titles by folder": [change("a.md", "# A", "# D"), put("permalinks_title_scope", "folder")],
    "a page is ignored": [put("permalinks_ignore", ["x/**"])],
    "another file is in the way": [
        add("extra/b1/index.html", "x"),
        put("html_extra_path", ["extra"]),
    ],
    "something comes to lie there": [
        add("extra/other", "x"),
        put("html_extra_path", ["extra"]),
        move("extra/other", "extra/b1.html"),
    ],
    "no redirects": [put("permalinks_publish", False)],
    "the site's address": [put("html_baseurl", "https://example.org/")],
    "another language": [put("language", "de")],
}


# Several edits share their builds; what one of them leaves stale, the others do not touch.
# `make fuzz` gives each edit its own.
STRIDE = len(EDITS) if TIMES > 1 else 11
BATCHES = [list(EDITS)[number::STRIDE] for number in range(STRIDE)]


@pytest.mark.parametrize("names", BATCHES, ids=", ".join)
def test_after_edits_all_is_as_if_built_from_nothing(recorded: Site, names: list[str]) -> None:
    for edits in zip_longest(*(EDITS[name] for name in names), fillvalue=EDITS["nothing"][0]):
        for edit in edits:
            edit(recorded)
        rebuilt = outcome(recorded, 1)
    assert rebuilt == from_nothing(recorded)
    assert outcome(recorded, 1) == rebuilt


@pytest.mark.parametrize("seed", range(TIMES))
def test_edits_in_any_order_leave_nothing_stale(recorded: Site, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - not to keep secrets
    for name in chance.sample(list(EDITS), 15 if TIMES > 1 else 6):
        for edit in EDITS[name]:
            try:
                edit(recorded)
            except (AssertionError, FileNotFoundError):  # an earlier edit has left nothing of it
                continue
        assert outcome(recorded, jobs=2) == from_nothing(recorded), name


def test_the_second_build_of_one_process_sees_new_labels(recorded: Site) -> None:
    reported = recorded.build("html", again=lambda: EDITS["a new anchor"][0](recorded))
    assert sum('unrecorded permalink "/x/d#new"' in line for line in reported) == 1
