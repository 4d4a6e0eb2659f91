"""A build that is interrupted, at whatever moment, can be repeated: nothing is lost or stale."""

from __future__ import annotations

import shutil
from copy import copy
from typing import TYPE_CHECKING, Any

import pytest
from sphinx.builders import Builder
from sphinx.events import EventManager

from sphinx_permalinks import ledger, publication
from tests.conftest import TIMES
from tests.hostile.builds import contents

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness import Site

LEDGER = "# mine\n/\n"
# What this package handles, or comes next to; `make fuzz` interrupts at every moment.
KINDS = {
    *("env-get-outdated", "source-read", "env-updated", "env-check-consistency"),
    *("html-page-context", "html-collect-pages", "build-finished", "write_atomically"),
}


class Moments:
    """Notes the moments of a build: its events, and the files of ours that it writes."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        self.end = -1
        for owner, name in (
            (EventManager, "emit"),
            (publication, "write_atomically"),
            (ledger, "write_atomically"),
        ):
            patch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            is_event = function.__name__ == "emit"
            self.names.append(arguments[1] if is_event else function.__name__)
            if len(self.names) - 1 == self.end:
                raise KeyboardInterrupt
            return function(*arguments, **named)

        return counted

    def interrupt(self, site: Site, builder: str, moment: int) -> None:
        """Build until a moment."""
        self.names, self.end = [], moment
        with pytest.raises(KeyboardInterrupt):
            site.build(builder)
        self.end = -1

    def chosen(self) -> list[int]:
        """Choose the moments of the last build at which to interrupt it."""
        if TIMES > 1:
            return [*range(len(self.names))]
        found: dict[str, list[int]] = {}
        for moment, name in enumerate(self.names):
            found.setdefault(name, []).append(moment)
        return sorted(found[name][len(found[name]) // 2] for name in KINDS & found.keys())


@pytest.mark.parametrize("is_new", [True, False], ids=["first build", "rebuild"])
@pytest.mark.parametrize("builder", ["dirhtml", "permalinks"])
def test_a_build_that_is_interrupted_can_be_repeated(
    site: Site, builder: str, is_new: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    moments = Moments(monkeypatch)
    book = site.source / "permalinks.txt"
    doctrees, before = site.folder / "doctrees", site.folder / "before"

    def reset() -> None:
        book.write_text(LEDGER)
        for folder in (site.out, doctrees):
            shutil.rmtree(folder, ignore_errors=True)
            if not is_new:
                shutil.copytree(before / folder.name, folder)

    for n in range(4):
        fields = (f"title: A{n}", f"permalink: /p{n}", f"redirect_from: /o{n}")
        site.page(f"a{n}.md", *fields, body=f"See [](/p{(n + 1) % 4}).")
    # Without a toctree, since Sphinx keeps a neighbor's old title in "previous" and "next".
    site.write({"index.md": "# Home\n"}, permalinks_ledger="permalinks.txt")
    if not is_new:
        site.build(builder)
        for folder in (site.out, doctrees):
            shutil.copytree(folder, before / folder.name)
        site.page("a1.md", "title: B", "permalink: /p1", "redirect_from: /q", body="See [](/p2).")
    reset()
    moments.names = []
    site.build(builder)
    whole, extended = contents(site.out), book.read_text()
    chosen = moments.chosen()
    assert len(chosen) > 3
    for moment in chosen:
        reset()
        moments.interrupt(site, builder, moment)
        assert book.read_text() in {LEDGER, extended}
        site.build(builder)
        assert contents(site.out) == whole, moment
        assert book.read_text() == (extended if builder == "permalinks" else LEDGER)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def in_another_folder(site: Site) -> Site:
    """Give the same project, with the same notes of Sphinx, but another output folder."""
    other = copy(site)
    other.out = site.folder / "other"
    return other


def test_a_build_into_another_folder_hides_no_interrupted_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        site.page(f"a{n}.md", f"title: A{n}", f"permalink: /p{n}")
    site.build("dirhtml")
    site.page("a1.md", "title: New", "permalink: /new")
    with monkeypatch.context() as patch:
        patch.setattr(Builder, "write_documents", interrupt)
        with pytest.raises(KeyboardInterrupt):
            site.build("dirhtml")
    in_another_folder(site).build("dirhtml")
    site.build("dirhtml")
    assert "New" in site.html("a1/index.html")
    assert not (site.out / "dirhtml" / "p1").exists()


def test_each_output_folder_is_cleaned(site: Site) -> None:
    site.page("a.md", "title: A", "permalink: /p")
    both = (site, in_another_folder(site))
    for one in both:
        one.build("dirhtml")
    site.page("a.md", "title: A", "permalink: /q")
    for one in both:
        one.build("dirhtml")
        assert not (one.out / "dirhtml" / "p").exists()
        assert (one.out / "dirhtml" / "q").exists()
