"""The files that GitHub reads are what GitHub expects."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import PYTHONPATH, ROOT

GITHUB = ROOT / ".github"


@pytest.mark.parametrize("file", sorted(GITHUB.glob("workflows/*.yml")), ids=lambda f: f.stem)
def test_workflow_has_least_privilege_and_pinned_actions(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert set(job["permissions"]) == {"contents"}
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + 40 * "0"))


@pytest.mark.parametrize("file", sorted(GITHUB.glob("workflows/*.yml")), ids=lambda f: f.stem)
def test_workflow_calls_targets_that_exist(file: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = {
        target
        for line in re.findall(r"run: make (.+)$", file.read_text(), re.MULTILINE)
        for target in line.split()
    }
    assert called
    assert called <= targets


def test_problem_matcher_reads_what_the_build_prints(tmp_path: Path) -> None:
    """A copied page, a broken link and a missing chapter become annotations at their lines."""
    (tmp_path / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_permalinks"]\nmyst_title_to_header = True\n'
    )
    page = "---\ntitle: {}\npermalink: /same\n---\n\n[x](gone.md)\n"
    (tmp_path / "a.md").write_text(page.format("First").replace("[x](gone.md)", "Text."))
    (tmp_path / "b.md").write_text(page.format("Second"))
    (tmp_path / "index.md").write_text("# Home\n\n```{toctree}\na\nb\nlost\n```\n")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-n", "-q", str(tmp_path), str(tmp_path / "out")],
        env={"PYTHONPATH": PYTHONPATH, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    (matcher,) = json.loads((GITHUB / "problem-matcher.json").read_text())["problemMatcher"]
    (pattern,) = matcher["pattern"]
    matches = [re.match(pattern["regexp"], line) for line in done.stderr.splitlines()]
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
