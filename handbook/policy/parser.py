"""Reads Markdown, and refuses whatever `allowed` does not list, with file and line."""

from __future__ import annotations

import contextlib
import functools
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.parsers.rst.directives.misc import Include
from docutils.parsers.rst.states import MarkupError
from mdit_py_plugins.footnote.index import footnote_ref
from myst_parser.mdit_to_docutils.base import token_line
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser
from myst_parser.parsers.sphinx_ import MystParser
from sphinx import addnodes
from sphinx.util import logging

from handbook.build import Warnings, place_of, remembered
from handbook.common import Finding, did_you_mean, not_text, shown
from handbook.policy import allowed, files

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)


Fault = tuple[Finding, Warnings]
"""Something on a page that may not be there."""
FAULTS = "faults"
"""The name under which the environment remembers them."""


class TooMuchError(Exception):
    """A page is larger than a page may be."""


def note(env: BuildEnvironment, finding: Finding, kind: Warnings) -> None:
    """Note what may not be on the page that is being read."""
    remembered(env, FAULTS).setdefault(env.current_document.docname, []).append((finding, kind))


@functools.lru_cache(maxsize=4096)
def scheme_of(uri: str) -> str | None:
    """Return an address's scheme, "" if it has none, None if it leads to a host without one."""
    # Browsers skip white space and control characters in and before a scheme, and read \ as /.
    text = "".join(c for c in unquote(uri) if c > " ").replace("\\", "/")
    if text.startswith("//"):
        return None
    try:
        return urlsplit(text).scheme
    except ValueError:
        return text.partition(":")[0].lower()


_LINKED = (nodes.reference, addnodes.pending_xref)
_LONG_WORD = 15
_BREAK = re.compile("[/?&=._#~,:;@-]")
_SPACE = re.compile("[ \t\n]")

_OWN_ATTRIBUTES = {
    "myst_block_break": frozenset({"class"}),
    "myst_target": frozenset({"class"}),
    "td_open": frozenset({"style"}),
    "th_open": frozenset({"style"}),
}
"""What the Markdown parser itself writes into tokens, such as the alignment of a cell."""


class StrictRenderer(SphinxRenderer):
    """Turns Markdown into nodes. Every refusal is noted; what was refused is left out."""

    def __init__(self, parser: Any) -> None:
        super().__init__(parser)
        for name in list(self.rules):
            if name.removeprefix("render_") not in allowed.MARKUP:
                self.rules[name] = self._refuse_markup  # type: ignore[assignment]
        self.includes: list[str] = []
        self.characters = 0
        self.nesting = 0
        self.counts: Counter[str] = Counter()
        self._included_text_follows = False

    def refuse(self, line: int, what: str, kind: Warnings = Warnings.REFUSED) -> None:
        """Note something that is not allowed."""
        self.count("refusals", allowed.REFUSALS)
        note(self.sphinx_env, Finding(str(self.document["source"]), line or 1, what), kind)

    def count(self, what: str, limit: int, number: int = 1) -> None:
        """Count what a page may only have so much of.

        Raises:
            TooMuchError: It has more.
        """
        self.counts[what] += number
        if self.counts[what] > limit:
            advice = "fix those first" if what == "refusals" else "make several pages of it"
            raise TooMuchError(f"it has more than {limit:,} {what}; {advice}")

    def _refuse_markup(self, token: SyntaxTreeNode) -> None:
        self.refuse(token_line(token, 0), f"{token.type} markup is not allowed; write plain text")

    def _render_tokens(self, tokens: list[Token]) -> None:
        for token in tokens:
            line = token.map[0] + 1 if token.map else 0
            if token.type == "myst_target" or "id" in token.attrs:
                self.count("labels", allowed.LABELS)
            if token.type in {"td_open", "th_open"}:
                self.count("table cells", allowed.TABLE_CELLS)
            self.count("pieces of markup", allowed.TOKENS, 1 + len(token.children or ()))
            for part in [token, *(token.children or ())]:
                if part.type == "link_open":
                    self.count("links", allowed.LINKS)
                own = _OWN_ATTRIBUTES.get(part.type, frozenset())
                start = str(part.attrs.get("start", 1))
                if not (start.isdecimal() and int(start[:9]) <= allowed.LIST_START):
                    del part.attrs["start"]
                    self.refuse(line, f"a list starts at most at {allowed.LIST_START:,}")
                for name in sorted(part.attrs.keys() - allowed.ATTRIBUTES - own):
                    del part.attrs[name]
                    known = ", ".join(sorted(allowed.ATTRIBUTES - {"href", "src"}))
                    self.refuse(line, f"{{{name}=...}} is not allowed here; use one of: {known}")
        super()._render_tokens(tokens)

    def nested_render_text(self, text: str, *args: Any, **kwargs: Any) -> None:
        """Render text that was included, or that a directive holds."""
        if self._included_text_follows:
            self._included_text_follows = False
            self.count("characters", allowed.PAGE_CHARACTERS, len(text))
        super().nested_render_text(text, *args, **kwargs)

    def render_data(self, text: str, values: list[str], line: int) -> None:
        """Render a template's Markdown, in which numbered marks stand for values."""
        before = self.md_env.get("handbook_values")
        self.md_env["handbook_values"] = values
        try:
            self.nested_render_text(text, line)
        finally:
            self.md_env["handbook_values"] = before

    def render_front_matter(self, token: SyntaxTreeNode) -> None:
        """Read the allowed fields."""
        try:
            root = yaml.compose(token.content, yaml.SafeLoader)
            fields = yaml.safe_load(token.content)
        except (yaml.YAMLError, ValueError, TypeError):
            root, fields = None, None
        if isinstance(root, yaml.MappingNode) and isinstance(fields, dict):
            for key, _ in root.value:
                if key.value not in allowed.FRONT_MATTER:
                    hint = did_you_mean(str(key.value), allowed.FRONT_MATTER)
                    message = f"the front matter field {shown(key.value)} is not allowed; {hint}"
                    self.refuse(key.start_mark.line + 2, message)
            assert token.token is not None  # noqa: S101  it is a leaf, and MyST takes a mapping
            kept = {key: value for key, value in fields.items() if key in allowed.FRONT_MATTER}
            token.token.content = kept  # type: ignore[assignment]
        super().render_front_matter(token)

    def render_html_block(self, token: SyntaxTreeNode) -> None:
        """Drop comments, and refuse all other HTML."""
        rest = token.content.strip()
        while rest.startswith("<!--") and "-->" in rest[4:]:
            rest = rest.partition("-->")[2].strip()
        if rest:
            self.refuse(token_line(token, 0), "HTML is not allowed; write Markdown")

    render_html_inline = render_html_block

    def render_fence(self, token: SyntaxTreeNode) -> None:
        """Render a code block or a directive."""
        name = (token.info or "").split(maxsplit=1)[0] if (token.info or "").strip() else ""
        if name == "{eval-rst}":
            self._refuse_directive("eval-rst", token_line(token, 0))
            return
        if not name.startswith("{") and name not in allowed.LANGUAGES:
            known = ", ".join(sorted(allowed.LANGUAGES - {""}))
            message = f"the language {shown(name)} is not allowed; use one of: {known}"
            self.refuse(token_line(token, 0), message)
            return
        super().render_fence(token)

    def render_colon_fence(self, token: SyntaxTreeNode) -> None:
        """Render a directive."""
        name = (token.info or "").strip()
        if not name.startswith("{"):
            message = "::: needs the name of a directive in braces, such as :::{note}"
            self.refuse(token_line(token, 0), message)
            return
        super().render_colon_fence(token)

    def render_link(self, token: SyntaxTreeNode) -> None:
        """Render a link, if it leads to a page, the web, or a mail address."""
        if why := _link_problem(str(token.attrGet("href") or "")):
            self.refuse(token_line(token, 0), why)
            self.render_children(token)
            return
        super().render_link(token)

    def render_myst_role(self, token: SyntaxTreeNode) -> None:
        """Run a role that is allowed."""
        name = token.meta["name"]
        if name not in allowed.ROLES:
            hint = did_you_mean(name, allowed.ROLES)
            self.refuse(token_line(token, 0), f"the role {{{name}}} is not allowed; {hint}")
            self.current_node.append(nodes.Text(token.content))
            return
        super().render_myst_role(token)

    def _refuse_directive(self, name: str, line: int) -> list[nodes.Element]:
        hint = did_you_mean(name, allowed.DIRECTIVES)
        self.refuse(line, f"the directive {{{name}}} is not allowed; {hint}")
        return []

    def run_directive(
        self,
        name: str,
        first_line: str,
        content: str,
        position: int,
        additional_options: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> list[nodes.Element]:
        """Run a directive that is allowed, with options and files that are."""
        self.count("directives", allowed.DIRECTIVES_PER_PAGE)
        rule = allowed.DIRECTIVES.get(name)
        if rule is None:
            return self._refuse_directive(name, position)
        kind, _ = directives.directive(name, self.language_module_rst, self.document)
        if kind is not None:
            with contextlib.suppress(MarkupError):  # which MyST reports
                parsed = parse_directive_text(
                    kind, first_line, content, line=None, additional_options=additional_options
                )
                for option in sorted(parsed.options.keys() - rule.options):
                    known = ", ".join(sorted(rule.options)) or "none"
                    message = (
                        f"the option {option!r} of {{{name}}} is not allowed; allowed: {known}"
                    )
                    self.refuse(position, message)
                    return []
                if why := self._file_problem(name, parsed.arguments):
                    self.refuse(position, why, Warnings.FILE)
                    return []
            if issubclass(kind, Include):
                return self._include(name, first_line, content, position, kwargs)
        if self.nesting >= allowed.DIRECTIVE_NESTING:
            limit = f"directives nest more than {allowed.DIRECTIVE_NESTING} levels deep"
            raise TooMuchError(f"{limit}; make it simpler")
        self.nesting += 1
        try:
            return super().run_directive(
                name, first_line, content, position, additional_options, **kwargs
            )
        finally:
            self.nesting -= 1

    def _file_problem(self, name: str, arguments: list[str]) -> str | None:
        types = {"include": allowed.INCLUDES, "figure": allowed.PICTURES, "image": allowed.PICTURES}
        return self.file_problem(arguments[0], types[name]) if arguments and name in types else None

    def file_problem(self, name: str, types: frozenset[str]) -> str | None:
        """Say why a page may not use a file, or None."""
        if name.startswith("<"):
            return f"{shown(name)} is part of docutils; include pages of the handbook only"
        if scheme_of(name) != "":
            return f"{shown(name)} is on another host; put the file into the repository"
        try:
            path = Path(self.sphinx_env.relfn2path(name)[1])
        except ValueError:
            return f"{shown(name)} is not a file name"
        return files.problem(path, Path(self.sphinx_env.srcdir), types)

    def _include(
        self, name: str, first_line: str, content: str, position: int, kwargs: dict[str, Any]
    ) -> list[nodes.Element]:
        if len(self.includes) >= allowed.INCLUDE_NESTING:
            message = f"includes nest more than {allowed.INCLUDE_NESTING} levels deep"
            raise TooMuchError(f"{message}, or a page includes itself")
        self.includes.append(first_line)
        self._included_text_follows = True
        try:
            return super().run_directive(name, first_line, content, position, **kwargs)
        finally:
            self._included_text_follows = False
            self.includes.pop()

    def check_tree(self) -> None:
        """Look once more at what was made: directives, too, make links and pictures.

        Raises:
            TooMuchError: The page nests too deep, or has something that is too long or too wide.
        """
        level: list[nodes.Node] = [self.document]
        for _depth in range(allowed.TREE_DEPTH):
            level = [child for node in level for child in node.children]
        if level:
            raise TooMuchError(f"it nests more than {allowed.TREE_DEPTH} levels deep")
        for title in self.document.findall(nodes.title):
            if len(title.astext()) > allowed.HEADING_CHARACTERS:
                limit = f"a heading has more than {allowed.HEADING_CHARACTERS:,} characters"
                raise TooMuchError(f"{limit}; make it shorter")
        self._check_lengths()
        for node in list(self.document.findall(nodes.Element)):
            for name in [name for name in node["ids"] if _is_in_use(name)]:
                node["ids"][node["ids"].index(name)] = f"text-{name}"
                message = f"the label {shown(name)} belongs to the page around the text"
                self._note(node, f"{message}; choose another, or another heading")
            if why := self._node_problem(node):
                message, kind = why
                self._refuse_node(node, message, kind)

    def _check_lengths(self) -> None:
        """Refuse what the programs that read a page later cannot take."""
        clauses = 0
        for node in list(self.document.findall()):
            if isinstance(node, nodes.Text):
                self._check_words(node)
                self._check_characters(node)
            elif isinstance(node, nodes.footnote):
                self.count("footnotes", allowed.FOOTNOTES)
            elif isinstance(node, nodes.tgroup):
                columns = sum(isinstance(part, nodes.colspec) for part in node)
                if columns > allowed.TABLE_COLUMNS:
                    message = f"a table has more than {allowed.TABLE_COLUMNS} columns"
                    raise TooMuchError(f"{message}; use rows")
            elif isinstance(node, nodes.TextElement | nodes.entry):
                linked = (n for n in node.findall() if isinstance(n, _LINKED))
                if len(list(linked)) > allowed.LINKS_TOGETHER:
                    message = f"a paragraph or a cell has more than {allowed.LINKS_TOGETHER} links"
                    raise TooMuchError(f"{message}; make several of it")
                if _breaks_in(node) > allowed.WORD_BREAKS:
                    message = f"the long words of a paragraph break at over {allowed.WORD_BREAKS}"
                    raise TooMuchError(f"{message} places; make several paragraphs")
                citations: list[Any] = node.get("citations", [])
                clauses += sum(len(citation.clauses) for citation in citations)
        if clauses > allowed.CITED_CLAUSES:
            message = f"it cites more than {allowed.CITED_CLAUSES:,} clauses"
            raise TooMuchError(f"{message}; make several pages of it")

    def _check_words(self, text: nodes.Text) -> None:
        is_code = isinstance(text.parent, nodes.literal_block)
        what = "a line of code" if is_code else "a word"
        pieces = text.splitlines() if is_code else _SPACE.split(text)
        limit = allowed.LINE_CHARACTERS if is_code else allowed.WORD_CHARACTERS
        if max(map(len, pieces), default=0) > limit:
            raise TooMuchError(f"{what} has more than {limit:,} characters; break it")

    def _check_characters(self, text: nodes.Text) -> None:
        """Refuse what XML cannot hold, and what shows words in another order than they have."""
        kept = str(text)
        while hidden := not_text(kept):
            kept = kept.replace(hidden, "")
            if text.parent is not None:
                self._note(text.parent, f"the character U+{ord(hidden):04X} is not text; remove it")
        if kept != text and text.parent is not None:
            text.parent.replace(text, nodes.Text(kept))

    def _node_problem(self, node: nodes.Element) -> tuple[str, Warnings] | None:
        if isinstance(node, nodes.raw | nodes.meta):
            return "raw output is not allowed; write Markdown", Warnings.REFUSED
        if isinstance(node, nodes.reference) and (why := _link_problem(node.get("refuri", ""))):
            return why, Warnings.REFUSED
        why = None
        if isinstance(node, nodes.image):
            why = self.file_problem(str(node["uri"]), allowed.PICTURES)
        elif isinstance(node, addnodes.download_reference):
            why = self.file_problem(str(node["reftarget"]), allowed.DOWNLOADS)
        if why:
            return why, Warnings.FILE
        if isinstance(node, addnodes.toctree):
            for _, target in node["entries"]:
                if scheme_of(str(target)) != "":
                    message = f"the menu lists pages, not {shown(target)}; name a page"
                    return message, Warnings.REFUSED
        return None

    def _refuse_node(self, node: nodes.Element, message: str, kind: Warnings) -> None:
        self._note(node, message, kind)
        if node.parent is not None:
            inner = [c for c in node.children if isinstance(c, nodes.Text | nodes.inline)]
            node.parent.replace(node, inner)

    def _note(self, node: nodes.Element, message: str, kind: Warnings = Warnings.REFUSED) -> None:
        place = place_of(node, str(self.document["source"]))
        note(self.sphinx_env, Finding(*place, message), kind)


def _breaks_in(node: nodes.Element) -> int:
    """Count where the PDF may break the long words of a paragraph."""
    if isinstance(node, nodes.literal_block):
        return 0
    words = (word for word in _SPACE.split(node.astext()) if len(word) > _LONG_WORD)
    return sum(len(word) // _LONG_WORD + len(_BREAK.findall(word)) for word in words)


def _link_problem(uri: str) -> str | None:
    scheme = scheme_of(uri)
    if scheme is None or (scheme and scheme not in allowed.LINK_SCHEMES):
        return f"a link to {shown(uri)} is not allowed; link to a page, https or mailto"
    return None


def _is_in_use(name: str) -> bool:
    return name in allowed.IDS_IN_USE or name.startswith(allowed.ID_PREFIXES_IN_USE)


MARK = "\ue000"
"""In front of a value's number in a template's Markdown; data may not contain it."""
MARK_END = "\ue001"
LINK = "https://data.invalid/"
"""In front of an address's number: Markdown takes it for a link."""
_MARKED = re.compile(rf"{MARK}(\d+){MARK_END}|{re.escape(LINK)}(\d+)")


def fill_in_values(state: StateCore) -> None:
    """Put values where their marks are. Markdown has been parsed: a value stays text."""
    values: list[str] | None = state.env.get("handbook_values")
    if values is None:
        return
    for token in state.tokens:
        for part in token.children or ():
            if part.type in {"text", "code_inline"}:
                part.content = _filled(part.content, values)
            href = part.attrs.get("href")
            if isinstance(href, str) and href.startswith(LINK):
                part.attrs["href"] = values[int(href.removeprefix(LINK))]


def _filled(text: str, values: list[str]) -> str:
    """Replace each mark once: what a value says is not looked at again."""
    return _MARKED.sub(lambda found: values[int(found[1] or found[2])], text)


_FOOTNOTE = re.compile(r"\[\^[^] \n]{1,500}]")


def footnote_mark(state: StateInline, silent: bool) -> bool:
    """Read a footnote's mark; the library's rule alone takes seconds for many that do not close."""
    is_mark = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    return is_mark is not None and footnote_ref(state, silent, always_match=True)


class StrictParser(MystParser):
    """Reads a page. One that cannot be read is left empty, and reported."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a page into `document`."""
        kind = Warnings.LIMIT
        try:
            with time_limit(allowed.PAGE_SECONDS):
                renderer = self._render(inputstring, document)
                renderer.check_tree()
            return
        except TooMuchError as error:
            why = str(error)
        except RecursionError:
            why = "something on it nests too deep; make it simpler"
        except Exception as error:
            if _raised_by_us(error):
                raise
            logger.debug("%s", document["source"], exc_info=True)
            kind = Warnings.UNREADABLE
            why = f"{type(error).__name__}: {error}; look for markup that is not closed"
        document.children.clear()
        document.substitution_defs.clear()
        document.substitution_names.clear()
        self._render("", document)  # which leaves the settings that later steps ask for
        finding = Finding(document["source"], 1, f"this page is left empty: {why}")
        note(document.settings.env, finding, kind)

    def _render(self, text: str, document: nodes.document) -> StrictRenderer:
        parser = create_md_parser(document.settings.env.myst_config, StrictRenderer)
        parser.core.ruler.push("handbook_values", fill_in_values)
        parser.inline.ruler.at("footnote_ref", footnote_mark)
        parser.options["document"] = document
        renderer = parser.renderer
        assert isinstance(renderer, StrictRenderer)  # noqa: S101  made two lines above
        renderer.count("characters", allowed.PAGE_CHARACTERS, len(text))
        parser.render(text)
        return renderer


def _raised_by_us(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    package = Path(__file__).parents[1]
    return trace is not None and package in Path(trace.tb_frame.f_code.co_filename).parents


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End what takes too much of the processor's time, where the system can."""
    main = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not main:
        yield
        return

    def end(_signal: int, _frame: object) -> None:
        raise TooMuchError(f"it takes more than {seconds} seconds to read; make it simpler")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
