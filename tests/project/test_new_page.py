"""`make new-page` starts a page that passes the checks, or changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tools.new_page import chapters, main, page_text, with_entry


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    """The handbook's own pages, to add to."""
    names = ["conf.py", "permalinks.txt", "governance/sources.yml", "members/members.yml"]
    pages = [file for folder in chapters(ROOT) for file in (ROOT / folder).rglob("*.md")]
    for file in [ROOT / "index.md", *(ROOT / name for name in names), *pages]:
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
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
        ({"chapter": "rules"}, "there is no chapter 'rules'; there are governance, "),
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
