from __future__ import annotations

from typing import TYPE_CHECKING

import page
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_the_handbook_breaks_no_rule_of_its_standards(handbook_pdf: Path, profile: str) -> None:
    report = page.validate_pdf(handbook_pdf, profile=profile)

    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 50
