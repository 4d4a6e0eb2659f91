"""Forms: written once in `guides/forms/`, shown on pages, and published to be filled in.

A form is a Markdown file of headings, paragraphs, lists, and strong text. Its front matter says
what it is for. A page shows it with `{form} NAME`, and `{forms}` lists all forms. Each form is
published as Markdown and as a Word file.
"""

from __future__ import annotations

import functools
import io
import itertools
import re
import zipfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from markdown_it import MarkdownIt
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from handbook.authority.markup import label_link
from handbook.authority.words import words_of
from handbook.build import after_pages
from handbook.common import DataError, did_you_mean, is_newer, not_text, parse_yaml, replace_file
from handbook.doctree import Cell, clauses, table
from handbook.policy import files
from handbook.policy.allowed import PAGE_CHARACTERS
from handbook.published import link, links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

FOLDER = Path("guides", "forms")
FIELDS = ("title", "purpose", "send", "clauses")
SUFFIXES = ("docx", "md")
FIELD_CHARACTERS = 255
"""What a Word file's title can hold."""
LISTS = {"bullet_list_open": "bullet", "ordered_list_open": "number"}


class FormError(SphinxError):
    """A form cannot be used; the message gives file, line, and what to do."""

    category = "Form error"


class Span(NamedTuple):
    """A piece of text, strong or not."""

    text: str
    is_strong: bool


class Block(NamedTuple):
    """A paragraph of a form: a "heading", a "paragraph", or an item ("bullet", "number")."""

    kind: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The block as plain text."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Form:
    """A form: its name, its front matter, its Markdown, and what that means."""

    name: str
    title: str
    purpose: str
    send: str
    clauses: str
    markdown: str
    blocks: tuple[Block, ...]


def read(file: Path) -> Form:
    """Read a form.

    Raises:
        FormError: The file is not a form.
    """
    text = _content(file)
    match = re.match(r"---\n(.*?\n)---\n\s*", text, re.DOTALL)
    if match is None:
        raise FormError(f"{file}:1: no front matter; start with '---' and {', '.join(FIELDS)}")
    try:
        fields, _ = parse_yaml(match[1].encode())
    except DataError as error:
        raise FormError(f"{file}:{error.line + 1}: {error}") from error
    if not isinstance(fields, dict) or set(fields) != set(FIELDS):
        raise FormError(f"{file}:1: the front matter should have the fields {', '.join(FIELDS)}")
    for name, value in fields.items():
        if not isinstance(value, str) or len(value) > FIELD_CHARACTERS:
            message = f"the field '{name}' should be text of at most {FIELD_CHARACTERS} characters"
            raise FormError(f"{file}:1: {message}")
    markdown = text[match.end() :]
    first = text[: match.end()].count("\n") + 1
    blocks = tuple(_blocks(MarkdownIt().parse(markdown), file, first))
    return Form(name=file.stem, markdown=markdown, blocks=blocks, **fields)


def _content(file: Path) -> str:
    root = file.parents[len(FOLDER.parts)]
    if why := files.problem(file, root):
        raise FormError(f"{file}:1: {why}")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormError(f"{file}:1: this is not UTF-8 text; save the file as UTF-8") from error
    if len(text) > PAGE_CHARACTERS:
        raise FormError(f"{file}:1: a form has at most {PAGE_CHARACTERS:,} characters")
    if hidden := not_text(text):
        line = text.count("\n", 0, text.index(hidden)) + 1
        raise FormError(f"{file}:{line}: the character U+{ord(hidden):04X} is not text; remove it")
    return text


def _blocks(tokens: Sequence[Token], file: Path, first: int) -> Iterator[Block]:
    kind, lists = "paragraph", []
    for token in tokens:
        line = first + (token.map[0] if token.map else 0)
        if token.type in LISTS:
            lists.append(LISTS[token.type])
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "inline":
            yield Block(kind, tuple(_spans(token, f"{file}:{line}")))
        elif token.type in {"heading_open", "paragraph_open"}:
            is_heading = token.type == "heading_open"
            kind = "heading" if is_heading else lists[-1] if lists else "paragraph"
            if (is_heading and token.tag != "h2") or len(lists) > 1:
                raise FormError(f"{file}:{line}: use '##' for headings, and lists of one level")
        elif token.type not in {
            *("heading_close", "paragraph_close", "list_item_open", "list_item_close"),
        }:
            message = f"a form has no {token.type.removesuffix('_open')}; use headings, text, lists"
            raise FormError(f"{file}:{line}: {message}")


def _spans(inline: Token, place: str) -> Iterator[Span]:
    is_strong = False
    for token in inline.children or ():
        if token.type in {"strong_open", "strong_close"}:
            is_strong = token.type == "strong_open"
        elif token.type == "softbreak":
            yield Span(" ", is_strong)
        elif token.type == "text" and not not_text(token.content):
            yield Span(token.content, is_strong)
        else:
            name = token.type.removesuffix("_open")
            raise FormError(f"{place}: a form has no {name}; only **strong** text")


def all_forms(source: Path) -> dict[str, Form]:
    """Read the forms of the handbook, by name.

    Raises:
        FormError: One of them is not a form.
    """
    files = _files(source)
    return {form.name: form for form in map(_read, files, (f.stat().st_mtime_ns for f in files))}


def _files(source: Path) -> list[Path]:
    return sorted((source / FOLDER).glob("*.md"))


@functools.cache
def _read(file: Path, _changed: int) -> Form:
    return read(file)


def to_nodes(form: Form) -> Iterator[nodes.Element]:
    """The form as a page shows it: a container for each field, with what is above the first.

    Its headings are not headings of the page.
    """
    group = nodes.container(classes=["form-start"])
    for node in _paragraphs(form):
        if "form-heading" in node["classes"] and len(group):
            yield group
            group = nodes.container(classes=["form-field"])
        group += node
    yield group


def _paragraphs(form: Form) -> Iterator[nodes.Element]:
    lists: dict[str, type[nodes.Element]] = {
        "bullet": nodes.bullet_list,
        "number": nodes.enumerated_list,
    }
    for kind, blocks in itertools.groupby(form.blocks, key=lambda block: block.kind):
        if kind == "heading":
            for block in blocks:
                words = nodes.strong("", block.text)
                yield nodes.paragraph("", "", words, classes=["form-heading"])
            continue
        paragraphs = [nodes.paragraph("", "", *map(_inline, block.spans)) for block in blocks]
        if kind in lists:
            yield lists[kind]("", *(nodes.list_item("", text) for text in paragraphs))
        else:
            yield from paragraphs


def _inline(span: Span) -> nodes.Node:
    return nodes.strong("", span.text) if span.is_strong else nodes.Text(span.text)


def to_docx(form: Form, language: str) -> bytes:
    """The form as a Word file, the same bytes each time."""
    import docx  # noqa: PLC0415 - slow to load, and needed only when a form has changed

    document = docx.Document()
    document.core_properties.title = form.title
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.language = language
    document.add_heading(form.title, 1)
    styles = {"bullet": "List Bullet", "number": "List Number"}
    for block in form.blocks:
        if block.kind == "heading":
            document.add_heading(block.text, 2)
            continue
        paragraph = document.add_paragraph(style=styles.get(block.kind))
        for span in block.spans:
            paragraph.add_run(span.text).bold = span.is_strong or None
    written = io.BytesIO()
    document.save(written)
    return _undated(written)


def _undated(archive: io.BytesIO) -> bytes:
    """Pack an archive again, so that it does not name the time at which it was made."""
    undated = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(undated, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return undated.getvalue()


class CopyButton(nodes.Inline, nodes.Element):
    """The button that copies `markdown`, on web pages."""


def visit_button(self: HTML5Translator, node: CopyButton) -> None:
    """Write the button, with what the page's script says when it was used."""
    words = words_of(self.builder.app)
    text = escape(node["markdown"]).replace("\n", "&#10;")
    self.body.append(
        f'<button type="button" class="btn needs-scripts" data-copy-text="{text}"'
        f' data-done="{escape(words("forms", "done"))}"'
        f' data-failed="{escape(words("forms", "failed"))}">'
        f"{escape(words('forms', 'copy'))}</button>\n"
    )
    raise nodes.SkipNode


def _forms_for(directive: SphinxDirective) -> dict[str, Form]:
    try:
        return all_forms(Path(directive.env.srcdir))
    except FormError as error:
        raise directive.error(str(error)) from error


class FormDirective(SphinxDirective):
    """Show a form: `{form} important-question`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the form, and what a reader can do with it."""
        forms = _forms_for(self)
        form = forms.get(self.arguments[0])
        if form is None:
            hint = did_you_mean(self.arguments[0], forms)
            raise self.error(f"no form is named '{self.arguments[0]}'; {hint}")
        self.env.note_dependency(str(FOLDER / f"{form.name}.md"))
        words = words_of(self.env.app)
        files: list[nodes.Node] = []
        for suffix in SUFFIXES:
            path = f"{FOLDER.as_posix()}/{form.name}.{suffix}"
            files += [nodes.Text(" "), link(path, words("forms", suffix), self.env.docname)]
        purpose = nodes.paragraph("", f"{form.purpose} {form.send}")
        box = nodes.container("", *to_nodes(form), classes=["form"])
        return [purpose, links(CopyButton(markdown=form.markdown), *files), box]


class FormsDirective(SphinxDirective):
    """List all forms: `{forms}`."""

    def run(self) -> list[nodes.Node]:
        """Make a table."""
        words = words_of(self.env.app)
        rows: list[list[Cell]] = []
        for form in _forms_for(self).values():
            self.env.note_dependency(str(FOLDER / f"{form.name}.md"))
            title = label_link(form.title, f"form-{form.name}", self.env.docname)
            rows.append([[title], [nodes.Text(form.purpose)], clauses(self, form.clauses)])
        header = [words("forms", column) for column in ("form", "purpose", "clauses")]
        return [table(header, rows)]


def publish(app: Sphinx) -> None:
    """Write the forms beside the web pages."""
    for file in _files(Path(app.srcdir)):
        path = f"{FOLDER.as_posix()}/{file.stem}"
        sources = [file, Path(__file__), Path(app.confdir, "conf.py")]
        if is_newer(Path(app.outdir, f"{path}.docx"), sources):
            continue
        form = read(file)
        replace_file(Path(app.outdir, f"{path}.md"), form.markdown.encode())
        replace_file(Path(app.outdir, f"{path}.docx"), to_docx(form, app.config.language))


def setup(app: Sphinx) -> None:
    """Register the directives and the files."""
    app.add_node(CopyButton, html=(visit_button, None))
    app.add_directive("form", FormDirective)
    app.add_directive("forms", FormsDirective)
    after_pages(app, publish)
