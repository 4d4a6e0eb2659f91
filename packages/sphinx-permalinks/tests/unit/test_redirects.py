from __future__ import annotations

import pytest

from sphinx_permalinks import redirects


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("a/", "b/", "../b/"),
        ("a.html", "b.html", "./b.html"),
        ("a/b/c.html", "", "../../"),
        ("", "", "./"),
        ("x.html", "javascript:alert(1)", "./javascript:alert(1)"),
    ],
)
def test_one_page_leads_to_another(here: str, there: str, expected: str) -> None:
    assert redirects.relative_url(here, there) == expected


def test_nothing_ends_an_element_or_a_string_before_its_time() -> None:
    evil = """"'></script></title><script>alert(1)</script>&\u2028"""
    page = redirects.redirect_page(
        f"../b/#{evil}",
        canonical=f"https://x.org/{evil}",
        title=evil,
        language=evil,
        script=evil,
        sections={f"#{evil}": evil},
    )
    for text in (page, redirects.section_script({evil: evil}, evil)):
        assert text.count("<script") == text.count("</script>") == 1
        assert text.count("</title>") <= 1
        assert "alert(1)</" not in text
        assert "<script>" not in text


def test_the_script_is_marked_as_ours() -> None:
    assert any(mark in redirects.SCRIPT_TEXT.encode()[: redirects.HEAD] for mark in redirects.MARKS)
