"""A quoted sentence stands in one source file, and no chapter is left out of the handbook."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.text.test_normative import MISSION, MODEL, OVERVIEW, PRINCIPLES

ADOPTED = [*OVERVIEW, *MISSION, *PRINCIPLES, *MODEL]

# Folders that hold no chapter, and files that only GitHub shows or that a page includes.
NO_CHAPTERS = {"build", "dist", "handbook", "node_modules", "packages", "tests", "tools"}
NO_PAGES = {
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "MAINTAINING.md",
    "SECURITY.md",
    "LICENSE.md",
}


def markdown_files(root: Path) -> Iterator[Path]:
    """The Markdown files of the repository that could be chapters."""
    for entry in sorted(root.iterdir()):
        if entry.is_dir():
            if entry.name not in NO_CHAPTERS and not entry.name.startswith((".", "_")):
                # Forms are shown on pages, and are none themselves.
                found = [
                    file for file in sorted(entry.rglob("*.md")) if file.parent.name != "forms"
                ]
                yield from (f for f in found if f.relative_to(root).as_posix() not in NO_PAGES)
        elif entry.suffix == ".md" and entry.name not in NO_PAGES:
            yield entry


def left_out(root: Path, html: Path) -> list[str]:
    """The Markdown files of which no page was made."""
    names = (file.relative_to(root).with_suffix("") for file in markdown_files(root))
    return [
        f"{name}.md"
        for name in names
        if not (html / (name.parent if name.name == "index" else name) / "index.html").is_file()
    ]


def places(sentence: str, root: Path) -> list[str]:
    """The files in which a sentence is written, markup and line breaks aside."""
    files = [root / name for name in NO_PAGES if (root / name).exists()]
    found = [file for file in [*files, *markdown_files(root)] if sentence in words_of(file)]
    return [file.relative_to(root).as_posix() for file in found]


@functools.cache
def words_of(file: Path) -> str:
    text = re.sub(r"^[>\s]*(?:- )?|\*\*|<!--.*?-->", " ", file.read_text("utf-8"), flags=re.M)
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the Markdown files that may be spoilt."""
    for file in markdown_files(ROOT):
        target = tmp_path / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return tmp_path


@pytest.mark.parametrize("sentence", ADOPTED)
def test_adopted_sentence_is_written_once(sentence: str) -> None:
    assert len(places(sentence, ROOT)) == 1


def test_second_copy_of_a_sentence_is_found(copy: Path) -> None:
    page = copy / "members" / "peso" / "organizational-model.md"
    spread = MODEL[1].replace("crosscutting", "\n> crosscutting").replace("Member", "**Member**")
    page.write_text(page.read_text(encoding="utf-8") + f"\n> {spread}\n", encoding="utf-8")
    assert places(MODEL[1], copy) == [
        "governance/organizational-model.md",
        "members/peso/organizational-model.md",
    ]


def test_every_chapter_is_in_the_handbook(handbook_html: Path) -> None:
    assert left_out(ROOT, handbook_html) == []


def test_chapter_that_is_left_out_is_found(copy: Path, handbook_html: Path) -> None:
    for name in ("appendix/index.md", "governance/dues.md", "more.md"):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text("# New\n", encoding="utf-8")
    assert left_out(copy, handbook_html) == ["appendix/index.md", "governance/dues.md", "more.md"]
