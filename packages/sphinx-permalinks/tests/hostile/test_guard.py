"""What Sphinx or MyST would answer with a traceback, in a project that uses the extension alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hostile.builds import BOMB, build, project

if TYPE_CHECKING:
    from pathlib import Path

BAD = "WARNING: invalid front matter: "


FIELDS = [
    (BOMB, "5", "its aliases stand for more than 10,000 values"),
    ("a: &a [*a]", "2", "the alias *a contains itself"),
    ('a: 1\ntitle: "\\ud800"', "3", "found invalid Unicode character escape code"),
    ("a: !!bool perhaps", "2", "its value and tag disagree"),
    ("a: !!int ''", "2", "its value and tag disagree"),
    ("a: " + "[" * 50_000, "2", "it is nested more than 50 levels deep"),
    ("a: b\0", "2", "it has a character that YAML forbids"),
]


def test_front_matter_that_ends_sphinx_is_a_finding(tmp_path: Path) -> None:
    pages = {
        f"p{number}.md": f"---\n{fields}\n---\n\n# Page {number}\n\n[x](none.md)\n"
        for number, (fields, _line, _told) in enumerate(FIELDS)
    }
    source = project(tmp_path, pages)
    for again in range(2):
        made = build(source, tmp_path / "out")
        made.must_be_harmless()
        for number, (fields, line, reported) in enumerate(FIELDS):
            assert f"p{number}.md:{line}: {BAD}{reported}" in made.output
            below = fields.count("\n") + 7  # the lines keep their numbers
            assert again or f"p{number}.md:{below}: WARNING: " in made.output


def test_front_matter_whose_end_is_doubtful_ends_nothing(tmp_path: Path) -> None:
    pages = {"a.md": "---\na: !!bool x\n", "b.md": "---\na: !!bool x\n---b\nc\n---\n# T\n"}
    build(project(tmp_path, pages), tmp_path / "out").must_be_harmless()


def test_pages_that_are_not_utf_8_are_left_out_and_told(tmp_path: Path) -> None:
    jobs = "2"
    pages: dict[str, str | bytes] = {f"p{n}.md": f"# P{n}\n" for n in range(12)}
    source = project(tmp_path, {**pages, "page.md": b"# T\n\nna\xefve\n", "16.md": b"\xff\xfe#"})
    expected = [
        f"{place}: WARNING: the file is not UTF-8; save it as UTF-8"
        " [permalinks.invalid_front_matter]"
        for place in ("16.md:1", "page.md:3")
    ]
    for _again in range(2):
        made = build(source, tmp_path / "out", "-j", jobs)
        assert made.warnings == expected
        made.must_be_harmless()
    (source / "page.md").write_text("# T\n\nnaïve\n", encoding="utf-8")
    assert build(source, tmp_path / "out", "-j", jobs).warnings == expected[:1]
    assert (tmp_path / "out" / "page" / "index.html").exists()
    (source / "page.md").write_bytes(b"# T\n\nna\xefve\n")
    assert build(source, tmp_path / "out", "-j", jobs).warnings == expected


def test_a_first_page_that_is_not_utf_8_ends_with_a_sentence(tmp_path: Path) -> None:
    source = project(tmp_path, {"index.md": b"# T\xff\n"})
    made = build(source, tmp_path / "out")
    assert made.code != 0
    assert "index.md:1: the file is not UTF-8; save it as UTF-8" in made.output
    assert "Traceback" not in made.output
