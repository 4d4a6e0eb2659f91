"""Only a reviewed text's own sentences are shown as a document's words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sphinx.errors import ConfigError

from handbook.authority.quotations import quotation_problem, reference_texts
from tests.conftest import ROOT, sphinx_build

TEXTS = {"Model": ["The first sentence.", "It's second: a list.", "The last, with more words."]}


@pytest.mark.parametrize(
    "quoted",
    [
        "The first sentence.",
        "The first  sentence.\n\nIt\u2019s second: a list.",
        "It's second: a list. The last, with more words.",
        "The first sentence. It's second: a list. The last, with more words.",
    ],
)
def test_whole_sentences_in_their_order_are_quotations(quoted: str) -> None:
    assert quotation_problem(quoted, "Model", TEXTS) is None


@pytest.mark.parametrize(
    "quoted",
    [
        "",
        "An invented sentence.",
        "The first sentence",
        "The last",
        "with more words.",
        "The first sentence. The last, with more words.",
        "It's second: a list. The first sentence.",
        "The first sentence. And an invented one.",
        "The first sentence.\u200b",
        "\u0422he first sentence.",
        "the first sentence.",
    ],
)
def test_anything_else_is_not(quoted: str) -> None:
    assert "word for word" in str(quotation_problem(quoted, "Model", TEXTS))


def test_a_document_without_a_reviewed_text_cannot_be_quoted() -> None:
    assert "By-laws cannot be quoted" in str(quotation_problem("Be good.", "By-laws", TEXTS))


def test_a_changed_text_stops_the_build(tmp_path: Path) -> None:
    text, digests = tmp_path / "Model.txt", tmp_path / "SHA256SUMS"
    text.write_text("Be good.\n")
    digests.write_text(f"{hashlib.sha256(text.read_bytes()).hexdigest()}  Model.txt\n")
    assert reference_texts(digests) == {"Model": ["Be good."]}
    text.write_text("Be bad.\n")
    digests.touch()
    with pytest.raises(ConfigError, match="is not the text that was reviewed"):
        reference_texts(tmp_path / ".." / tmp_path.name / "SHA256SUMS")
    text.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        reference_texts(
            tmp_path / ".." / ".." / tmp_path.parent.name / tmp_path.name / "SHA256SUMS"
        )


def test_the_handbook_compares_its_quotations() -> None:
    conf = (ROOT / "conf.py").read_text("utf-8")
    assert 'handbook_quotable = "handbook/authority/texts/SHA256SUMS"' in conf
    assert reference_texts(ROOT / "handbook" / "authority" / "texts" / "SHA256SUMS")
    assert "/handbook/authority/texts/" in (ROOT / ".github" / "CODEOWNERS").read_text("utf-8")


def test_an_invented_quotation_is_named_and_gets_no_label(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "Homepage.txt").write_text("Be good.\n")
    digest = hashlib.sha256(b"Be good.\n").hexdigest()
    (tmp_path / "texts" / "SHA256SUMS").write_text(f"{digest}  Homepage.txt\n")
    (tmp_path / "sources.yml").write_text(
        "sources:\n  - short_name: Homepage\n    title: The Homepage\n    kind: published\n"
        "    gives: words\n    url: https://a.example/\n"
    )
    (tmp_path / "conf.py").write_text(
        'import handbook\nhandbook.PARTS = ("authority",)\n'
        'extensions = ["myst_parser", "handbook"]\nhandbook_sources = "sources.yml"\n'
        f"handbook_words = {str(ROOT / '_templates' / 'words.yml')!r}\n"
        'handbook_quotable = "texts/SHA256SUMS"\nexclude_patterns = ["out"]\n'
        'myst_enable_extensions = ["attrs_block"]\n'
    )
    (tmp_path / "index.md").write_text(
        '# Home\n\n(source-homepage)=\n## The Homepage\n\n{attribution="Homepage"}\n> Be good.\n\n'
        'Text.\n\n{attribution="Homepage"}\n> Be bad.\n'
    )
    output = sphinx_build("html", tmp_path, tmp_path / "out")
    reported = [line for line in output.splitlines() if "word for word" in line]
    assert len(reported) == 1
    assert f"{tmp_path / 'index.md'}:12: WARNING" in reported[0]
    assert (tmp_path / "out" / "index.html").read_text("utf-8").count("attribution") == 1
