"""Pages that are on the site but no part of the handbook: its readers do not come upon them.

Such pages are listed in the menu. But the handbook's last page does not lead on to them, and a
search of the handbook does not find them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.util.matching import Matcher

from handbook_web.builder import makes_pages

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def leave_out_of_search(app: Sphinx, doctree: nodes.document) -> None:
    """Mark a page, as its front matter could, as one that the search index leaves out."""
    del doctree
    docname = app.env.current_document.docname
    if Matcher(app.config.handbook_web_apart)(docname):
        app.env.metadata[docname]["nosearch"] = "true"


def part_ways(
    app: Sphinx,
    pagename: str,
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let no page lead on, or back, from the handbook to a page that is none of it."""
    if doctree is None or not makes_pages(app.builder):
        return
    is_apart = Matcher(app.config.handbook_web_apart)
    _parent, before, after = app.builder.relations.get(pagename, (None, None, None))
    for name, neighbour in (("prev", before), ("next", after)):
        if neighbour and is_apart(neighbour) != is_apart(pagename):
            context[name] = None
