from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import JOBS

if TYPE_CHECKING:
    from tests.harness import Site


INVALID = [
    ("12", ' "12"', "it is not text; write a path such as /about"),
    ("1.5", ' "1.5"', "it is not text; write a path such as /about"),
    ("true", ' "True"', "it is not text; write a path such as /about"),
    ("[/a]", "", "it is not text; write a path such as /about"),
    ("{a: /a}", "", "it is not text; write a path such as /about"),
    ("2026-01-01", ' "2026-01-01"', "it is not text; write a path such as /about"),
    ("", "", "it is empty"),
    ("null", "", "it is empty"),
    ("' '", ' " "', "it is empty"),
    ("https://x.org/a", ' "https://x.org/a"', "it has a scheme (such as https:); write"),
    ("//x.org/a", ' "//x.org/a"', "it has a host (//...); write the path only"),
    ("/%2Fx.org", ' "/%2Fx.org"', "it has a host (//...); write the path only"),
    ("/a?b=c", ' "/a?b=c"', "it has a query (?...)"),
    ("'/a#b'", ' "/a#b"', "it has a fragment (#...)"),
    (r"'\a'", ' "\\a"', "it has a backslash; separate folders with /"),
    (r'"/a\tb"', ' "/a\\tb"', "it has a control or invisible character"),
    (r'"/a\nb"', ' "/a\\nb"', "it has a control or invisible character"),
    ("/a%00", ' "/a%00"', "it has a control or invisible character"),
    ("/a/../b", ' "/a/../b"', "it has a .. segment; write the path in full"),
    ("/%2e%2E/b", ' "/%2e%2E/b"', "it has a .. segment; write the path in full"),
    ("/:year/:title", ' "/:year/:title"', "it has a placeholder (/:...), which only Jekyll"),
    ("/%252e", ' "/%252e"', "it is percent-encoded twice"),
]


def test_a_malformed_permalink_names_its_rule_and_is_none(site: Site) -> None:
    for number, (written, _shown, _rule) in enumerate(INVALID, 10):
        site.page(f"p{number}.md", f"title: {number}", f"permalink: {written}")
    warnings = site.build()
    for number, (_written, shown, rule) in enumerate(INVALID, 10):
        warning = warnings[number - 10]
        assert warning.startswith(f"p{number}.md:3: WARNING: invalid permalink{shown}: {rule}")
        assert warning.endswith("until fixed, it is ignored [permalinks.invalid_permalink]")
    assert len(warnings) == len(INVALID)
    assert site.build() == warnings


def test_every_bad_item_of_redirect_from_is_reported_at_its_line(site: Site) -> None:
    site.page("a.md", "title: A", "redirect_from:", "- /ok", "- 12", "- /a?b")
    tail = "until fixed, it is ignored [permalinks.invalid_permalink]"
    assert site.build() == [
        'a.md:5: WARNING: invalid redirect_from "12": it is not text; write a path such as /about;'
        f" {tail}",
        f'a.md:6: WARNING: invalid redirect_from "/a?b": it has a query (?...); {tail}',
    ]


def test_front_matter_that_is_not_yaml_is_named_at_its_line(site: Site) -> None:
    site.write({f"page-{n}.md": f"---\npermalink: /p{n}\n---\n\n# Page {n}\n" for n in range(12)})
    site.write({"broken.md": "---\npermalink: /a\ntitle: a: b\n---\n\nText.\n"})
    expected = (
        "broken.md:3: WARNING: invalid front matter: mapping values are not allowed in this"
        " context; put quotes around a value that contains a colon"
        " [permalinks.invalid_front_matter]"
    )
    for _ in range(2):
        assert [line for line in site.build(jobs=JOBS) if "permalinks." in line] == [expected]
    site.page("broken.md", "permalink: /a", "title: 'a: b'")
    assert [line for line in site.build(jobs=JOBS) if "permalinks." in line] == []
