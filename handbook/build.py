"""What the handbook's parts share in a build: its warnings, its builders, and what it remembers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard
from urllib.parse import quote, urljoin

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Set

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)


class Warnings(StrEnum):
    """The handbook's warnings; `suppress_warnings` knows them as `handbook.<value>`."""

    ANCHOR = "anchor"
    """A heading, figure, or table has no address that lasts."""
    AUTHORITY = "authority"
    """A page does not say whose authority it has, or says it wrongly."""
    FILE = "file"
    """A file that a page may not use, or that may not be a page."""
    ICON = "icon"
    """The theme has no such icon as a page shows."""
    LIMIT = "limit"
    """A page, or something on it, is too large."""
    OUTPUT = "output"
    """A finished page holds something that may not be published."""
    REFUSED = "refused"
    """A page uses markup that the handbook does not allow."""
    STYLE = "style"
    """A page breaks the house style."""
    THEME_CHANGED = "theme_changed"
    """A file of the theme, which one of our templates replaces, has changed."""
    UNREADABLE = "unreadable"
    """A page could not be read."""


def warn(kind: Warnings, file: str | os.PathLike[str], line: int, message: str) -> None:
    """Log one warning with its file and line."""
    logger.warning("%s", message, location=f"{file}:{line}", type="handbook", subtype=kind.value)


def makes_pages(builder: Builder) -> TypeGuard[StandaloneHTMLBuilder]:
    """Tell whether a builder makes pages for a browser: `html`, `dirhtml`, `singlehtml`.

    E-book and help builders make HTML too, but have a theme and rules of their own.
    """
    return isinstance(builder, StandaloneHTMLBuilder) and not builder.embedded


def after_pages(app: Sphinx, act: Callable[[Sphinx], None], priority: int = 500) -> None:
    """Act at the end of each build that has made pages, and that nothing has stopped."""

    def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
        if not exception and makes_pages(app.builder):
            act(app)

    app.connect("build-finished", on_build_finished, priority)


def page_url(app: Sphinx, docname: str) -> str:
    """The address of a page of a site whose address is known."""
    base = f"{app.config.html_baseurl.rstrip('/')}/"
    return urljoin(base, quote(app.builder.get_target_uri(docname)))


def place_of(node: nodes.Node, page: str) -> tuple[str, int]:
    """The file and the line of a node, or of the nearest node around it that knows its line."""
    place: nodes.Node | None = node
    while place is not None and not place.line:
        place = place.parent
    source = node.source or (place.source if place else None)
    return source or page, (place.line if place else None) or 1


def remembered(env: BuildEnvironment, name: str) -> dict[str, Any]:
    """What an environment remembers under a name of ours, by docname."""
    found: dict[str, Any] = vars(env).setdefault(f"handbook_{name}", {})
    return found


class PageCollector(EnvironmentCollector):
    """Remembers something of each page, so that a build that reads few pages can look at all."""

    name: ClassVar[str]

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is about to be read again, or is gone."""
        del app
        remembered(env, self.name).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment
    ) -> None:
        """Take over the pages that another process has read."""
        del app
        theirs = remembered(other, self.name)
        remembered(env, self.name).update({name: theirs[name] for name in docnames & theirs.keys()})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Do nothing, unless there is more to remember than the parser has noted."""
