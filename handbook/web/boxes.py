"""Boxes that a template writes, on web pages only: `{filter}`, `{find}`, and `{timer}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from handbook.authority.words import words_of
from handbook.published import on_web, root_from
from handbook.web import downloads

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

NAMES = ("filter", "find", "timer")
"""Each is a directive, and a template in `_templates/html/handbook/`."""


class Box(nodes.General, nodes.Element):
    """The place of a box; `name` is that of its template."""


class BoxDirective(SphinxDirective):
    """Mark the place of a box."""

    def run(self) -> list[nodes.Node]:
        """Return the mark, which other builders leave out."""
        return [on_web(Box(name=self.name, docname=self.env.docname))]


def visit_box(self: HTML5Translator, node: Box) -> None:
    """Write the box."""
    builder, docname = self.builder, node["docname"]
    root = root_from(builder, docname)
    context = {
        **builder.globalcontext,
        "pathto": lambda target: builder.get_relative_uri(docname, target),
        "words": words_of(builder.app),
        **downloads.urls(builder.config, lambda file: root + file),
        **downloads.facts(builder.env),
    }
    self.body.append(builder.templates.render(f"handbook/{node['name']}.html", context))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_node(Box, html=(visit_box, None))
    for name in NAMES:
        app.add_directive(name, BoxDirective)
