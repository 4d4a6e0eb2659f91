"""Kinds of content, each in a small project: nothing is lost, and no rule is broken."""

# ruff: noqa: E501  (a source is easier to read in one piece)

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import page
import pytest

from sphinx_accessible_pdf.testing.layout import overlaps
from sphinx_accessible_pdf.testing.reading import TaggedPdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Build


class Kind(NamedTuple):
    """A kind of content: its source, and the texts that the PDF must have."""

    source: str
    texts: tuple[str, ...]
    conf: str = ""
    warnings: tuple[str, ...] = ()
    files: dict[str, str] = {}  # noqa: RUF012


RST = "extensions = ['sphinx_accessible_pdf'{}]\n"
LONG = "\n".join(f"   * - row {number}\n     - text" for number in range(90))
MODULE = '''
"""A module."""

def greet(name: str, loud: bool = False) -> str:
    """Say hello.

    :param name: Who is greeted.
    :returns: The greeting.
    """
    return name

def undescribed(value): ...

class Base:
    """A base."""

class Derived(Base):
    """A class derived from it."""
'''
PATH = "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\n"

SPOILER = """
from docutils import nodes
from docutils.parsers.rst import Directive

class spoiler(nodes.General, nodes.Element): pass

class Spoiler(Directive):
    has_content = True
    def run(self):
        return [spoiler("", nodes.paragraph("", " ".join(self.content)))]

def visit(self, node):
    self.new_state(0)
    self.add_text("Spoiler: ")

def depart(self, node):
    self.end_state(wrap=False)

def setup(app):
    app.add_node(spoiler, text=(visit, depart))
    app.add_directive("spoiler", Spoiler)
"""

KINDS = {
    "long names in tables and the index": Kind(
        ".. list-table::\n   :header-rows: 1\n\n   * - Target\n     - Deprecated\n     - Removed\n"
        "     - Alternatives\n   * - ``sphinx.environment.BuildEnvironment.current_document``\n"
        "     - 8.2\n     - 10.0\n     - ``sphinx.util.docutils.SphinxDirective.environment_of``\n\n"
        ".. index:: sphinx.builders.singlehtml.SingleFileHTMLBuilder.a_very_long_name_of_a_method\n\n"
        ".. index:: sphinx.builders.singlehtml.SingleFileHTMLBuilder.pending_logging_of_a_method\n\n"
        ".. index:: zebra\n\nText.\n",
        ("Deprecated", "sphinx.environment.BuildEnvironment.current_document", "zebra"),
    ),
    "a figure that is longer than a page": Kind(
        ".. graphviz::\n   :caption: Long\n\n   digraph {\n"
        + "".join(f"   a{n} -> b{n}\n" for n in range(90))
        + "   }\n",
        ("a0 -> b0", "a89 -> b89", "Long"),
        RST.format(", 'sphinx.ext.graphviz'") + "graphviz_dot = 'no-such-dot'\n",
    ),
    "a link in a table header that repeats": Kind(
        ".. list-table::\n   :header-rows: 1\n\n"
        "   * - `Link <https://example.org/head>`__ [#n]_\n     - Other\n"
        + LONG
        + "\n\n.. [#n] A note.\n",
        ("https://example.org/head", "A note.", "row 89"),
    ),
    "a link without text": Kind(
        "See [](https://example.org/empty).\n", ("See https://example.org/empty.",)
    ),
    "an API entry without a description": Kind(
        ".. py:function:: bare()\n\n.. py:data:: nothing\n\n.. c:function:: int add(int a, int b)\n",
        ("bare()", "nothing", "int add(int a, int b)"),
    ),
    "links in headings, on the next page too": Kind(
        "`Part <https://example.org/part>`__\n-------------------------------------\n\n"
        + "".join(f"Paragraph {n}.\n\n" for n in range(70)),
        ("Part", "Paragraph 69."),
    ),
    "links in a table of many columns": Kind(
        ".. list-table::\n\n"
        + "".join(
            f"   * - {'     - '.join(f':ref:`f{n}{m}() <end>`' + chr(10) for m in range(5))}"
            for n in range(4)
        )
        + "\n"
        + "".join(f"Paragraph {n}.\n\n" for n in range(70))
        + ".. _end:\n\nThe end\n-------\n",
        ("f00() f01() f02()",),
    ),
    "places that only HTML marks": Kind(
        "# A\n\n<span id=\"spot\"></span>\n\n<a name='other'></a>\n\n## Same\n\nText.\n",
        ("Same Text.",),
    ),
    "an extension's node with visitors for text": Kind(
        ".. spoiler:: The butler did it.\n",
        ("Spoiler: The butler did it.",),
        PATH + RST.format(", 'spoiler'"),
        files={"spoiler.py": SPOILER},
    ),
    "nested optional parameters": Kind(
        ".. py:function:: f(a[, b[, c]])\n\n   Does it.\n", ("f(a [, b [, c]])", "Does it.")
    ),
    "parameters and types": Kind(
        ".. py:function:: f(x: int = 3, *args, **kw) -> dict[str, int]\n\n"
        ".. py:class:: Box[T](item)\n\n   .. py:method:: open()\n      :async:\n",
        ("f(x: int = 3, *args, **kw) → dict[str, int]", "class Box[T](item)", "async open()"),
    ),
    "signatures of several lines": Kind(
        ".. cpp:function:: template<typename T> int f(T x)\n\n   Text.\n",
        ("template<typename T>", "int f(T x)"),
    ),
    "todos that are not shown": Kind(
        ".. todo:: Secret plan.\n\nShown.\n", ("Shown.",), RST.format(", 'sphinx.ext.todo'")
    ),
    "todos that are shown": Kind(
        ".. todo:: An open plan.\n\n.. todolist::\n",
        ("Todo An open plan.",),
        RST.format(", 'sphinx.ext.todo'") + "todo_include_todos = True\n",
    ),
    "autodoc": Kind(
        ".. automodule:: sample_module\n   :members:\n   :undoc-members:\n",
        ("greet(name: str, loud: bool = False) → str", "Who is greeted.", "undescribed(value)"),
        PATH + RST.format(", 'sphinx.ext.autodoc'"),
        files={"sample_module.py": MODULE},
    ),
    "autosummary": Kind(
        ".. autosummary::\n\n   sample_module.greet\n",
        ("greet(name[, loud])", "Say hello."),
        PATH + RST.format(", 'sphinx.ext.autodoc', 'sphinx.ext.autosummary'"),
        files={"sample_module.py": MODULE},
    ),
    "line numbers and emphasized lines": Kind(
        ".. code-block:: python\n   :linenos:\n   :lineno-start: 41\n   :emphasize-lines: 2\n\n"
        "   first = 1\n   second = 2\n\n   if second:\n       third = 3\n",
        ("first = 1", "second = 2", "third = 3"),
    ),
    "captions of figures, tables and code with numbers": Kind(
        ".. figure:: dot.svg\n   :alt: A dot\n   :name: dot\n\n   The dot.\n\n"
        ".. table:: The table\n   :name: tab\n\n   == ==\n   a  b\n   == ==\n   1  2\n   == ==\n\n"
        ".. code-block:: python\n   :caption: The code\n   :name: cod\n\n   pass\n\n"
        "See :numref:`dot`, :numref:`tab` and :numref:`cod`.\n",
        (
            "Fig. 1 The dot.",
            "Table 1 The table",
            "Listing 1 The code",
            "See Fig. 1, Table 1 and",
        ),
        RST.format("") + "numfig = True\n",
        files={"dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'},
    ),
    "captions of toctrees": Kind(
        ".. toctree::\n   :caption: Getting started\n\n   two\n\n"
        ".. toctree::\n   :caption: Going further\n\n   three\n",
        ("Getting started", "Going further"),
        files={"two.rst": "Two\n===\n", "three.rst": "Three\n=====\n"},
    ),
    "numbered toctrees": Kind(
        ".. toctree::\n   :numbered:\n\n   two\n",
        ("1 Two", "1.1 Inside"),
        files={"two.rst": "Two\n===\n\nInside\n------\n\nText.\n"},
    ),
    "lists of the web in a toctree": Kind(
        ".. toctree::\n\n   two\n   genindex\n   modindex\n   search\n",
        ("1 Two",),
        files={"two.rst": "Two\n===\n"},
    ),
    "a page without a title": Kind(
        ".. toctree::\n\n   no-title\n",
        ("1 No title", "Just text."),
        files={"no-title.rst": "Just text.\n"},
        warnings=(
            "no-title.rst: WARNING: this page has no title; 'No title' is printed as its title "
            "[accessiblepdf.no_title]",
        ),
    ),
    "Brazilian Portuguese": Kind(
        ".. note:: Texto.\n", ("Nota Texto.",), RST.format("") + "language = 'pt_BR'\n"
    ),
    "a region": Kind(".. note:: Text.\n", ("Note Text.",), RST.format("") + "language = 'en-US'\n"),
    "production lists": Kind(
        '.. productionlist::\n   sum: `number` "+" `number`\n   number: "1"\n',
        ('sum ::= number "+" number', 'number ::= "1"'),
    ),
    "a glossary": Kind(
        ".. glossary::\n\n   Term\n   Other term\n      Its meaning.\n\nSee :term:`Term`.\n",
        ("Term Other term Its meaning.", "See Term."),
    ),
    "options, fields, and verse": Kind(
        "-a, --all FILE  Take all.\n\n:Author: A. Person\n\n| One\n|   two\n",
        ("-a, --all FILE Take all.", "Author: A. Person", "One", "two"),
    ),
    "citations and footnotes": Kind(
        "One [#a]_, again [#a]_, and [Ref1]_.\n\n.. [#a] The note.\n.. [Ref1] The reference.\n",
        ("The note.", "[Ref1] The reference."),
    ),
    "version changes": Kind(
        ".. versionadded:: 1.2\n   It is new.\n\n.. deprecated:: 2.0\n",
        ("Added in version 1.2: It is new.", "Deprecated since version 2.0"),
    ),
    "boxes": Kind(
        ".. danger:: Hot.\n\n.. admonition:: Own title\n\n   Text.\n\n.. sidebar:: Aside\n   :subtitle: Sub\n\n"
        "   Beside.\n\n.. topic:: Topic\n\n   Of it.\n\n.. seealso:: That.\n\n.. epigraph::\n\n   Words.\n\n   -- Who\n",
        (
            "Danger Hot.",
            "Own title Text.",
            "Aside: Sub Beside.",
            "Topic Of it.",
            "See also That.",
            "Words. Who",
        ),
    ),
    "roles": Kind(
        ":kbd:`Ctrl+C` :menuselection:`A --> B` :guilabel:`&Save` :abbr:`PDF (Portable Document Format)` "
        ":file:`/a/{b}` :samp:`x{y}` :pep:`8` :rfc:`1149` :command:`ls` H\\ :sub:`2`\\ O "
        ":manpage:`ls(1)` :dfn:`new`\n\n.. centered:: Middle\n\n.. hlist::\n\n   * left\n   * right\n\n"
        ".. rubric:: Rubric\n\n.. acks::\n\n   * Thank you\n",
        (
            "Ctrl+C A ‣ B Save PDF (Portable Document Format) /a/b xy PEP 8",
            "Middle",
            "Rubric",
        ),
    ),
    "tables with cells that span": Kind(
        "+---+---+---+\n| a | b | c |\n+===+===+===+\n| 1     | 2 |\n+---+---+---+\n| 3 | 4     |\n+---+-------+\n\n"
        ".. csv-table::\n   :header-rows: 1\n   :stub-columns: 1\n\n   key, value\n   k, v\n",
        ("a b c", "key value k v"),
    ),
    "math without the extra or with it": Kind(
        ".. math:: e = mc^2\n   :label: einstein\n\nSee :eq:`einstein` and :math:`a`.\n",
        ("See (1) and a",),
    ),
    "right to left": Kind(
        "שלום עולם\n",
        ("םלוע םולש",),  # read in the order in which it is drawn
        RST.format("") + "language = 'he'\n",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_of_content(make_book: Callable[..., Build], name: str) -> None:
    kind = KINDS[name]
    is_markdown = kind.source.startswith(("See [](", "# "))
    start = "# Start\n\n" if is_markdown else "Start\n=====\n\n"
    index = "index.md" if is_markdown else "index.rst"
    conf = kind.conf or (RST.format(", 'myst_parser'" if is_markdown else ""))

    made = make_book({index: start + kind.source, **kind.files}, conf=conf)

    assert made.code == 0, made.output
    assert tuple(made.warnings) == kind.warnings
    text = TaggedPdf(made.pdf).root.text
    for words in kind.texts:
        assert words in text
    assert "Secret" not in text
    assert list(overlaps(made.pdf)) == []
    for profile in ("ua1", "2a"):
        report = page.validate_pdf(made.pdf, profile=profile)
        assert [(failure.rule_id, failure.message) for failure in report.failures] == []


DOT = """#!/usr/bin/env python3
import sys
sys.stdin.read()
if "-V" not in sys.argv:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="60pt"><circle r="9"/></svg>'
    out = [a[2:] for a in sys.argv if a.startswith("-o")][0]
    open(out, "w").write(svg)
"""
GRAPHS = """\
Start
=====

.. graphviz::
   :alt: A leads to B

   digraph { A -> B }

.. inheritance-diagram:: sample_module.Derived
"""


def test_graphs_are_drawn(make_book: Callable[..., Build], tmp_path: Path) -> None:
    dot = tmp_path / "dot"
    dot.write_text(DOT)
    dot.chmod(0o755)
    extensions = ", 'sphinx.ext.graphviz', 'sphinx.ext.inheritance_diagram'"
    conf = PATH + RST.format(extensions) + f"graphviz_dot = {str(dot)!r}\n"

    made = make_book({"index.rst": GRAPHS, "sample_module.py": MODULE}, conf=conf)

    assert made.code == 0, made.output
    described = [str(f.attributes["/Alt"]) for f in TaggedPdf(made.pdf).root.all("Figure")]
    assert described == ["A leads to B", "Inheritance of sample_module.Derived"]


def test_without_dot_the_code_of_a_graph_is_printed(make_book: Callable[..., Build]) -> None:
    conf = RST.format(", 'sphinx.ext.graphviz'") + "graphviz_dot = 'no-such-dot'\n"

    made = make_book({"index.rst": GRAPHS.partition(".. inheritance")[0]}, conf=conf)

    assert made.code == 0, made.output
    assert "no-such-dot" in made.output
    assert "digraph { A -> B }" in TaggedPdf(made.pdf).root.text
