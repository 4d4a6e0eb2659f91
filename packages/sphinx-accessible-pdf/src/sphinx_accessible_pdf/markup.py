"""Values of Python as Typst writes them."""

from __future__ import annotations

_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"},
)


def string(text: str) -> str:
    """Write a Typst string literal.

    Between its quotes nothing is markup or code, so that no text of a page, however hostile,
    can become a program: all text goes through here.
    """
    return f'"{text.translate(_ESCAPES)}"'


def optional(text: str | None) -> str:
    """Write a Typst string literal, or `none`."""
    return "none" if text is None else string(text)


def boolean(value: object) -> str:
    """Write a Typst truth value."""
    return "true" if value else "false"
