"""The handbook's PDF on both sizes of paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, sphinx_build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def handbook_pdf_a4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook on A4."""
    out = tmp_path_factory.mktemp("a4") / "pdf"
    options = ("-n", "-W", "--keep-going", "-D", "accessiblepdf_paper=a4")
    sphinx_build("accessiblepdf", ROOT, out, *options)
    return out / "cass-handbook.pdf"


@pytest.fixture(params=["handbook_pdf", "handbook_pdf_a4"])
def book(request: pytest.FixtureRequest) -> Path:
    """The handbook's PDF on each size of paper."""
    path: Path = request.getfixturevalue(request.param)
    return path
