"""Rules are read as a browser reads them, and only unwanted ones go."""

from __future__ import annotations

import pytest

from handbook.web import assets, stylesheet


def without_card(selector: str, body: str) -> bool:  # noqa: ARG001
    return "card" not in stylesheet.required_classes(selector)


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".card{a:b}", ""),
        (".card,.nav{a:b}", ".nav{a:b}"),
        (".nav:not(.card){a:b}", ".nav:not(.card){a:b}"),
        (":is(.card,.nav) p{a:b}", ":is(.card,.nav) p{a:b}"),
        ("@media print{.card{a:b}}.nav{c:d}", ".nav{c:d}"),
        ("@media print{.card{a:b}p{e:f}}", "@media print{p{e:f}}"),
        ("@keyframes card{from{a:b}to{c:d}}", "@keyframes card{from{a:b}to{c:d}}"),
        ("@import 'x;y{';p{a:b}", '@import "x;y{";p{a:b}'),
        ("/* .card{ */ p{a:'}'} /* } */", 'p{a:"}"}'),
        ("p{ a: b;\n  c: d;\n}", "p{a: b; c: d}"),
        (".card-body{a:b}", ".card-body{a:b}"),
        (r".sm\:card{a:b}", r".sm\:card{a:b}"),
        ("p{background:url(data:image/svg+xml;base64,AA==)}", None),
    ],
)
def test_only_wanted_rules_stay(css: str, left: str | None) -> None:
    assert stylesheet.only(css, without_card) == (css if left is None else left)


def test_licenses_stay_and_other_comments_do_not() -> None:
    css = "/*! MIT */p{/* why */a:b}"
    assert stylesheet.licenses(css) == ["/*! MIT */"]
    assert stylesheet.only(css, lambda *_: True) == "p{a:b}"


@pytest.mark.parametrize(
    ("html", "missing"),
    [
        ('<p class="lead modal-body">', {"modal-body"}),
        ('<i class="fa-solid fa-bars">', set()),
        ('<i class="fa-solid fa-skull">', {"fa-skull"}),
        ('<p>class="modal"</p>', set()),
        ('<div class="dropdown-header">', {"dropdown-header"}),
        ('<details class="sd-dropdown">', set()),
    ],
)
def test_a_page_that_uses_what_was_left_out_is_found(html: str, missing: set[str]) -> None:
    assert assets.missing_rules(html) == missing
