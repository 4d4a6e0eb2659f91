"""What builds load, for the process that the builds of tests are forked from."""

from __future__ import annotations

import gc
import importlib

from sphinx.application import builtin_extensions

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
    "sphinx_book_theme",
    "sphinx_design.extension",
    "sphinx_one_wording",
    "sphinx_permalinks",
    "sphinx_permalinks.events",
)

for name in MODULES:
    importlib.import_module(name)
keep_templates()
gc.freeze()  # so that the processes share these pages of memory
gc.set_threshold(50_000)  # a tenth of the time of a small build
