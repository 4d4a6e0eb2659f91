"""What Sphinx or MyST would answer with a traceback, in a project that uses the extension alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.builds import BOMB, build, project

if TYPE_CHECKING:
    from pathlib import Path

BAD = "WARNING: invalid front matter: "


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (BOMB, f"page.md:5: {BAD}its aliases stand for more than 10,000 values"),
        ("a: &a [*a]", f"page.md:2: {BAD}the alias *a contains itself"),
        ('a: 1\ntitle: "\\ud800"', f"page.md:3: {BAD}found invalid Unicode character escape code"),
        ("a: !!bool perhaps", f"page.md:2: {BAD}its value and tag disagree"),
        ("a: !!int ''", f"page.md:2: {BAD}its value and tag disagree"),
        ("a: " + "[" * 50_000, f"page.md:2: {BAD}it is nested more than 50 levels deep"),
        ("a: b\0", f"page.md:2: {BAD}it has a character that YAML forbids"),
    ],
)
def test_front_matter_that_ends_sphinx_is_a_finding(tmp_path: Path, fields: str, told: str) -> None:
    source = project(tmp_path, {"page.md": f"---\n{fields}\n---\n\n# Page\n\n[x](/none)\n"})
    lines = fields.count("\n") + 7
    for _again in range(2):
        made = build(source, tmp_path / "out")
        assert any(line.startswith(told) for line in made.warnings), made.output
        assert f'page.md:{lines}: WARNING: unknown permalink "/none"' in made.output
        made.must_be_harmless()


@pytest.mark.parametrize("text", ["---\na: !!bool x\n", "---\na: !!bool x\n---b\nc\n---\n# T\n"])
def test_front_matter_whose_end_is_doubtful_ends_nothing(tmp_path: Path, text: str) -> None:
    build(project(tmp_path, {"page.md": text}), tmp_path / "out").must_be_harmless()
