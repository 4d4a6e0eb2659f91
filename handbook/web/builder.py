"""Which builders this package is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from sphinx.builders.html import StandaloneHTMLBuilder

if TYPE_CHECKING:
    from sphinx.builders import Builder


def makes_pages(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Tell whether a builder makes pages for a browser: `html`, `dirhtml`, `singlehtml`.

    Those for e-books and help viewers make HTML too, but have a theme and rules of their own.
    """
    return isinstance(builder, StandaloneHTMLBuilder) and not builder.embedded
