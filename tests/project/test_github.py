"""The files that GitHub reads are what GitHub expects."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, sphinx_build

GITHUB = ROOT / ".github"
WRITERS = {
    ("release", "publish"): {"contents", "id-token", "attestations"},
    ("weekly", "roster"): {"issues"},
}


@pytest.mark.parametrize("file", sorted(GITHUB.glob("workflows/*.yml")), ids=lambda f: f.stem)
def test_workflow_has_least_privilege_and_pinned_actions(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        rights = {right for right, access in job["permissions"].items() if access == "write"}
        assert rights == WRITERS.get((file.stem, name), set())
        # A job that may write runs none of the repository's code.
        assert not rights or name == "roster" or not any("checkout" in str(s) for s in job["steps"])
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + 40 * "0"))


@pytest.mark.parametrize("file", sorted(GITHUB.glob("workflows/*.yml")), ids=lambda f: f.stem)
def test_workflow_calls_tasks_that_exist(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    listed = re.search(r"^tasks := (.*?)\n\n", (ROOT / "Makefile").read_text(), re.M | re.DOTALL)
    assert listed
    called = " ".join(re.findall(r"(?:make|--session|task: \[)((?:[ ,]*[a-z-]+)+)", text))
    assert called
    assert set(re.findall(r"[a-z-]+", called)) <= set(listed[1].split())


def matchers() -> dict[str, dict[str, Any]]:
    """The patterns of the problem matcher, by owner."""
    found = json.loads((GITHUB / "problem-matcher.json").read_text())["problemMatcher"]
    return {matcher["owner"]: matcher["pattern"][0] for matcher in found}


@pytest.mark.parametrize(
    ("printed", "file", "line"),
    [
        ("noxfile.py:3:101: E501 Line too long (101 > 100)", "noxfile.py", "3"),
        ("handbook/web/x.py:7: error: Missing return  [return]", "handbook/web/x.py", "7"),
        ("governance/goals.md:4: teh ==> the", "governance/goals.md", "4"),
        ("/w/index.md:9:4: weasel: Avoid it.", "/w/index.md", "9"),
        ("tests/text/test_style.py:8: AssertionError", "tests/text/test_style.py", "8"),
        ("handbook/a.py:18:1: DEP003 'x' imported but it is transitive", "handbook/a.py", "18"),
    ],
)
def test_problem_matcher_reads_what_tools_print(printed: str, file: str, line: str) -> None:
    matching = {owner: re.match(p["regexp"], printed) for owner, p in matchers().items()}
    assert [owner for owner, match in matching.items() if match] == ["tools"]
    assert matching["tools"]
    assert matching["tools"].group(1, 2) == (file, line)


def test_problem_matcher_reads_what_the_build_prints(tmp_path: Path) -> None:
    """A copied page, a broken link and a missing chapter become annotations at their lines."""
    (tmp_path / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_permalinks"]\nmyst_title_to_header = True\n'
        'html_theme = "basic"\n'
    )
    page = "---\ntitle: {}\npermalink: /same\n---\n\n[x](gone.md)\n"
    (tmp_path / "a.md").write_text(page.format("First").replace("[x](gone.md)", "Text."))
    (tmp_path / "b.md").write_text(page.format("Second"))
    (tmp_path / "index.md").write_text("# Home\n\n```{toctree}\na\nb\nlost\n```\n")
    printed = sphinx_build("dirhtml", tmp_path, tmp_path / "out", "-n", "-q")
    pattern = matchers()["sphinx"]
    matches = [re.match(pattern["regexp"], line) for line in printed.splitlines()]
    annotations = {
        (Path(match[pattern["file"]]).name, int(match[pattern["line"]]), match[pattern["code"]])
        for match in matches
        if match
    }
    assert annotations == {
        ("index.md", 3, "toc.not_readable"),
        ("b.md", 6, "myst.xref_missing"),
        ("b.md", 3, "permalinks.duplicate_permalink"),
    }
    assert {match[pattern["severity"]] for match in matches if match} == {"WARNING"}
