"""Keeps quotations true: each is whole sentences of a reference text, one after the other.

The reference texts are in `texts/`, one sentence to a line; `texts/SHA256SUMS` has their digests.
A document without a reference text cannot be quoted. CODEOWNERS names who reviews that folder, so
that a page and the text it quotes are not changed together unnoticed.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ConfigError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_STRAIGHT = str.maketrans({0x201C: '"', 0x201D: '"', 0x2018: "'", 0x2019: "'"})


def folded(text: str) -> str:
    """Return text without what only typesetting adds."""
    return " ".join(text.translate(_STRAIGHT).split())


def reference_texts(digests: Path) -> dict[str, list[str]]:
    """Read the sentences of each document that can be quoted, by its short name.

    Raises:
        ConfigError: A text is missing, or is not the one whose digest was recorded.
    """
    try:
        return _read(digests, digests.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{digests}: the texts that pages quote cannot be read: {error}"
        ) from error


@functools.cache
def _read(digests: Path, _changed: int) -> dict[str, list[str]]:
    texts = {}
    for line in digests.read_text("ascii").splitlines():
        digest, name = line.split()
        if Path(name).name != name:
            raise ValueError(f"{name!r} is not a file name")
        content = (digests.parent / name).read_bytes()
        if hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest() != digest:
            problem = "is not the text that was reviewed; compare it with the document, then run"
            raise ValueError(f"{name} {problem} sha256sum *.txt > {digests.name}")
        texts[Path(name).stem] = [folded(each) for each in content.decode("utf-8").splitlines()]
    return texts


def quotation_problem(quoted: str, document: str, texts: dict[str, list[str]]) -> str | None:
    """Say why a quotation cannot be shown as a document's words, or None."""
    if document not in texts:
        known = ", ".join(sorted(texts)) or "none"
        return f"{document} cannot be quoted, for no text of it was reviewed; with a text: {known}"
    sentences, rest = texts[document], folded(quoted)
    for start, first in enumerate(sentences):
        if rest == first or rest.startswith(f"{first} "):
            for end in range(start + 1, len(sentences) + 1):
                if rest == " ".join(sentences[start:end]):
                    return None
    return (
        f"this is not in the reviewed text of {document}, word for word and in whole sentences; "
        "correct it, or write it without '>'"
    )


def check_texts(app: Sphinx) -> None:
    """Stop before any page is read if a reference text is not the reviewed one."""
    if digests := app.config.handbook_quotable:
        reference_texts(Path(app.srcdir, digests))
