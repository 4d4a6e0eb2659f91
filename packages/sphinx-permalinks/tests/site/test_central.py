"""Redirects that no page asks for: sections, other sites, and the setting permalinks_redirects."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from sphinx_permalinks.__main__ import main

if TYPE_CHECKING:
    from tests.harness import Site


def refresh(html: str) -> str:
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', html)
    assert found is not None, html
    return found[1]


def reported(site: Site, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Build and check; both must say the same."""
    warnings = site.build("dirhtml")
    capsys.readouterr()
    main(["check", str(site.source)])
    assert capsys.readouterr().out.replace(f"{site.source}/", "").splitlines() == warnings
    return warnings


def test_pages_become_sections_and_sections_pages(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.page("rules.md", "title: Rules", "redirect_from:", '- /quorum: "#quorum"', body="# R")
    site.write({"rules.md": (site.source / "rules.md").read_text() + "\n(quorum)=\n## Quorum\n"})
    site.page("voting.md", "title: Voting", "redirect_from: ['/rules#voting', '/gone#votes']")
    site.page("a.md", "title: A", body="[](/quorum) [](/rules#voting)")
    site.conf["suppress_warnings"] = ["myst.header"]
    site.write({})
    assert reported(site, capsys) == []
    assert refresh(site.html("quorum/index.html")) == "../rules/#quorum"
    # The old page is there: a script leads on from it.
    script = '<script src="../permalinks.js"'
    voting = ' data-sections="{&quot;#voting&quot;: &quot;../voting/&quot;}"></script>'
    assert f"{script}{voting}" in site.html("rules/index.html")
    # The old page is gone: without scripts its address leads to the page that has its section.
    gone = site.html("gone/index.html")
    assert ' data-sections="{&quot;#votes&quot;: &quot;../voting/&quot;}"></script>' in gone
    assert refresh(gone) == "../voting/"
    page = site.html("a/index.html")
    links = re.findall(r'href="(\.\.[^"]*)"', page)
    assert {"../rules/#quorum", "../voting/"} <= set(links)
    site.write({}, permalinks_publish=False)
    site.build("dirhtml")
    assert "permalinks.js" in site.built("dirhtml")  # for the page that is still there


def test_one_section_cannot_be_two_pages(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.page("a.md", "title: A", "redirect_from: '/rules#x'")
    site.page("b.md", "title: B", "redirect_from: ['/Rules/#x', '/rules#y', '/rules# z']")
    assert reported(site, capsys) == [
        'b.md:3: WARNING: duplicate redirect_from "/Rules/#x": also used by a.md:3; give each page'
        " its own address [permalinks.duplicate_permalink]",
        'b.md:3: WARNING: invalid redirect_from "/rules# z": its fragment (#...) must have 1 to 200'
        " characters, without spaces; until fixed, it is ignored [permalinks.invalid_permalink]",
    ]


MAP = {
    "/old": "/a",
    "/older#x": "/a#deep",
    "/chat": "https://chat.example.org/room",
    "/v1/*": "/v2/*",
    "/evil": "https://evil.example.org/",
    "/script": "javascript:alert(1)",
    "/none": "/nowhere",
    "/search": "/a",
    "/a": "/v2/one",
    "/empty/*": "/nothing/*",
}


@pytest.mark.parametrize("is_file", [False, True])
def test_a_map_of_redirects(site: Site, is_file: bool, capsys: pytest.CaptureFixture[str]) -> None:
    site.page("a.md", "title: A", body="(deep)=\n## Deep")
    site.page("v2/one.md", "title: One")
    site.page("v2/two.md", "title: Two", "redirect_from: /v1/two")
    text = "".join(f"{old} {new}\n" for old, new in MAP.items())
    site.write({"map.txt": f"# ours\n{text}"}, permalinks_hosts=["chat.example.org"])
    site.write({}, permalinks_redirects="map.txt" if is_file else MAP)
    site.conf["suppress_warnings"] = ["myst.header"]
    site.write({})
    warnings = [re.sub(r"^(\S+):\d+: WARNING: ", "", line) for line in reported(site, capsys)]
    bad = "until fixed, it is ignored [permalinks.invalid_permalink]"
    assert sorted(warnings) == sorted(
        [
            'duplicate permalinks_redirects "/a": also used by a.md:1 (its path); give each page'
            " its own address [permalinks.duplicate_permalink]",
            'reserved permalinks_redirects "/search": Sphinx writes the search page there; choose'
            " another address [permalinks.reserved_permalink]",
            f'invalid permalinks_redirects "/none": no page has its target /nowhere; {bad}',
            'invalid permalinks_redirects "/empty/*": no page is below its target /nothing/*;'
            f" {bad}",
            'invalid permalinks_redirects "/evil": its host evil.example.org is not in'
            f" permalinks_hosts; {bad}",
            'invalid permalinks_redirects "/script": it is neither an address of the site nor an'
            f" https: URL; {bad}",
        ]
    )
    assert refresh(site.html("old/index.html")) == "../a/"
    assert ' data-sections="{&quot;#x&quot;: &quot;../a/' in site.html("older/index.html")
    assert refresh(site.html("chat/index.html")) == "https://chat.example.org/room"
    assert refresh(site.html("v1/one/index.html")) == "../../v2/one/"
    assert refresh(site.html("v1/two/index.html")) == "../../v2/two/"
    assert not (site.out / "dirhtml" / "evil").exists()
    redirects = json.loads(site.html("permalinks.json"))["redirects"]
    assert {"address": "/chat", "uri": "https://chat.example.org/room"} in redirects


def test_a_page_can_lead_elsewhere(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.write({}, permalinks_hosts=["example.org"])
    site.page("a.md", "title: A", "redirect_to: https://example.org/a")
    site.page("b.md", "title: B", "redirect_to: /c")
    site.page("c.md", "title: C")
    site.page("d.md", "title: D", "redirect_to: https://example.com/")
    site.page("e.md", "title: E", "redirect_to: /e")
    bad = "until fixed, it is ignored [permalinks.invalid_permalink]"
    assert reported(site, capsys) == [
        'd.md:3: WARNING: invalid redirect_to "https://example.com/": its host example.com is not'
        f" in permalinks_hosts; {bad}",
        f'e.md:3: WARNING: invalid redirect_to "/e": it leads to itself; {bad}',
    ]
    assert refresh(site.html("a/index.html")) == "https://example.org/a"
    assert refresh(site.html("b/index.html")) == "../c/"
    assert "refresh" not in site.html("d/index.html")


def test_a_retired_address_can_name_another_site(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "/gone  retired 2026-01-31 moved -> https://example.org/gone\n"
    site.write({"index.md": "# Home\n"})
    site.write({"permalinks.txt": f"/\n{line}"}, permalinks_ledger="permalinks.txt")
    assert reported(site, capsys) == [
        'permalinks.txt:2: WARNING: invalid successor "https://example.org/gone": its host is not'
        " in permalinks_hosts [permalinks.invalid_ledger]"
    ]
    assert "example.org" not in site.html("gone/index.html")
    site.write({}, permalinks_hosts=["example.org"])
    assert reported(site, capsys) == []
    assert '<a href="https://example.org/gone">' in site.html("gone/index.html")


def test_a_map_that_cannot_be_read_names_the_line(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.page("a.md", "title: A", "redirect_to: https://example.org/")
    site.write({"map.txt": "# ours\n/x\n/y /a z\n"}, permalinks_ignore=["a"])
    found = []
    for name in ("map.txt", "none.txt"):
        site.write({}, permalinks_redirects=name)
        main(["check", str(site.source)])
        found += capsys.readouterr().out.replace(f"{site.source}/", "").splitlines()
    bad = "until fixed, it is ignored [permalinks.invalid_permalink]"
    words = "write an old and a new address on each line"
    assert found == [  # and nothing of a page that is ignored
        f'map.txt:2: WARNING: invalid permalinks_redirects "/x": {words}; {bad}',
        f'map.txt:3: WARNING: invalid permalinks_redirects "/y": {words}; {bad}',
        'none.txt:1: WARNING: invalid permalinks_redirects "none.txt": the file cannot be read: No'
        f" such file or directory; {bad}",
    ]
