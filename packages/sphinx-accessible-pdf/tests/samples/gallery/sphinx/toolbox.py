"""A module that autodoc reads."""

from __future__ import annotations

LIMIT: int = 3
"""The limit."""


def greet(name: str, *, loud: bool = False) -> str:
    """Say hello.

    :param name: Who is greeted.
    :param loud: Whether to shout.
    :returns: The greeting.
    :raises ValueError: There is no name.
    """
    return name.upper() if loud else name


class Tool:
    """A tool.

    Args:
        weight: Its weight in grams.

    Example:
        >>> Tool(3).weight
        3
    """

    kind: str = "general"
    """What kind it is."""

    def __init__(self, weight: int) -> None:
        self.weight = weight

    @property
    def heavy(self) -> bool:
        """Whether it is heavy."""
        return self.weight > LIMIT

    @classmethod
    async def made(cls, *parts: Tool, **options: int) -> Tool:
        """Make a tool of others."""
        return cls(len(parts) + len(options))


class Hammer(Tool):
    """A tool that hits."""


def undescribed(value: int) -> None: ...
