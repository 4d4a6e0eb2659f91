"""The house style of CONTRIBUTING.md, checked in the Markdown source: no Sphinx, no HTML.

The same findings come from `make lint`, from every build, and from the tests. The names and words
are in `_templates/style.yml`. `make lint` also compares quotations with the reviewed texts of the
documents, which in a build is done by `authority/quotations.py`.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from handbook.authority.quotations import folded, reference_texts
from handbook.build import Warnings, remembered, warn
from handbook.common import Finding, read_yaml
from handbook.policy.allowed import DIRECTIVE_NESTING, PAGE_CHARACTERS, PAGE_SECONDS
from handbook.policy.parser import TooMuchError, time_limit

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

MEMBERS = "members/members.yml"
EXTENSIONS = {"colon_fence", "deflist", "attrs_block", "attrs_inline"}
# Directives whose content is not prose.
NO_PROSE = re.compile(r"\{(?:toctree|include|code-block|math|raw|mermaid)\}")
DOUBLED = re.compile(r"\b([^\W\d_]+)\s+\1\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.?!])(?<!e\.g\.)(?<!i\.e\.)\s+|(?<=will:)\s+")


class Text(NamedTuple):
    """A piece of a page: its kind (heading, words or quote), its first line, its words."""

    kind: str
    line: int
    words: str


@dataclass(frozen=True)
class Style:
    """What pages are checked against.

    Attributes:
        names: What keeps its capitals in a heading.
        words: Expressions to avoid, as regular expressions, each with what to write instead.
        wording: The sentences of the documents that pages quote; none in a build.
    """

    names: frozenset[str]
    words: Mapping[str, str]
    wording: tuple[str, ...] = field(default=())


def load_style(root: Path, digests: Path | None = None) -> Style:
    """Read the style of a handbook, and the texts that it quotes if their digests are named."""
    data: Any = read_yaml(root / "_templates" / "style.yml")[0]
    members: Any = read_yaml(root / MEMBERS)[0]
    groups = {group["name"] for group in members["working_groups"]}
    texts = reference_texts(digests).values() if digests else ()
    return Style(
        frozenset(data["names"]) | groups,
        {re.escape(word): better for word, better in data["words"].items()},
        tuple(itertools.chain.from_iterable(texts)),
    )


def sentences(text: str) -> list[str]:
    """Split text into sentences; a list's introduction ends at its colon."""
    return [sentence for sentence in SENTENCE_END.split(folded(text)) if sentence]


def read_page(markdown: str, first_line: int = 1, depth: int = 0) -> Iterator[Text]:
    """Take the headings, words and quotes out of a page, or out of a directive on it.

    A page that is longer, or nests deeper, than a page may is not read: the parser reports it.
    """
    if depth > DIRECTIVE_NESTING or len(markdown) > PAGE_CHARACTERS:
        return
    tokens = _parser().parse(markdown)
    quotes = 0
    quote: list[str] = []
    for number, token in enumerate(tokens):
        line = first_line + (token.map[0] if token.map else 0)
        if token.type == "front_matter":
            yield from _title(token.content, line + 1)
        elif token.type == "blockquote_open":
            quotes += 1
            quote_line = line
        elif token.type == "blockquote_close":
            quotes -= 1
            if not quotes:
                yield Text("quote", quote_line, " ".join(quote))
                quote = []
        elif token.type in {"fence", "colon_fence"}:
            if token.info.startswith("{") and not NO_PROSE.match(token.info):
                content = _without_options(token.content)
                yield from read_page(content, line + 1, depth + 1)
        elif token.type == "inline":
            if quotes:
                quote.append(_words(token))
            else:
                heading = tokens[number - 1].type == "heading_open"
                yield Text("heading" if heading else "words", line, _words(token))


@functools.cache
def _parser() -> MarkdownIt:
    config = MdParserConfig(enable_extensions=EXTENSIONS)
    return create_md_parser(config, RendererHTML)


def _title(front_matter: str, line: int) -> Iterator[Text]:
    for offset, entry in enumerate(front_matter.splitlines()):
        if match := re.match(r"title:\s*(['\"]?)(.+)\1\s*$", entry):
            yield Text("heading", line + offset, match[2])


def _without_options(content: str) -> str:
    """Blank a directive's options; the lines keep their numbers."""
    options = re.match(r"(?:\s*:[\w-]+:.*\n|\s*\n)+", content)
    end = options.end() if options else 0
    return "\n" * content.count("\n", 0, end) + content[end:]


def _words(inline: Token) -> str:
    """The words of a paragraph as they are read; code stands as a sign, line breaks stay."""
    parts = []
    for token in inline.children or []:
        if token.type in {"text", "text_special"}:
            parts.append(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif token.type == "myst_role":
            words, _, target = token.content.rpartition("<")
            parts.append(words.rstrip() if target.endswith(">") else token.content)
        elif token.type == "code_inline":
            parts.append("§")
    return "".join(parts)


def check_page(file: str, texts: Iterable[Text], style: Style) -> Iterator[Finding]:
    """Find what breaks the house style on one page."""
    for text in texts:
        if text.kind == "heading" and (better := sentence_case(text.words, style.names)):
            yield Finding(
                file,
                text.line,
                f"write the heading like a sentence: {better!r}; a proper name that keeps its "
                "capitals is listed in _templates/style.yml",
            )
        if text.kind == "quote":
            yield from _altered(file, text, style.wording)
        else:
            yield from _wording(file, text, style.words)


def sentence_case(heading: str, names: Iterable[str]) -> str | None:
    """The heading in sentence case, or None if it is."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\0{len(kept) - 1}\0"

    heading = folded(heading)
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)"
    first, *rest = re.sub(rf"\b(?:{pattern})(?!\w)", keep, heading).split(" ")
    better = " ".join([first[:1].upper() + first[1:], *map(_lower, rest)])
    better = re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], better)
    return better if better != heading else None


def _lower(word: str) -> str:
    """A word without its capital, unless it is an abbreviation or the pronoun."""
    letters = re.sub(r"\W", "", word)
    return word if letters.isupper() and word != "A" else word[:1].lower() + word[1:]


def _wording(file: str, text: Text, words: Mapping[str, str]) -> Iterator[Finding]:
    for expression, better in words.items():
        for match in re.finditer(rf"(?<!\w){expression}(?!\w)", text.words, re.IGNORECASE):
            line = text.line + text.words.count("\n", 0, match.start())
            yield Finding(file, line, f"instead of {match[0]!r} write {better!r}")
    for match in DOUBLED.finditer(text.words):
        line = text.line + text.words.count("\n", 0, match.start())
        yield Finding(file, line, f"{folded(match[0])!r} repeats a word; remove one")


def _altered(file: str, quote: Text, wording: tuple[str, ...]) -> Iterator[Finding]:
    for sentence in sentences(quote.words):
        if sentence in wording:
            continue
        for adopted in difflib.get_close_matches(sentence, wording, n=1, cutoff=0.75):
            yield Finding(
                file,
                quote.line,
                f"this quotation differs from the document: {_difference(adopted, sentence)}; "
                "quote word for word, or write it in your own words without '>'",
            )


def _difference(adopted: str, written: str) -> str:
    old, new = adopted.split(), written.split()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changes = [change for change in matcher.get_opcodes() if change[0] != "equal"]
    _, a, b, c, d = changes[0]
    start = max(0, a - 1)
    return f"it has {' '.join(old[start : b + 1])!r}, not {' '.join(new[max(0, c - 1) : d + 1])!r}"


def check_pages(
    pages: Mapping[str, str],
    style: Style,
    known: dict[str, tuple[str, list[Finding]]] | None = None,
) -> list[Finding]:
    """Find everything, in the order of the files and lines.

    What the parser cannot read in time, it reports itself.

    Args:
        pages: The files with their text.
        style: What to look for.
        known: What was found in which text before; updated.
    """
    known = {} if known is None else known
    style_digest = _digest(repr((sorted(style.names), sorted(style.words.items()), style.wording)))
    for file in known.keys() - pages.keys():
        del known[file]
    for file, markdown in pages.items():
        digest = _digest(style_digest + markdown)
        if file in known and known[file][0] == digest:
            continue
        known.pop(file, None)
        with contextlib.suppress(TooMuchError), time_limit(PAGE_SECONDS):
            known[file] = digest, list(check_page(file, read_page(markdown), style))
    return sorted(finding for _, findings in known.values() for finding in findings)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> None:
    """Report what is found, on every build; only pages that have changed are read again."""
    root = Path(app.srcdir)
    files = [Path(env.doc2path(docname)) for docname in sorted(env.found_docs)]
    pages = {str(f): f.read_text(encoding="utf-8-sig") for f in files if f.suffix == ".md"}
    for finding in check_pages(pages, load_style(root), remembered(env, "style")):
        warn(Warnings.STYLE, *finding)


def setup(app: Sphinx) -> None:
    """Register the check."""
    app.connect("env-updated", on_env_updated)
