"""What all tests of the package share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.harness import Site, empty_site

ROOT = Path(__file__).resolve().parents[1]

# Tests compare what Sphinx prints. Where CI=true or FORCE_COLOR is set it would be colored.
os.environ["NO_COLOR"] = "1"
os.environ.pop("FORCE_COLOR", None)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a project with a front page that lists every other page."""
    return empty_site(tmp_path)
