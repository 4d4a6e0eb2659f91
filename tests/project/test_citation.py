"""CITATION.cff and .zenodo.json say the same, and what the setting `handbook_adopted` asks for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tools.check import SUMMARIES, check_summaries

CITATION: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ZENODO: dict[str, Any] = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("citation", "zenodo"),
    [
        (CITATION["title"], ZENODO["title"]),
        (CITATION["keywords"], ZENODO["keywords"]),
        (CITATION["license"][0].lower(), ZENODO["license"]),
        (CITATION["authors"], ZENODO["creators"]),
    ],
    ids=["title", "keywords", "license", "authors"],
)
def test_both_records_agree(citation: object, zenodo: object) -> None:
    assert citation == zenodo


def test_cass_is_not_presented_as_the_author() -> None:
    assert [author["name"] for author in CITATION["authors"]] == [
        "CASS governance handbook contributors"
    ]


def put_summaries(folder: Path, summary: str) -> None:
    (folder / "CITATION.cff").write_text(f"title: x\nabstract: >-\n  {summary}\n", "utf-8")
    (folder / ".zenodo.json").write_text(json.dumps({"description": summary}), "utf-8")


def test_the_summary_follows_the_setting(tmp_path: Path) -> None:
    (tmp_path / "_templates").mkdir()
    shutil.copy(ROOT / "_templates" / "words.yml", tmp_path / "_templates")
    put_summaries(tmp_path, "A handbook.")
    for adopted, words in ((None, "CASS has not adopted it"), ("2027-03-31", "on 2027-03-31;")):
        citation, zenodo = check_summaries(tmp_path, adopted)
        found, _, wanted = citation.partition("; write: ")
        assert found == (
            f"CITATION.cff:2: ERROR: abstract: handbook_adopted in conf.py is {adopted!r}"
        )
        assert zenodo.startswith(".zenodo.json:1: ERROR: description: ")
        assert words in wanted
        put_summaries(tmp_path, wanted)
        assert list(check_summaries(tmp_path, adopted)) == []


@pytest.mark.parametrize("text", ["", "[", "abstract", "title: x"])
def test_a_broken_record_is_reported(tmp_path: Path, text: str) -> None:
    (tmp_path / "_templates").mkdir()
    shutil.copy(ROOT / "_templates" / "words.yml", tmp_path / "_templates")
    (tmp_path / "CITATION.cff").write_text(text)
    assert len(list(check_summaries(tmp_path, None))) == len(SUMMARIES)
