"""Pages as Typst source.

Each node becomes a call of a Typst function, most of them by the table `FORMS`; a node that needs
more has a visitor. The functions are in the design's `elements.typ`. A visitor begins a call with
`open`, and whatever it left open is closed when the node ends.
"""
# ruff: noqa: D102  (a visitor is named after the node it writes)

from __future__ import annotations

import os.path
import re
import shlex
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import typst
from docutils import nodes
from sphinx import addnodes
from sphinx.locale import admonitionlabels
from sphinx.util import logging
from sphinx.util.docutils import SphinxTranslator
from sphinx.util.images import get_image_size

from .diagnostics import MARK
from .estimates import (
    MOST_WITH_PAGES,
    column_count,
    column_widths,
    height,
    is_pictures,
    is_term,
    wide_enough,
)
from .glyphs import breakable, breakable_code, breakable_in_cell, printable
from .highlighting import lines_of
from .html import paragraphs_of
from .markup import ARGUMENT, BODY, Call, array, boolean, optional, string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils.nodes import Element, Node

    from .builder import AccessiblePdfBuilder
    from .pages import Page

logger = logging.getLogger(__name__)


class Form(NamedTuple):
    """The call that a kind of node becomes; see `Call`."""

    name: str = ""
    to: str = BODY
    block: bool = False


_INLINE = {
    "emphasis": "emph",
    "strong": "strong",
    "subscript": "sub",
    "superscript": "super",
    "title_reference": "emph",
    "literal_emphasis": "literal-emph",
    "manpage": "literal-emph",
    "problematic": "unresolved",
    "desc_inline": "literal",
    "desc_name": "api-name",
    "desc_annotation": "api-keyword",
    "desc_sig_keyword": "api-keyword",
    "desc_parameter": "api-parameter",
}
_BLOCKS = {
    "centered": "centered",
    "citation": "citation",
    "desc": "api-entry",
    "desc_signature": "api-signature",
    "line": "verse-line",
    "line_block": "verse",
    "production": "grammar-line",
    "productionlist": "grammar",
    "versionmodified": "version-change",
}
# What is in a line, by its class.
_FUNCTIONS = {
    **dict.fromkeys(("guilabel", "menuselection", "sd-badge"), "framed"),
    "marked": "highlight",
    "struck": "strike",
    "underlined": "underline",
}
# What is not printed: it is not text of the page, or it is printed elsewhere.
_SKIPPED = (
    *("autosummary_toc", "colspec", "comment", "decoration", "docinfo", "fontawesome"),
    *("highlightlang", "index", "meta", "pending", "substitution_definition", "system_message"),
    *("tabular_col_spec", "toctree"),
)
# What only holds other nodes.
_TRANSPARENT = (
    *("acks", "acronym", "autosummary_table", "citation_reference", "CodeAreaNode", "compound"),
    *("desc_addname", "desc_sig_element", "desc_sig_space", "desc_type", "FancyOutputNode"),
    *("generated", "glossary", "hlist", "hlistcol", "option_string", "PassthroughTextElement"),
    *("row", "start_of_file", "tgroup"),
)
FORMS = {
    **{kind: Form(name) for kind, name in _INLINE.items()},
    **{kind: Form(name, block=True) for kind, name in _BLOCKS.items()},
    "caption": Form(to="caption"),
    "definition": Form(to=ARGUMENT),
    "description": Form(to=ARGUMENT),
    "field_body": Form(to=ARGUMENT),
    "field_name": Form(to="term"),
    "legend": Form(to="legend"),
    "list_item": Form(to=ARGUMENT),
    "option_group": Form(to="term"),
    "subtitle": Form(to="subtitle"),
    "term": Form(to="term"),
    "attribution": Form(to="attribution"),
}
"""The call that each kind of node becomes, by the name of its class."""

_ENUMERATORS = {
    "arabic": "1",
    "loweralpha": "a",
    "upperalpha": "A",
    "lowerroman": "i",
    "upperroman": "I",
}
_LENGTH = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>px|pt|mm|cm|in|em|%|)")
_POINTS_PER_PIXEL = 0.75  # CSS: 96 pixels are an inch, as are 72 points
_TAG = re.compile(r"<[^<>]*>")
_PLACE = re.compile(r"<(a|span)\s+(?:id|name)=[\"']([^\"']+)[\"']\s*/?>")
_HEADING = 3  # lines of text that take as much room as a heading
_HEADED = 6  # lines below a heading that may be kept with it
_ROW = 8  # lines; a higher row of a table may be divided
_ROW_TITLE = 60  # characters; a longer cell is text, not a heading of its row


class PdfTranslator(SphinxTranslator):
    """Writes one page.

    Extensions write their own nodes with `open`, `close`, `text` and `warn`, in visitors that
    they register with `app.add_node(node, accessiblepdf=(visit, depart))`.

    Attributes:
        page: The page that is written.
        anchors: Every place that was written, with the label that it has.
        wanted: Every place that was linked to, with the node that links.
        uses: For each place that explains a term, the places here that use the term.
    """

    builder: AccessiblePdfBuilder

    def __init__(self, document: nodes.document, builder: AccessiblePdfBuilder, page: Page) -> None:
        super().__init__(document, builder)
        self.page = page
        self.anchors: dict[str, str] = {page.docname: page.docname}
        self.wanted: list[tuple[str, Node]] = []
        self.uses: dict[str, list[str]] = {}
        self._calls = [Call("")]
        self._depths: list[int] = []
        self._labels = [page.docname]
        self._sections = 0
        self._cells = 0
        self._in_narrow_column = False
        self._headings = 0
        self._footnotes: dict[str, Element] = {
            name: node for node in document.findall(nodes.footnote) for name in node["ids"]
        }
        self._noted: dict[str, str] = {}
        self._headed: Element | None = None
        self._addresses: dict[str, str] = {}
        self._in_note = False
        self._mentioned: set[str] = {page.docname}
        self._explained: set[str] = set()

    def source(self) -> str:
        """Return the page as Typst source."""
        return str(self._calls[0])

    # ---- Writing calls ----

    def open(
        self,
        name: str = "",
        node: Element | None = None,
        *arguments: str,
        to: str = BODY,
        block: bool = False,
        has_body: bool = True,
        **named: str | None,
    ) -> Call:
        """Begin a call; what follows becomes its content, until it is closed.

        Args:
            name: The Typst function; empty for content that is not in a call of its own.
            node: The node, for its ids and, if `block`, its line in the source.
            arguments: Arguments by position, as Typst expressions.
            to: Where the call goes: `BODY`, `ARGUMENT`, or the name of a parameter.
            block: Whether it makes a block of its own.
            has_body: Whether the function takes a body.
            named: Arguments by name, as Typst expressions; underscores become hyphens, and those
                that are None are left out.
        """
        if node is not None and block:
            self._mark(node)
        call = Call(name, to, block, has_body, {}, list(arguments))
        call.named = {key.replace("_", "-"): value for key, value in named.items()}
        if to == BODY:
            self._put_labels(node)
            self._calls.append(call)
        else:
            self._calls.append(call)
            self._put_labels(node)
        return call

    def _put_labels(self, node: Element | None) -> None:
        """Write the labels that are due, and those of a node, where there is room for them."""
        self._labels += self._label_of(node["ids"]) if node is not None else []
        call = self._calls[-1]
        if not call.name or call.has_body:
            call.body += [f"#mark({string(label)})" for label in self._labels]
            self._labels = []

    def close(self) -> None:
        """End the innermost call and hand it to the one around it."""
        call = self._calls.pop()
        outer = self._calls[-1]
        if call.to == BODY:
            outer.body.append(f"#{call}" if call.name else str(call))
            if call.block:
                outer.body.append("\n")
        elif not outer.name:  # there is no such argument to hand it to: print it where it comes
            outer.body.append(f"#par{call}\n" if not call.name else f"#{call}\n")
        elif call.to == ARGUMENT:
            outer.arguments.append(str(call))
        else:
            outer.named[call.to] = str(call)

    def call(self, name: str, node: Element | None, *arguments: str, **options: Any) -> None:
        """Write a call that has no content from further nodes; see `open`."""
        self.open(name, node, *arguments, **{"has_body": False, **options})
        self.close()

    def text(self, text: str) -> None:
        """Print text in the innermost call."""
        self._calls[-1].body.append(f"#{self.string(text)}")

    def warn(self, message: str, *arguments: object, node: Node, subtype: str) -> None:
        """Warn about a node, with the nearest line in the source that is known."""
        place: Node | None = node
        while place is not None and not place.line:
            place = place.parent
        logger.warning(
            message, *arguments, location=place or node, type="accessiblepdf", subtype=subtype
        )

    def string(self, text: str) -> str:
        """Write a string literal, with words for characters that no typeface has."""
        return string(printable(text, self.builder.missing_glyphs))

    def _mark(self, node: Element) -> None:
        """Note, in a comment, the line of the source that the next block comes from."""
        if node.line:
            source = node.source or self.document["source"]
            path = Path(os.path.relpath(source, self.builder.srcdir)).as_posix()
            self._calls[-1].body.append(f"\n{MARK}{path}:{node.line}\n")

    # ---- Places ----

    def place(self, name: str) -> str:
        """Name a place of this page so that it is unique in the book."""
        return f"{self.page.docname}#{name}"

    def _label_of(self, names: Iterable[str]) -> list[str]:
        places = [self.place(name) for name in names]
        places = [place for place in places if place not in self.anchors]
        self.anchors.update((place, place) for place in places)
        return places

    def _target_of(self, node: Element) -> str | None:
        """Find the place in the book that a reference leads to."""
        if "refid" in node:
            return self.place(node["refid"])
        url: str = node.get("refuri", "")
        if url.startswith("%"):
            return url[1:]
        return self.place(url[1:]) if url.startswith("#") else None

    # ---- Dispatch ----

    def dispatch_visit(self, node: Node) -> None:
        """Visit a node with its visitor, or by the table; close what it leaves open."""
        self._depths.append(len(self._calls))
        try:
            self._visit(node)
        except (nodes.SkipNode, nodes.SkipDeparture):
            self._close_to(self._depths.pop())
            raise

    def dispatch_departure(self, node: Node) -> None:
        """Depart from a node with its visitor, if it has one, and close what is open."""
        for kind in type(node).__mro__:
            method = getattr(self, f"depart_{kind.__name__}", None)
            if method:
                method(node)
                break
        self._close_to(self._depths.pop())
        if node is self._headed:
            self._headed = None
            self.close()

    def _visit(self, node: Any) -> None:
        for kind in type(node).__mro__:
            name = kind.__name__
            method = getattr(self, f"visit_{name}", None)
            if method:
                method(node)
                return
            if name in _SKIPPED:
                raise nodes.SkipNode
            if name in _TRANSPARENT:
                self._put_labels(node)
                return
            if name in FORMS:
                form = FORMS[name]
                function = self._function_for(node) or form.name
                self.open(function, node, to=form.to, block=form.block)
                return
        self.unknown_visit(node)

    def _function_for(self, node: Element) -> str | None:
        """Find the function that the project has for one of a node's classes."""
        functions: dict[str, str] = self.config.accessiblepdf_functions
        return next((functions[name] for name in node["classes"] if name in functions), None)

    def _close_to(self, depth: int) -> None:
        while len(self._calls) > depth:
            self.close()

    def unknown_visit(self, node: Any) -> None:
        """Print a node that has no visitor: as its visitors for text do, or else what it holds."""
        kind = node.__class__.__name__
        paragraphs = []
        if kind in self.builder.visitors("text"):
            paragraphs = re.split(r"\n\s*\n", self.builder.as_text(node))
        else:
            if kind not in self.builder.unknown_kinds:
                self.builder.unknown_kinds.add(kind)
                self.warn(
                    "the PDF has no form for the node %r; its text is printed without one",
                    kind,
                    node=node,
                    subtype="unknown_node",
                )
            if kind in self.builder.visitors("html"):
                paragraphs = self._paragraphs_of_html(node)
        words = " ".join(paragraphs).split()
        if words and words != node.astext().split():
            self._write_paragraphs(paragraphs, node)
            raise nodes.SkipNode
        self.open("", node)

    def _paragraphs_of_html(self, node: Element) -> list[str]:
        try:
            return paragraphs_of(self.builder.as_html(node))
        except Exception as error:  # such visitors can need any part of their own builder
            self.warn(
                "the visitors for HTML of the node %r fail here (%s: %s); what it holds is printed",
                node.__class__.__name__,
                type(error).__name__,
                error,
                node=node,
                subtype="unknown_node",
            )
            return []

    def _write_paragraphs(self, paragraphs: list[str], node: Element) -> None:
        for paragraph in paragraphs:
            if paragraph.strip():
                self.open("" if _is_in_line(node) else "par", node, block=True)
                self.text(" ".join(paragraph.split()))
                self.close()

    # ---- The page and its headings ----

    def visit_document(self, _node: Element) -> None:
        pass

    def depart_document(self, _node: Element) -> None:
        self._put_labels(None)

    def write_title(self, title: str) -> None:
        """Write the heading of a page that has none."""
        self._open_heading(None)
        self.text(title)
        self.close()

    def visit_section(self, node: Element) -> None:
        self._addresses = {}
        self._headed = self._noted_paragraph_below_heading(node)
        if self._headed is not None:
            level = str(self.page.level + self._sections)
            self._calls.append(Call("headed", block=True, named={"level": level}))
        self._labels += self._label_of(node["ids"])
        self._sections += 1

    def _noted_paragraph_below_heading(self, section: Element) -> Element | None:
        """Find the paragraph with notes that follows a heading, if they can be kept together."""
        first = not self._headings and self.page.level == 1
        for child in section.children[1:]:
            if isinstance(child, nodes.paragraph) and self._notes_in(child):
                return child if height(child) <= _HEADED and not first else None
            is_small = isinstance(child, nodes.Element) and height(child) <= _HEADED
            if not (isinstance(child, nodes.Invisible) or (is_small and self._stays(child))):
                return None
        return None

    def _stays(self, node: Node) -> bool:
        """Tell what stays with the block below it."""
        if isinstance(node, nodes.paragraph) and node.astext().rstrip().endswith(":"):
            return True
        holders = nodes.paragraph | nodes.container
        return isinstance(node, holders) and self._function_for(node) is not None

    def depart_section(self, _node: Element) -> None:
        self._sections -= 1

    def visit_title(self, node: Element) -> None:
        if isinstance(node.parent, nodes.section):
            self._open_heading(node)
        else:
            self.open("", node, to="title")

    def _open_heading(self, node: Element | None) -> None:
        # Markup before a section can have taken its name.
        label, *others = self._labels or [self.place(f" {self._headings}")]
        self._labels = []
        self.anchors.update((other, label) for other in others)
        numbers = self.builder.section_numbers.get(self.page.docname, {})
        first, self._headings = not self._headings, self._headings + 1
        if first:
            number = self.builder.chapter_number(self.page)
            shown, url = self.builder.page_address(self.page.docname)
            named = {"number": optional(number), "address": optional(shown), "url": optional(url)}
            name = "chapter" if self.page.level == 1 else "page-head"
            level = self.page.level
        else:
            section: Any = node.parent if node is not None else None
            ids = section["ids"] if section is not None else []
            found = next((numbers[f"#{name}"] for name in ids if f"#{name}" in numbers), None)
            named = {"number": optional(".".join(map(str, found)) if found else None)}
            name, level = "section", self.page.level + max(self._sections, 1) - 1
        if name != "chapter":
            named["level"] = str(level)
        if node is not None:
            self._mark(node)
        self._calls.append(Call(name, block=True, named={"name": string(label), **named}))

    def visit_rubric(self, node: Element) -> None:
        if _is_labeled(node.parent) and node.parent.children[0] is node:
            self.open("", node, to="label")
        else:
            self.open("rubric", node, block=True)

    # ---- Text ----

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802
        if len(self._calls) > 1:
            self._put_labels(None)
        words = node.astext().replace("\n", " ")
        self.text(breakable_in_cell(words) if self._cells else breakable(words))

    def visit_literal(self, node: Element) -> None:
        if _is_in(node, addnodes.production):  # all of a grammar is code
            self._put_labels(node)
        else:
            self.open("kbd" if "kbd" in node["classes"] else "literal", node)

    def visit_literal_strong(self, node: Element) -> None:
        is_plain = _is_in(node, addnodes.production)
        self.open("strong" if is_plain else "literal-strong", node)

    def visit_inline(self, node: Element) -> None:
        functions = (_FUNCTIONS[name] for name in node["classes"] if name in _FUNCTIONS)
        function = self._function_for(node) or next(functions, "")
        if function:
            self.open(function, node)
        else:
            self._put_labels(node)

    def visit_abbreviation(self, node: Element) -> None:
        text, explanation = node.astext(), node.get("explanation")
        named: dict[str, Any] = {}
        if explanation and text not in self._explained and not _is_in_signature(node):
            named["explanation"] = self.string(explanation)
            self._explained.add(text)
        self.open("abbreviation", node, **named)

    # ---- Links ----

    def visit_reference(self, node: Element) -> None:
        in_heading = _is_in(node, nodes.title)
        target = self._target_of(node)
        if target is not None:
            self._open_internal_link(node, target, in_heading=in_heading)
            return
        url = node.get("refuri", "")
        address = url.removeprefix("mailto:")
        if not node.astext().strip() and not list(node.findall(nodes.image)):
            self.open("address", node, string(url))
            self.text(breakable(address))
        elif in_heading or _is_address(node) or _is_in_signature(node):
            self.open("address", node, string(url))
        elif self._in_note:
            self.open("web-in-note", node, string(url), self.string(breakable(address)))
        elif url in self._addresses:
            self.open("web-again", node, string(url), string(self._addresses[url]))
        else:
            self._addresses[url] = number = self._number_note()
            self.open("web", node, string(url), self.string(breakable(address)), string(number))

    def _open_internal_link(self, node: Element, target: str, *, in_heading: bool) -> None:
        self.wanted.append((target, node))
        if is_term(node) and not in_heading:
            uses = self.uses.setdefault(target, [])
            use = self.place(f"use-{len(uses)}-{target}")
            uses.append(use)
            self.open("term-link", node, string(target), string(use))
        else:
            # The page is printed once on each page for each place. It is left out where there is no
            # room for it, and after the names of programs' parts, which the index has.
            page = (
                target not in self._mentioned
                and not in_heading
                and not self._in_narrow_column
                and not (node.children and isinstance(node.children[0], nodes.literal))
                and not _is_in_signature(node)
            )
            self._mentioned.add(target)
            self.open("see", node, string(target), page=boolean(page))
        if not node.astext().strip() and not list(node.findall(nodes.image)):
            self.text(target)

    def visit_download_reference(self, node: Element) -> None:
        name = node.get("refuri") or node.get("reftarget", "")
        self.open("download", node, string(name), string(self._number_note()))

    def visit_target(self, node: Element) -> None:
        self._labels += self._label_of(node["ids"])

    # ---- Footnotes are printed where they are called, so that they are on the same page ----

    def visit_footnote_reference(self, node: Element) -> None:
        name = node.get("refid")
        footnote = self._footnotes.get(name)
        if footnote is None:
            self.open("super", node)
            return
        if name in self._noted:
            self.call("note-call", node, string(self._noted[name]))
            raise nodes.SkipNode
        self._noted[name] = number = self._number_note()
        self.open("note", node, string(number))
        before, self._in_note = self._in_note, True
        for child in footnote.children:
            child.walkabout(self)
        self._in_note = before
        self.close()
        raise nodes.SkipNode

    def _number_note(self) -> str:
        """Count a note; they are numbered through the book."""
        self.builder.notes += 1
        return str(self.builder.notes)

    def visit_footnote(self, node: Element) -> None:
        if self._noted.keys() & node["ids"]:
            raise nodes.SkipNode
        self.open("citation", node, block=True)

    def visit_label(self, node: Element) -> None:
        if isinstance(node.parent, nodes.footnote) and self._in_note:
            raise nodes.SkipNode
        self.open("", node, to="label")

    def visit_transition(self, node: Element) -> None:
        if "footnotes" in node["classes"]:  # MyST draws it above the footnotes
            raise nodes.SkipNode
        self.call("transition", node, block=True)
        raise nodes.SkipNode

    # ---- Blocks ----

    def visit_paragraph(self, node: Element) -> None:
        if is_pictures(node) or _runs_in(node):
            self._mark(node)
            self._put_labels(node)
            return
        function = self._function_for(node)
        if function:
            self.open(function, node, block=True)
            return
        following = node.next_node(siblings=True, descend=False)
        if self._notes_in(node):
            self.open("noted-par", node, block=True, lines=str(height(node)))
        elif node.astext().rstrip().endswith(":") and isinstance(following, nodes.Element):
            self.open("lead-in", node, block=True)
        else:
            self.open("par", node, block=True)

    visit_compact_paragraph = visit_paragraph

    def _notes_in(self, node: Element) -> int:
        """Count the notes that a paragraph or a list calls and that are not printed yet."""
        if self._in_note:
            return 0
        links = (link for link in node.findall(nodes.reference) if self._target_of(link) is None)
        noted = {link.get("refuri") for link in links if not _is_address(link)}
        called = list(node.findall(nodes.footnote_reference))
        return len(noted - self._addresses.keys()) + len(called)

    def visit_container(self, node: Element) -> None:
        function = self._function_for(node)
        if function:
            self.open(function, node, block=True)
        elif "literal-block-wrapper" in node["classes"]:
            self.open("listing", node, block=True, number=self._number_of(node, "code-block"))
        elif _is_labeled(node):
            self.open("labeled", node, block=True)
        else:
            self._put_labels(node)

    def visit_Admonition(self, node: Element) -> None:  # noqa: N802
        title = admonitionlabels.get(node.tagname)
        named: dict[str, Any] = {}
        if title:
            named["title"] = self._words(str(title))
        self.open("admonition", node, block=True, kind=string(node.tagname), **named)

    def visit_seealso(self, node: Element) -> None:
        self.visit_Admonition(node)

    def visit_todo_node(self, node: Element) -> None:
        if not self.config.todo_include_todos:
            raise nodes.SkipNode
        self.visit_Admonition(node)

    def visit_topic(self, node: Element) -> None:
        self.open("admonition", node, block=True, kind=string(node.tagname))

    visit_sidebar = visit_topic

    def visit_block_quote(self, node: Element) -> None:
        function = self._function_for(node) or "quotation"
        self.open(function, node, block=True, lines=self._lines_with_heading(node))

    def _lines_with_heading(self, node: Element) -> str:
        """Estimate how many lines high a block is, with what stays with it above it."""
        siblings = [child for child in node.parent if not isinstance(child, nodes.Invisible)]
        lines = height(node)
        for above in reversed(siblings[: siblings.index(node)]):
            if isinstance(above, nodes.title):
                lines += _HEADING
            elif self._stays(above):
                lines += height(above)
            else:
                break
        return str(lines)

    def _words(self, words: str) -> str:
        return f"[#{self.string(words)}]"

    # ---- Lists ----

    def visit_bullet_list(self, node: Element) -> None:
        name = "points" if isinstance(node.parent, nodes.section) else "list"
        for known, function in (("cards", "cards"), ("contains-task-list", "tasks")):
            if known in node["classes"]:
                name = function
        named: dict[str, str] = {}
        if name == "points":
            named["lines"] = self._lines_with_heading(node)
            if notes := self._notes_in(node):
                named |= {"notes": str(notes), "heights": array([str(height(i)) for i in node])}
        column = node.parent
        if isinstance(column, addnodes.hlistcol) and column.parent.index(column):
            named["marker"] = "goes-on"
        self.open(name, node, block=True, has_body=False, **named)

    def visit_enumerated_list(self, node: Element) -> None:
        enumerator = _ENUMERATORS.get(node.get("enumtype", "arabic"), "1")
        pattern = f"{node.get('prefix', '')}{enumerator}{node.get('suffix') or '.'}"
        name = "numbered-points" if isinstance(node.parent, nodes.section) else "enum"
        self.open(
            name,
            node,
            block=True,
            has_body=False,
            start=str(node.get("start", 1)),
            numbering=string(pattern),
            lines=None if name == "enum" else self._lines_with_heading(node),
        )

    def visit_definition_list(self, node: Element) -> None:
        self.open("definitions", node, block=True, has_body=False)

    visit_field_list = visit_option_list = visit_definition_list

    def visit_definition_list_item(self, node: Element) -> None:
        self.open("definition", node, to=ARGUMENT, has_body=False)

    visit_field = visit_option_list_item = visit_definition_list_item

    def depart_field_name(self, _node: Element) -> None:
        self._calls[-1].body.append(":")

    def depart_term(self, _node: Element) -> None:
        before = self._calls[-2].named.get("term")
        if before:
            self._calls[-1].body.insert(0, f'#{before}#" "#linebreak()')

    def visit_classifier(self, node: Element) -> None:
        self.open("", node, to="term")
        before = self._calls[-2].named.get("term", "[]")
        self._calls[-1].body.append(f"#{before}: ")
        self.open("emph")

    def visit_option(self, node: Element) -> None:
        if node.parent.index(node):
            self._calls[-1].body.append(", ")
        self.open("literal", node)

    def visit_option_argument(self, node: Element) -> None:
        self.text(node.get("delimiter", " "))
        self.open("emph", node)

    # ---- Signatures of programs ----

    def visit_desc_content(self, node: Element) -> None:
        if not node.children:
            raise nodes.SkipNode
        self.open("api-content", node, block=True)

    def visit_desc_signature_line(self, node: Element) -> None:
        if node.parent.index(node):
            self._calls[-1].body.append("#linebreak()")
        self._put_labels(node)

    def visit_desc_returns(self, _node: Element) -> None:
        self.text(" → ")

    def visit_desc_parameterlist(self, node: Element) -> None:
        opening, closing = ("[", "]") if "type" in node.tagname else ("(", ")")
        self.text(opening)
        self._write_parameters(node, first=True)
        self.text(closing)
        raise nodes.SkipNode

    visit_desc_type_parameter_list = visit_desc_parameterlist

    def _write_parameters(self, node: Element, *, first: bool) -> None:
        for child in node.children:
            if child.__class__.__name__ == "desc_optional":
                self.text("[")
                self._write_parameters(child, first=first)  # type: ignore[arg-type]
                self.text("]")
            else:
                if not first:
                    self.text(", ")
                child.walkabout(self)
            first = False

    def visit_desc_type_parameter(self, node: Element) -> None:
        self.open("api-parameter", node)

    # ---- Pictures ----

    def visit_figure(self, node: Element) -> None:
        self.open(
            "titled-picture",
            node,
            block=True,
            number=self._number_of(node, "figure"),
            floats=boolean(any(node.findall(nodes.image))),
        )

    def _number_of(self, node: Element, kind: str) -> str | None:
        """Find the number that `numfig` gives a figure, table or listing."""
        numbers = self.builder.figure_numbers.get(self.page.docname, {}).get(kind, {})
        number = next((numbers[name] for name in node["ids"] if name in numbers), None)
        if number is None:
            return None
        return string(self.config.numfig_format[kind] % ".".join(map(str, number)))

    def visit_image(self, node: Element) -> None:
        path = self.builder.images.get(node["uri"])
        words = node.get("alt", "").strip()
        decorative = "decorative" in node["classes"]
        if not words and not decorative:
            words = f"Picture: {Path(node['uri']).name}"
            self.warn(
                "the picture %s has no alternative text: say what it shows, or give it the class "
                "'decorative'",
                node["uri"],
                node=node,
                subtype="no_alt",
            )
        if path is None and "://" in node["uri"]:  # the reason is in Sphinx's warning
            self.warn(
                "the picture %s was not downloaded; its alternative text is printed",
                node["uri"],
                node=node,
                subtype="picture",
            )
        elif path is not None and path.endswith(".pdf"):
            path = self._draw(node, node["uri"])
        if path is None:  # Sphinx has warned that there is no such file
            self.text(words)
            raise nodes.SkipNode
        in_text = isinstance(node.parent, nodes.TextElement) and len(node.parent) > 1
        self._write_picture(node, path, words, decorative=decorative, in_text=in_text)
        raise nodes.SkipNode

    def _draw(self, node: Element, uri: str) -> str | None:
        """Draw the first page of a PDF: the standards allow no PDF inside a PDF."""
        try:
            return self.builder.draw(uri)
        except typst.TypstError as problem:
            self.warn(
                "the picture %s cannot be drawn, and its alternative text is printed (%s); "
                "save it as SVG",
                uri,
                problem.diagnostic.split("\n", 1)[0].removeprefix("error: "),
                node=node,
                subtype="picture",
            )
            return None

    def _write_picture(
        self,
        node: Element,
        path: str,
        words: str,
        *,
        decorative: bool = False,
        in_text: bool = False,
    ) -> None:
        width, height = self._length(node, "width"), self._length(node, "height")
        if not (width or height or in_text):
            width = self._own_width(node, path)
        self.call(
            "picture",
            node,
            string(f"/figures/{path}"),
            alt=self.string(words),
            width=width,
            height=height,
            decorative="true" if decorative else None,
            in_text="true" if in_text else None,
        )

    def _own_width(self, node: Element, path: str) -> str | None:
        """Get the width that a picture has on the web, if the compiler would choose another."""
        scale = node.get("scale", 100) / 100
        if path.endswith(".svg") and scale == 1:
            return None
        size = get_image_size(Path(self.builder.srcdir, node.get("uri", "")))
        return f"{size[0] * scale * _POINTS_PER_PIXEL:g}pt" if size else None

    def _length(self, node: Element, side: str) -> str | None:
        value = node.get(side)
        if value is None and isinstance(node.parent, nodes.figure):
            value = node.parent.get(side)
        if value is None:
            return None
        match = _LENGTH.fullmatch(str(value))
        if match is None:
            self.warn(
                "the picture's %s %r is not a length that the PDF knows; its own size is used",
                side,
                value,
                node=node,
                subtype="length",
            )
            return None
        if match["unit"] in {"px", ""}:
            return f"{float(match['number']) * _POINTS_PER_PIXEL:g}pt"
        return match[0].replace(" ", "")

    def visit_graphviz(self, node: Element) -> None:
        code = node["code"]
        self._write_graph(
            node, code, node.get("options", {}), node.get("alt") or code, node.get("filename")
        )

    def visit_inheritance_diagram(self, node: Element) -> None:
        from sphinx.ext.inheritance_diagram import get_graph_hash  # noqa: PLC0415

        name = f"inheritance{get_graph_hash(node)}"  # type: ignore[arg-type]
        code = node["graph"].generate_dot(name, {}, env=self.builder.env)
        words = f"Inheritance diagram of {node['content']}"
        self._write_graph(node, code, {"size": None}, words, None)

    def _write_graph(
        self, node: Element, code: str, options: dict[str, Any], words: str, name: str | None
    ) -> None:
        from sphinx.ext.graphviz import GraphvizError, render_dot  # noqa: PLC0415

        try:
            _, file = render_dot(self, code, options, "svg", "graphviz", name)  # type: ignore[arg-type]
        except GraphvizError as error:
            self.warn("the graph cannot be drawn: %s", error, node=node, subtype="graph")
            file = None
        if file is None:  # Sphinx has warned that there is no `dot`
            self._write_code(node, code, "none")
        else:
            self._write_picture(node, self.builder.add_picture(Path(file)), words)
        raise nodes.SkipNode

    def visit_mermaid(self, node: Element) -> None:
        code = node["code"]
        path = self._draw_diagram(node, code)
        if path is None:
            self._write_code(node, code, "none")
        else:
            self._write_picture(node, path, node.get("alt") or code)
        raise nodes.SkipNode

    def _draw_diagram(self, node: Element, code: str) -> str | None:
        """Draw a Mermaid diagram from a PDF: the SVG has its words as HTML, which would be lost."""
        from sphinxcontrib.mermaid import MermaidError, render_mm  # noqa: PLC0415

        own = {value.name: value.value for value in self.config if "mermaid_" in value.name}
        command = own["mermaid_cmd"]
        program = (shlex.split(command) if isinstance(command, str) else command)[0]
        if not shutil.which(program):
            if "mermaid" not in self.builder.unknown_kinds:
                self.builder.unknown_kinds.add("mermaid")
                self.warn(
                    "Mermaid diagrams are printed as code, because there is no program %r: run "
                    "`npm install -g @mermaid-js/mermaid-cli`, or set mermaid_cmd",
                    program,
                    node=node,
                    subtype="graph",
                )
            return None
        own["mermaid_params"] = [*own["mermaid_params"], "--pdfFit"]
        settings = SimpleNamespace(**own)
        drawing = SimpleNamespace(
            builder=SimpleNamespace(
                config=settings,
                imgpath=self.builder.imgpath,
                imagedir=self.builder.imagedir,
                outdir=self.builder.outdir,
            )
        )
        try:
            _, file = render_mm(drawing, code, node["options"], "pdf")
        except MermaidError as error:
            reason = str(error).partition("[stderr]")[2] or str(error)
            words = " ".join(re.split(r"\n\S+ \(", reason)[0].split())  # without the trace
            self.warn("the diagram cannot be drawn: %s", words, node=node, subtype="graph")
            return None
        self.builder.add_picture(Path(file))
        return self._draw(node, file)

    # ---- Tables ----

    def visit_table(self, node: Element) -> None:
        widths = [spec["colwidth"] for spec in node.findall(nodes.colspec)]
        given = "colwidths-given" in node["classes"]
        shares = wide_enough(node, widths) if given else column_widths(node)
        columns = [f"{share:.3g}fr" for share in shares]
        self.open(
            "data-table",
            node,
            block=True,
            has_body=False,
            columns=array(columns),
            number=self._number_of(node, "table"),
            lines="0" if _is_short(node) else self._lines_with_heading(node),
        )

    def visit_thead(self, node: Element) -> None:
        # A link or note in a header that is printed again would be in two places.
        fixed = any(node.findall(nodes.reference)) or any(node.findall(nodes.footnote_reference))
        repeat = "false" if fixed else None
        self.open("table.header", node, to=ARGUMENT, has_body=False, repeat=repeat)

    def visit_tbody(self, node: Element) -> None:
        rows = node.children
        if len(rows) < 3 or not _can_be_joined(rows[-2:]):  # noqa: PLR2004
            return
        # What is in a foot stays together, so that no row is alone on the next page.
        for row in rows[:-2]:
            row.walkabout(self)
        self.open("table.footer", to=ARGUMENT, has_body=False, repeat="false")
        for row in rows[-2:]:
            row.walkabout(self)
        raise nodes.SkipNode

    def visit_entry(self, node: Element) -> None:
        sides = ("left", "center", "right")
        align = next((side for side in sides if f"text-{side}" in node["classes"]), None)
        named: dict[str, Any] = {"align": align}
        for attribute, name in (("morecols", "colspan"), ("morerows", "rowspan")):
            if node.get(attribute):
                named[name] = str(node[attribute] + 1)
        columns = column_count(node)
        if height(node, columns=columns) > _ROW:
            named["breakable"] = "true"
        name = "row-title" if self._heads_row(node) else "table.cell"
        self.open(name, node, to=ARGUMENT, **named)
        self._cells += 1
        self._in_narrow_column = columns > MOST_WITH_PAGES

    def depart_entry(self, _node: Element) -> None:
        self._cells -= 1
        self._in_narrow_column = False

    def _heads_row(self, node: Element) -> bool:
        """Tell whether a cell is the heading of its row."""
        row = node.parent
        if isinstance(row.parent, nodes.thead) or not node.astext().strip():
            return False
        column = row.index(node)
        group = row.parent.parent
        specs = list(group.findall(nodes.colspec))
        if column < len(specs) and specs[column].get("stub"):
            return True
        if column or len(specs) < 2 or not any(isinstance(c, nodes.thead) for c in group.children):  # noqa: PLR2004
            return False
        rows = [each for each in row.parent.children if isinstance(each, nodes.row)]
        firsts = [each.children[0].astext().strip() for each in rows if each.children]
        return (
            all(firsts)
            and len(set(firsts)) == len(rows)
            and max(map(len, firsts)) <= _ROW_TITLE
            and all(len(each.children) == len(specs) for each in rows)
        )

    # ---- Code and formulas ----

    def visit_literal_block(self, node: Element) -> None:
        has_markup = any(not isinstance(child, nodes.Text) for child in node.children)
        language = "none" if has_markup else node.get("language", "none")
        self._write_code(node, node.astext(), language)
        raise nodes.SkipNode

    def visit_doctest_block(self, node: Element) -> None:
        self._write_code(node, node.astext(), "pycon3")
        raise nodes.SkipNode

    def _write_code(self, node: Element, source: str, language: str) -> None:
        options: dict[str, Any] = node.get("highlight_args", {})
        named = {}
        lines = lines_of(source, language, force=node.get("force", False), location=node)
        if lines is not None:
            named["lines"] = array(
                [
                    array([f"({string(kind)}, {self.string(text)})" for kind, text in line])
                    for line in lines
                ]
            )
        if node.get("linenos"):
            named["first"] = str(options.get("linenostart", 1))
        if options.get("hl_lines"):
            named["emphasized"] = array([str(number) for number in options["hl_lines"]])
        text = self.string(breakable_code(source.expandtabs(4)))
        self.call("code", node, text, block=True, **named)

    def visit_math(self, node: Element) -> None:
        self._write_math(node, block=False)

    def visit_math_block(self, node: Element) -> None:
        self._write_math(node, block=True)

    def _write_math(self, node: Element, *, block: bool) -> None:
        source = node.astext()
        formula = self.builder.formulas.get(source)
        if formula is None and self.builder.can_translate_formulas:
            self.warn(
                "the formula is printed as it is written, because it is not understood: %s",
                " ".join(source.split()),
                node=node,
                subtype="formula",
            )
        number = f"({node['number']})" if node.get("number") else None
        self.call(
            "formula",
            node,
            self.string(source),
            optional(formula),
            set_off=boolean(block),
            number=optional(number),
        )
        raise nodes.SkipNode

    # ---- Markup of other formats ----

    def visit_raw(self, node: Element) -> None:
        formats = node.get("format", "").split()
        source = node.astext()
        if "text" in formats:
            self._write_code(node, source, "none")
        elif "html" in formats:
            self._print_html(source, node)
        elif "typst" in formats:
            self._calls[-1].body.append(f"{source}\n")
        raise nodes.SkipNode

    def _print_html(self, source: str, node: Element) -> None:
        paragraphs = paragraphs_of(source)
        tags = [tag for tag in _TAG.findall(source) if not tag.startswith(("<!--", "</"))]
        body = self._calls[-1].body
        if 'type="checkbox"' in source:
            body.append(f"#checkbox({boolean('checked=' in source)})")
        elif re.fullmatch(r"<br\s*/?>", source.strip()):
            body.append('#" "#linebreak()')
        elif not paragraphs and all(_PLACE.fullmatch(tag) for tag in tags):
            self._labels += self._label_of(_PLACE.fullmatch(tag)[2] for tag in tags)  # type: ignore[index]
        else:
            self.warn(
                "HTML is not printed as HTML; write it in the page's own markup: %s",
                " ".join(source.split()),
                node=node,
                subtype="raw_html",
            )
            self._write_paragraphs(paragraphs, node)


def _is_labeled(node: Node) -> bool:
    """Tell what the web page hides behind the label of a tab or a fold."""
    return isinstance(node, nodes.container) and node.get("design_component") in {
        "tab-item",
        "dropdown",
    }


def _is_short(table: Element) -> bool:
    """Tell a table of two rows, which would be divided into two of one row."""
    rows = [row for body in table.findall(nodes.tbody) for row in body.children]
    return 0 < len(rows) <= 2 and _can_be_joined(rows)  # noqa: PLR2004


def _can_be_joined(rows: list[Node]) -> bool:
    entries = rows[0].parent.findall(nodes.entry)
    return sum(map(height, rows)) <= _ROW and not any("morerows" in e for e in entries)


def _is_in_line(node: Node) -> bool:
    return isinstance(node.parent, nodes.TextElement)


def _is_address(link: Element) -> bool:
    """Tell a link to another site whose text is its own address."""
    url = link.get("refuri", "")
    return link.astext().strip() in {"", url, url.removeprefix("mailto:")}


def _is_in_signature(node: Node) -> bool:
    return _is_in(node, addnodes.desc_signature)


def _is_in(node: Node, kind: type[Node]) -> bool:
    parent = node.parent
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parent
    return parent is not None


_HOLDERS = (
    nodes.definition,
    nodes.list_item,
    nodes.entry,
    nodes.field_body,
    nodes.description,
    nodes.footnote,
    nodes.citation,
)


def _runs_in(node: Element) -> bool:
    """Tell the first paragraph of an item, a cell or a note, which needs no block of its own."""
    before = [c for c in node.parent.children if not isinstance(c, nodes.label | nodes.comment)]
    return isinstance(node.parent, _HOLDERS) and before[0] is node
