from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinx_permalinks import ledger
from sphinx_permalinks.__main__ import check
from sphinx_permalinks.sources import read_settings
from tests.harness import JOBS

if TYPE_CHECKING:
    from tests.harness import Site

LEDGER = """\
# Every address that this site has published; `sphinx-build -b permalinks` adds new ones.
# To retire one for good, write behind it:  retired YYYY-MM-DD REASON -> /successor
/
/before
/goals
/goals#aim
/goals#goal-one
/governance/goals
"""


@pytest.fixture
def recorded(site: Site) -> Site:
    """Give a site with labels whose ledger is up to date, and a dozen pages to be ignored."""
    for n in range(11):
        site.page(f"fill/p{n}.md", f"title: Page {n}", f"permalink: /p{n}")
    site.write({}, permalinks_ledger="permalinks.txt", permalinks_ignore=["fill/**"])
    site.page(
        "governance/goals.md",
        "title: Goals",
        "permalink: /goals",
        "redirect_from: /before/",
        body="(aim)=\n\n## The aim\n\n(goal_one)=\nText\n\n## Not labelled",
    )
    return site


def test_the_ledger_is_written_once_and_then_agrees(recorded: Site) -> None:
    path = recorded.source / "permalinks.txt"
    missing = (
        "permalinks.txt:1: WARNING: there is no ledger yet; run `sphinx-build -b permalinks` to"
        " write it [permalinks.unrecorded_permalink]"
    )
    assert recorded.build("dirhtml", JOBS) == [missing]
    assert recorded.build("permalinks", JOBS) == []
    assert path.read_text() == LEDGER
    written = path.stat().st_mtime_ns
    assert recorded.build("permalinks", JOBS) == []
    assert path.stat().st_mtime_ns == written
    for _again in range(2):
        assert recorded.build("dirhtml", JOBS) == []


def test_lost_new_and_retired_addresses_are_reported_on_every_build(recorded: Site) -> None:
    lost = "/away\n/goals#nothing\n/old rules"
    retired = "/gone  retired 2026-01-31 Folded into the goals -> /goals\n"
    more = "/taken  retired 2026-01-31\n/x  retired 2026-01-31 why -> /nowhere\n/y  retired soon\n"
    text = LEDGER.replace("/before\n", f"{lost}\n{retired}{more}").replace("/goals#aim\n", "")
    recorded.write({"permalinks.txt": text.replace("/old rules", "/old%20rules")})
    recorded.page("new.md", "title: New", "permalink: /brand-new")
    recorded.page("taken.md", "title: Taken", body="[gone](/gone)")
    recorded.page("wants.md", "title: Wants", "redirect_from: /GONE/", "permalink: /before")
    tail = "retired YYYY-MM-DD REASON [permalinks.lost_permalink]"
    fix = (
        "add it to redirect_from of the page that replaces it, as"
        " `python -m sphinx_permalinks moved` does for renamed files, or retire it"
    )
    run = "run `sphinx-build -b permalinks` to add it to permalinks.txt"
    expected = [
        f'governance/goals.md:3: WARNING: unrecorded permalink "/goals#aim"; {run}'
        " [permalinks.unrecorded_permalink]",
        'governance/goals.md:4: WARNING: duplicate redirect_from "/before/": also used by'
        " wants.md:4; give each page its own address [permalinks.duplicate_permalink]",
        f'new.md:3: WARNING: unrecorded permalink "/new", "/brand-new"; {run}'
        " [permalinks.unrecorded_permalink]",
        'permalinks.txt:4: WARNING: lost permalink "/away": no page has this address now;'
        f" {fix}: /away  {tail}",
        'permalinks.txt:5: WARNING: lost permalink "/goals#nothing": the page has no such anchor'
        " now; put the label (nothing)= back, beside a new one if there is one, add it to"
        " redirect_from of the page that has its text now, or retire it:"
        f" /goals#nothing  {tail}",
        'permalinks.txt:6: WARNING: lost permalink "/old%20rules": no page has this address now;'
        f" {fix}: /old%20rules  {tail}",
        'permalinks.txt:9: WARNING: invalid successor "/nowhere": no page has this address'
        " [permalinks.invalid_ledger]",
        "permalinks.txt:10: WARNING: invalid line: `retired` needs a date behind it, as in"
        " 2026-11-21"
        " [permalinks.invalid_ledger]",
        f'wants.md:4: WARNING: unrecorded permalink "/wants", "/before"; {run}'
        " [permalinks.unrecorded_permalink]",
        'wants.md:3: WARNING: reserved redirect_from "/GONE/": it was retired'
        " (permalinks.txt:7); choose another address [permalinks.reserved_permalink]",
        'taken.md:1: WARNING: reserved path "/taken": it was retired (permalinks.txt:8);'
        " choose another address [permalinks.reserved_permalink]",
        'taken.md:5: WARNING: unknown permalink "/gone": it was retired'
        " (permalinks.txt:7) [permalinks.unknown_permalink]",
    ]
    for _again in range(2):
        assert sorted(recorded.build("dirhtml", JOBS)) == sorted(expected)
    page = recorded.html("gone/index.html")
    assert "retired on <time datetime" in page
    assert "Folded into the goals" in page
    assert '<a href="../governance/goals/">Goals</a>' in page
    assert 'http-equiv="refresh"' not in page
    assert "sphinx-permalinks" not in recorded.html("taken/index.html")
    before = (recorded.source / "permalinks.txt").read_text().splitlines()
    recorded.build("permalinks", JOBS)
    after = (recorded.source / "permalinks.txt").read_text().splitlines()
    assert set(before) <= set(after)
    assert set(after) - set(before) == {
        "/before", "/brand-new", "/goals#aim", "/new", "/wants"
    }  # fmt: skip


def test_a_page_moved_with_redirect_from_loses_nothing(recorded: Site) -> None:
    recorded.build("permalinks")
    text = (recorded.source / "governance/goals.md").read_text()
    (recorded.source / "governance/goals.md").unlink()
    recorded.write({"about/goals.md": text})
    (warning,) = [w for w in recorded.build() if "lost" in w]
    assert warning.startswith('permalinks.txt:8: WARNING: lost permalink "/governance/goals"')
    recorded.write({"about/goals.md": text.replace("/before/", "[/before, /governance/goals]")})
    assert recorded.build("permalinks") == []
    assert recorded.build("dirhtml") == []


def test_the_builder_needs_a_ledger(site: Site) -> None:
    from sphinx.errors import ConfigError  # noqa: PLC0415

    with pytest.raises(ConfigError, match="permalinks_ledger must name the file"):
        site.build("permalinks")


def test_a_ledger_that_cannot_be_written_is_left_as_it_is(
    recorded: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    recorded.build("permalinks")
    recorded.page("new.md", "title: New")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        (error,) = recorded.build("permalinks")
    assert error == "ERROR: permalinks.txt is left as it is: [Errno 13] Permission denied"
    assert recorded.code_of_exit == 1
    assert (recorded.source / "permalinks.txt").read_text() == LEDGER
    assert sorted(p.name for p in recorded.source.glob(".*")) == []


def test_recording_resolves_no_links(site: Site) -> None:
    site.page("a.md", "title: A", body="[none](/none) {permalink:page}`/none`")
    site.write({}, permalinks_ledger="permalinks.txt")
    assert site.build("permalinks") == []  # nor what other extensions do to pages that are written


def test_nothing_is_recorded_while_front_matter_cannot_be_read(recorded: Site) -> None:
    """Its labels would be promised below another address, and nothing takes a promise back."""
    recorded.build("permalinks")
    label = "(new-label)=\n\n## New"
    recorded.page("new.md", "title: New: one", "permalink: /brand-new", body=label)
    for _again in range(2):
        finding, error = recorded.build("permalinks")
        assert finding.startswith("new.md:2: WARNING: invalid front matter: ")
        assert error == (
            "ERROR: permalinks.txt is left as it is: the front matter of new.md cannot be read; "
            "fix it, then run `sphinx-build -b permalinks`"
        )
        assert recorded.code_of_exit == 1
        assert (recorded.source / "permalinks.txt").read_text() == LEDGER
    recorded.page("new.md", "title: 'New: one'", "permalink: /brand-new", body=label)
    assert recorded.build("permalinks") == []
    added = set((recorded.source / "permalinks.txt").read_text().split()) - set(LEDGER.split())
    assert added == {"/new", "/brand-new", "/brand-new#new-label"}


@pytest.mark.parametrize("opened", ["---\n", ""])
def test_a_page_that_cannot_be_read_gives_one_finding(recorded: Site, opened: str) -> None:
    """Its addresses are not lost, its labels not new, its links not broken: nobody knows."""
    recorded.page("links.md", "title: Links", body="[goals](/goals#aim)")
    recorded.build("permalinks")
    page = f"---\ntitle: Goals: all\npermalink: /goals\n{opened}\n(goal-two)=\n## The aim\n"
    recorded.write({"governance/goals.md": page})
    for jobs in (1, 1, JOBS):
        (finding,) = recorded.build("dirhtml", jobs)
        assert finding.startswith("governance/goals.md:2: WARNING: invalid front matter: ")
    checked = check(recorded.source, read_settings(recorded.source / "conf.py"))
    assert [found.message[:20] for found in checked.findings] == ["invalid front matter"]
    assert not checked.left_to_build


def test_a_page_that_could_not_be_read_is_forgotten_when_it_is_removed(recorded: Site) -> None:
    recorded.build("permalinks")
    recorded.page("new.md", "title: New: one")
    assert len(recorded.build("dirhtml")) == 1
    (recorded.source / "new.md").unlink()
    assert recorded.build("dirhtml") == []
    assert recorded.build("permalinks") == []
    assert recorded.code_of_exit == 0


@pytest.mark.parametrize("permalink", ["goals", "/goals"])
def test_no_label_is_recorded_below_an_address_that_will_change(
    recorded: Site, permalink: str
) -> None:
    recorded.build("permalinks")
    recorded.page("new.md", "title: New", f"permalink: {permalink}", body="(label)=\n\n## New")
    recorded.build("permalinks")
    added = set((recorded.source / "permalinks.txt").read_text().split()) - set(LEDGER.split())
    assert added == {"/new"}


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"\xff\xfe\n", 1, "it is not UTF-8"),
        (b"/\n<<<<<<< HEAD\n", 2, "it does not begin with the / of an address"),
        (b"/\n/a b\n", 2, "an address may be followed by"),
        (b"/\n/a?b\n", 2, "it has a query"),
        (b"/\n/" + b"a" * 5000, 2, "it is longer than 4000 characters"),
        (b"/\n/\x00\n", 2, "it has a control or invisible character"),
    ],
)
def test_a_damaged_ledger_is_reported_with_its_line(
    tmp_path: Path, content: bytes, line: int, message: str
) -> None:
    path = tmp_path / "permalinks.txt"
    path.write_bytes(content)
    book = ledger.read(path)
    assert book is not None
    assert any(at == line and what.startswith(message) for at, what in book.problems)


def test_a_ledger_that_is_a_folder_is_reported(site: Site) -> None:
    site.write({"permalinks.txt/x": ""}, permalinks_ledger="permalinks.txt")
    why = "permalinks.txt:1: WARNING: invalid line: the ledger cannot be read: Is a directory"
    assert any(warning.startswith(why) for warning in site.build())
