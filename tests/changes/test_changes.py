"""Ten edits made on purpose, and the report that each gives: the files in `golden`."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from tools.changes import report
from tools.changes.comparing import Comparison, Kind, compare
from tools.changes.pages import Edition, read_site, read_sources

HERE = Path(__file__).parent


def change(site: Path, file: str, old: str, new: str) -> None:
    text = (site / file).read_text(encoding="utf-8")
    assert old in text
    (site / file).write_text(text.replace(old, new), encoding="utf-8")


def move_a_page(site: Path) -> None:
    (site / "governance/meetings.md").rename(site / "reference/sessions.md")
    change(site, "index.md", "governance/meetings", "reference/sessions")
    added = "permalink: /sessions\nredirect_from: /meetings"
    change(site, "reference/sessions.md", "permalink: /meetings", added)


def move_a_paragraph(site: Path) -> None:
    text = "A change of the rules concerns everybody, so more people have to agree to it.\n"
    change(site, "governance/decisions.md", text, "")
    change(site, "reference/faq.md", "one vote.\n", f"one vote.\n\n{text}")


EDITS: dict[str, Callable[[Path], None]] = {
    "word-in-a-rule": lambda s: change(
        s, "governance/decisions.md", "simple majority of its members", "majority of its members"
    ),
    "threshold": lambda s: change(s, "governance/decisions.md", "two-thirds.", "three-quarters."),
    "moved-page": move_a_page,
    "renamed-heading": lambda s: change(
        s, "governance/decisions.md", "## Why two-thirds", "## Why more than half"
    ),
    "table-cell": lambda s: change(
        s, "governance/decisions.md", "member | simple", "member | two-thirds"
    ),
    "figure": lambda s: change(s, "year.svg", 'width="40"', 'width="30"'),
    "deleted-question": lambda s: change(
        s,
        "reference/faq.md",
        "(faq-vote)=\n## Who can vote?\n\nEach member of the committee has one vote.\n",
        "",
    ),
    "new-member": lambda s: change(s, "reference/members.csv", "Beta", "Gamma,data\nBeta"),
    "whitespace": lambda s: change(s, "reference/faq.md", "that shares ", "that\n  shares  "),
    "reordered-list": lambda s: change(
        s,
        "governance/meetings.md",
        "2. reports of the groups\n3. proposals",
        "2. proposals\n3. reports of the groups",
    ),
    "moved-paragraph": move_a_paragraph,
}


def build(site: Path) -> Edition:
    with docutils_namespace():
        app = Sphinx(site, site, site / "out", site / "out" / ".doctrees", "dirhtml", status=None)
        app.build()
    return read_site("new" if site.name == "new" else "old", site / "out", site)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Edition]:
    site = tmp_path_factory.mktemp("edition") / "old"
    shutil.copytree(HERE / "sample", site)
    return site, build(site)


@pytest.fixture(scope="module")
def edited(
    old: tuple[Path, Edition], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Comparison]:
    """Compare the sample with its edited copy, which is built once."""

    @functools.cache
    def comparison(name: str) -> Comparison:
        site = tmp_path_factory.mktemp(name) / "new"
        shutil.copytree(HERE / "sample", site)
        EDITS[name](site)
        return compare(old[1], build(site))

    return comparison


@pytest.mark.parametrize("name", EDITS)
def test_report_of_an_edit(edited: Callable[[str], Comparison], name: str) -> None:
    shown = report.markdown(edited(name))
    assert shown == (HERE / "golden" / f"{name}.md").read_text(encoding="utf-8")


def test_nothing_changed(old: tuple[Path, Edition]) -> None:
    same = compare(old[1], old[1])
    assert {page.status for page in same.pages} == {"unchanged"}
    assert report.summary(same) == (
        "Rules changed: none. Explanations: none. Data: none. 0 of 5 pages are new, removed, or"
        " changed."
    )


def test_draft_of_the_changelog(edited: Callable[[str], Comparison]) -> None:
    assert report.changelog(edited("threshold")).splitlines()[:5] == [
        "## Edition NUMBER, YYYY-MM-DD",
        "",
        "### Rules",
        "",
        '- Decisions: Majority, `/decisions#rule-majority` (By-laws 4.a): "two-thirds." became'
        ' "three-quarters."',
    ]


def test_edition_that_cannot_be_built_is_read_from_its_sources(
    old: tuple[Path, Edition],
) -> None:
    edition = read_sources("old", old[0], "It could not be built.")
    comparison = compare(edition, old[1])
    assert comparison.notes == ["It could not be built."]
    assert comparison.sections(Kind.RULE) == []
    assert [s.address for s in comparison.sections(Kind.DATA)] == ["/members#core-members"]


def test_words_of_a_page_are_never_markup_of_the_job(old: tuple[Path, Edition]) -> None:
    comparison = compare(old[1], old[1])
    comparison.notes.append("<script>x</script> [a](javascript:b) `c` ![d](e)")
    shown = report.markdown(comparison)
    assert r"&lt;script&gt;x&lt;/script&gt; \[a\](javascript:b) \`c\` !\[d\](e)" in shown
