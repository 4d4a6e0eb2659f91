"""Let a quoted sentence be cited like a heading: with a mark that leads to its anchor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from handbook.common import makes_pages

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

_QUOTE = re.compile(r'<blockquote\b[^>]*\bid="([^"]+)"[^>]*>.*?</blockquote>', re.DOTALL)


def mark_quotes(
    app: Sphinx,
    pagename: str,  # noqa: ARG001
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add marks to the quotes of a page that have an anchor."""
    if doctree is not None and "body" in context and makes_pages(app.builder):
        context["body"] = _QUOTE.sub(lambda found: marked(found[0], found[1]), context["body"])


def marked(quote: str, anchor: str) -> str:
    """Return a quote with a mark at its end, behind the name of its source.

    Args:
        quote: The quote's HTML.
        anchor: Its identifier, as it stands in the HTML.
    """
    before, end, after = quote.rpartition("</p>")
    mark = f'<a class="headerlink" href="#{anchor}" title="Link to this quote">#</a>'
    return f"{before}{mark}{end}{after}" if end else quote
