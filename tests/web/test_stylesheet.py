"""Rules are read as a browser reads them, and only those go that no page can match."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from handbook.web import stylesheet
from tests.conftest import ROOT


def without_card(css: str) -> str:
    kept = stylesheet.keep(stylesheet.parse(css), lambda name: name not in {".card", "#card"})
    return stylesheet.write(kept)


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".card{a:b}", ""),
        ("#card{a:b}", ""),
        ("card{a:b}", "card{a:b}"),
        (".card,.nav{a:b}", ".nav{a:b}"),
        (".nav:not(.card){a:b}", ".nav:not(.card){a:b}"),
        (":is(.card,.nav) p{a:b}", ":is(.card,.nav) p{a:b}"),
        ("@media print{.card{a:b}}.nav{c:d}", ".nav{c:d}"),
        ("@media print{.card{a:b}p{e:f}}", "@media print{p{e:f}}"),
        ("@keyframes card{from{a:b}to{c:d}}", "@keyframes card{from{a:b}to{c:d}}"),
        ("@import 'x;y{';p{a:b}", '@import "x;y{";p{a:b}'),
        ("/* .card{ */ p{a:'}'} /* } */", 'p{a:"}"}'),
        ("p{ a: b;\n  c: d !important;\n}", "p{a:b;c:d!important}"),
        (".card-body{a:b}", ".card-body{a:b}"),
        (r".sm\:card{a:b}", r".sm\:card{a:b}"),
        ("p{--A: { x };a:var(--A)}", "p{--A:{ x };a:var(--A)}"),
        (
            "p{background:url(data:image/svg+xml;base64,AA==)}",
            "p{background:url(data:image/svg+xml;base64,AA==)}",
        ),
    ],
)
def test_only_rules_that_match_nothing_go(css: str, left: str) -> None:
    assert without_card(css) == left


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("html[data-theme='dark'] .a.b > #c::before", ["html", ".a", ".b", "#c"]),
        ("a:hover + LI:nth-child(2n)", ["a", "li"]),
        ("*:not(.a) ~ :where(b)", []),
        ("svg|rect", ["svg", "rect"]),
    ],
)
def test_a_selector_needs_its_classes_ids_and_elements(selector: str, names: list[str]) -> None:
    assert list(stylesheet.names_in(stylesheet.parse(f"{selector}{{a:b}}"))) == names


def test_custom_properties_stay_only_if_something_refers_to_them() -> None:
    css = (
        "html{--a:1;--b:var(--c);--c:2;--d:var(--e);--e:3;--s:4}.x{--d:5}"
        "@media print{html{--e:6}}p{q:var(--b, var(--a))}"
    )
    kept = stylesheet.without_unused(stylesheet.parse(css), {"--s"})
    assert stylesheet.write(kept) == "html{--a:1;--b:var(--c);--c:2;--s:4}p{q:var(--b, var(--a))}"


def test_keyframes_stay_only_if_something_moves_by_them() -> None:
    css = "@keyframes a{to{x:y}}@-webkit-keyframes b{to{x:y}}p{animation:a 1s}"
    kept = stylesheet.without_unused(stylesheet.parse(css))
    assert stylesheet.write(kept) == "@keyframes a{to{x:y}}p{animation:a 1s}"


def test_licenses_stay_and_other_comments_do_not() -> None:
    css = "/*! MIT */p{/* why */a:b}"
    assert stylesheet.licenses(css) == ["/*! MIT */"]
    assert stylesheet.write(stylesheet.parse(css)) == "p{a:b}"


def declared(nodes: Iterable[stylesheet.Node]) -> dict[str, dict[str, str]]:
    """What each selector outside of groups declares."""
    rules = [node for node in nodes if isinstance(node, stylesheet.Rule)]
    return {name: dict(rule.declarations) for rule in rules for name, _ in rule.selectors}


def test_forced_colors_show_what_colors_show() -> None:
    """They replace the backgrounds that set the current page, a choice, and a match apart."""
    sheet = stylesheet.parse((ROOT / "_static" / "handbook.css").read_text("utf-8"))
    (forced,) = (
        declared(node.nodes)
        for node in sheet
        if isinstance(node, stylesheet.Group) and node.head == "@media (forced-colors: active)"
    )
    states = re.compile(r"\[aria-(?:current|pressed)\b|^:target$|^mark$")
    colored = {n for n, rule in declared(sheet).items() if states.search(n) and "color" in rule}
    assert len(colored) > 4
    for name in {*colored, ":target"}:
        rule = forced.get(name, {})
        if "outline" in rule:
            assert rule["outline"].endswith(" Mark"), name
        else:
            assert rule.items() >= {
                ("forced-color-adjust", "none"),
                ("background", "SelectedItem"),
                ("color", "SelectedItemText"),
            }, name
