from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util.docutils import docutils_namespace

import sphinx_one_wording
from sphinx_one_wording.__main__ import main

logging.disable(logging.DEBUG)  # a build logs many messages, and nobody reads them

LONG = "The committee selects its officers once a year in a meeting that is open to everyone."
DRIFTED = LONG.replace("once a year", "every year")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_one_wording"]\nexclude_patterns = ["out", "parts"]\n'
        'html_theme = "basic"\n',
        encoding="utf-8",
    )
    toctree = "```{toctree}\n:glob:\n*\n```\n"
    write(tmp_path, "index.md", f"# Index\n\n{toctree}")
    for number in range(12):
        write(tmp_path, f"page{number:02}.md", f"# Page {number}\n\nNothing else.\n")
    return tmp_path


def write(site: Path, name: str, text: str) -> None:
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).write_text(text, encoding="utf-8")


def build(site: Path, parallel: int = 1, builder: str = "dummy", **settings: object) -> list[str]:
    """Build the site; return its warnings."""
    warnings = io.StringIO()
    with docutils_namespace():
        app = Sphinx(
            site, site, site / "out", site / "out" / ".doctrees", builder,
            dict(settings), None, warnings, parallel=parallel,
        )  # fmt: skip
        app.build()
    text = re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())
    return text.replace(f"{site}/", "").splitlines()


def check(site: Path) -> tuple[int, list[str]]:
    printed = io.StringIO()
    with contextlib.chdir(site), contextlib.redirect_stdout(printed):
        code = main(["check", "."])
    return code, printed.getvalue().splitlines()


EXPECTED = [
    "page03.md:3: WARNING: this sentence is also at page01.md:3; write it in one place and include"
    ' or link it, or allow the copy: "The committee selects its officers once a year in a meeting'
    ' …" [wording.copied]',
    'page05.md:4: WARNING: nearly the same sentence is at page01.md:3: "every" here is "once a"'
    ' there; choose one wording, or mark both as variants: "The committee selects its officers'
    ' every year in a meeting …" [wording.drifted]',
]


@pytest.fixture
def copies(site: Path) -> Path:
    write(site, "page01.md", f"# Page 1\n\n{LONG}\n")
    write(site, "page03.md", f"# Page 3\n\n{LONG}\n")
    write(site, "page05.md", f"# Page 5\n\nA page.\n{DRIFTED}\n")
    return site


@pytest.mark.parametrize("parallel", [1, 4])
def test_findings_are_repeated_on_every_build_until_they_are_fixed(
    copies: Path, parallel: int
) -> None:
    assert build(copies, parallel) == EXPECTED
    assert build(copies, parallel) == EXPECTED
    write(copies, "page05.md", "# Page 5\n\nNothing.\n")
    assert build(copies, parallel) == EXPECTED[:1]
    (copies / "page03.md").unlink()
    assert build(copies, parallel) == []


def test_the_check_without_a_build_finds_the_same(copies: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sphinx_one_wording", "check", "."],
        cwd=copies, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(sphinx_one_wording.__file__).parents[1])},
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()) == (1, EXPECTED)
    write(copies, "page03.md", "# Page 3\n")
    write(copies, "page05.md", "# Page 5\n")
    assert check(copies) == (0, [])


@pytest.mark.parametrize(
    ("suppressed", "left"),
    [("wording", []), ("wording.copied", EXPECTED[1:]), ("wording.drifted", EXPECTED[:1])],
)
def test_findings_can_be_suppressed(copies: Path, suppressed: str, left: list[str]) -> None:
    assert build(copies, suppress_warnings=[suppressed]) == left
    conf = copies / "conf.py"
    conf.write_text(conf.read_text() + f"suppress_warnings = [{suppressed!r}]\n", encoding="utf-8")
    assert check(copies)[1] == left


# MyST-Parser 5.1 reads its includes by way of what Sphinx 11 will remove.
@pytest.mark.filterwarnings("ignore::sphinx.deprecation.RemovedInSphinx11Warning")
def test_included_text_is_one_source(site: Path) -> None:
    write(site, "parts/rule.md", f"{LONG}\n")
    for number in (1, 2, 3):
        text = f"# Page {number}\n\n```{{include}} parts/rule.md\n```\n"
        write(site, f"page{number:02}.md", text)
    assert build(site) == []
    assert check(site) == (0, [])
    write(site, "page04.md", f"# Page 4\n\n{LONG}\n")
    found = build(site)
    assert [line.partition(";")[0] for line in found] == [
        "parts/rule.md:1: WARNING: this sentence is also at page04.md:3"
    ]
    assert check(site)[1] == found


def test_records_of_earlier_versions_and_excluded_sources_are_not_compared(copies: Path) -> None:
    (copies / "page03.md").rename(copies / "changelog.md")
    (copies / "page05.md").rename(copies / "old.md")
    assert build(copies, wording_exclude=["old.md"]) == []


def test_long_copies_only(copies: Path) -> None:
    assert build(copies, wording_min_words=20) == []


@pytest.mark.parametrize(
    ("line", "reported"),
    [
        ("wording_min_words = 0", "wording_min_words must be a number from 1 on, not 0"),
        ("wording_similarity = 2.0", "wording_similarity must be from 0.5 to 1, not 2.0"),
        ('wording_ignore = ["("]', "wording_ignore: '('"),
        ('wording_ignore = "x"', "wording_ignore must be a list, not 'x'"),
        ("def", "conf.py: cannot be read as Python: invalid syntax"),
    ],
)
def test_wrong_setting_is_one_sentence(
    site: Path, line: str, reported: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "conf.py").write_text(f"{line}\n", encoding="utf-8")
    assert check(site) == (2, [])
    said = capsys.readouterr().err
    assert reported in said
    assert len(said.splitlines()) == 1


def test_what_cannot_be_read_is_left_to_sphinx(site: Path) -> None:
    (site / "latin.md").write_bytes(b"# \xe9\n\n\xff\xfe")
    (site / "link.md").symlink_to("nowhere.md")
    (site / "loop.md").symlink_to("loop.md")
    (site / "away.md").symlink_to("/etc/passwd")
    write(site, "page01.md", "# Page 1\n\n```{include} ../../secret.md\n```\n")
    assert check(site) == (0, [])


def test_whole_documents_can_be_variants(site: Path) -> None:
    write(site, "tables.md", "# Tables\n\n```{wording-variants} officers\n```\n")
    write(site, "parts/one.md", f"This sentence is in the first only. {LONG}\n")
    write(site, "parts/two.md", f"{DRIFTED} Here is something else entirely.\n")
    documents = {"officers": {"One": "parts/one.md", "Two": "parts/two.md"}}
    assert build(site, builder="dirhtml", wording_variants=documents) == []
    assert cells(site) == ["One", "Two", "officers once a year", "officers every year"]
    write(site, "parts/two.md", f"{LONG}\n")
    assert build(site, builder="dirhtml", wording_variants=documents) == []
    assert cells(site) == ["One", "Two", "the wordings are the same"]
    with pytest.raises(ConfigError, match=r"wording_variants: parts/three\.md cannot be read"):
        build(site, wording_variants={"officers": {"Three": "parts/three.md"}})


VARIANT = "# Page {0}\n\n% wording: variant: officers ({1})\n\n> {2}\n"
TABLE = re.compile(r"<td[^>]*>(.*?)</td>|<th[^>]*>(.*?)</th>", re.DOTALL)


def cells(site: Path) -> list[str]:
    html = (site / "out" / "tables" / "index.html").read_text(encoding="utf-8")
    return [re.sub(r"<.*?>", "", a or b).strip() for a, b in TABLE.findall(html)]


@pytest.mark.parametrize("parallel", [1, 4])
def test_variants_are_shown_side_by_side(site: Path, parallel: int) -> None:
    write(site, "tables.md", "# Tables\n\n```{wording-variants}\n```\n")
    write(site, "page01.md", VARIANT.format(1, "Charter", LONG))
    write(site, "page02.md", VARIANT.format(2, "By-laws", DRIFTED))
    assert build(site, parallel, "dirhtml") == []
    assert cells(site) == ["Charter", "By-laws", "officers once a year", "officers every year"]
    write(site, "page02.md", VARIANT.format(2, "By-laws", LONG.replace("open to", "for")))
    assert build(site, parallel, "dirhtml") == []
    assert cells(site) == ["Charter", "By-laws", "is open to everyone.", "is for everyone."]
    write(site, "page02.md", VARIANT.format(2, "By-laws", LONG))
    assert build(site, parallel, "dirhtml") == []
    assert cells(site) == ["Charter", "By-laws", "the wordings are the same"]
