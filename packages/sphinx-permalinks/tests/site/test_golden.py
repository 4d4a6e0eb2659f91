"""One site in which everything is wrong, seen through both doors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sphinx_permalinks.__main__ import main
from tests.harness import JOBS

if TYPE_CHECKING:
    from tests.harness import Site

LEDGER = """\
# The golden ledger
/
/gone
/retired  retired 2026-01-31 for good
<<<<<<< ours
/retired/path  retired 2026-01-31
/titles/one
"""

ADDRESS = "give each page its own address"
TITLE = "give each page its own title"
TEXT = "it is not text; write a path such as /about"
NONE = "until fixed, it is ignored"
RUN = "run `sphinx-build -b permalinks` to add it to permalinks.txt"
MOVED = "as `python -m sphinx_permalinks moved` does for renamed files"
RETIRE = "or retire it: /gone  retired YYYY-MM-DD REASON"

FINDINGS = [
    f'a.md:2: WARNING: unrecorded permalink "/a", "/same"; {RUN} [permalinks.unrecorded_permalink]',
    f"bad/list.md:2: WARNING: invalid permalink: {TEXT}; {NONE} [permalinks.invalid_permalink]",
    f'bad/number.md:3: WARNING: invalid permalink "2026": {TEXT}; {NONE}'
    " [permalinks.invalid_permalink]",
    f"bad/redirects.md:4: WARNING: invalid redirect_from: it is empty; {NONE}"
    " [permalinks.invalid_permalink]",
    'bad/redirects.md:5: WARNING: invalid redirect_from "https://x.org": it has a scheme (such as'
    f" https:); write the path only; {NONE} [permalinks.invalid_permalink]",
    'bad/redirects.md:6: WARNING: duplicate redirect_from "/same/": also used by a.md:2,'
    f" b.md:2, c.rst:1; {ADDRESS} [permalinks.duplicate_permalink]",
    f'b.md:2: WARNING: duplicate permalink "/SAME": also used by a.md:2, c.rst:1,'
    f" bad/redirects.md:6; {ADDRESS} [permalinks.duplicate_permalink]",
    f'c.rst:1: WARNING: duplicate permalink "/same.html": also used by a.md:2, b.md:2,'
    f" bad/redirects.md:6; {ADDRESS} [permalinks.duplicate_permalink]",
    f'path.md:2: WARNING: duplicate permalink "/titles/two": also used by titles/two.md:1 (its'
    f" path); {ADDRESS} [permalinks.duplicate_permalink]",
    'permalinks.txt:3: WARNING: lost permalink "/gone": no page has this address now; add it to'
    f" redirect_from of the page that replaces it, {MOVED}, {RETIRE} [permalinks.lost_permalink]",
    "permalinks.txt:5: WARNING: invalid line: it does not begin with the / of an address"
    " [permalinks.invalid_ledger]",
    'reserved.md:2: WARNING: reserved permalink "/search": Sphinx writes the search page there;'
    " choose another address [permalinks.reserved_permalink]",
    'retired.md:2: WARNING: reserved permalink "/Retired": it was retired'
    " (permalinks.txt:4); choose another address [permalinks.reserved_permalink]",
    'retired/path.md:1: WARNING: reserved path "/retired/path": it was retired'
    " (permalinks.txt:6); choose another address [permalinks.reserved_permalink]",
    f'titles/three.rst:4: WARNING: duplicate title "One Title": also used by titles/one.md:2,'
    f" titles/two.md:1; {TITLE} [permalinks.duplicate_title]",
]


@pytest.fixture
def golden(site: Site) -> Site:
    site.write({"permalinks.txt": LEDGER}, permalinks_ledger="permalinks.txt")
    site.write({"a.md": "---\npermalink: /same\n---\n# A\n"})
    site.write({"b.md": "---\npermalink: /SAME\n---\n# B\n"})
    site.write({"c.rst": ":permalink: /same.html\n\nC\n=\n"})
    site.write({"path.md": "---\npermalink: /titles/two\n---\n# P\n"})
    site.write({"reserved.md": "---\npermalink: /search\n---\n# R\n"})
    site.write({"retired.md": "---\npermalink: /Retired\n---\n# Away\n"})
    site.write({"retired/path.md": "# Path\n"})
    site.write({"bad/list.md": "---\npermalink: [/a, /b]\n---\n# L\n"})
    site.write({"bad/number.md": "---\nlayout: page\npermalink: 2026\n---\n# N\n"})
    redirects = "---\ntitle: R2\nredirect_from:\n-\n- https://x.org\n- /same/\n---\n"
    site.write({"bad/redirects.md": redirects})
    site.write({"titles/one.md": "---\ntitle: One Title\n---\n"})
    site.write({"titles/two.md": "# *One*  title\n"})
    site.write({"titles/three.rst": "\n.. remark\n\nOne ``Title``\n=============\n"})
    return site


def without_unrecorded(warnings: list[str]) -> list[str]:
    """Leave out the warnings that every page gets here, but for the first one."""
    others = [w for w in warnings if "unrecorded" not in w]
    return sorted([*others, *[w for w in warnings if w.startswith("a.md:2: WARNING: unrec")]])


def test_every_build_reports_everything_and_the_check_agrees(
    golden: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    for _again in range(2):
        built = golden.build("dirhtml", JOBS)
        assert without_unrecorded(built) == sorted(FINDINGS)
    assert main(["check", str(golden.source)]) == 1
    reported = capsys.readouterr().out.replace(f"{golden.source}/", "").splitlines()
    assert sorted(reported) == sorted(built)


def test_github_gets_the_same_lines(golden: Site, capsys: pytest.CaptureFixture[str]) -> None:
    golden.write({"a,b:%.md": "---\npermalink: /same\n---\n# AB\n"})
    main(["check", str(golden.source), "--format", "github"])
    lines = capsys.readouterr().out.splitlines()
    source = str(golden.source)
    assert all(line.startswith(f"::error file={source}/") for line in lines)
    assert (
        f"::error file={source}/titles/three.rst,line=4,title=permalinks.duplicate_title::duplicate"
        f' title "One Title": also used by titles/one.md:2, titles/two.md:1; {TITLE}'
    ) in lines
    assert any(line.startswith(f"::error file={source}/a%2Cb%3A%25.md,line=2,") for line in lines)


def test_json_is_one_object(golden: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(golden.source), "--format", "json"]) == 1
    reported = json.loads(capsys.readouterr().out)
    assert reported["version"] == 1
    assert reported["pages"] == 14
    assert reported["findings"][0] == {
        "path": f"{golden.source}/a.md",
        "line": 2,
        "type": "permalinks.unrecorded_permalink",
        "message": f'unrecorded permalink "/a", "/same"; {RUN}',
    }


def test_thousands_of_lost_addresses_are_counted(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    book = "".join(f"/lost/{n}\n" for n in range(5000))
    site.page("a.md", "title: A")
    site.write({"permalinks.txt": f"/a\n{book}x\n/\n"}, permalinks_ledger="permalinks.txt")
    warnings = site.build()
    assert len(warnings) == 20 + 1 + 1
    assert warnings[20] == (
        "permalinks.txt:22: WARNING: 4980 more findings of this kind start here;"
        " run `python -m sphinx_permalinks check --format json` to list them"
        " [permalinks.lost_permalink]"
    )
    assert main(["check", str(site.source)]) == 1
    reported = capsys.readouterr()
    assert reported.out.replace(f"{site.source}/", "").splitlines() == warnings
    assert reported.err == "sphinx_permalinks: 2 pages, 5001 findings\n"
    main(["check", str(site.source), "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 5001
