"""Each rule of the house style names the file, the line, and what to write instead."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from handbook import style
from handbook.style import Style, check_pages, sentence_case
from tests.conftest import sphinx_build

ADOPTED = (
    "The Consortium is a federation of member organizations.",
    "It coordinates, e.g., with funders and users.",
)
STYLE = Style(
    names=frozenset({"Steering Committee", "By-laws", "CASS"}),
    words={r"e\.g\.": "for example", "lays down": "sets out"},
    wording=ADOPTED,
)


def found(**pages: str) -> list[str]:
    files = {f"{name}.md": text for name, text in pages.items()}
    return [f"{f.file}:{f.line}: {f.message}" for f in check_pages(files, STYLE)]


@pytest.mark.parametrize(
    ("heading", "better"),
    [
        ("Who May Join", "Who may join"),
        ("how to join", "How to join"),
        ("Steering Committee Meetings", "Steering Committee meetings"),
        ("What If I Am A Member?", "What if I am a member?"),
        ("Steering Committee", None),
        ("The Steering Committee's rules", None),
        ("PDF and HTML of CASS", None),
        ("§ and what it does", None),
        ("By-laws 3.d", None),
    ],
)
def test_headings_are_sentences(heading: str, better: str | None) -> None:
    assert sentence_case(heading, STYLE.names) == better


def test_headings_are_found_wherever_they_are_written() -> None:
    page = "---\ntitle: A New Page\n---\n\n# `make X`\n\nText.\n\n## Two Words\n"
    page += "\n:::{note}\n:class: x\n\n### In A Note\n:::\n"
    advice = "a proper name that keeps its capitals is listed in _templates/style.yml"
    assert found(page=page) == [
        f"page.md:2: write the heading like a sentence: 'A new page'; {advice}",
        f"page.md:9: write the heading like a sentence: 'Two words'; {advice}",
        f"page.md:14: write the heading like a sentence: 'In a note'; {advice}",
    ]


@pytest.mark.parametrize("lines", [3_900, 190_000])
def test_pages_that_the_parser_refuses_are_not_read_to_their_end(lines: int) -> None:
    assert not found(page="# Page\n\n" + "```{note}\n" * lines)


def test_a_page_that_takes_too_long_is_left_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "PAGE_SECONDS", 0.2)
    started = time.process_time()
    assert check_pages({"a.md": "[^" * 19_000}, STYLE) == []
    assert time.process_time() - started < 2


def test_words_are_found_at_their_line() -> None:
    page = "# Page\n\nOne line,\ne.g. the\nthe other. It lays\ndown rules; it Lays down.\n"
    page += "\n    e.g. code\n\n`e.g.` too\n"
    assert found(page=page) == [
        "page.md:4: 'the the' repeats a word; remove one",
        "page.md:4: instead of 'e.g.' write 'for example'",
        "page.md:6: instead of 'Lays down' write 'sets out'",
    ]


def test_quotations_keep_the_documents_words() -> None:
    assert found(page=f"# Page\n\n> {ADOPTED[0]}\n> {ADOPTED[1]}\n") == []
    altered = ADOPTED[0].replace("federation", "union")
    assert found(page=f"# Page\n\nText.\n\n> {ADOPTED[1]}\n> {altered}\n") == [
        "page.md:5: this quotation differs from the document: it has 'a federation of', not "
        "'a union of'; quote word for word, or write it in your own words without '>'"
    ]
    assert found(page="# Page\n\n> Another document says this.\n") == []


def test_every_build_reports_findings_again(tmp_path: Path) -> None:
    for name, text in {
        "conf.py": 'import handbook\nhandbook.PARTS = ("style",)\n'
        'extensions = ["myst_parser", "handbook"]\n',
        "index.md": "# Two Words\n",
        "_templates/style.yml": "{names: [], words: {}}\n",
        "members/members.yml": "working_groups: []\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for _ in range(2):
        printed = sphinx_build("dirhtml", tmp_path, tmp_path / "_build", "-q")
        assert printed.startswith(f"{tmp_path}/index.md:1: WARNING: write the heading like a")
        assert printed.rstrip().endswith("[handbook.style]")
