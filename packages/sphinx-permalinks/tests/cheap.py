"""Importing this makes small builds cheap: what is the same in each is made once in a process.

To compile the templates takes half the time of a small build. Of the rest, half is for sidebars,
the files of the theme, the search for installed themes, and the options of Docutils. A build with
several processes would look only every 20 ms whether they have finished.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from time import sleep
from types import SimpleNamespace
from typing import Any

from docutils.frontend import OptionParser
from sphinx import theming
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import parallel
from sphinx.util.logging import SphinxLoggerAdapter

from tests.templates import keep_templates

_populate = OptionParser.populate_from_components
_parsers: dict[tuple[type, ...], dict[str, Any]] = {}


def _populate_once(parser: OptionParser, components: tuple[Any, ...]) -> None:
    # The first component is the parser itself.
    kinds = tuple(one if isinstance(one, type) else type(one) for one in components[1:])
    if kinds not in _parsers:
        _populate(parser, components)
        _parsers[kinds] = vars(parser).copy()
    vars(parser).update(_parsers[kinds])
    parser.defaults = parser.defaults.copy()


def _no_sidebars(_builder: StandaloneHTMLBuilder, _page: str, context: dict[str, Any]) -> None:
    context["sidebars"] = []


keep_templates()
OptionParser.populate_from_components = _populate_once  # type: ignore[method-assign, assignment]
StandaloneHTMLBuilder.copy_theme_static_files = lambda *_arguments: None  # type: ignore[method-assign]
StandaloneHTMLBuilder.add_sidebars = _no_sidebars  # type: ignore[method-assign, assignment]
theming.entry_points = cache(entry_points)  # type: ignore[attr-defined, assignment]
theming.entry_points(group="sphinx.html_themes")  # type: ignore[attr-defined]
SphinxLoggerAdapter.debug = lambda *_arguments, **_options: None  # type: ignore[method-assign]
parallel.time = SimpleNamespace(sleep=lambda _seconds: sleep(0.001))  # type: ignore[attr-defined, assignment]
