"""Keeps the glossary's entries in the search index: Sphinx 9 forgets those of unchanged pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handbook.common import makes_pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def keep_entries(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Take over what the index of the last build says of pages that this build did not write."""
    builder = app.builder
    indexer = getattr(builder, "indexer", None)
    if not makes_pages(builder) or indexer is None:
        return
    index = Path(app.outdir, builder.searchindex_filename or "")
    try:
        with index.open(encoding="utf-8") as stream:
            before = builder.indexer_format.load(stream)
        docnames, entries = before["docnames"], before["indexentries"]
    except (OSError, ValueError, KeyError, TypeError):
        return  # the first build, or an index that Sphinx, too, makes anew
    known: dict[str, list[tuple[str, str, str]]] = indexer._index_entries
    written = set(known)
    for entry, places in entries.items():
        for number, anchor, is_main in places:
            if docnames[number] not in written and docnames[number] in app.env.all_docs:
                main = "main" if is_main else ""
                known.setdefault(docnames[number], []).append((entry, anchor, main))
    yield from ()
