"""Pages as Typst source: one visitor for each kind of node.

The writer that this one builds on keeps a stack of half-written calls: a visitor pushes one, its
children fill it, and the departing visitor hands it to the call below. What each called function
looks like on paper is decided in `_templates/typst/elements.typ`.
"""
# ruff: noqa: D102  (a visitor is named after the node it writes)

from __future__ import annotations

import os.path
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinxcontrib_typstbuilder._writer import (
    BlockMarkupFunction,
    TypstTranslator,
    Unprocessed,
)

from .errors import MARK
from .formulas import to_typst
from .glyphs import breakable, breakable_code, printable, substitute
from .markup import boolean, optional, string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils.nodes import Element, Node

    from .builder import PdfBuilder
    from .pages import Page

logger = logging.getLogger(__name__)

_ENUMERATORS = {
    "arabic": "1",
    "loweralpha": "a",
    "upperalpha": "A",
    "lowerroman": "i",
    "upperroman": "I",
}
_LENGTH = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>px|pt|mm|cm|in|em|%|)")
_POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels are an inch, as are 72 points
_TAG = re.compile(r"<[^>]*>")


class Passage(Unprocessed):  # type: ignore[misc]
    """Text that no call holds.

    What would be an argument of a call, such as the title of a box, is printed where it comes.
    """

    @property
    def named_params(self) -> Passage:
        """Take a named argument as text."""
        return self

    @property
    def positional_params(self) -> Passage:
        """Take an argument as text."""
        return self

    def append(self, value: str) -> None:
        """Print an argument."""
        self.body.append(f"#par{value}\n" if value.startswith("[") else f"#{value}\n")

    def __setitem__(self, _name: str, value: str) -> None:
        self.append(value)


class Table(BlockMarkupFunction):  # type: ignore[misc]
    """A table, whose cells come one after another, row by row."""

    def __init__(self, node: Element) -> None:
        super().__init__(name="data-table")
        self.widths: list[int] = []
        self.widths_given = "colwidths-given" in node["classes"]
        self.cells: list[str] = self.positional_params

    def to_text(self) -> str:
        """Write the call."""
        columns = ", ".join(f"{w}fr" if self.widths_given else "auto" for w in self.widths)
        self.named_params["columns"] = f"({columns},)"
        return str(super().to_text())


class BookTranslator(TypstTranslator):  # type: ignore[misc]
    """Writes one page of the book.

    Attributes:
        page: The page that is written.
        anchors: Every place that was written, with the label under which it stands.
        wanted: Every place that was linked to, with the node that links.
        uses: For each place where a term is explained, the places here that use the term.
    """

    def __init__(self, document: nodes.document, builder: PdfBuilder, page: Page) -> None:
        document["template"] = ""
        super().__init__(document, builder)
        self.page = page
        self.pending_labels: list[str] = []
        self.anchors: dict[str, str] = {}
        self.wanted: list[tuple[str, Node]] = []
        self.uses: dict[str, list[str]] = {}
        self._depth = 0
        self._headings = 0
        self._footnotes: dict[str, Element] = {
            name: node for node in document.findall(nodes.footnote) for name in node["ids"]
        }
        self._noted: set[str] = set()
        self._in_note = False
        self._explained: set[str] = set()
        self._named_glyphs: set[str] = set()
        self._cited: set[str] = set()

    def body(self) -> str:
        """Return the page as Typst source."""
        return str(self.curr_elements[0].to_text())

    # ---- Places ----

    def place(self, name: str) -> str:
        """Name a place of this page as the whole book knows it."""
        return f"{self.page.docname}#{name}"

    def label_refs(self, labels: Iterable[str]) -> list[str]:
        """Note that these places are written here."""
        places = [self.place(name) for name in labels]
        self.anchors.update((place, place) for place in places)
        return places

    def add_pending_labels(self, labels: Iterable[str]) -> None:
        """Note places that will be written with the next call."""
        self.pending_labels += self.label_refs(labels)

    def visit_document(self, _node: Element) -> None:
        self.anchors[self.page.docname] = self.page.docname
        self.pending_labels.append(self.page.docname)

    def depart_document(self, _node: Element) -> None:
        if self.pending_labels:
            self.append_block_fun(None, name="nothing")
            self.absorb_fun_in_body()

    def append_block_fun(self, node: Element | None, *args: Any, **kwargs: Any) -> None:
        """Begin a call that makes a block, and note where the block comes from."""
        self._mark(node)
        super().append_block_fun(node, *args, **kwargs)

    def _mark(self, node: Element | None) -> None:
        if node is not None and node.line:
            source = Path(os.path.relpath(node.source or self.document["source"], self.srcdir))
            self.curr_element().body.append(f"\n{MARK}{source.as_posix()}:{node.line}\n")

    @property
    def srcdir(self) -> Path:
        """The folder of the sources."""
        return Path(self.builder.srcdir)

    # ---- What is not known, and what is no text ----

    def unknown_visit(self, node: Node) -> None:
        """Warn of a node that has no visitor; what it holds is printed all the same."""
        logger.warning(
            "the PDF has no form for the node %r; its text is printed as it stands",
            node.__class__.__name__,
            location=_place_of(node),
            type="pdf",
            subtype="unknown_node",
        )
        self.append_unprocessed(None)

    def unknown_departure(self, _node: Node) -> None:
        """Leave a node that has no visitor."""
        self.absorb_fun_in_body()

    def append_unprocessed(self, node: Element | None, *args: Any, **kwargs: Any) -> None:
        """Begin a passage of text that no call holds."""
        if node is not None:
            self.add_pending_labels(node["ids"])
        self.append_el(Passage(*args, **kwargs))

    def _pass(self, _node: Element) -> None:
        """Go on to what the node holds."""

    def _skip(self, _node: Element) -> None:
        """Leave the node out: it holds no text of the page."""
        raise nodes.SkipNode

    visit_comment = visit_pending = visit_system_message = visit_toctree = _skip
    visit_highlightlang = visit_meta = visit_index = visit_fontawesome = _skip
    visit_substitution_definition = visit_tabular_col_spec = _skip
    visit_PassthroughTextElement = depart_PassthroughTextElement = _pass  # noqa: N815
    visit_hlist = depart_hlist = visit_hlistcol = depart_hlistcol = _pass

    def visit_raw(self, node: Element) -> None:
        formats = node.get("format", "").split()
        source = node.astext()
        if "html" in formats:
            self._print_html(source, node)
        elif "typst" in formats:
            self.curr_element().body.append(f"{source}\n")
        raise nodes.SkipNode

    def _print_html(self, source: str, node: Element) -> None:
        text = _TAG.sub("", re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)).strip()
        tags = [tag for tag in _TAG.findall(source) if not tag.startswith(("<!--", "</"))]
        body = self.curr_element().body
        if 'type="checkbox"' in source:
            body.append(f"#checkbox({boolean('checked=' in source)})")
        elif re.fullmatch(r"<br\s*/?>", source.strip()):
            body.append('#" "#linebreak()')
        elif text or tags:
            logger.warning(
                "HTML in the text is not printed as HTML; write it in Markdown: %s",
                source.strip(),
                location=_place_of(node),
                type="pdf",
                subtype="raw_html",
            )
            self._print(text, node)

    # ---- Headings ----

    def visit_section(self, node: Element) -> None:
        self.add_pending_labels(node["ids"])
        self._depth += 1

    def depart_section(self, _node: Element) -> None:
        self._depth -= 1

    def visit_title(self, node: Element) -> None:
        if not isinstance(node.parent, nodes.section):
            self.append_markup_arg(node)
            return
        label, *others = self.pending_labels
        self.pending_labels = []
        self.anchors.update((other, label) for other in others)
        name, parameters = "section", {"name": string(label)}
        if not self._headings:
            name = "chapter" if self.page.level == 1 else "page-head"
            parameters |= {
                "number": optional(self.page.number or None),
                "permalink": optional(self.page.permalink),
                "url": optional(self.page.url),
            }
        if name != "chapter":
            parameters["level"] = str(self.page.level + self._depth - 1)
        self._headings += 1
        self.append_block_fun(node, name=name, named_params=parameters)

    def depart_title(self, node: Element) -> None:
        if isinstance(node.parent, nodes.section):
            self.absorb_fun_in_body()
            return
        title = self.pop_el()
        self.curr_element().named_params["title"] = title

    def visit_rubric(self, node: Element) -> None:
        if self._labels_its_parent(node):
            self.append_markup_arg(node)
        else:
            self.append_block_fun(node, name="rubric")

    def depart_rubric(self, node: Element) -> None:
        if self._labels_its_parent(node):
            label = self.pop_el()
            self.curr_element().named_params["label"] = label
        else:
            self.absorb_fun_in_body()

    def _labels_its_parent(self, node: Element) -> bool:
        parent = node.parent
        return _is_labeled(parent) and parent.children[0] is node

    # ---- Text ----

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802
        self._print(breakable(node.astext().replace("\n", " ")), node)

    def _print(self, text: str, node: Node) -> None:
        self.curr_element().body.append(f"#{self.string(text, node)}")

    def string(self, text: str, node: Node) -> str:
        """Write text as Typst, with words in the place of characters that cannot be printed.

        Args:
            text: The text.
            node: Where it comes from, for the warning.
        """
        missing = sorted(self.builder.missing_glyphs.intersection(text) - self._named_glyphs)
        for character in missing:
            words = substitute(character)
            if words:
                logger.warning(
                    "no typeface of the book has the character %s (U+%04X); it is printed as %r",
                    character,
                    ord(character),
                    words,
                    location=_place_of(node),
                    type="pdf",
                    subtype="glyph",
                )
        self._named_glyphs.update(missing)
        return string(printable(text, self.builder.missing_glyphs))

    def visit_literal(self, node: Element) -> None:
        if "kbd" in node["classes"]:
            self.append_inline_fun(node, name="kbd")
        else:
            self.append_inline_fun(node, name="literal")

    def visit_inline(self, node: Element) -> None:
        if "sd-badge" in node["classes"]:
            self.append_inline_fun(node, name="badge")
        elif {"accelerator", "menuselection", "guilabel", "versionmodified"} & set(node["classes"]):
            super().visit_inline(node)
        else:
            self.append_unprocessed(node)

    def visit_abbreviation(self, node: Element) -> None:
        text, explanation = node.astext(), node.get("explanation")
        parameters = {}
        in_signature = isinstance(node.parent, addnodes.desc_sig_element)
        if explanation and text not in self._explained and not in_signature:
            parameters["explanation"] = self.string(explanation, node)
            self._explained.add(text)
        self.append_inline_fun(node, name="abbreviation", named_params=parameters)

    def depart_abbreviation(self, _node: Element) -> None:
        self.absorb_fun_in_body()

    def visit_problematic(self, node: Element) -> None:
        self.append_inline_fun(node, name="unresolved")

    def depart_problematic(self, _node: Element) -> None:
        self.absorb_fun_in_body()

    # ---- Links ----

    def visit_reference(self, node: Element) -> None:
        self.append_inline_fun(node, name="link")
        call = self.curr_element()
        in_heading = isinstance(node.parent, nodes.title)
        target = self._internal_target(node)
        if target is not None:
            self.wanted.append((target, node))
            call.name = "see"
            call.positional_params.append(string(target))
            if in_heading or self._was_cited_above(target, node):
                call.named_params["page"] = "false"
            elif _is_term(node):
                uses = self.uses.setdefault(target, [])
                use = self.place(f"use-{len(uses)}-{target}")
                uses.append(use)
                call.name = "term-link"
                call.positional_params.append(string(use))
            return
        url = node.get("refuri", "")
        address = url.removeprefix("mailto:")
        call.positional_params.append(string(url))
        if in_heading or node.astext() in {url, address}:
            call.name = "address"
        else:
            call.name = "web-in-note" if self._in_note else "web"
            call.positional_params.append(self.string(breakable(address), node))

    def _was_cited_above(self, target: str, node: Node) -> bool:
        """Tell whether a quote names a document whose page the authority line has given."""
        if _is_inside(node, nodes.container):
            self._cited.add(target)
        return _is_inside(node, nodes.attribution) and target in self._cited

    def _internal_target(self, node: Element) -> str | None:
        if "refid" in node:
            return self.place(node["refid"])
        url: str = node.get("refuri", "")
        if url.startswith("%"):
            return url[1:]
        if url.startswith("#"):
            return self.place(url[1:])
        return None

    def visit_download_reference(self, node: Element) -> None:
        self.append_inline_fun(
            node,
            name="download",
            positional_params=[string(node.get("refuri") or node.get("reftarget", ""))],
        )

    def depart_download_reference(self, _node: Element) -> None:
        self.absorb_fun_in_body()

    # ---- Footnotes: each is printed where it is called, so that it stands on that page ----

    def visit_footnote_reference(self, node: Element) -> None:
        name = node.get("refid")
        footnote = self._footnotes.get(name)
        if footnote is None:
            self.append_unprocessed(node)
            self.curr_element().body.append(f"#super({string(node.astext())})")
            self.absorb_fun_in_body()
            raise nodes.SkipNode
        label = f"label({string('note:' + self.place(name))})"
        self.append_inline_fun(node, name="footnote")
        if name in self._noted:
            self.curr_element().positional_params.append(label)
        else:
            self._noted.add(name)
            self._in_note = True
            for child in footnote.children:
                child.walkabout(self)
            self._in_note = False
        self.absorb_fun_in_body()
        if name is not None and not self.curr_element().body[-1].endswith(f"({label})"):
            self.curr_element().body.append(f"#{label}")
        raise nodes.SkipNode

    def visit_footnote(self, node: Element) -> None:
        if self._noted.intersection(node["ids"]):
            raise nodes.SkipNode
        self.append_unprocessed(node)

    def visit_transition(self, node: Element) -> None:
        # The rule that MyST draws above the footnotes at the end of a page.
        if "footnotes" in node["classes"]:
            raise nodes.SkipNode
        super().visit_transition(node)

    # ---- Blocks ----

    def visit_paragraph(self, node: Element) -> None:
        pictures = node.children and all(isinstance(c, nodes.image) for c in node.children)
        runs_in = isinstance(node.parent, nodes.definition) and node is node.parent.children[0]
        if pictures or runs_in:  # a picture is a block, which no paragraph can hold
            self._mark(node)
            self.append_unprocessed(node)
        else:
            super().visit_paragraph(node)
            call = self.curr_element()
            if getattr(call, "name", "") != "par":
                return
            following = node.next_node(siblings=True, descend=False)
            notes = self._notes_in(node)
            if notes:
                call.name = "noted-par"
                call.named_params["notes"] = str(notes)
            elif node.astext().endswith(":") and isinstance(following, nodes.Element):
                call.name = "lead-in"

    def visit_block_quote(self, node: Element) -> None:
        parameters = {}
        if _is_adopted(node):
            before = node.previous_sibling()
            while isinstance(before, nodes.comment):
                before = before.previous_sibling()
            parameters = {"adopted": "true", "continued": boolean(_is_adopted(before))}
        self.append_block_fun(node, name="quotation", named_params=parameters)

    def _notes_in(self, node: Element) -> int:
        """Count the numbered notes that a paragraph calls."""
        if self._in_note:
            return 0
        links = [self._internal_target(link) for link in node.findall(nodes.reference)]
        return links.count(None) + len(list(node.findall(nodes.footnote_reference)))

    def visit_container(self, node: Element) -> None:
        if "authority" in node["classes"]:
            self.append_block_fun(node, name="authority")
        elif _is_labeled(node):
            self.append_block_fun(node, name="labeled", named_params={"label": "none"})
        else:
            self.append_unprocessed(node)

    def depart_container(self, _node: Element) -> None:
        self.absorb_fun_in_body()

    def visit_line(self, node: Element) -> None:
        self.append_inline_fun(node, name="line_block_line", force_body=True)

    # ---- Lists ----

    def visit_bullet_list(self, node: Element) -> None:
        if "cards" in node["classes"]:
            self.append_block_fun(node, name="cards")
        elif "contains-task-list" in node["classes"]:
            self.append_block_fun(node, name="tasks")
        else:
            by_itself = isinstance(node.parent, nodes.section)
            self.append_block_fun(node, name="points" if by_itself else "list")

    def visit_enumerated_list(self, node: Element) -> None:
        enumerator = _ENUMERATORS.get(node.get("enumtype", "arabic"), "1")
        pattern = f"{node.get('prefix', '')}{enumerator}{node.get('suffix') or '.'}"
        by_itself = isinstance(node.parent, nodes.section)
        self.append_block_fun(
            node,
            name="numbered-points" if by_itself else "enum",
            named_params={"start": str(node.get("start", 1)), "numbering": string(pattern)},
        )

    def visit_definition_list_item(self, node: Element) -> None:
        self.append_block_code_fun(node, name="definition")

    def visit_term(self, node: Element) -> None:
        self.append_markup_arg(node)

    def depart_term(self, _node: Element) -> None:
        term = self.pop_el()
        call = self.curr_element()
        before = call.named_params.get("term")
        call.named_params["term"] = f'{before} + " " + linebreak() + {term}' if before else term

    def visit_classifier(self, node: Element) -> None:
        self.append_markup_arg(node)

    def depart_classifier(self, _node: Element) -> None:
        classifier = self.pop_el()
        call = self.curr_element()
        call.named_params["term"] = f"{call.named_params['term']} + [: ] + emph({classifier})"

    # ---- Figures, tables, code, formulas ----

    def visit_figure(self, node: Element) -> None:
        self.append_block_fun(node, name="titled-picture")

    def visit_legend(self, node: Element) -> None:
        self.append_markup_arg(node)

    def depart_legend(self, _node: Element) -> None:
        legend = self.pop_el()
        self.curr_element().named_params["legend"] = legend

    def visit_caption(self, node: Element) -> None:
        if isinstance(node.parent, nodes.container):
            self.append_block_fun(node, name="code-caption")
        else:
            self.append_markup_arg(node)

    def depart_caption(self, node: Element) -> None:
        if isinstance(node.parent, nodes.container):
            self.absorb_fun_in_body()
        else:
            super().depart_caption(node)

    def visit_image(self, node: Element) -> None:
        path = self.builder.images.get(node["uri"])
        words = node.get("alt", "").strip()
        decorative = "decorative" in node["classes"]
        if not words and not decorative:
            words = f"Picture: {Path(node['uri']).name}"
            logger.warning(
                "the picture %s has no words that stand for it: give it an alternative text, "
                "or the class 'decorative'",
                node["uri"],
                location=_place_of(node),
                type="pdf",
                subtype="no_alt",
            )
        if path is None:  # Sphinx has warned that there is no such file
            self._print(words, node)
            raise nodes.SkipNode
        in_text = isinstance(node.parent, nodes.TextElement) and len(node.parent) > 1
        parameters = {
            "alt": self.string(words, node),
            "width": self._length(node, "width"),
            "height": self._length(node, "height"),
            "decorative": "true" if decorative else None,
            "in-text": "true" if in_text else None,
        }
        self.append_inline_fun(
            node,
            name="picture",
            positional_params=[string(f"/figures/{path}")],
            named_params=parameters,
        )

    def _length(self, node: Element, side: str) -> str | None:
        value = node.get(side)
        if value is None and isinstance(node.parent, nodes.figure):
            value = node.parent.get(side)
        if value is None:
            return None
        match = _LENGTH.fullmatch(value)
        if match is None:
            logger.warning(
                "the picture's %s %r is not understood; it keeps its own size",
                side,
                value,
                location=_place_of(node),
                type="pdf",
                subtype="length",
            )
            return None
        if match["unit"] in {"px", ""}:
            return f"{float(match['number']) * _POINTS_PER_PIXEL:g}pt"
        return match[0].replace(" ", "")

    def visit_table(self, node: Element) -> None:
        table = Table(node)
        table.labels = self.label_refs(node["ids"]) + self.pending_labels
        self.pending_labels = []
        self.append_el(table)

    def visit_colspec(self, node: Element) -> None:
        self.curr_element().widths.append(node["colwidth"])
        raise nodes.SkipNode

    def visit_entry(self, node: Element) -> None:
        super().visit_entry(node)
        columns = list(node.parent.parent.parent.findall(nodes.colspec))
        column = node.parent.index(node)
        if column < len(columns) and columns[column].get("stub"):
            self.curr_element().name = "row-title"

    def visit_literal_block(self, node: Element) -> None:
        language = node.get("language", "default")
        self.append_block_fun(
            node,
            name="code",
            positional_params=[self.string(breakable_code(node.astext()), node)],
            named_params={"lang": string(language)} if language not in {"default", "none"} else {},
        )
        self.absorb_fun_in_body()
        raise nodes.SkipNode

    visit_doctest_block = visit_literal_block

    def visit_math(self, node: Element) -> None:
        self._print_math(node, block=False)

    def visit_math_block(self, node: Element) -> None:
        self._print_math(node, block=True)

    def _print_math(self, node: Element, *, block: bool) -> None:
        source = node.astext()
        formula = to_typst(source)
        if formula is None:
            logger.warning(
                "the formula is not understood, and is printed as it is written: %s",
                source,
                location=_place_of(node),
                type="pdf",
                subtype="formula",
            )
        number = f"({node['number']})" if node.get("number") else None
        self.append_inline_fun(
            node,
            name="formula",
            positional_params=[self.string(source, node), optional(formula)],
            named_params={"block": boolean(block), "number": optional(number)},
        )
        self.absorb_fun_in_body()
        raise nodes.SkipNode


def _place_of(node: Node) -> Node:
    """Find the node, or the nearest one around it, whose line in the source is known."""
    place: Node | None = node
    while place is not None and not place.line:
        place = place.parent
    return place or node


def _is_inside(node: Node, kind: type[Node]) -> bool:
    parent = node.parent
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parent
    return parent is not None


def _is_adopted(node: Node | None) -> bool:
    return isinstance(node, nodes.block_quote) and "quoted" in node["classes"]


def _is_term(node: Element) -> bool:
    return any("std-term" in child["classes"] for child in node.findall(nodes.inline))


def _is_labeled(node: Node) -> bool:
    """Tell what the web page hides behind a tab's label or a title that unfolds it."""
    return isinstance(node, nodes.container) and node.get("design_component") in {
        "tab-item",
        "dropdown",
    }
