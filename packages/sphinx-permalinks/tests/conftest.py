"""What all tests of the package share."""

from __future__ import annotations

import gc
import logging
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import tests.cheap  # noqa: F401 - makes builds cheap
from tests.harness import Site, empty_site

ROOT = Path(__file__).resolve().parents[1]

TIMES = int(os.environ.get("FUZZ", "1"))
"""How many times as many examples as usual are tried; above 1, other ones each time."""

# Other tests share the machine, so nothing here depends on how long it takes.
settings.register_profile(
    "shared",
    derandomize=TIMES == 1,
    database=None,
    deadline=None,
    max_examples=100 * TIMES,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("shared")

# Tests compare what Sphinx prints. Where CI=true or FORCE_COLOR is set it would be colored.
os.environ["NO_COLOR"] = "1"
os.environ.pop("FORCE_COLOR", None)
# A quarter of the time of a small build goes into messages that no one asks for.
logging.disable(logging.INFO)
# For processes that tests start.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "src")])


def pytest_collection_finish() -> None:
    """Search for garbage less often, and not in what is loaded by now."""
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a project with a front page that lists every other page."""
    return empty_site(tmp_path)
