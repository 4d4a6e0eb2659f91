"""The menu of all chapters and the contents of a page, as lists that the templates write.

The theme has Sphinx write the whole menu for each page, and reads it again as HTML to change it,
which takes a fifth of a build's time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class Chapter(TypedDict):
    """A page as the menu lists it."""

    name: str
    title: str
    pages: list[Chapter]
    below: set[str]
    """The names of the pages below it."""


def note_chapters(app: Sphinx, env: BuildEnvironment) -> None:
    """Find the chapters, when all pages are read."""
    app.handbook_chapters = list(chapters_below(env, env.config.root_doc))  # type: ignore[attr-defined]


def add_context(app: Sphinx, context: dict[str, Any]) -> None:
    """Hand the chapters and the contents to the templates."""
    context["chapters"] = app.handbook_chapters  # type: ignore[attr-defined]
    context["page_contents"] = contents(context.get("toc", ""))


def chapters_below(env: BuildEnvironment, parent: str) -> Iterator[Chapter]:
    """Yield the pages that a page lists; `policy` lets none be listed twice."""
    for toctree in env.tocs[parent].findall(addnodes.toctree):
        for title, name in toctree["entries"]:
            if name in env.titles:
                pages = list(chapters_below(env, name))
                below = {page["name"] for page in pages}.union(*(page["below"] for page in pages))
                text = title or env.titles[name].astext()
                yield {"name": name, "title": text, "pages": pages, "below": below}


def contents(toc: str) -> str:
    """Return Sphinx's list of a page's sections, without the page's title; "" if it has none."""
    _, _, below = toc.partition("</a>")
    start, end = below.find("<ul>"), below.rfind("</ul>", 0, below.rfind("</li>"))
    return below[start : end + len("</ul>")] if 0 <= start < end else ""
