"""Firefox is started, or named where it does not start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.browser.firefox import start


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /bin/sh")
def test_a_browser_that_does_not_start_is_named(tmp_path: Path) -> None:
    program = tmp_path / "broken"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o700)
    with (
        pytest.raises(RuntimeError, match=r"broken did not start"),
        start(str(program), tmp_path),
    ):
        pass
