"""Show on every page on whose authority it stands, and check that the page says so.

A page names its documents in the front matter:

    authority:
      quotes: [Model]
      explains: [Charter, "By-laws 3, 4"]

The short names are those of `governance/sources.yml`. The line made from them stands below the
page's title. A block quote is adopted text, and nothing else is: each one gets a label that names
the document. Where a page quotes several, the quote itself says which one it is:

    {attribution="Homepage"}
    > Stewardship and advancement ...
"""

from __future__ import annotations

import difflib
import functools
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.errors import ConfigError
from sphinx.util import logging

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

VERBS = {
    "quotes": "Quotes adopted text:",
    "explains": "Explains:",
    "reports": "Reports data:",
}
"""The fields that `authority` may have, each with the words that the page shows for it."""

NO_AUTHORITY = "This page rests on no adopted document."
QUOTE_LABEL = "Adopted text:"


@dataclass(frozen=True)
class Source:
    """A document of `sources.yml`.

    Attributes:
        short_name: The name by which pages cite it.
        title: Its full title.
        edition: What tells it from other versions, such as "version 1 (approved 2024-08-08)".
        sections: The sections that pages may cite.
        data: The data file of the handbook that holds its content and its date, if any.
    """

    short_name: str
    title: str
    edition: str
    sections: tuple[str, ...]
    data: Path | None

    @property
    def anchor(self) -> str:
        """The label of the place in the handbook that describes the document."""
        return "source-" + nodes.make_id(self.short_name)


class Citation(NamedTuple):
    """A document and the sections of it that are meant, as a page names them."""

    source: Source
    sections: tuple[str, ...]


class Finding(NamedTuple):
    """Something that is wrong with a page's authority.

    Attributes:
        place: The entry of the front matter that it is about, or a quote's file and line.
        message: What is wrong and what to do.
    """

    place: str | tuple[str, int]
    message: str


class Quote(NamedTuple):
    """A block quote on a page: where it is written, and which document it names, if any."""

    file: str
    line: int
    attribution: str


def load_sources(file: Path) -> dict[str, Source]:
    """Read the documents that pages may cite.

    Raises:
        ConfigError: The file cannot be read.
    """
    try:
        return _load_sources(file, file.stat().st_mtime_ns)
    except OSError as error:
        message = f"{error.filename}: {error.strerror}; pages cite the documents listed there"
        raise ConfigError(message) from error


@functools.cache
def _load_sources(file: Path, _changed: int) -> dict[str, Source]:
    records = yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
    sources = {}
    for record in records:
        data = file.parent / record["data"] if "data" in record else None
        as_of = yaml.safe_load(data.read_text(encoding="utf-8"))["as_of"] if data else None
        sections = tuple(str(section) for section in record.get("sections", ()))
        edition = _edition(record.get("version"), record.get("approved"), as_of)
        sources[record["short_name"]] = Source(
            record["short_name"], record["title"], edition, sections, data
        )
    return sources


def _edition(version: object, approved: object, as_of: object) -> str:
    if approved:
        dated = f"(approved {approved})"
    elif as_of:
        dated = f"(as of {as_of})"
    else:
        dated = "(undated)"
    return f", version {version} {dated}" if version else f" {dated}"


def parse(
    field: str | None, sources: dict[str, Source]
) -> tuple[dict[str, list[Citation]], list[Finding]]:
    """Read the front matter field `authority` as MyST hands it on: a mapping is JSON text.

    Returns:
        The citations by verb, and what is wrong. `authority: none` gives neither.
    """
    known = ", ".join(VERBS)
    if field is None or field in {"", "null"}:
        example = next(iter(sources), "NAME")
        message = (
            "this page does not say on whose authority it stands; add 'authority:' to its front "
            f"matter, with {known} and a document, such as 'explains: [{example}]', or "
            "'authority: none' if it rests on none"
        )
        return {}, [Finding("", message)]
    if field == "none":
        return {}, []
    try:
        value = json.loads(field)
    except ValueError:
        value = field
    if not isinstance(value, dict) or not value:
        message = f"'authority' should be 'none' or a mapping with {known}, not {field!r}"
        return {}, [Finding("authority", message)]

    citations: dict[str, list[Citation]] = {}
    findings = []
    for verb, named in value.items():
        if verb not in VERBS:
            hint = _near(verb, list(VERBS))
            findings.append(Finding(verb, f"unknown field '{verb}' in 'authority'; {hint}"))
            continue
        entries = named if isinstance(named, list) else [named]
        if not entries:
            findings.append(Finding(verb, f"'{verb}' names no document; name one or remove it"))
        for entry in entries:
            citation = _cite(entry, sources)
            if isinstance(citation, Citation):
                citations.setdefault(verb, []).append(citation)
            else:
                findings.append(Finding(entry if isinstance(entry, str) else verb, citation))
    return citations, findings


def _cite(entry: object, sources: dict[str, Source]) -> Citation | str:
    """Take an entry such as "By-laws 3, 4" apart, or say why that cannot be done."""
    if not isinstance(entry, str):
        return f"{entry!r} should be a document's short name, or a name with sections in quotes"
    name, numbers = re.fullmatch(r"(.*?)((?:[\s,]+\d+)*)", entry, re.DOTALL).groups()  # type: ignore[union-attr]
    if name not in sources:
        return f"'{name}' is no document of the list of sources; {_near(name, list(sources))}"
    source = sources[name]
    sections = tuple(re.findall(r"\d+", numbers))
    for section in sections:
        if section not in source.sections:
            citable = _and(source.sections) or "none"
            return f"section {section} of {name} is not in the list of sources; listed: {citable}"
    return Citation(source, sections)


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"


def _and(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def quoted_source(quote: Quote, citations: dict[str, list[Citation]]) -> Source | str:
    """Find the document that a block quote is taken from, or say why that cannot be done."""
    quoted = {citation.source.short_name: citation.source for citation in citations["quotes"]}
    if quote.attribution in quoted:
        return quoted[quote.attribution]
    names = ", ".join(quoted)
    if quote.attribution:
        return (
            f"this quote is attributed to '{quote.attribution}', which the front matter does not "
            f"list under 'quotes' ({names})"
        )
    if len(quoted) == 1:
        return next(iter(quoted.values()))
    return (
        f"this page quotes {names}; say which of them in a line before the quote, such as "
        f'{{attribution="{next(iter(quoted))}"}}'
    )


def quote_findings(quotes: list[Quote], citations: dict[str, list[Citation]]) -> Iterator[Finding]:
    """Compare the block quotes of a page with its front matter."""
    if "quotes" not in citations:
        for quote in quotes:
            message = (
                "a block quote is adopted text, but the front matter names no document under "
                "'quotes' in 'authority'; add it, or write the text without '>'"
            )
            yield Finding((quote.file, quote.line), message)
        return
    for quote in quotes:
        source = quoted_source(quote, citations)
        if isinstance(source, str):
            yield Finding((quote.file, quote.line), source)
    if not quotes:
        message = "'quotes' names a document, but no block quote ('>') is on this page; remove it"
        yield Finding("quotes", message)


class QuoteCollector(EnvironmentCollector):
    """Remembers the block quotes of every page, so that each build can check them again."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget the quotes of a page that is about to be read again, or is gone."""
        del app
        page_quotes(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment
    ) -> None:
        """Take over the pages that another process has read."""
        del app
        for docname in docnames & page_quotes(other).keys():
            page_quotes(env)[docname] = page_quotes(other)[docname]

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note the page's quotes and put authority and labels into it."""
        env = app.env
        docname = env.current_document.docname
        env.note_dependency(sources_file(app))
        sources = load_sources(sources_file(app))
        field = env.metadata[docname].get("authority")
        citations, _ = parse(field, sources)
        for source, _ in itertools.chain.from_iterable(citations.values()):
            if source.data:
                env.note_dependency(source.data)
        quotes = []
        for node in doctree.findall(nodes.block_quote):
            quote = _read_quote(node, str(env.doc2path(docname)))
            quotes.append(quote)
            quoted = quoted_source(quote, citations) if "quotes" in citations else ""
            if isinstance(quoted, Source):
                label = [nodes.Text(QUOTE_LABEL + " "), *_reference(quoted, docname)]
                node.append(nodes.attribution("", "", *label))
            node["classes"].append("adopted")
        if quotes:
            page_quotes(env)[docname] = quotes
        line = authority_line(citations, field, docname)
        title = next(doctree.findall(nodes.title), None)
        if line and title is not None:
            title.parent.insert(title.parent.index(title) + 1, line)


def _read_quote(node: nodes.block_quote, page: str) -> Quote:
    """Take a quote's own attribution out of it: the label replaces it."""
    attribution = ""
    for child in list(node.findall(nodes.attribution)):
        attribution = child.astext().strip()
        child.parent.remove(child)
    place: nodes.Element | None = node
    while place is not None and not place.line:
        place = place.parent
    return Quote(node.source or page, (place.line if place else None) or 1, attribution)


def page_quotes(env: BuildEnvironment) -> dict[str, list[Quote]]:
    """The block quotes of all pages, by docname."""
    if not hasattr(env, "handbook_quotes"):
        env.handbook_quotes = {}  # type: ignore[attr-defined]
    quotes: dict[str, list[Quote]] = env.handbook_quotes  # type: ignore[attr-defined]
    return quotes


def authority_line(
    citations: dict[str, list[Citation]], field: str | None, docname: str
) -> nodes.container | None:
    """Make the lines that stand below a page's title; None if the page's field is wrong."""
    line = nodes.container(classes=["authority"])
    if field == "none":
        line += nodes.paragraph("", NO_AUTHORITY)
    for verb, words in VERBS.items():
        if verb not in citations:
            continue
        paragraph = nodes.paragraph("", "", nodes.strong("", words))
        for number, (source, sections) in enumerate(citations[verb]):
            paragraph += nodes.Text("; " if number else " ")
            paragraph += _reference(source, docname)
            if sections:
                word = "sections" if len(sections) > 1 else "section"
                paragraph += nodes.Text(f", {word} {_and(sections)}")
        paragraph += nodes.Text(".")
        line += paragraph
    return line if line.children else None


def _reference(source: Source, docname: str) -> list[nodes.Node]:
    """Name a document, with a link to the place that describes it."""
    link = addnodes.pending_xref(
        "",
        nodes.inline("", source.title, classes=["std", "std-ref"]),
        refdomain="std",
        reftype="ref",
        reftarget=source.anchor,
        refexplicit=True,
        refdoc=docname,
        refwarn=True,
    )
    return [link, nodes.Text(source.edition)]


def sources_file(app: Sphinx) -> Path:
    """The data file that lists the documents."""
    return Path(app.srcdir, app.config.handbook_sources)


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> None:
    """Report what is wrong, on every build: what is derived here needs no page to be read again."""
    sources = load_sources(sources_file(app))
    for docname in sorted(env.found_docs):
        page = Path(env.doc2path(docname))
        citations, findings = parse(env.metadata[docname].get("authority"), sources)
        if not findings:
            findings = list(quote_findings(page_quotes(env).get(docname, []), citations))
        for place, message in findings:
            file, line = place if isinstance(place, tuple) else (page, _line(page, place))
            logger.warning(
                "%s", message, location=f"{file}:{line}", type="handbook", subtype="authority"
            )


def _line(page: Path, text: str) -> int:
    """Find the line of a key or value of `authority`; where it is not to be found, the first."""
    front_matter = re.match(r"---\n(.*?\n)---\n", page.read_text(encoding="utf-8-sig"), re.DOTALL)
    if front_matter is None or not text:
        return 1
    line = 1
    try:
        for token in yaml.scan(front_matter[1]):
            if not isinstance(token, yaml.ScalarToken):
                continue
            if token.value == "authority" or (line > 1 and token.value == text):
                line = int(token.start_mark.line) + 2
                if token.value == text:
                    break
    except yaml.YAMLError:
        pass
    return line


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check, the lines it makes, and its settings."""
    app.add_config_value(
        "handbook_sources", "governance/sources.yml", "env", types=frozenset({str})
    )
    app.add_env_collector(QuoteCollector)
    app.connect("env-updated", on_env_updated)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
