"""How the builder behaves: what it says, what it writes, what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import page
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

import sphinx_accessible_pdf
from sphinx_accessible_pdf import builder, formulas
from sphinx_accessible_pdf.testing.layout import overlaps
from sphinx_accessible_pdf.testing.reading import TaggedPdf, open_tagged

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Build

    MakeBook = Callable[..., Build]

START = {
    "index.md": "# Start\n\nSee [two](two.md).\n\n```{toctree}\n:hidden:\n\ntwo\n```\n",
    "two.md": "# Two\n\nText.\n",
}


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_handbook_builds_without_a_warning_and_tells_the_time(make_book: MakeBook) -> None:
    made = make_book(START, "-n", "-W")

    assert made.code == 0, made.output
    assert re.search(r"book\.pdf: compiled in \d+\.\d\d s", made.output)
    assert "WARNING" not in made.output


def test_two_builds_are_the_same_bytes(make_book: MakeBook) -> None:
    first = make_book(START, "-E", SOURCE_DATE_EPOCH="1700000000").pdf.read_bytes()
    second = make_book(START, "-E", SOURCE_DATE_EPOCH="1700000000").pdf.read_bytes()
    later = make_book(START, "-E", SOURCE_DATE_EPOCH="1700086400").pdf.read_bytes()

    assert first == second
    assert first != later


def test_the_clock_is_never_asked(make_book: MakeBook) -> None:
    read = TaggedPdf(make_book(START, SOURCE_DATE_EPOCH="1700000000").pdf)

    assert str(read.pdf.docinfo["/CreationDate"]).startswith("D:20231114")


def test_nothing_is_written_outside_the_output(make_book: MakeBook, tmp_path: Path) -> None:
    made = make_book(START)

    beside = {name for name in files_below(tmp_path) if not name.startswith("out/")}
    assert beside == {"source/conf.py", "source/index.md", "source/two.md"}
    assert made.pdf.is_file()


def test_what_was_printed_before_does_not_come_back(make_book: MakeBook) -> None:
    make_book(START)
    made = make_book({"index.md": "# Start\n", "two.md": "---\norphan: true\n---\n# Two\n"})

    assert files_below(made.out / "book" / "pages") == {"index.typ"}
    assert "Two" not in TaggedPdf(made.pdf).root.text


def test_a_failed_build_names_the_line_and_leaves_the_old_book(make_book: MakeBook) -> None:
    before = make_book(START).pdf.read_bytes()

    picture = {"broken.svg": "<svg this is not one", "two.md": "# Two\n\nA.\n\n![x](broken.svg)\n"}
    made = make_book({**START, **picture})

    assert made.code == 1
    assert re.search(r"/source/two\.md:5: ERROR: broken\.svg: .*SVG", made.output)
    assert "book.pdf was not written" in made.output
    assert "Traceback" not in made.output
    assert made.pdf.read_bytes() == before

    fixed = make_book(START)
    assert fixed.code == 0


def test_an_error_of_the_design_names_the_file_of_the_design(
    make_book: MakeBook, tmp_path: Path
) -> None:
    design = tmp_path / "design"
    design.mkdir()
    (design / "book.typ").write_text("#let book(meta, terms, body) = body + 1\n")

    made = make_book({"index.md": "% empty\n"}, "-D", f"accessiblepdf_design={design}")

    assert made.code == 1
    assert re.search(r"design/book\.typ:1: ERROR: ", made.output)
    assert "Traceback" not in made.output


def test_a_picture_without_words_is_named_with_its_line(make_book: MakeBook) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    page = "# Start\n\nText.\n\n![](dot.svg)\n\n![a dot](dot.svg)\n"

    made = make_book({"index.md": page, "dot.svg": svg})

    assert made.warnings == [
        "index.md:5: WARNING: the picture dot.svg has no alternative text: say what it "
        "shows, or give it the class 'decorative' [accessiblepdf.no_alt]"
    ]
    figures = TaggedPdf(made.pdf).root.all("Figure")
    assert [str(f.attributes["/Alt"]) for f in figures] == ["Picture: dot.svg", "a dot"]


def test_a_pdf_that_cannot_be_drawn_is_named(make_book: MakeBook) -> None:
    page = "# Start\n\n![A drawing](broken.pdf)\n"

    made = make_book({"index.md": page, "broken.pdf": "no PDF"})

    assert made.code == 0
    (warning,) = made.warnings
    assert warning.startswith("index.md:3: WARNING: the picture broken.pdf cannot be drawn")
    assert warning.endswith("; save it as SVG [accessiblepdf.picture]")
    assert "A drawing" in TaggedPdf(made.pdf).root.text


CHINESE = """\
治理手册
========

.. note:: 委员会公开开会。 并保存 *会议记录*。

**投票** 需要 ``法定人数`` 。参见 `章程 <https://example.org/>`__ 。

.. toctree::

   two
"""


def test_a_package_of_typefaces_prints_chinese(make_book: MakeBook) -> None:
    pytest.importorskip("justmytype_intl_cjk", reason="it is installed in the test matrix alone")
    conf = (
        "language = 'zh_CN'\naccessiblepdf_fonts = ['justmytype_intl_cjk/fonts/ofl/notosanssc']\n"
    )

    made = make_book({"index.rst": CHINESE, "two.rst": "规则\n====\n\n文字。\n"}, conf=conf)

    assert (made.code, made.warnings) == (0, [])
    read = TaggedPdf(made.pdf)
    assert str(read.pdf.Root.Lang) == "zh-CN"
    assert [tag.text for tag in read.root.all("H1")] == ["目录", "治理手册", "1 规则"]
    assert "委员会公开开会。 并保存 会议记录。" in read.root.text
    assert list(overlaps(made.pdf)) == []
    for profile in ("ua1", "2a"):
        assert page.validate_pdf(made.pdf, profile=profile).failures == []


def test_of_diagrams_without_their_program_the_code_is_printed(make_book: MakeBook) -> None:
    pytest.importorskip("sphinxcontrib.mermaid", reason="it is installed in the test matrix alone")
    diagrams = "```{mermaid}\nflowchart one\n```\n\n```{mermaid}\nflowchart two\n```\n"
    conf = "extensions += ['sphinxcontrib.mermaid']\nmermaid_cmd = 'no-such-program'\n"

    made = make_book({"index.md": f"# Diagrams\n\n{diagrams}"}, conf=conf)

    assert made.warnings == [
        "index.md:3: WARNING: Mermaid diagrams are printed as code, because there is no program "
        "'no-such-program': run `npm install -g @mermaid-js/mermaid-cli`, or set mermaid_cmd "
        "[accessiblepdf.graph]"
    ]
    codes = [tag.text for tag in TaggedPdf(made.pdf).root.all("Code")]
    assert codes == ["flowchart one", "flowchart two"]


def test_of_alternatives_for_web_and_latex_the_second_is_printed(make_book: MakeBook) -> None:
    page = """
Pages
=====

.. only:: html

   Words for the web.

.. only:: latex

   Words for print.

.. only:: latex

   Words for LaTeX alone.
"""

    made = make_book({"index.rst": page})

    assert (made.code, made.warnings) == (0, [])
    assert [tag.text for tag in TaggedPdf(made.pdf).root.all("P")][-1:] == ["Words for print."]


def write_emoji_typeface(file: Path) -> None:
    """Draw two emoji in color, as vectors (COLR, as in Noto Color Emoji and Twemoji)."""
    square = TTGlyphPen(None)
    square.moveTo((0, 0))
    for corner in ((0, 800), (800, 800), (800, 0)):
        square.lineTo(corner)
    square.closePath()
    names = [".notdef", "face", "rocket", "layer"]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({0x1F600: "face", 0x1F680: "rocket"})
    font.setupGlyf(dict.fromkeys(names, square.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({"familyName": "Small Emoji", "psName": "SmallEmoji"})
    font.setupOS2()
    font.setupPost()
    font.setupCOLR({"face": [("layer", 0)], "rocket": [("layer", 1)]})
    font.setupCPAL([[(1.0, 0.8, 0.0, 1.0), (0.8, 0.0, 0.0, 1.0)]])
    font.save(file)


def test_a_folder_of_typefaces_prints_emoji_in_color(make_book: MakeBook, tmp_path: Path) -> None:
    (tmp_path / "source" / "fonts").mkdir(parents=True)
    write_emoji_typeface(tmp_path / "source" / "fonts" / "emoji.ttf")

    made = make_book(
        {"index.md": "# Title\n\nA 😀 face, and a 🚀.\n"}, conf="accessiblepdf_fonts = ['fonts']\n"
    )

    assert (made.code, made.warnings) == (0, [])
    assert "A 😀 face, and a 🚀." in TaggedPdf(made.pdf).root.text
    with pypdfium2.PdfDocument(made.pdf) as pdf:
        pixels = bytes(pdf[len(pdf) - 1].render(scale=4).buffer)
    assert b"\x00\xcc\xff" * 9 in pixels  # blue, green, red
    assert b"\x00\x00\xcc" * 9 in pixels
    for profile in ("ua1", "2a"):
        assert page.validate_pdf(made.pdf, profile=profile).failures == []


FRAGILE = """
from docutils import nodes
from docutils.parsers.rst import Directive

class fragile(nodes.General, nodes.Element): pass

class Fragile(Directive):
    def run(self):
        return [fragile("", nodes.paragraph("", "What it holds."))]

def visit(self, node):
    self.body.append(self.builder.no_such_thing)

def setup(app):
    app.add_node(fragile, html=(visit, None))
    app.add_directive("fragile", Fragile)
"""


def test_visitors_for_html_that_fail_do_not_stop_the_build(make_book: MakeBook) -> None:
    conf = "import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\n"
    conf += "extensions.append('fragile')\n"

    made = make_book(
        {"index.rst": "Start\n=====\n\n.. fragile::\n", "fragile.py": FRAGILE}, conf=conf
    )

    assert made.code == 0, made.output
    assert [w.rpartition(" [")[2] for w in made.warnings] == ["accessiblepdf.unknown_node]"] * 2
    assert "AttributeError" in made.warnings[1]
    assert "What it holds." in TaggedPdf(made.pdf).root.text


def test_without_dot_the_code_of_a_graph_is_printed_on_as_many_pages_as_it_needs(
    make_book: MakeBook,
) -> None:
    conf = "extensions.append('sphinx.ext.graphviz')\ngraphviz_dot = 'no-such-dot'\n"
    lines = "".join(f"   a{n} -> b{n}\n" for n in range(90))
    page = f"Start\n=====\n\n.. graphviz::\n   :caption: Long\n\n   digraph {{\n{lines}   }}\n"

    made = make_book({"index.rst": page}, conf=conf)

    assert made.code == 0, made.output
    assert "no-such-dot" in made.output
    text = TaggedPdf(made.pdf).root.text
    assert all(words in text for words in ("a0 -> b0", "a89 -> b89", "Long"))
    assert list(overlaps(made.pdf)) == []


def test_todos_are_printed_only_if_they_are_to_be_shown(make_book: MakeBook) -> None:
    conf = "extensions.append('sphinx.ext.todo')\n"
    page = "Start\n=====\n\n.. todo:: Secret plan.\n\nShown.\n"

    text = TaggedPdf(make_book({"index.rst": page}, conf=conf).pdf).root.text

    assert "Shown." in text
    assert "Secret" not in text


def test_a_page_without_a_title_gets_one_of_its_name(make_book: MakeBook) -> None:
    index = "Start\n=====\n\n.. toctree::\n\n   no-title\n"

    made = make_book({"index.rst": index, "no-title.rst": "Just text.\n"})

    assert made.warnings == [
        "no-title.rst: WARNING: this page has no title; 'No title' is printed as its title "
        "[accessiblepdf.no_title]",
    ]
    assert "1 No title Just text." in TaggedPdf(made.pdf).root.text


@pytest.mark.parametrize(
    ("language", "source", "words"),
    [
        ("pt_BR", ".. note:: Texto.", "Nota Texto."),
        ("en-US", ".. note:: Text.", "Note Text."),
        ("he", "שלום עולם", "םלוע םולש"),  # read in the order in which it is drawn
    ],
)
def test_languages(make_book: MakeBook, language: str, source: str, words: str) -> None:
    conf = f"language = {language!r}\n"

    made = make_book({"index.rst": f"Start\n=====\n\n{source}\n"}, conf=conf)

    assert (made.code, made.warnings) == (0, [])
    assert words in TaggedPdf(made.pdf).root.text


def test_a_decorative_picture_is_not_read_aloud(make_book: MakeBook) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    page = "# Start\n\n```{image} dot.svg\n:class: decorative\n```\n"

    made = make_book({"index.md": page, "dot.svg": svg})

    assert made.warnings == []
    assert TaggedPdf(made.pdf).root.all("Figure") == []


def test_an_unknown_node_is_named_and_its_text_printed(kinds: Build) -> None:
    assert kinds.code == 0
    assert kinds.warnings == [
        "kinds/blocks.md:41: WARNING: the PDF has no form for the node 'riddle'; its text "
        "is printed without one [accessiblepdf.unknown_node]"
    ]
    assert (
        "Unknown title Unknown caption Text of an unknown kind." in open_tagged(kinds.pdf).root.text
    )


def test_html_is_named_and_its_text_printed(make_book: MakeBook) -> None:
    page = (
        "# Start\n\nAn <img> and <i>H<sub>2</sub>O</i> &amp; more.\n\n<!-- unseen -->\n\n"
        "<div>In a *box* &amp;</div>\n"
        "\nText<!-- also unseen -->.\n"
    )
    made = make_book({"index.md": page})

    assert [line.split(": ", 2)[0] for line in made.warnings] == ["index.md:3", "index.md:7"]
    assert all("page's own markup" in line for line in made.warnings)
    text = TaggedPdf(made.pdf).root.text
    assert "An and H2O & more. In a *box* & Text." in text
    assert "unseen" not in text


def test_a_formula_that_is_not_understood_is_printed_as_written(make_book: MakeBook) -> None:
    page = "# Start\n\n```{math}\n\\nonsense{x}\n```\n"

    made = make_book({"index.md": page})

    assert [line.split(": ", 1)[0] for line in made.warnings] == ["index.md:3"]
    assert "[accessiblepdf.formula]" in made.warnings[0]
    assert r"\nonsense{x}" in TaggedPdf(made.pdf).root.text


def test_without_the_extra_one_warning_says_how_to_typeset_formulas(
    make_book: MakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (builder, formulas):
        monkeypatch.setattr(module, "find_spec", lambda _: None)

    made = make_book({"index.rst": "Start\n=====\n\n.. math:: a^2\n\n.. math:: b^2\n"})

    (warning,) = [line for line in made.output.splitlines() if "WARNING" in line]
    assert "pip install sphinx-accessible-pdf[math]" in warning
    assert "a^2 b^2" in TaggedPdf(made.pdf).root.text


def test_a_character_without_a_glyph_is_named_and_said_in_words(make_book: MakeBook) -> None:
    made = make_book({"index.md": "# Start\n\nDone \U0001f389 and \u6cbb.\n"})

    assert made.code == 0
    (warning,) = made.warnings
    assert warning.startswith(
        "index.md:3: WARNING: no typeface has \u6cbb (U+6CBB), \U0001f389 (U+1F389)"
    )
    assert "Done [party popper] and [U+6CBB]." in TaggedPdf(made.pdf).root.text


def test_warnings_can_be_suppressed_by_name(make_book: MakeBook) -> None:
    conf = 'suppress_warnings = ["accessiblepdf.glyph"]\n'

    assert make_book({"index.md": "# Start\n\n\U0001f389\n"}, "-W", conf=conf).code == 0


def test_pages_can_be_left_out_of_the_book(make_book: MakeBook) -> None:
    pages = {
        "index.md": "# Start\n\nSee [the manual](manual/index.md).\n\n"
        "```{toctree}\ntwo\nmanual/index\n```\n",
        "two.md": "# Two\n",
        "manual/index.md": "# Manual\n\n```{toctree}\nmore\n```\n",
        "manual/more.md": "# More\n",
    }
    conf = 'accessiblepdf_exclude = ["manual/**"]\nhtml_baseurl = "https://example.org/en/"\n'
    conf += 'accessiblepdf_html_builder = "dirhtml"\n'

    made = make_book(pages, "-n", "-W", conf=conf)

    assert made.code == 0, made.output
    read = TaggedPdf(made.pdf)
    titles = [tag.text for tag in read.root.all("H1")]
    assert titles == ["Contents", "Start", "1 Two"]
    assert "https://example.org/en/manual/" in read.root.text


def test_a_link_out_of_the_book_is_plain_text_where_the_site_has_no_address(
    make_book: MakeBook,
) -> None:
    pages = {
        "index.md": "# Start\n\nSee [the manual](manual.md).\n\n```{toctree}\nmanual\n```\n",
        "manual.md": "# Manual\n",
    }
    made = make_book(pages, "-n", "-W", conf='accessiblepdf_exclude = ["manual"]\n')

    assert made.code == 0, made.output
    assert "See the manual." in TaggedPdf(made.pdf).root.text


def test_chapters_can_be_put_at_the_end(make_book: MakeBook) -> None:
    pages = {
        "index.md": "# Start\n\n```{toctree}\none\ntwo\n```\n",
        "one.md": "# One\n",
        "two.md": "# Two\n",
    }
    conf = 'accessiblepdf_documents[0]["last"] = ["one"]\n'
    read = TaggedPdf(make_book(pages, conf=conf).pdf)

    assert [tag.text for tag in read.root.all("H1")][1:] == ["Start", "1 Two", "2 One"]


def test_pages_below_a_chapter_are_its_sections(make_book: MakeBook) -> None:
    pages = {
        "index.md": "# Start\n\n```{toctree}\na/index\n```\n",
        "a/index.md": "# A\n\n## Inside A\n\n```{toctree}\nb\n```\n\nAfter the list.\n",
        "a/b.md": "# B\n\n## Inside B\n\nText.\n\n### Deeper\n\nText.\n",
    }
    read = TaggedPdf(make_book(pages).pdf)

    assert [(t.kind, t.text) for t in read.root.all("H1", "H2", "H3", "H4")][1:] == [
        ("H1", "Start"),
        ("H1", "1 A"),
        ("H2", "Inside A"),
        ("H2", "1.1 B"),
        ("H3", "Inside B"),
        ("H4", "Deeper"),
    ]
    assert read.root.text.index("After the list.") < read.root.text.rindex("1.1 B")


def test_the_same_names_on_two_pages_are_two_places(make_book: MakeBook) -> None:
    page = "# {0}\n\nA note.[^n] To [it](#same).\n\n## Same\n\nText of {0}.\n\n[^n]: Note of {0}.\n"
    pages = {
        "index.md": "# Start\n\n```{toctree}\none\ntwo\n```\n",
        "one.md": page.format("One"),
        "two.md": page.format("Two"),
    }
    made = make_book(pages, conf="myst_heading_anchors = 3\n")
    read = TaggedPdf(made.pdf)

    assert made.code == 0, made.output
    assert [note.text for note in read.root.all("Note")] == ["1 Note of One.", "2 Note of Two."]
    assert "(page" not in read.root.text  # each is on the page that links to it


def test_a_wrong_paper_is_named(make_book: MakeBook) -> None:
    made = make_book(START, "-D", "accessiblepdf_paper=foolscap")

    assert made.code != 0
    assert "foolscap" in made.output


def test_the_design_takes_nothing_from_the_network() -> None:
    for file in Path(sphinx_accessible_pdf.__file__).parent.rglob("*.typ"):
        assert "@preview" not in file.read_text()


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", ""])
def test_the_book_cannot_be_written_elsewhere(make_book: MakeBook, name: str) -> None:
    made = make_book(START, conf=f'accessiblepdf_documents[0]["name"] = "{name}"\n')

    assert made.code != 0
    assert "not a plain file name" in made.output
