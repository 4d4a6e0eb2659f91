"""Keeps each warning on one line, whatever a page puts into it.

GitHub obeys commands such as `::error::` at the start of a line of the log, and a terminal obeys
escape sequences.
"""

from __future__ import annotations

import logging

from sphinx.util.logging import NAMESPACE


def one_line(text: str) -> str:
    """Return a message on one line, without characters that a terminal could obey."""
    words = " ".join(text.split()) if len(text.splitlines()) > 1 else text
    plain = "".join(c if c.isprintable() else repr(c)[1:-1] for c in words)
    return plain.replace("##[", "## [")


class OneLineFilter(logging.Filter):
    """Rewrites a record after Sphinx's own filters have put its location in front."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the record on one line."""
        text = one_line(record.getMessage())
        record.msg = f"./{text}" if text.startswith("::") else text
        record.args = ()
        if hasattr(record, "location"):
            record.location = None
        return True


def watch() -> None:
    """Rewrite what is logged as a warning or an error."""
    for handler in logging.getLogger(NAMESPACE).handlers:
        if handler.level >= logging.WARNING:
            handler.addFilter(OneLineFilter())
