"""What tests read of built pages; each process parses a page once."""

from __future__ import annotations

import functools
from pathlib import Path

from bs4 import BeautifulSoup


@functools.cache
def parsed(html: str) -> BeautifulSoup:
    """Parse a page. What is returned is shared: do not change it."""
    return BeautifulSoup(html, "html.parser")


def is_redirect(page: Path) -> bool:
    """Tell the pages that are published at permalinks, and lead on to where the text is."""
    return '<meta http-equiv="refresh"' in page.read_text("utf-8")
