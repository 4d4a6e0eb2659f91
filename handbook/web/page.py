"""What the templates show about a page: its address, its age, how to edit it and download it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docutils import nodes

from handbook.web import downloads, repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

_DESCRIPTION = 160  # letters: about what search engines show


def note_edit_base(app: Sphinx, config: Config) -> None:
    """Find out where GitHub lets people edit pages."""
    root, branch = Path(app.confdir), config.handbook_branch
    config.handbook_edit_base = repository.edit_base(root, branch, os.environ)


def note_changes(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Date the pages, and return those whose date is no longer what was last written."""
    history = repository.history(Path(app.srcdir), getattr(env, "handbook_history", None))
    env.handbook_history = history  # type: ignore[attr-defined]
    before: dict[str, str] = getattr(env, "handbook_last_changed", {})
    now = {docname: page_date(env, docname, history.dates) for docname in sorted(env.found_docs)}
    env.handbook_last_changed = now  # type: ignore[attr-defined]
    return [docname for docname, date in now.items() if before.get(docname, date) != date]


def page_date(env: BuildEnvironment, docname: str, files: Mapping[str, str]) -> str:
    """Return the date of the newest file that a page is made of, "" if none is known."""
    sources = [str(env.doc2path(docname, base=False)), *map(str, env.dependencies[docname])]
    return max((files.get(Path(source).as_posix(), "") for source in sources), default="")


def add_context(
    app: Sphinx, pagename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add what the templates show to a page's context."""
    config = app.config
    context["description"] = config.handbook_descriptions.get(pagename, "")
    context.update(downloads.urls(config, lambda file: context["pathto"](file, 1)))
    if doctree is not None:
        own = (context.get("meta") or {}).get("description")
        context["description"] = own or description(doctree) or context["title"]
        dates: dict[str, str] = getattr(app.env, "handbook_last_changed", {})
        context["last_changed"] = dates.get(pagename, "")
        if config.handbook_edit_base:
            source = app.env.doc2path(pagename, base=False)
            context["edit_url"] = config.handbook_edit_base + quote(Path(source).as_posix())
    if pagename == getattr(config, "notfound_pagename", None):
        context["known_pages"] = known_pages(app.env, context["pathto"])


def known_pages(env: BuildEnvironment, pathto: Any) -> list[dict[str, str]]:
    """Return the addresses that a page which is not found may have meant."""
    return [
        {
            "title": env.titles[docname].astext(),
            "address": env.metadata[docname].get("permalink") or f"/{docname}",
            "url": pathto(docname),
        }
        for docname in sorted(env.found_docs)
        if docname in env.titles
    ]


def description(doctree: nodes.document) -> str:
    """Return the beginning of a page's own text, for lists of search engines and previews.

    What boxes and the authority line say is left out. The text ends with a sentence if one has a
    fitting length, else between two words.
    """
    text = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.block_quote):
            text = f"{text} {' '.join(paragraph.astext().split())}".strip()
        if len(text) >= _DESCRIPTION:
            break
    if len(text) <= _DESCRIPTION:
        return text
    cut = text[: _DESCRIPTION + 1]
    sentence = max(cut.rfind(f"{sign} ") for sign in ".?!")
    if sentence >= _DESCRIPTION // 3:
        return cut[: sentence + 1]
    return cut[: cut.rfind(" ")].rstrip(",;:") + " …"
