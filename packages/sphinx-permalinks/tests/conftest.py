"""What all tests of the package share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import HealthCheck, settings
from sphinx.jinja2glue import BuiltinTemplateLoader

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
logging.disable(logging.DEBUG)
# For processes that tests start.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "src")])


class CompiledTemplates(jinja2.BytecodeCache):
    """Keeps templates between builds: to compile them takes half the time of a small one."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Any) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Any) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Share compiled templates between the builds of this process."""
    cache, prepare = CompiledTemplates(), BuiltinTemplateLoader.init

    def init(loader: BuiltinTemplateLoader, *arguments: Any) -> None:
        prepare(loader, *arguments)
        loader.environment.bytecode_cache = cache

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BuiltinTemplateLoader, "init", init)
        yield


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a project with a front page that lists every other page."""
    return empty_site(tmp_path)
