from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sphinx_permalinks import address
from sphinx_permalinks.address import Address, InvalidAddressError

# Texts that look like addresses, dense in what the rules are about.
PIECES = st.sampled_from(
    [
        *["/", "//", ".", "..", "%2e", "%2F", "%25", "%", "index.html", ".html", ":", "?", "#"],
        *["\\", "a", "B", "é", "e\u0301", "ß", "SS", "\u0345", "\ufb01", "\u0130", " ", "\u202e"],
        *["\x00", "\ud800"],
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=30))


def parsed(text: str) -> Address:
    try:
        return address.parse(text)
    except InvalidAddressError:
        assume(False)
        raise


@given(TEXTS)
def test_normalising_twice_is_the_same_as_once(text: str) -> None:
    once = parsed(text)
    assert address.parse(once.path) == once
    assert address.fold(once.key) == once.key


@given(TEXTS)
def test_no_normalised_path_leaves_the_root(text: str) -> None:
    found = parsed(text)
    for path in (found.path, found.file, unquote(found.uri)):
        assert ".." not in PurePosixPath(path).parts
        assert "\\" not in path
        assert "\x00" not in path
    assert not found.file.startswith("/")
    assert found.path.startswith("/")
    assert not found.path.startswith("//")


# So few letters that addresses are often the same.
ALIKE = st.text("aA/", min_size=1, max_size=3).map(lambda text: f"/x{text}")


@given(ALIKE, ALIKE, ALIKE)
def test_equal_keys_are_an_equivalence(a: str, b: str, c: str) -> None:
    one, two, three = (parsed(text).key for text in (a, b, c))
    assert parsed(a).key == one
    assert (one == two) == (two == one)
    assert not (one == two and two == three) or one == three


@given(TEXTS, st.sampled_from(["upper", "NFD", "slash", "index", "quoted"]))
def test_other_spellings_have_the_same_key(text: str, spelling: str) -> None:
    found = parsed(text)
    assume(len(found.path) < 60)
    path = found.path
    # Upper case is only reversible where it is a case pair, as in "ß" it is not in Python.
    other = {
        "upper": path.casefold(),
        "NFD": unicodedata.normalize("NFD", path),
        "slash": f"{path}/",
        "index": f"{path.rstrip('/')}/index.html",
        "quoted": quote(path),
    }[spelling]
    assert address.parse(other).key == found.key


@given(TEXTS)
def test_the_uri_leads_back_to_the_path(text: str) -> None:
    found = parsed(text)
    assert address.parse(f"/{found.uri}") == found


@pytest.mark.parametrize(
    ("text", "path", "key", "file", "uri"),
    [
        ("/", "/", "/", "index.html", ""),
        ("/a", "/a", "/a", "a/index.html", "a/"),
        ("a/b/", "/a/b", "/a/b", "a/b/index.html", "a/b/"),
        ("/A.html", "/A.html", "/a", "A.html", "A.html"),
        ("/a/index.html", "/a/index.html", "/a", "a/index.html", "a/index.html"),
        ("/feed.xml", "/feed.xml", "/feed.xml", "feed.xml/index.html", "feed.xml/"),
        ("/a//b", "/a/b", "/a/b", "a/b/index.html", "a/b/"),
        ("/Satzung%20f%C3%BCr", "/Satzung für", "/satzung für", None, "Satzung%20f%C3%BCr/"),
        ("/100%", "/100%", "/100%", None, "100%25/"),
        ("/Straße", "/Straße", "/strasse", None, "Stra%C3%9Fe/"),
    ],
)
def test_forms(text: str, path: str, key: str, file: str | None, uri: str) -> None:
    found = address.parse(text)
    assert (found.path, found.key) == (path, key)
    assert found.file == file or file is None
    assert found.folder_uri == uri


@pytest.mark.parametrize(
    ("docname", "path"),
    [("index", "/"), ("a", "/a"), ("a/index", "/a"), ("a/B", "/a/B"), ("index/a", "/index/a")],
)
def test_a_page_has_an_address_by_its_place(docname: str, path: str) -> None:
    assert address.natural(docname) == Address(path, path.lower())


@pytest.mark.parametrize(
    "text",
    [
        "/" + "a" * 256,
        "/" + "é" * 128,
        "/a" * 501,
        "x" * 100_000,
        "/\ud800",
        "/%FF",
        "/\u202ea",
        "/%252e",
    ],
)
def test_what_no_file_can_be_named_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddressError, match=r"^it "):
        address.parse(text)


def test_marks_in_another_order_are_the_same_address() -> None:
    # The mark below folds to a letter: Unicode Standard, 3.13, D145.
    assert address.fold("/\u03b1\u0345\u0315") == address.fold("/\u03b1\u0315\u0345")


@pytest.mark.parametrize("blank", "\u034f\u115f\u200c\u200d\u2800\u3164\ufe0f\uffa0")
def test_what_shows_nothing_is_refused_where_it_only_disguises(blank: str) -> None:
    with pytest.raises(InvalidAddressError, match="invisible"):
        address.parse(f"/mission{blank}")


@pytest.mark.parametrize("path", ["/ک\u200cم", "/क\u094d\u200dष"])
def test_joiners_of_scripts_that_join_are_kept(path: str) -> None:
    assert address.parse(path).path == path


@pytest.mark.parametrize(
    "spelled",
    [
        *(
            "/missi0n",
            "/rnission",
            "/mission.",
            "/m\u0131ssion",
            "/missi\u1d0fn",
            "/mi\ua731\ua731ion",
        ),
        *(
            "/mi\u0307ssion",
            "/missi\u043en",
            "/\uff4dission",
            "/mi\u017f\u017fion",
            "/m\U0001d5c2ssion",
        ),
    ],
)
def test_a_skeleton_is_the_same_for_what_looks_the_same(spelled: str) -> None:
    assert address.skeleton(address.at(spelled).key) == address.skeleton("/mission")


@pytest.mark.parametrize(
    "path", ["/missi\u0ce6n", "/missi\u0d20n", "/missi\u043en", "/\u03b1b", "/aא"]
)
def test_a_word_of_two_scripts_is_noticed(path: str) -> None:
    assert address.mixed_scripts(path)


@pytest.mark.parametrize(
    "path", ["/été", "/東京タワーmap", "/คู่มือ-git", "/руководство-git", "/n\u00ba"]
)
def test_a_word_of_one_script_is_fine(path: str) -> None:
    assert address.mixed_scripts(path) == ""
