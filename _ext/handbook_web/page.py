"""What the templates show about a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def add_context(
    app: Sphinx,
    pagename: str,  # noqa: ARG001
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Add the page's permanent address to its template's context.

    The permalinks extension may have done so already; then its word counts.
    """
    permalink = (context.get("meta") or {}).get("permalink")
    if permalink and "permalink" not in context:
        context["permalink"] = permalink
        base = getattr(app.config, "permalinks_baseurl", "") or app.config.html_baseurl
        context["permalink_url"] = base.rstrip("/") + permalink if base else ""
