"""A timer for the discussion of an Important Question, on web pages: `{timer}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from handbook.authority.words import words_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator


class TimerBox(nodes.General, nodes.Element):
    """The place of the timer."""


class Timer(SphinxDirective):
    """Shows the timer where there is a script to run it."""

    def run(self) -> list[nodes.Node]:
        """Mark the place."""
        only = addnodes.only(expr="html and not epub")
        only += TimerBox()
        return [only]


def visit_timer(self: HTML5Translator, _node: TimerBox) -> None:
    """Write the timer; its script is timer.js."""
    words = words_of(self.builder.app)
    names = ("label", "minutes", "start", "stop", "running", "over")
    context = {name: words("timer", name) for name in names}
    self.body.append(self.builder.templates.render("handbook/timer.html", context))
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_node(TimerBox, html=(visit_timer, None))
    app.add_directive("timer", Timer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
