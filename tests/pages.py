"""Built pages, parsed once by each process that runs tests."""

from __future__ import annotations

import functools

from bs4 import BeautifulSoup


@functools.cache
def parsed(html: str) -> BeautifulSoup:
    """Parse a page. What is returned is shared: do not change it."""
    return BeautifulSoup(html, "html.parser")
