"""SECURITY.md tells the numbers that are tried, and what workflows really do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hostile import (
    strategies,
    test_boundary,
    test_faults,
    test_fuzz,
    test_guard,
    test_injection,
    test_places,
)
from tests.hostile.builds import MEGABYTES, ROOT, SECONDS

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def cases(test: Any) -> int:
    """Count the cases of a test with one list of parameters."""
    (mark,) = [mark for mark in test.pytestmark if mark.name == "parametrize"]
    return len(mark.args[1])


TRIED = {
    "front matter: every type": strategies.FRONT_MATTER,
    "whole pages: pieces": strategies.PAGES_OF_BYTES,
    "whole pages of the same kind": strategies.BUILDS * strategies.PAGES_OF_A_BUILD,
    "ledgers:": strategies.LEDGERS,
    "very large front matter": len(test_fuzz.LARGE),
    "front matter that ended": cases(test_guard.test_front_matter_that_ends_sphinx_is_a_finding),
    "pages that nest too deep": len(test_boundary.UNREADABLE),
    "titles and permalinks written as": len(test_injection.EVIL),
    "permalinks with a scheme": len(test_injection.REFUSED),
    "pages that reach out": len(test_boundary.REACHES),
    "pages that run something": len(test_boundary.RUNS),
    "builds that are killed": len(test_faults.MOMENTS)
    * cases(test_faults.test_a_build_that_is_killed_can_be_repeated),
    "builders that write one ledger": test_faults.WRITERS,
    "full disk": cases(test_faults.test_a_full_disk_ends_with_a_sentence_and_is_mended)
    + cases(test_faults.test_what_cannot_be_written_ends_with_a_sentence)
    + 2,  # the two tests of the ledger
    "clock set": cases(test_faults.test_a_wrong_clock_changes_nothing)
    + cases(test_faults.test_any_source_date_epoch_is_borne),
    "shallow clone": cases(test_places.test_the_handbook_is_built_anywhere),
}


def test_the_table_tells_what_is_tried() -> None:
    rows = re.findall(r"^\| (.*) \| ([\d,]+) \| .* \|$", TEXT, re.MULTILINE)
    told = {text: int(number.replace(",", "")) for text, number in rows}
    assert len(told) == len(TRIED)
    for start, number in TRIED.items():
        assert [n for text, n in told.items() if text.startswith(start)] == [number], start
    assert f"within {SECONDS} seconds and {MEGABYTES} MB" in TEXT


def test_pull_requests_have_the_rights_that_are_told() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        events = workflow[True]  # YAML 1.1 takes the key "on" for a truth value
        assert "pull_request_target" not in events
        if "pull_request" not in events:
            continue
        assert workflow["permissions"] == {}
        for job in workflow["jobs"].values():
            assert set(job.get("permissions", {}).values()) <= {"read"}
        assert "secrets." not in path.read_text(encoding="utf-8")
        assert "persist-credentials: false" in path.read_text(encoding="utf-8")


def test_packages_are_installed_by_their_hashes_only() -> None:
    installing = [ROOT / "Makefile", ROOT / ".readthedocs.yaml"]
    for path in installing:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "pip install" in line:
                assert "--require-hashes" in line, line
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert re.search(r"^\S+==\S+.*\\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(re.findall(r"^[\w.-]+(?:\[.*\])?==", text, re.MULTILINE)) == len(
            re.findall(r"^[\w.-]+(?:\[.*\])?==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
        )


def test_an_audit_that_cannot_ask_fails(tmp_path: Path) -> None:
    pytest.importorskip("pip_audit")
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    stamps = [f"{sys.prefix}/.handbook{name}-tools" for name in ("", "-dev")]
    taken_as_done = [word for stamp in stamps for word in ("-o", stamp)]
    done = subprocess.run(
        [
            "make",
            "audit",
            f"VENV={sys.prefix}",
            *taken_as_done,
            f"AUDITOPTS=--cache-dir {tmp_path}",
        ],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HTTPS_PROXY": "http://127.0.0.1:9", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "the advisory service did not answer" in " ".join(done.stderr.split())
