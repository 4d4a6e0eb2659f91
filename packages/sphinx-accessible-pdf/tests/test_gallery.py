"""Every kind of content in the gallery: nothing is lost, no rule is broken, no text overlaps."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import page
import pytest
from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer

from sphinx_accessible_pdf.testing.layout import overlaps
from sphinx_accessible_pdf.testing.parity import blocks
from sphinx_accessible_pdf.testing.reading import open_tagged
from tests.aloud import approved, said_of
from tests.conftest import build
from tests.gallery import FOLDER, LIMITS, kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Build
    from tests.gallery import Kind

PROJECTS = ("restructuredtext", "sphinx", "markdown", "extensions", "nbsphinx")
IN_THE_MATRIX_ALONE = {"extensions": "myst_nb", "nbsphinx": "nbsphinx"}
KINDS = [kind for project in PROJECTS for kind in kinds(project)]
# Marks of places, links to sources, numbers of cells, and those of notes, which the book has anew.
ONLY_ON_THE_WEB = (
    ".headerlink, .viewcode-link, .backrefs, .fn-backref, .footnote-reference, .footnote .label, "
    ".decorative, .section-number, .web-only, .prompt, script, style"
)
SET_APART_BY_STYLE = ".linenos, .ln, .classifier"


class Gallery:
    """A sample project as a PDF and as web pages."""

    def __init__(self, project: str, out: Path) -> None:
        source = out / project
        shutil.copytree(FOLDER / project, source)
        options = ("-d", str(out / f"{project}-doctrees"))
        self.made = build(source, out / f"{project}-pdf", *options)
        self.web = self._sections(build(source, out / f"{project}-html", *options, builder="html"))
        self.overlaps = list(overlaps(self.made.pdf))
        self.kinds = list(kinds(project))
        names = {kind.name for kind in self.kinds}
        self.texts: dict[str, str] = dict.fromkeys(names, "")
        self.pages: dict[str, set[int]] = {name: set() for name in names}
        name = ""
        for tag in open_tagged(self.made.pdf).root.elements[0].elements:
            if tag.kind in {"H1", "H2", "H3"}:
                title = re.sub(r"^[\d.]+ ", "", tag.text)
                name = title if title in names else "" if tag.kind != "H3" else name
            if name:
                words = [t.attributes.get(key) for t in tag.tags() for key in ("/Alt", "/E")]
                self.texts[name] += f" {tag.text} {' '.join(str(w) for w in words if w)}"
                self.pages[name].update(tag.pages)

    @staticmethod
    def _sections(made: Build) -> dict[str, str]:
        found = {}
        for file in made.out.rglob("*.html"):
            html = file.read_text(encoding="utf-8")
            content = BeautifulSoup(html, "html.parser", parse_only=SoupStrainer("section"))
            for tag in content.select(ONLY_ON_THE_WEB):
                tag.decompose()
            for tag in content.select(SET_APART_BY_STYLE):
                tag.insert_before(" ")
                tag.insert_after(" ")
            for section in content.select("section"):
                if title := section.find(["h2"], recursive=False):
                    described = [str(picture["alt"]) for picture in section.select("img")]
                    found[title.get_text().strip()] = " ".join([*blocks(section), *described])
        return found

    def warned(self, kind: Kind) -> list[str]:
        """Find the warnings about a kind, by their lines."""
        lines = [k.line for k in self.kinds if k.file == kind.file and k.line > kind.line]
        following = min(lines, default=10**6)
        found = []
        for warning in self.made.warnings:
            place = re.match(r"(?:.*/)?([\w-]+\.\w+):(\d+): ", warning)
            if place and kind.file.endswith(place[1]) and kind.line <= int(place[2]) < following:
                found.append(warning)
        return found


def words_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.replace("\u200b", "")))


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Gallery]:
    """Build a project, once."""
    out = tmp_path_factory.mktemp("gallery")

    @cache
    def made(project: str) -> Gallery:
        needed = IN_THE_MATRIX_ALONE.get(project)
        if needed and not find_spec(needed):
            pytest.skip("these extensions are installed in the test matrix alone")
        return Gallery(project, out)

    return made


@pytest.mark.parametrize("project", PROJECTS)
def test_a_gallery_is_built_and_breaks_no_rule(
    gallery: Callable[[str], Gallery], project: str
) -> None:
    made = gallery(project).made

    assert made.code == 0, made.output
    assert "ERROR" not in made.output
    assert gallery(project).overlaps == []
    for profile in ("ua1", "2a"):
        report = page.validate_pdf(made.pdf, profile=profile)
        assert [(failure.rule_id, failure.message) for failure in report.failures] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.project}: {kind.name}")
def test_nothing_of_a_kind_is_lost(gallery: Callable[[str], Gallery], kind: Kind) -> None:
    found = gallery(kind.project)
    warnings = found.warned(kind)

    assert bool(warnings) == (kind.chapter == LIMITS), warnings
    lost = words_of(found.web[kind.name]) - words_of(found.texts[kind.name])
    assert not lost or warnings
    assert "unseen" not in found.texts[kind.name].lower()
    assert [o for o in found.overlaps if o.page in found.pages[kind.name]] == []


@pytest.mark.parametrize("project", ["restructuredtext"])
def test_what_is_read_aloud_of_a_gallery_is_approved(
    gallery: Callable[[str], Gallery], project: str
) -> None:
    said = said_of(gallery(project).made.pdf)

    assert said == approved(project, said)


def test_narrow_columns_have_no_numbers_of_pages(gallery: Callable[[str], Gallery]) -> None:
    text = gallery("restructuredtext").texts["Tables of many columns"]

    assert "a link to Inline markup, without its page" in text


def test_an_index_of_many_terms_has_its_heading(gallery: Callable[[str], Gallery]) -> None:
    read = open_tagged(gallery("sphinx").made.pdf)

    assert read.root.all("H1")[-1].text == "Index"


def test_the_gallery_has_every_kind_once() -> None:
    names = [(kind.project, kind.name) for kind in KINDS]

    assert len(names) == len(set(names)) > 100
