"""CITATION.cff and .zenodo.json say the same; `make lint` checks the former's schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

CITATION: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ZENODO: dict[str, Any] = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("citation", "zenodo"),
    [
        (CITATION["title"], ZENODO["title"]),
        (CITATION["abstract"], ZENODO["description"]),
        (CITATION["keywords"], ZENODO["keywords"]),
        (CITATION["license"][0].lower(), ZENODO["license"]),
        (CITATION["authors"], ZENODO["creators"]),
    ],
    ids=["title", "abstract", "keywords", "license", "authors"],
)
def test_both_records_agree(citation: object, zenodo: object) -> None:
    assert citation == zenodo


def test_cass_is_not_presented_as_the_author() -> None:
    assert [author["name"] for author in CITATION["authors"]] == [
        "CASS governance handbook contributors"
    ]
