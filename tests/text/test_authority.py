"""Rules name the clauses they explain, quotes name their document, and gaps have a label."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.errors import ConfigError

from handbook.authority.documents import CitationError, cite, load_documents
from tests.conftest import ROOT, sphinx_build

SOURCES = """\
sources:
  - short_name: Charter
    title: The Charter
    kind: adopted
    version: 1
    date: 2024-07-29
    url: https://example.org/charter.pdf
    gives: aims
    clauses:
      - {number: 'Roles: Board', subject: the board}
  - short_name: By-laws
    title: The By-laws
    kind: adopted
    version: 2
    date: 2024-08-08
    url: https://example.org/by-laws.pdf
    note: The numbering is the document's own.
    gives: rules
    clauses:
      - {number: '3', subject: committee}
      - {number: 3.c (Officers), subject: officers}
      - {number: 3.c (Officers) i, subject: chair}
      - {number: 4.a, subject: amendments}
  - {short_name: Homepage, title: The homepage, kind: published, gives: a mission}
  - {short_name: About, title: About us, kind: published, date: 2026-08-02, gives: an address}
  - {short_name: Roster, title: The roster, kind: data, data: data.yml, gives: members}
"""
CONF = """\
import handbook
handbook.PARTS = ("endings", "authority")
extensions = ["myst_parser", "handbook"]
myst_enable_extensions = ["attrs_block", "colon_fence"]
myst_title_to_header = True
handbook_sources = "sources.yml"
handbook_words = "words.yml"
html_theme = "basic"
"""
LABELS = ("charter", "by-laws", "homepage", "about", "roster")
INDEX = (
    "---\ntitle: Start\nauthority: none\n---\n\n"
    + "\n".join(f"(source-{name})=\n## {name}\n" for name in LABELS)
    + "\n```{toctree}\n:glob:\n*\n```\n"
)
RULES = """\
---
title: Rules
---

{clause}`Charter Roles: Board`

(rule-committee)=
## The committee

{clause}`By-laws 3; By-laws 3.c (Officers) to 3.c (Officers) i`

It governs.

(rule-amendment)=
## Amendments

{clause}`By-laws 4.a; About`

(silence-ties)=
:::{silence} Ties
There is no rule on *ties*.
:::
"""
CLAUSES = "---\ntitle: Clauses\n---\n\n```{clauses}\n```\n"
SILENCES = "---\ntitle: Silences\n---\n\n```{silences}\n```\n"


def write_site(site: Path) -> Path:
    site.mkdir()
    shutil.copyfile(ROOT / "_templates" / "words.yml", site / "words.yml")
    files = {
        "conf.py": CONF,
        "sources.yml": SOURCES,
        "data.yml": "as_of: 2026-08-02\n",
        "index.md": INDEX,
        "rules.md": RULES,
        "clauses.md": CLAUSES,
        "silences.md": SILENCES,
    }
    for name, text in files.items():
        (site / name).write_text(text, encoding="utf-8")
    return site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small handbook without a mistake."""
    return write_site(tmp_path / "site")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, built, with pages that quote and show data. It is shared: do not change it."""
    site = write_site(tmp_path_factory.mktemp("built") / "site")
    quote = "> Be good."
    homepage = f'{{attribution="Homepage"}}\n{quote}\n\n'
    page(site, "one", f"{homepage}```{{include}} data.yml\n```")
    page(site, "two", quote, "{quotes: [Homepage]}")
    page(site, "both", f'{homepage}{{attribution="By-laws"}}\n{quote}')
    page(site, "six", "```{include} both.md\n:start-line: 4\n```")
    assert warnings(site) == []
    return site


def page(site: Path, name: str, body: str, authority: str = "") -> None:
    front = f"authority: {authority}\n" if authority else ""
    text = f"---\ntitle: Page {name}\n{front}---\n\n{body}\n"
    (site / f"{name}.md").write_text(text, encoding="utf-8")


def change(site: Path, name: str, old: str, new: str) -> None:
    text = (site / name).read_text(encoding="utf-8")
    assert old in text
    (site / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def warnings(site: Path, *options: str) -> list[str]:
    printed = sphinx_build("dirhtml", site, site / "_build", "-n", *options)
    return [
        line.removeprefix(f"{site}/").replace(" [handbook.authority]", "")
        for line in printed.splitlines()
        if "WARNING" in line
    ]


def article(site: Path, name: str) -> Tag:
    html = (site / "_build" / name / "index.html").read_text(encoding="utf-8")
    body = BeautifulSoup(html, "html.parser").select_one("div[role=main]")
    assert body is not None
    return body


def lines(site: Path, name: str, selector: str) -> list[str]:
    return [" ".join(tag.get_text().split()) for tag in article(site, name).select(selector)]


def test_a_rule_shows_its_clauses_and_links_to_their_entries(built: Path) -> None:
    shown = article(built, "rules").select("#rule-committee > h2 + p .clauses")
    assert [" ".join(tag.get_text().split()) for tag in shown] == [
        "By-laws 3; By-laws 3.c (Officers) to 3.c (Officers) i"
    ]
    assert [link["href"] for link in shown[0].select("a")] == [
        "../clauses/#clause-by-laws-3",
        "../clauses/#clause-by-laws-3-c-officers",
        "../clauses/#clause-by-laws-3-c-officers-i",
    ]


def test_a_page_says_what_it_explains_quotes_and_shows(built: Path) -> None:
    assert lines(built, "rules", "h1 + .authority p") == [
        "Explains: The Charter, version 1 (approved 2024-07-29); The By-laws, version 2 "
        "(approved 2024-08-08), sections 3 and 4; About us (as of 2026-08-02)."
    ]
    assert lines(built, "one", "h1 + .authority p") == [
        "Quotes published wording: The homepage (undated).",
        "Shows data: The roster (as of 2026-08-02).",
    ]
    link = article(built, "one").select_one(".authority a")
    assert link is not None
    assert link["href"] == "../#source-homepage"


def test_the_front_page_has_its_content_first(built: Path) -> None:
    front = article(built, "")
    assert front.select("h1 + .authority") == []
    assert len(front.select(".authority")) == 1


def test_the_label_of_a_quote_comes_from_the_kind_of_its_document(built: Path) -> None:
    homepage = "—Published wording: The homepage (undated)"
    bylaws = "—Adopted text: The By-laws, version 2 (approved 2024-08-08)"
    assert lines(built, "both", "blockquote.quoted .attribution") == [homepage, bylaws]
    assert lines(built, "two", "blockquote.quoted .attribution") == [homepage]
    assert lines(built, "six", "blockquote.quoted .attribution") == [homepage, bylaws]


def test_every_clause_is_listed_with_its_explanation_and_its_document(built: Path) -> None:
    assert lines(built, "clauses", "dt") == [
        "Roles: Board: the board",
        "3: committee",
        "3.c (Officers): officers",
        "3.c (Officers) i: chair",
        "4.a: amendments",
    ]
    assert lines(built, "clauses", "dd") == [
        "Explained under Rules. Charter (PDF)",
        *["Explained under The committee (Rules). By-laws (PDF)"] * 3,
        "Explained under Amendments (Rules). By-laws (PDF)",
    ]
    entry = article(built, "clauses").select_one("#clause-by-laws-4-a + dd")
    assert entry is not None
    assert [link["href"] for link in entry.select("a")] == [
        "../rules/#rule-amendment",
        "https://example.org/by-laws.pdf",
    ]
    assert (
        "The numbering is the document\N{RIGHT SINGLE QUOTATION MARK}s own."
        in article(built, "clauses").get_text()
    )


def test_every_silence_is_listed_with_its_page(built: Path) -> None:
    assert lines(built, "rules", "#silence-ties .admonition-title") == ["Not stated: Ties"]
    assert lines(built, "silences", "dt") == ["Ties"]
    assert lines(built, "silences", "dd") == ["There is no rule on ties. Noted under Rules."]
    assert [a["href"] for a in article(built, "silences").select("dl a")] == [
        "../rules/#silence-ties",
        "../rules/",
    ]


def test_lists_and_mistakes_follow_the_pages(site: Path) -> None:
    """Whether pages are read in one process or in several, first or again."""
    for number in range(12):
        page(site, f"page{number}", "{clause}`By-laws 9`")
        page(site, f"quote{number}", "> Be good.")
    first = warnings(site, "-j", "4")
    assert len(first) == 24
    change(site, "rules.md", "} Ties", "} Equal votes")
    assert warnings(site) == first
    assert lines(site, "silences", "dt") == ["Equal votes"]
    page(site, "page3", "Text.", "none")
    page(site, "quote1", '{attribution="Homepage"}\n> Be good.')
    change(site, "rules.md", "## Amendments", "## How to amend")
    left = [line for line in first if not line.startswith(("page3.md", "quote1.md"))]
    assert warnings(site, "-j", "4") == left
    assert lines(site, "clauses", "#clause-by-laws-4-a + dd") == [
        "Explained under How to amend (Rules). By-laws (PDF)"
    ]


PAGE_MISTAKES = [
    (
        "{clause}`By-laws 3.c (Oficers)`",
        "",
        "5: WARNING: By-laws has no clause '3.c (Oficers)'; did you mean '3.c (Officers)'?",
    ),
    (
        "Text.\n\nSee {clause}`Bylaws 3`.",
        "",
        "7: WARNING: 'Bylaws 3' names no document in the list of sources; did you mean 'By-laws'?",
    ),
    (
        "{clause}`By-laws`",
        "",
        "5: WARNING: name a clause, such as 'By-laws 3'",
    ),
    (
        "{clause}`About 3`",
        "",
        "5: WARNING: About has no clauses; write only 'About'",
    ),
    (
        "{clause}`By-laws 4.a to 3`",
        "",
        "5: WARNING: '4.a to 3' is not a range; write its first and last clause: '2.a to 2.b'",
    ),
    (
        "Text.\n\n(rule-one)=\n## One\n\nSee {clause}`By-laws 3`.",
        "",
        "8: WARNING: the rule 'rule-one' names no clause; write one on a line of its own below "
        "the heading, such as {clause}`By-laws 3.d.i`",
    ),
    (
        "> Be good.",
        "",
        "5: WARNING: this quote names no document; write one on the line before it, such as "
        "{attribution=\"Model\"}, or write text that is not quoted without '>'",
    ),
    (
        '{attribution="Model"}\n> Be good.',
        "",
        "6: WARNING: this quote is attributed to 'Model', which is not in the list of sources; "
        "use one of: About, By-laws, Charter, Homepage, Roster",
    ),
    (
        '{attribution="Roster"}\n> Be good.',
        "",
        "6: WARNING: Roster is data, which cannot be quoted; name a document",
    ),
    (
        "Text.",
        "",
        "1: WARNING: nothing says what this page is based on; cite a clause below a heading, such "
        "as {clause}`Charter Roles: Board`, or add 'authority: none' to its front matter",
    ),
    (
        "{clause}`By-laws 3`",
        "none",
        "3: WARNING: 'authority: none' is for pages without clauses, quotes, and data; remove it",
    ),
    (
        "Text.",
        "{explains: [By-laws]}",
        "3: WARNING: unknown field 'explains' in 'authority'; only 'quotes' goes there, for "
        "clauses are cited below headings: {clause}`By-laws 3`",
    ),
    (
        "Text.",
        "{quotes: [Hompage]}",
        "3: WARNING: 'Hompage' names no document in the list of sources; did you mean 'Homepage'?",
    ),
    (
        "{clause}`By-laws 3`",
        "{quotes: [Homepage]}",
        "3: WARNING: 'quotes' names Homepage, but no quote on this page is from it; remove it",
    ),
    (
        "Text.",
        "By-laws",
        "3: WARNING: 'authority' should be 'none' or name what the page quotes "
        "('quotes: [Model]'), not 'By-laws'",
    ),
    (
        "{clause}`By-laws 3`\n\n:::{silence} Quorum\nNothing.\n:::",
        "",
        "7: WARNING: this silence has no label; write one on the line before it, such as "
        "(silence-quorum)=",
    ),
]


def test_mistakes_are_named_with_their_lines_by_every_build(site: Path) -> None:
    for number, (body, authority, _) in enumerate(PAGE_MISTAKES, 10):
        page(site, f"page{number}", body, authority)
    page(site, "zoo", "{clause}`About`\n\n(silence-ties)=\n:::{silence} Draws\nNothing.\n:::")
    change(site, "rules.md", "{clause}`By-laws 4.a; About`", "See {clause}`By-laws 4.a`.")
    change(site, "rules.md", "(rule-amendment)=\n", "")
    expected = [
        *(f"page{n}.md:{said}" for n, (*_, said) in enumerate(PAGE_MISTAKES, 10)),
        "sources.yml:23: WARNING: no rule explains By-laws 4.a (amendments); write "
        "{clause}`By-laws 4.a` below the heading of the section that does",
        f"zoo.md:8: WARNING: the label 'silence-ties' is also at {site}/rules.md:19; choose "
        "another",
    ]
    for _again in range(2):
        assert sorted(warnings(site)) == expected
    assert lines(site, "clauses", "#clause-by-laws-4-a + dd") == [
        "This handbook does not explain it. By-laws (PDF)"
    ]


UNADOPTED = "unofficial guide to the governing documents of CASS, and CASS has not adopted it"


def test_changed_data_words_and_settings_reach_the_pages(site: Path) -> None:
    page(
        site,
        "one",
        '{attribution="Homepage"}\n> Be good.\n\n```{include} data.yml\n```\n\n```{standing}\n```',
    )

    def shown(file: str, old: str, new: str) -> str:
        change(site, file, old, new)
        assert warnings(site) == []
        return " ".join(article(site, "one").get_text().split())

    before = shown("conf.py", "", "")
    assert "Quotes published wording: The homepage (undated)." in before
    (standing,) = lines(site, "one", "p.standing")
    assert UNADOPTED in standing
    assert "the governing document governs" in standing
    written = (site / "_build" / "clauses" / "index.html").stat().st_mtime_ns
    assert "The roster (as of 2027-01-31)" in shown("data.yml", "2026-08-02", "2027-01-31")
    assert (site / "_build" / "clauses" / "index.html").stat().st_mtime_ns == written
    quoting = shown("words.yml", '"Quotes published wording:"', '"Is quoting:"')
    assert "Is quoting: The homepage" in quoting
    dated = shown("sources.yml", "kind: published, gives", "kind: published, version: 2, gives")
    assert "version 2 (undated)" in dated
    shown("conf.py", "handbook_words", 'handbook_adopted = "2027-03-31"\nhandbook_words')
    (standing,) = lines(site, "one", "p.standing")
    assert standing.startswith("CASS adopted this handbook on 2027-03-31.")
    assert "the governing document governs" in standing
    change(site, "sources.yml", "number: 4.a", "number: 4.b")
    (gone, uncovered) = warnings(site)
    assert gone == "rules.md:17: WARNING: By-laws has no clause '4.a'; did you mean '4.b'?"
    assert uncovered.startswith("sources.yml:23: WARNING: no rule explains By-laws 4.b")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("conf.py", "handbook_words", 'handbook_adopted = "soon"\nhandbook_words', "'2027-03-31'"),
        ("words.yml", "$subject", "$topic", r"cannot use the words 'silences.title'"),
        ("words.yml", "explains:", "explians:", r"cannot use the words 'authority.explains'"),
        ("words.yml", "authority:", "authority: [", r"words\.yml:\d+: this is not valid YAML"),
        ("sources.yml", "number: 4.a", "number: '3'", r"sources\.yml:23: clause 'By-laws 3' is al"),
    ],
)
def test_settings_that_cannot_be_used_end_in_a_sentence(
    site: Path, file: str, old: str, new: str, message: str
) -> None:
    change(site, file, old, new)
    with pytest.raises(AssertionError, match=message) as caught:
        warnings(site)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("name", ["sources.yml", "words.yml"])
def test_a_file_that_is_gone_is_named(site: Path, name: str) -> None:
    (site / name).unlink()
    with pytest.raises(AssertionError, match=rf"{name}: No such file"):
        warnings(site)


def test_two_documents_do_not_share_a_label(site: Path) -> None:
    text = SOURCES + "  - {short_name: By laws, title: Others, kind: published, gives: rules}\n"
    (site / "sources.yml").write_text(text)
    with pytest.raises(ConfigError, match=r"sources.yml:\d+: 'By laws' and 'By-laws' make one"):
        load_documents(site / "sources.yml")


def test_a_page_that_cites_all_clauses_again_and_again_is_left_empty(site: Path) -> None:
    """What is kept of it would grow with their product."""
    many = "".join(f"      - {{number: '{n}', subject: x}}\n" for n in range(10, 300))
    text = SOURCES.replace("  - {short_name: Homepage", f"{many}  - {{short_name: Homepage")
    (site / "sources.yml").write_text(text)
    conf = (site / "conf.py").read_text().replace('"endings"', '"policy"', 1)
    (site / "conf.py").write_text(conf)
    for name in ("clauses", "silences"):  # which take the most time, with so many clauses
        (site / f"{name}.md").unlink()
    section = "(rule-%d)=\n## R\n\n{clause}`By-laws 10 to 299`"
    page(site, "many", "\n\n".join(section % n for n in range(7)))
    page(site, "quote", "> Be good.")
    output = sphinx_build("dummy", site, site / "_build")
    assert "quote.md:5: WARNING: this quote names no document" in output
    assert "many.md:1: WARNING: this page is left empty: it cites more than 2,000 clauses" in output
    page(site, "many", "\n\n".join(section % n for n in range(6)))
    (site / "quote.md").unlink()
    output = sphinx_build("dummy", site, site / "_build")
    assert "left empty" not in output
    assert "quote.md" not in output


def test_citations_are_read(site: Path) -> None:
    documents = load_documents(site / "sources.yml")
    (board, range_, whole) = cite(
        "Charter  Roles:\nBoard; By-laws 3 to 3.c (Officers) i;About", documents
    )
    assert [clause.name for clause in board.clauses] == ["Charter Roles: Board"]
    assert [clause.number for clause in range_.clauses] == [
        *("3", "3.c (Officers)", "3.c (Officers) i")
    ]
    assert [clause.line for clause in range_.clauses] == [20, 21, 22]
    assert (whole.document.short_name, whole.clauses) == ("About", ())
    for wrong in ("", ";", "By-laws 3;", "Char 3", "By-laws 3 to", "By-laws 3 to 3 to 4.a"):
        with pytest.raises(CitationError):
            cite(wrong, documents)
