"""What a permalink is: parsed, checked, and folded to the key by which two are compared.

Pure: no Sphinx, no file system.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

# RFC 3986, section 3.3: what a path segment may hold unescaped (pchar), and the slash.
_PATH_SAFE = "/!$&'()*+,;=:@-._~"

# The common case, already in its normal form: nothing to decode, fold or refuse.
_PLAIN = re.compile(r"/(?:[a-z0-9_-]+(?:/[a-z0-9_-]+)*)?")

# A path that percent-encoding leaves as it is.
_UNQUOTED = re.compile(r"[A-Za-z0-9/_.~-]*")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_PLACEHOLDER = re.compile(r"/:\w+")

# Names longer than this cannot be stored by the usual file systems, in bytes.
_SEGMENT_MAX = 255
# Far beyond any address that a person cites, well below what web servers accept.
_LENGTH_MAX = 1000

# Joiners are part of the spelling of some languages; other invisible characters only disguise.
_JOINERS = "\u200c\u200d"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class InvalidAddressError(ValueError):
    """An address breaks a rule. The message says which, as a clause that begins with "it"."""


class Address(NamedTuple):
    """A place on the site, below the site's own root.

    Attributes:
        path: The address as it is shown: it begins with a slash, is decoded, in Unicode
            normal form C, and ends in no slash (but for the root itself, "/").
        key: What remains when spelling is folded. Equal keys are the same address.
    """

    path: str
    key: str

    @property
    def file(self) -> str:
        """Where a page must lie, relative to the output folder, to be opened at the address."""
        if self.path[-5:].lower() == ".html":
            return self.path[1:]
        return f"{self.path[1:]}/index.html" if len(self.path) > 1 else "index.html"

    @property
    def uri(self) -> str:
        """The address as a percent-encoded path without the first slash (RFC 3986)."""
        path = self.path[1:]
        return path if _UNQUOTED.fullmatch(path) else quote(path, safe=_PATH_SAFE)

    @property
    def folder_uri(self) -> str:
        """Like `uri`, but spelt so that no web server needs to add the folder's slash."""
        return self.uri if len(self.path) == 1 or self.file == self.path[1:] else f"{self.uri}/"


def parse(value: object) -> Address:
    """Read an address as people write it in front matter.

    The form is that of Jekyll and jekyll-redirect-from: a path below the site's root. The
    first and the last slash may be missing. Percent-encoding is decoded once (RFC 3986,
    section 2.1), so that no rule can be got round by encoding.

    Args:
        value: What the front matter holds, of whatever type.

    Returns:
        The address.

    Raises:
        InvalidAddressError: If it is no path below the root; the message names the rule.
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value) and len(value) <= _SEGMENT_MAX:
        return Address(value, value)
    if value is None or value == "":
        raise InvalidAddressError("it is empty")
    if not isinstance(value, str):
        raise InvalidAddressError(f"it is {_kind(value)}, not text")
    text = value.strip()
    if not text:
        raise InvalidAddressError("it is empty")
    if len(text) > _LENGTH_MAX:
        raise InvalidAddressError(f"it is longer than {_LENGTH_MAX} characters")
    text = unicodedata.normalize("NFC", _decoded(text))
    _refuse_other_than_path(text)
    path = "/" + "/".join(segment for segment in text.split("/") if segment)
    _refuse_bad_segments(path)
    return Address(path, fold(path))


def natural(docname: str) -> Address:
    """Give the address that a page has by its place in the source folder.

    It does not depend on the builder: `governance/index` has "/governance", and
    `governance/goals` has "/governance/goals", be the file `goals.html` or `goals/index.html`.

    Args:
        docname: Sphinx's name of the document.

    Returns:
        The address. Docnames are file names, so none is refused.
    """
    path = "/" + docname
    if path.endswith("/index"):
        path = path[:-6] or "/"
    return at(path)


def at(path: str) -> Address:
    """Give the address whose path is this one.

    Args:
        path: What `Address.path` holds; nothing is refused or decoded any more.

    Returns:
        The address.
    """
    return Address(path, path if _PLAIN.fullmatch(path) else fold(path))


def fold(path: str) -> str:
    """Fold a decoded path to the key by which addresses are compared.

    Case is folded as Unicode's canonical caseless matching demands (Unicode Standard,
    section 3.13, D145, with the normal forms of UAX/TR 15). A trailing slash, `index.html`
    and `.html` are left out, since web servers serve the same page with and without them.

    Args:
        path: A path that begins with a slash.

    Returns:
        The key; folding it again changes nothing.
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


def _kind(value: object) -> str:
    kinds = {
        bool: "a truth value",
        int: "a number",
        float: "a number",
        date: "a date",
        datetime: "a date",
        list: "a list",
        dict: "a mapping",
    }
    return kinds.get(type(value), "a value of another kind")


def _decoded(text: str) -> str:
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise InvalidAddressError("it is percent-encoded in something other than UTF-8") from None
    except UnicodeEncodeError:
        raise InvalidAddressError("it has half a surrogate pair, which is no character") from None
    if _ESCAPE.search(decoded):
        raise InvalidAddressError("it is percent-encoded twice")
    return decoded


def _refuse_other_than_path(text: str) -> None:
    """Refuse what a URL may have beside a path (RFC 3986, section 3), and what hides."""
    if any(unicodedata.category(c) in _INVISIBLE and c not in _JOINERS for c in text):
        raise InvalidAddressError("it has a control or invisible character")
    if "\\" in text:
        raise InvalidAddressError("it has a backslash; folders are parted by /")
    if text.startswith("//"):
        raise InvalidAddressError("it has a host (//...); write the path only")
    if _PLACEHOLDER.search("/" + text):
        raise InvalidAddressError("it has a placeholder (/:...), which Jekyll alone fills in")
    if _SCHEME.match(text):
        raise InvalidAddressError("it has a scheme (such as https:); write the path only")
    if "?" in text:
        raise InvalidAddressError("it has a query (?...)")
    if "#" in text:
        raise InvalidAddressError("it has a fragment (#...)")


def _refuse_bad_segments(path: str) -> None:
    for segment in path.split("/"):
        if segment in {".", ".."}:
            raise InvalidAddressError(f"it has a {segment} segment; write the path in full")
        if len(segment.encode()) > _SEGMENT_MAX:
            raise InvalidAddressError(f"it has a part longer than {_SEGMENT_MAX} bytes")
        if segment != segment.strip():
            raise InvalidAddressError("it has a part that begins or ends with a space")
