"""`make new-page` starts a page that passes the checks, or changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tools.new_page import main, page_text, with_entry

PAGE = "---\ntitle: {}\npermalink: {}\n---\n\nText.\n"
INDEX = PAGE + "\n```{{toctree}}\n:hidden:\n\n{}\n```\n"
SAMPLE = {
    "conf.py": 'extensions = ["myst_parser"]\npermalinks_ledger = "ledger.txt"\n',
    "ledger.txt": "/\n/decisions\n",
    "index.md": PAGE.format("Home", "/"),
    "governance/index.md": INDEX.format("Governance", "/governance", "decisions"),
    "governance/decisions.md": PAGE.format("Decisions", "/decisions"),
    "members/index.md": INDEX.format("Members", "/members", "step"),
    "members/step.md": PAGE.format("STEP", "/members/step"),
    "principles/index.md": INDEX.format("Principles", "/principles", "transparency"),
    "principles/transparency.md": PAGE.format("Transparency", "/principles/transparency"),
    "governance/sources.yml": """\
sources:
  - short_name: By-laws
    title: By-laws
    kind: adopted
    date: 2024-11-21
    clauses:
      - {number: 3.c (Voting) i, subject: quorum}
""",
}


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    """A small handbook, to add to."""
    for name, text in SAMPLE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def new_page(folder: Path, *answers: str, **options: str) -> tuple[int, list[str]]:
    given = iter(answers)
    asked = []

    def ask(question: str, assumed: str) -> str:
        asked.append(question)
        return next(given) or assumed

    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return main(["--folder", str(folder), *words], ask), asked


def test_a_page_is_written_and_listed(handbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(handbook)
    options = {"title": "Quorum", "permalink": "/quorum", "clause": "By-laws 3.c (Voting) i"}
    code, asked = new_page(handbook, chapter="governance", **options)
    assert (code, asked) == (0, [])
    page = handbook / "governance" / "quorum.md"
    assert page.read_text() == (
        "---\ntitle: Quorum\npermalink: /quorum\n---\n"
        "\n{clause}`By-laws 3.c (Voting) i`\n\nWrite here.\n"
    )
    assert "governance/quorum.md is ready" in capsys.readouterr().out
    after = contents(handbook)
    index = handbook / "governance" / "index.md"
    assert {file for file in after if before.get(file) != after[file]} == {page, index}
    assert after[index].replace(b"quorum\n```", b"```") == before[index]


def test_what_is_not_said_is_asked(handbook: Path) -> None:
    code, asked = new_page(handbook, "members", "Annex: one", "", "")
    assert code == 0
    assert [question.split(" (")[0] for question in asked] == [
        "Chapter",
        "Title",
        "Permalink",
        "Clause it explains",
    ]
    front = (handbook / "members" / "annex-one.md").read_text().split("---")[1]
    assert yaml.safe_load(front) == {
        "title": "Annex: one",
        "permalink": "/annex-one",
        "authority": "none",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"permalink": "/decisions"}, 'duplicate permalink "/decisions": also used by'),
        ({"permalink": "/principles/transparency"}, "duplicate permalink"),
        ({"title": "decisions", "chapter": "members"}, 'duplicate title "decisions": also used'),
        ({"title": "Decisions"}, "governance/decisions.md exists already"),
        ({"permalink": "https://example.org/x"}, "it has a scheme"),
        ({"permalink": "/search"}, "/search"),
        ({"chapter": "rules"}, "there is no chapter 'rules'; use one of: governance, "),
        ({"clause": "Bylaws 3"}, "did you mean 'By-laws'?"),
        ({"title": "???"}, "no letter or digit"),
    ],
)
def test_a_refusal_changes_nothing(
    handbook: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], message: str
) -> None:
    before = contents(handbook)
    options = {
        "chapter": "governance",
        "title": "Quorum",
        "permalink": "/quorum",
        "clause": "none",
    }
    code, _ = new_page(handbook, **(options | change))
    assert code == 2
    error = capsys.readouterr().err
    assert error.startswith("No page was made: ")
    assert message in error
    assert contents(handbook) == before


@pytest.mark.parametrize("title", ["Annex: one", "#1", "yes", "12", "- a", 'a "b"', "é ü", "a, b"])
def test_front_matter_keeps_any_title(title: str) -> None:
    front = page_text(title, "/x", "none").split("---\n")[1]
    assert yaml.safe_load(front)["title"] == title


def test_the_last_toctree_gets_the_entry() -> None:
    index = "```{toctree}\na\n```\n\n:::{toctree}\n:hidden:\n\nb\n:::\n\nText.\n"
    assert with_entry(index, "c") == index.replace("b\n", "b\nc\n")
