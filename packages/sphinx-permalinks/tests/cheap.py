"""Importing this makes small builds cheap: what is the same in each is made once in a process.

Compiling the templates takes half the time of a small build; sidebars, the files of the theme, and
the search for installed themes take a third of the rest. A build with several processes would check
only every 20 ms whether they have finished.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from time import sleep
from types import SimpleNamespace
from typing import Any

from sphinx import theming
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import parallel

from tests.templates import keep_templates


def _no_sidebars(_builder: StandaloneHTMLBuilder, _page: str, context: dict[str, Any]) -> None:
    context["sidebars"] = []


keep_templates()
StandaloneHTMLBuilder.copy_theme_static_files = lambda *_arguments: None  # type: ignore[method-assign]
StandaloneHTMLBuilder.add_sidebars = _no_sidebars  # type: ignore[method-assign, assignment]
theming.entry_points = cache(entry_points)  # type: ignore[attr-defined, assignment]
theming.entry_points(group="sphinx.html_themes")  # type: ignore[attr-defined]
parallel.time = SimpleNamespace(sleep=lambda _seconds: sleep(0.001))  # type: ignore[attr-defined, assignment]
