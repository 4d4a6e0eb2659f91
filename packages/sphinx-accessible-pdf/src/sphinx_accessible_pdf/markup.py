"""Typst source: literals, and the calls that pages are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"},
)

BODY = ""
ARGUMENT = "*"


def string(text: str) -> str:
    """Write a string literal.

    Nothing between its quotes is markup or code. All text of a page goes through here, so that
    none of it can become a program.
    """
    return f'"{text.translate(_ESCAPES)}"'


def optional(text: str | None) -> str:
    """Write a string literal, or `none`."""
    return "none" if text is None else string(text)


def boolean(value: object) -> str:
    """Write `true` or `false`."""
    return "true" if value else "false"


def array(items: list[str]) -> str:
    """Write an array of expressions."""
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


@dataclass
class Call:
    """A call of a Typst function that is still being written.

    Attributes:
        name: The function; empty for text that goes to where the call would.
        to: Where it goes in the call around it: `BODY`, `ARGUMENT`, or a parameter's name.
        block: Whether it is a block of its own, not a part of a line.
        has_body: Whether the function takes a body.
        named: Arguments by name; those that are None are left out.
        arguments: Arguments by position.
        body: The content.
    """

    name: str
    to: str = BODY
    block: bool = False
    has_body: bool = True
    named: dict[str, str | None] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        body = "".join(self.body)
        if not self.name:
            return body if self.to == BODY else f"[{body}]"
        named = [f"{name}: {value}" for name, value in self.named.items() if value is not None]
        arguments = ", ".join(named + self.arguments)
        return f"{self.name}({arguments})" + (f"[{body}]" if self.has_body else "")
