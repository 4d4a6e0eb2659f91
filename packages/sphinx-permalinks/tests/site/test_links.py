from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.harness import JOBS

if TYPE_CHECKING:
    from tests.harness import Site


@pytest.fixture
def linked(site: Site) -> Site:
    """Give a site whose front page links in every way, and twelve other pages."""
    for n in range(11):
        site.page(f"fill/p{n}.md", f"title: Page {n}", f"permalink: /p{n}")
    site.page(
        "governance/model.md",
        "title: The Model",
        "permalink: /organizational-model",
        "redirect_from: /old-model",
        body="(goals)=\n\n## Goals\n\n## Deeper down",
    )
    links = [
        "[text](/organizational-model)",
        "[*text*](/organizational-model/ 'why')",
        "[](/organizational-model)",
        "[anchored](/organizational-model#goals)",
        "[](/organizational-model#goals)",
        "[deeper](/organizational-model#deeper-down)",
        "[old](/old-model)",
        "[path](/governance/model#goals)",
        "[docname](/governance/model)",
        "{permalink:page}`/organizational-model`",
        "{permalink:page}`role <organizational-model/#goals>`",
        "{any}`/organizational-model`",
        "[home](/)",
    ]
    site.page("a.md", "title: Links", "permalink: /a", body="\n\n".join(links))
    site.page("index.md", "title: Home", "permalink: /", body="```{toctree}\n:glob:\n\n**\n```")
    site.write({"b.rst": "B\n=\n\n:permalink:`/organizational-model`\n".replace("k:`", "k:page:`")})
    return site


def with_typst(site: Site) -> None:
    """Enable the Typst builder, with a template that needs nothing."""
    extensions = [*site.conf["extensions"], "sphinxcontrib_typstbuilder"]
    paths = [str(site.source / "_typst")]
    site.write(
        {"_typst/plain.typ": ""},
        extensions=extensions,
        typst_template="plain",
        typst_templates_path=paths,
    )


def anchors(html: str) -> list[tuple[str, str]]:
    found = re.findall(r'<p><a class="reference[^>]*href="([^"]*)"[^>]*>(.*?)</a></p>', html)
    return [(href, re.sub(r"<[^>]*>", "", text)) for href, text in found]


def test_every_kind_of_link_leads_to_the_page(linked: Site) -> None:
    assert linked.build("dirhtml", JOBS) == []
    page, goals = "../governance/model/", "../governance/model/#goals"
    assert anchors(linked.html("a/index.html")) == [
        (page, "text"),
        (page, "text"),
        (page, "The Model"),
        (goals, "anchored"),
        (goals, "Goals"),
        ("../governance/model/#deeper-down", "deeper"),
        (page, "old"),
        (goals, "path"),
        (page, "docname"),
        (page, "The Model"),
        (goals, "role"),
        (page, "The Model"),
        ("../", "home"),
    ]
    assert anchors(linked.html("b/index.html")) == [(page, "The Model")]
    before = linked.built()
    assert linked.build("dirhtml", JOBS) == []
    after = linked.built()
    assert {name for name in after if name.endswith("index.html")} >= {"a/index.html"}
    assert after["a/index.html"] == before["a/index.html"]
    assert after["old-model/index.html"] == before["old-model/index.html"]


def test_a_page_without_a_heading_is_called_by_its_front_matter(site: Site) -> None:
    site.write({}, myst_title_to_header=False)
    site.page("a.md", "title: Called", "permalink: /x")
    site.page("b.md", "permalink: /y")
    site.page("c.md", "title: C", body="[](/x)\n\n[](/y)")
    assert site.build("dirhtml") == []
    assert anchors(site.html("c/index.html")) == [("../a/", "Called"), ("../b/", "b")]


def test_links_resolve_in_every_builder(linked: Site) -> None:
    with_typst(linked)
    linked.write({}, version="1", copyright="X", suppress_warnings=["epub"])
    expected = {
        "html": ("a.html", 'href="governance/model.html#goals"'),
        "singlehtml": ("index.html", 'href="#document-governance/model"'),
        "epub": ("a.xhtml", 'href="governance/model.xhtml#goals"'),
        "latex": ("projectnamenotset.tex", r"\hyperref[\detokenize{governance/model::doc}]"),
        "text": ("a.txt", "The Model"),
        "typst": ("main/main.typ", "governance/model"),
    }
    for builder, (name, link) in expected.items():
        assert linked.build(builder) == []
        assert link in linked.html(name, builder)
    assert linked.build("linkcheck") == linked.build("pickle") == []
    # What is not a web site gets no redirects.
    for builder in ("epub", "text", "latex", "typst", "linkcheck", "pickle"):
        assert not {"permalinks.json", "old-model/index.html"} & linked.built(builder).keys()


def test_unknown_links_are_reported_on_every_build_with_what_may_be_meant(linked: Site) -> None:
    linked.write({}, nitpick_ignore=[("myst", "/known-to-be-broken")])
    body = "\n\n".join(
        [
            "[typo](/organisational-model)",
            "[](/nowhere-near)",
            "[anchor](/organizational-model#gaols)",
            "{permalink:page}`/organizational-mode`",
            "{permalink:page}`/organizational-model#gaols`",
            "[broken](/known-to-be-broken)",
            "[bad](/a?b)",
        ]
    )
    linked.page("a.md", "title: Links", body=body)
    tail = " [permalinks.unknown_permalink]"
    no_page, near = "no page has this address", 'did you mean "/organizational-model"?'
    expected = [
        f'a.md:5: WARNING: unknown permalink "/organisational-model": {no_page}; {near}{tail}',
        f'a.md:7: WARNING: unknown permalink "/nowhere-near": {no_page}{tail}',
        f'a.md:17: WARNING: unknown permalink "/a?b": {no_page}{tail}',
        'a.md:9: WARNING: unknown permalink "/organizational-model#gaols": the page has no such'
        f' anchor; did you mean "/organizational-model#goals"?{tail}',
        f'a.md:11: WARNING: unknown permalink "/organizational-mode": {no_page}; {near}{tail}',
        'a.md:13: WARNING: unknown permalink "/organizational-model#gaols": the page has no such'
        f' anchor; did you mean "/organizational-model#goals"?{tail}',
    ]
    assert sorted(linked.build("dirhtml", JOBS)) == sorted(expected)
    html = linked.html("a/index.html")
    assert "<p>typo</p>" in html
    assert ("../governance/model/", "anchor") in anchors(html)
    assert sorted(linked.build("dirhtml", JOBS)) == sorted(expected)
    linked.page("a.md", "title: Links", body="fixed")
    assert linked.build("dirhtml", JOBS) == []


def test_a_moved_permalink_rewrites_the_pages_that_link_to_it(linked: Site) -> None:
    linked.build("dirhtml", JOBS)
    before = linked.built()
    moved = (linked.source / "governance/model.md").read_text()
    (linked.source / "governance/model.md").unlink()
    linked.write({"model.md": moved, "a.md": (linked.source / "a.md").read_text()})
    linked.page("c.md", "title: C", body="no links")
    linked.write({"a.md": "# A\n\n[text](/organizational-model)\n"})
    assert linked.build("dirhtml", JOBS) == []
    assert anchors(linked.html("a/index.html")) == [("../model/", "text")]
    assert anchors(linked.html("b/index.html")) == [("../model/", "The Model")]
    between = linked.built()
    assert between["fill/p1/index.html"] == before["fill/p1/index.html"]
    # The new title shows where a link borrows it, in a page that has not changed itself.
    linked.write({"model.md": moved.replace("The Model", "Renamed")})
    assert linked.build("dirhtml", JOBS) == []
    assert anchors(linked.html("b/index.html")) == [("../model/", "Renamed")]


def test_a_page_that_is_not_in_the_book_is_text(site: Site) -> None:
    site.page("index.md", "title: Home", body="[text](/x) [](/x)")
    site.page("x.md", "orphan: true", "title: The X", "permalink: /x")
    with_typst(site)
    assert site.build("typst") == []
    assert "The X" in site.html("main/main.typ", "typst")


def test_other_domains_may_have_names_that_begin_with_a_slash(site: Site) -> None:
    site.code = """
from docutils import nodes
from sphinx.domains import Domain

class Routes(Domain):
    name = "routes"
    def merge_domaindata(self, docnames, otherdata): pass
    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        if target != "/users":
            return []
        return [("routes:get", nodes.reference("", "", contnode, refuri="https://x.org/users"))]

def setup(app):
    app.add_domain(Routes)
"""
    site.page("a.md", "title: A", body="[users](/users) [user](/user)")
    warnings = site.build()
    assert warnings == [
        'a.md:5: WARNING: unknown permalink "/user": no page has this address'
        " [permalinks.unknown_permalink]"
    ]
