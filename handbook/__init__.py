"""The handbook's own Sphinx extension: what only this handbook needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbook import (
    anchors,
    authority,
    book,
    calendar,
    data,
    endings,
    epub,
    forms,
    policy,
    published,
    record,
    roster,
    sections,
    style,
    web,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register every part with Sphinx."""
    for part in (
        policy,
        data,
        endings,
        authority,
        anchors,
        style,
        book,
        epub,
        published,
        forms,
        calendar,
        record,
        roster,
        sections,
        web,
    ):
        part.setup(app)
    return {
        "version": "1.0",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
