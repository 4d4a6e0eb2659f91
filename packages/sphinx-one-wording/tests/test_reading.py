from __future__ import annotations

import time

import pytest

from sphinx_one_wording.reading import read

MARKDOWN = """\
---
title: A page
---

(label)=
# A heading
Setext heading
==============

First sentence
goes on. Second, e.g. this *one*, ends here! Third?

- An item with a [link](page.md "Title")
  and {term}`more <term>`.
- Another `code` item

{attribution="Model"}
> A quotation of two
> lines.

```{note}
:class: x

A note.
```

```python
code = "no prose"
```

    an indented code block

:::{admonition} A title
Inside an admonition.
:::

| a cell | another cell |
| --- | --- |
| one | two |

% a comment
<!-- a comment
of two lines -->
![picture](x.svg) with text.[^1]

[^1]: The footnote.

```{include} part.md
```
"""

RST = """\
A heading
=========

First sentence
goes on. Second with ``code`` and `a link <x.html>`_.

- An item with :term:`more <term>`
  of two lines
- Another

.. note::
   :class: x

   A note.

.. code-block:: python

   code = "no prose"

An example::

    no prose

:field: no prose

=====  =====
a      table
=====  =====

.. a comment
   of two lines

.. include:: part.rst

Last.
"""


def test_markdown() -> None:
    source = read("page.md", MARKDOWN)
    assert [(s.line, s.text) for s in source.sentences] == [
        (10, "First sentence goes on."),
        (11, "Second, e.g. this one, ends here!"),
        (11, "Third?"),
        (13, "An item with a link and more."),
        (15, "Another code item"),
        (18, "A quotation of two lines."),
        (24, "A note."),
        (34, "Inside an admonition."),
        (37, "a cell"),
        (37, "another cell"),
        (39, "one"),
        (39, "two"),
        (44, "with text."),
        (46, "The footnote."),
    ]
    assert source.includes == ["part.md"]


def test_restructuredtext() -> None:
    source = read("page.rst", RST)
    assert [(s.line, s.text) for s in source.sentences] == [
        (4, "First sentence goes on."),
        (5, "Second with code and a link."),
        (7, "An item with more of two lines"),
        (9, "Another"),
        (14, "A note."),
        (20, "An example:"),
        (35, "Last."),
    ]
    assert source.includes == ["part.rst"]


@pytest.mark.parametrize("name", ["page.md", "page.rst"])
def test_nothing_is_read_twice_or_makes_the_reader_fail(name: str) -> None:
    assert read(name, "").sentences == []
    assert read(name, "\ufeffText.\r\nMore text.\r\n").sentences[1].line == 2
    for text in ("```", "---\n", "> ", "% wording:", ":::{note}\n---\n", "|", ".. include::", "- "):
        read(name, text)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "](",
        "`",
        "*",
        "_",
        "<a ",
        "{",
        "{term}`",
        "[^",
        ". ",
        '."',
        "a.b.",
        "|",
        "\n",
        "> ",
        ":::\n",
        "e.g. ",
        "    ",
        ":a:`",
    ],
)
@pytest.mark.parametrize("name", ["page.md", "page.rst"])
def test_hostile_text_takes_no_longer_than_its_length(name: str, piece: str) -> None:
    text = piece * (40_000 // len(piece))
    for candidate in (text, f"{text}x", f"[{text}", f"a{text}\n{text}"):
        started = time.process_time()
        read(name, candidate)
        assert time.process_time() - started < 2
