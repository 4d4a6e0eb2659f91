"""The books break no rule of the standards that agencies and screen readers rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import page
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_no_rule_is_broken(handbook_pdf: Path, profile: str) -> None:
    report = page.validate_pdf(handbook_pdf, profile=profile)

    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 50
