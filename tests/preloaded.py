"""What builds load and learn, for the process that the builds of tests are forked from."""

from __future__ import annotations

import gc
import importlib
import logging
import tempfile
from pathlib import Path

from sphinx.application import builtin_extensions
from sphinx.cmd.build import build_main

from handbook import PARTS
from tests.building import keep_templates

MODULES = (
    *builtin_extensions,
    "alabaster",
    "docutils.languages.en",
    "docutils.parsers.rst.directives.admonitions",
    *(f"handbook.{part}" for part in PARTS),
    "jinja2.ext",
    "myst_parser.sphinx_ext.main",
    "myst_parser.sphinx_ext.mathjax",
    "notfound.extension",
    "sphinx.cmd.build",
    "sphinx.jinja2glue",
    "sphinx.writers.latex",
    "sphinx.writers.manpage",
    "sphinx.writers.texinfo",
    "sphinx.writers.text",
    "sphinx_accessible_pdf.builder",
    "sphinx_accessible_pdf.tagging",
    "sphinx_book_theme",
    "sphinx_design.extension",
    "sphinx_one_wording",
    "sphinx_permalinks",
    "sphinx_permalinks.events",
)

for name in MODULES:
    importlib.import_module(name)
keep_templates()

FILES = {
    "conf.py": """
extensions = ["sphinx_design", "handbook.web"]
html_theme = "sphinx_book_theme"
templates_path = ["."]
""",
    "layout.html": """<html><head>{{ metatags }}
{% for sheet in css_files %}{{ css_tag(sheet) }}{% endfor %}
</head><body>{{ body }}</body></html>""",
    "index.rst": "Title\n=====\n\nText.\n",
}


def build_once(folder: Path) -> None:
    """Compile the expressions and templates that most builds of tests need.

    No PDF: the compiler's threads would be missing in the processes that are forked.
    """
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    build_main(["-Q", "-b", "dirhtml", str(folder), str(folder / "html")])


with tempfile.TemporaryDirectory() as made:
    build_once(Path(made))
# A style of Pygments that the theme loads has everything logged to the terminal.
logging.getLogger().handlers.clear()
logging.getLogger().setLevel(logging.WARNING)
gc.freeze()  # so that the processes share these pages of memory
gc.set_threshold(50_000)  # a tenth of the time of a small build
