"""Permalinks: parsed, checked, and folded to the key by which two of them are compared.

Pure: no Sphinx, no file system.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlsplit

# RFC 3986, section 3.3: what a path segment may hold unescaped (pchar), and the slash.
_PATH_SAFE = "/!$&'()*+,;=:@-._~"
# The common case, already in its normal form: nothing to decode, fold or refuse.
_PLAIN = re.compile(r"/(?:[a-z0-9_-]+(?:/[a-z0-9_-]+)*)?")
# A path that percent-encoding leaves as it is.
_UNQUOTED = re.compile(r"[A-Za-z0-9/_.~-]*")

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# The parts of a URL other than its path (RFC 3986, section 3).
_OTHER_THAN_PATH = {
    r"\\": "it has a backslash; separate folders with /",
    r"^//": "it has a host (//...); write the path only",
    r"(^|/):\w": "it has a placeholder (/:...), which only Jekyll fills in",
    r"^[A-Za-z][A-Za-z0-9+.-]*:": "it has a scheme (such as https:); write the path only",
    r"\?": "it has a query (?...)",
    r"#": "it has a fragment (#...)",
}

# Longer names cannot be stored by the usual file systems, in bytes.
_SEGMENT_MAX = 255
# Far beyond any address that a person cites, well below what web servers accept.
_LENGTH_MAX = 1000

# Joiners are part of the spelling of some languages; other invisible characters only disguise.
_JOINERS = "\u200c\u200d"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters and marks that show nothing (Default_Ignorable_Code_Point), the blank of Braille, and a
# joiner next to a letter that never joins.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]"
    "|[\U000e0100-\U000e01ef]"
    "|[\0-\u052f][\u200c\u200d]"
)

# Scripts whose letters look alike. No language mixes two of them in one word.
_LOOKALIKE_SCRIPTS = frozenset({"ARMENIAN", "COPTIC", "CYRILLIC", "GREEK", "LATIN"})
# First words of the names of letters that occur next to Latin letters in ordinary words (UTS 39,
# section 5.2, "highly restrictive", and letters that belong to no script).
_BESIDE_LATIN = frozenset({"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA"}) | {
    *("FEMININE", "FULLWIDTH", "HALFWIDTH", "LATIN", "MASCULINE", "MICRO", "MODIFIER"),
}
# Cyrillic and Greek letters, each with the Latin letter it looks like (UTS 39, confusables.txt).
_LOOKALIKES = str.maketrans(
    "аԁеһіјӏорԛѕуԝхсѵαονικρυγωςϲıɑɡɩ",
    "adehijlopqsywxcvaovikpuywsciagi",
)
# UTS 39 treats these as confusable in ASCII, too, and "rn" with "m".
_LIKE_DIGITS = str.maketrans("01", "ol")


class InvalidAddressError(ValueError):
    """An address breaks a rule. The message says which, as a clause that begins with "it"."""


class Address(NamedTuple):
    """A place on the site, below the site's own root.

    Attributes:
        path: The address as it is shown: it begins with a slash, is decoded, in Unicode
            normal form C, and has no slash at the end (except the root itself, "/").
        key: What remains when spelling is folded. Equal keys are the same address.
    """

    path: str
    key: str

    @property
    def is_file(self) -> bool:
        """Whether the address names an HTML file instead of a folder."""
        return self.path[-5:].lower() == ".html"

    @property
    def file(self) -> str:
        """The file, relative to the output folder, that a web server serves at the address."""
        if self.is_file:
            return self.path[1:]
        return f"{self.path[1:]}/index.html" if len(self.path) > 1 else "index.html"

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that the address promises once it is published.

        Web servers and builders differ in whether `/about` is `about/index.html` or `about.html`,
        and people copy what their browser shows.
        """
        if self.is_file or len(self.path) == 1:
            return (self.file,)
        return self.file, f"{self.path[1:]}.html"

    @property
    def uri(self) -> str:
        """The address as a percent-encoded path without the first slash (RFC 3986)."""
        return encoded(self.path[1:])

    @property
    def folder_uri(self) -> str:
        """Like `uri`, but with the slash that web servers would add to a folder."""
        return self.uri if len(self.path) == 1 or self.is_file else f"{self.uri}/"


def encoded(path: str) -> str:
    """Percent-encode a path (RFC 3986)."""
    return path if _UNQUOTED.fullmatch(path) else quote(path, safe=_PATH_SAFE)


def host(url: str) -> str:
    """Give the host of the URL of a web page; "" if it is not one."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and url.isprintable() and " " not in url
        return (parts.hostname or "") if is_web else ""
    except ValueError:
        return ""


def parse(value: object) -> Address:
    """Read an address as people write it in front matter.

    The form is that of Jekyll and jekyll-redirect-from: a path below the site's root. The
    first and the last slash may be missing. Percent-encoding is decoded once (RFC 3986,
    section 2.1), so encoding cannot get around a rule.

    Args:
        value: What the front matter holds, of whatever type.

    Returns:
        The address.

    Raises:
        InvalidAddressError: It is not a path below the root; the message names the rule.
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value) and len(value) <= _SEGMENT_MAX:
        return Address(value, value)
    if value is None or value == "":
        raise InvalidAddressError("it is empty")
    if not isinstance(value, str):
        raise InvalidAddressError("it is not text; write a path such as /about")
    text = value.strip()
    if not text:
        raise InvalidAddressError("it is empty")
    if len(text) > _LENGTH_MAX:
        raise InvalidAddressError(f"it is longer than {_LENGTH_MAX} characters")
    text = unicodedata.normalize("NFC", _decoded(text))
    _refuse_other_than_path(text)
    path = "/" + "/".join(segment for segment in text.split("/") if segment)
    _refuse_bad_segments(path)
    return at(path)


def natural(docname: str) -> Address:
    """Give the address that a page has by its place in the source folder.

    It does not depend on the builder: `governance/index` has "/governance", and
    `governance/goals` has "/governance/goals", whether the file is `goals.html` or
    `goals/index.html`.
    """
    path = "/" + docname
    if path.endswith("/index"):
        path = path[:-6] or "/"
    return at(path)


def at(path: str) -> Address:
    """Give the address of a normalized path, as `Address.path` holds it."""
    return Address(path, path if _PLAIN.fullmatch(path) else fold(path))


def fold(path: str) -> str:
    """Fold a decoded path to the key by which addresses are compared.

    Case is folded as Unicode's canonical caseless matching demands (Unicode Standard,
    section 3.13, D145, with the normal forms of UAX 15). A trailing slash, `index.html`
    and `.html` are dropped, since people expect the same page with and without them.
    Folding a key again changes nothing.
    """
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
    while True:
        if len(key) > 1 and key.endswith("/"):
            key = key.rstrip("/") or "/"
        elif key.endswith("/index.html"):
            key = key[:-10]
        elif key.endswith(".html") and not key.endswith("/.html"):
            key = key[:-5]
        else:
            return key


def skeleton(key: str) -> str:
    """Fold a key further, so that keys whose letters look alike are equal (UTS 39, section 4)."""
    if not key.isascii():
        folded = unicodedata.normalize("NFKC", key).casefold().translate(_LOOKALIKES)
        key = "".join(map(_without_small_capital, folded)).replace("i\u0307", "i")
    key = key.translate(_LIKE_DIGITS).replace("rn", "m")
    return "/".join(segment.rstrip(".") for segment in key.split("/")) if "." in key else key


def _without_small_capital(letter: str) -> str:
    capital = unicodedata.name(letter, "").removeprefix("LATIN LETTER SMALL CAPITAL ")
    return capital.lower() if len(capital) == 1 else letter


def mixed_scripts(path: str) -> str:
    """Name the scripts that one word of a path mixes though no language does; "" if none does."""
    if path.isascii():
        return ""
    for word in re.findall(r"[^\W_]+", path):
        letters = (c for c in word if c.isalpha() or (c.isdecimal() and not c.isascii()))
        names = (unicodedata.name(c, "") for c in letters)
        scripts = {re.split("[ -]", name, maxsplit=1)[0] for name in names}
        others = scripts - _BESIDE_LATIN
        if (others and "LATIN" in scripts) or len(scripts & _LOOKALIKE_SCRIPTS) > 1:
            return " and ".join(sorted(map(str.title, {*others, *(scripts & {"LATIN"})})))
    return ""


def _decoded(text: str) -> str:
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise InvalidAddressError("it is percent-encoded in something other than UTF-8") from None
    except UnicodeEncodeError:
        raise InvalidAddressError(
            "it contains a lone surrogate, which is not a character"
        ) from None
    if _ESCAPE.search(decoded):
        raise InvalidAddressError("it is percent-encoded twice")
    return decoded


def _refuse_other_than_path(text: str) -> None:
    """Refuse what is not part of a path, and disguises."""
    hidden = any(unicodedata.category(c) in _INVISIBLE and c not in _JOINERS for c in text)
    if hidden or _BLANK.search(text):
        raise InvalidAddressError("it has a control or invisible character")
    for pattern, problem in _OTHER_THAN_PATH.items():
        if re.search(pattern, text):
            raise InvalidAddressError(problem)


def _refuse_bad_segments(path: str) -> None:
    for segment in path.split("/"):
        if segment in {".", ".."}:
            raise InvalidAddressError(f"it has a {segment} segment; write the path in full")
        if len(segment.encode()) > _SEGMENT_MAX:
            raise InvalidAddressError(f"it has a segment longer than {_SEGMENT_MAX} bytes")
        if segment != segment.strip():
            raise InvalidAddressError("it has a segment that begins or ends with a space")
