# ruff: noqa: RUF001 - signs that look alike are what is tested

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.harness import JOBS

if TYPE_CHECKING:
    from tests.harness import Site

SAMPLES = Path(__file__).parents[1] / "samples"


def fill(site: Site, number: int = 12) -> None:
    """Add pages that collide with nothing: more than one chunk for each parallel worker."""
    for n in range(number):
        site.page(f"pages/p{n:02}.md", f"title: Page {n}", f"permalink: /p/{n}")


def test_the_three_samples_give_exactly_one_warning(site: Site) -> None:
    for sample, name in {
        "cass-homepage": "cass.md",
        "cass-organizational-model": "governance/organizational-model.md",
        "peso-organizational-model": "members/peso.md",
    }.items():
        text = (SAMPLES / f"{sample}.md").read_text(encoding="utf-8")
        site.write({name: text}, suppress_warnings=["myst.header"])
    expected = [
        'members/peso.md:3: WARNING: duplicate permalink "/organizational-model": also used by'
        " governance/organizational-model.md:3; give each page its own address"
        " [permalinks.duplicate_permalink]"
    ]
    assert site.build(jobs=JOBS) == expected
    assert site.build(jobs=JOBS) == expected


def test_duplicates_in_different_workers_are_found_repeated_and_forgotten(site: Site) -> None:
    fill(site)
    site.page("a.md", "layout: page", "permalink: /same", "title: Alike")
    site.page("m/b.md", "title: ' alike '", "permalink: /Same/")
    site.page("z.md", "permalink: /s%61me.html", "title: Z")
    expected = [
        'm/b.md:2: WARNING: duplicate title "alike": also used by a.md:4;'
        " give each page its own title [permalinks.duplicate_title]",
        'm/b.md:3: WARNING: duplicate permalink "/Same/": also used by a.md:3, z.md:2;'
        " give each page its own address [permalinks.duplicate_permalink]",
        'z.md:2: WARNING: duplicate permalink "/s%61me.html": also used by a.md:3, m/b.md:3;'
        " give each page its own address [permalinks.duplicate_permalink]",
    ]
    for jobs in (1, 4):
        shutil.rmtree(site.folder / "doctrees", ignore_errors=True)
        assert site.build(jobs=jobs) == expected
        assert site.build(jobs=jobs) == expected  # though no page is read again
    site.page("a.md", "permalink: /other", "title: Other")
    assert site.build(jobs=JOBS) == [
        'z.md:2: WARNING: duplicate permalink "/s%61me.html": also used by m/b.md:3;'
        " give each page its own address [permalinks.duplicate_permalink]"
    ]
    (site.source / "m/b.md").unlink()
    assert site.build(jobs=JOBS) == []


def test_another_pages_path_is_taken(site: Site) -> None:
    fill(site)
    site.page("about/a.md", "title: A", "permalink: /goals.html")
    site.page("goals.md", "title: Goals")
    site.page("front.md", "title: Front", "permalink: /index.html")
    expected = [
        'about/a.md:3: WARNING: duplicate permalink "/goals.html": also used by'
        " goals.md:1 (its path); give each page its own address [permalinks.duplicate_permalink]",
        'front.md:3: WARNING: duplicate permalink "/index.html": also used by'
        " index.md:1 (its path); give each page its own address [permalinks.duplicate_permalink]",
    ]
    assert site.build(jobs=JOBS) == expected
    assert site.build(jobs=JOBS) == expected


def test_a_page_may_declare_its_own_path_and_repeat_itself(site: Site) -> None:
    site.page(
        "goals.md", "title: Goals", "permalink: /goals/", "redirect_from: [/goals, /Goals.html]"
    )
    assert site.build() == []


def test_titles_come_from_the_front_matter_or_the_first_heading(site: Site) -> None:
    site.write({"a.md": "# The *Big* `Plan`\n", "b.rst": "The **Big** Plan\n================\n"})
    site.write({"c.md": '---\ntitle: "The  Big _Plan_"\n---\n\n# Another\n'})
    site.write({"d.md": "(label)=\n\n## “Quoted” it’s\n", "e.md": '% note\n\n# "Quoted" it\'s\n'})
    site.conf["suppress_warnings"] = ["myst.header"]
    site.write({}, myst_title_to_header=False)
    assert site.build() == [
        'b.rst:1: WARNING: duplicate title "The Big Plan": also used by a.md:1, c.md:2;'
        " give each page its own title [permalinks.duplicate_title]",
        'e.md:3: WARNING: duplicate title "“Quoted” it’s": also used by d.md:3;'
        " give each page its own title [permalinks.duplicate_title]",
    ]


def test_titles_may_repeat_in_another_folder_if_the_project_says_so(site: Site) -> None:
    site.write({}, permalinks_title_scope="folder")
    site.page("a/one.md", "title: Same")
    site.page("a/two.md", "title: Same")
    site.page("b/one.md", "title: Same")
    assert site.build() == [
        'a/two.md:2: WARNING: duplicate title "Same": also used by a/one.md:2;'
        " give each page its own title [permalinks.duplicate_title]"
    ]


def test_restructuredtext_pages_count_too(site: Site) -> None:
    site.page("a.md", "title: A", "permalink: /x")
    site.write({"b.rst": ".. a comment\n\n:orphan:\n:permalink: /X\n\nB\n=\n"})
    site.write({"c.rst": ":permalink: /c\n:redirect_from:\n   /old\n   /x/\n\nC\n=\n"})
    assert site.build() == [
        'b.rst:4: WARNING: duplicate permalink "/X": also used by a.md:3, c.rst:4;'
        " give each page its own address [permalinks.duplicate_permalink]",
        'c.rst:4: WARNING: duplicate redirect_from "/x/": also used by a.md:3, b.rst:4;'
        " give each page its own address [permalinks.duplicate_permalink]",
    ]


def test_each_subtype_can_be_suppressed(site: Site) -> None:
    site.page("a.md", "title: Same", "permalink: /same")
    site.page("b.md", "title: Same", "permalink: /same", "redirect_from: 'no?'")
    subtypes = ["duplicate_permalink", "duplicate_title", "invalid_permalink"]
    site.write({}, suppress_warnings=[])
    assert [subtype for subtype in subtypes if subtype in "".join(site.build())] == subtypes
    for subtype in subtypes:
        site.write({}, suppress_warnings=[f"permalinks.{subtype}"])
        warnings = site.build()
        assert len(warnings) == 2
        assert subtype not in "".join(warnings)


def test_line_ends_and_byte_order_marks_do_not_shift_lines(site: Site) -> None:
    site.page("a.md", "title: A", "permalink: /x")
    (site.source / "b.md").write_bytes(b"---\r\ntitle: B\r\n\r\npermalink: /x\r\n---\r\n\r\nT\r\n")
    (site.source / "c.md").write_bytes(b"\xef\xbb\xbf---\ntitle: C\npermalink: /x\n---\nT\n")
    assert [warning.partition(" WARNING")[0] for warning in site.build()] == ["b.md:4:", "c.md:3:"]


def test_a_field_written_twice_counts_once_at_its_last_line(site: Site) -> None:
    site.page("a.md", "title: A", "permalink: /x")
    site.page("b.md", "permalink: /b", "title: B", "permalink: /x")
    assert [warning.partition(" WARNING")[0] for warning in site.build()] == ["b.md:4:"]


def test_ignored_pages_claim_only_their_path(site: Site) -> None:
    site.write({}, permalinks_ignore=["drafts/**"])
    site.page("drafts/a.md", "title: Same", "permalink: /same")
    site.page("z.md", "title: Same", "permalink: /same")
    assert site.build() == []
    site.page("z.md", "title: Same", "permalink: /drafts/a")
    assert len(site.build()) == 1
