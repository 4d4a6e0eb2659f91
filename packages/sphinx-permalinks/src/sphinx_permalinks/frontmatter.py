"""Reads front matter, and the first heading, from a source file's text, with line numbers.

MyST turns front matter into plain strings without lines, and the check without a build has no
MyST at all. Only the fields that this package uses are kept. Pure, except for PyYAML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

FIELDS = ("permalink", "redirect_from", "redirect_to", "title")
# Names that other tools use, or that fingers type, without separators and in lower case.
_NEAR_MISSES = {
    "permalink": "permalink",
    "permalinks": "permalink",
    "permlink": "permalink",
    "redirectfrom": "redirect_from",
    "redirectsfrom": "redirect_from",
    "redirect": "redirect_from",
    "redirects": "redirect_from",
    "alias": "redirect_from",
    "aliases": "redirect_from",
    "redirectto": "redirect_to",
}

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# People's front matter is flat; deeper nesting costs YAML readers time and stack.
DEPTH_MAX = 50
# How many values all aliases together may stand for.
ALIASED_MAX = 10_000


class FrontMatterError(ValueError):
    """Front matter cannot be read.

    Attributes:
        line: Where, from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Value:
    """A value of front matter, and the line, from 1, on which it (or its key) begins."""

    value: object
    line: int


@dataclass(slots=True)
class Source:
    """What a source file says about its page.

    Attributes:
        fields: The front matter's fields named in `FIELDS`; of a field written twice the
            last one counts, as in PyYAML and so in MyST. The items of a `redirect_from`
            list are values of their own.
        heading: The first heading, without markup; None if the fields have a title.
        near_misses: Fields whose names resemble one of `FIELDS`: name, line, that one.
    """

    fields: dict[str, Value]
    heading: Value | None = None
    near_misses: tuple[tuple[str, int, str], ...] = ()


def parse(name: str, text: str) -> Source:
    """Read a source file's fields and first heading by its kind.

    Args:
        name: The file's name.
        text: Its content, with any kind of line ending.

    Returns:
        What was found; nothing for kinds that have no front matter.

    Raises:
        FrontMatterError: The front matter is not a YAML mapping.
    """
    if name.endswith((".md", ".markdown", ".myst")):
        return parse_markdown(text)
    if name.endswith((".rst", ".rest", ".txt")):
        return parse_restructuredtext(text)
    return Source({})


def parse_markdown(text: str) -> Source:
    """Read a Markdown file's front matter and first heading; see `parse`."""
    lines = _lines(text)
    end = _front_matter_end(lines)
    if lines[0].startswith("---"):
        # MyST first takes for front matter what ends at any "---", even where it has no other end
        # (myst_parser.config.main.read_topmatter). Sphinx would end with a traceback there.
        ends = (n for n, line in enumerate(lines) if n and line.startswith(("---", "...")))
        top = next(ends, len(lines))
        if top != end:
            _yaml_fields(lines[1:top])
    source = _yaml_fields(lines[1:end]) if end else Source({})
    if "title" not in source.fields:
        source.heading = _markdown_heading(lines, end + 1 if end else 0)
    return source


def parse_restructuredtext(text: str) -> Source:
    """Read a reStructuredText file's field list and first heading; see `parse`."""
    lines = _lines(text)
    source = Source({})
    for name, value in _rst_fields(lines):
        _keep(source, name, value)
    if "title" not in source.fields:
        source.heading = _rst_heading(lines)
    return source


def blanked(text: str, first: str = "") -> str:
    """Empty the lines of a Markdown file's front matter; the rest keeps its line numbers.

    Args:
        text: The file's content.
        first: What the first line becomes.
    """
    lines = _lines(text)
    end = _front_matter_end(lines)
    return "\n".join([first, *[""] * end, *lines[end + 1 :]])


def _keep(source: Source, name: object, value: Value) -> None:
    if name in FIELDS:
        source.fields[str(name)] = value
    elif isinstance(name, str):
        meant = _NEAR_MISSES.get(re.sub(r"[-_\s]", "", name.lower()))
        if meant:
            source.near_misses += ((name, value.line, meant),)


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


# Front matter


def _front_matter_end(lines: list[str]) -> int:
    """Find the closing line by the rule of MyST's front matter plugin; 0 if there is none."""
    opening = re.match(r"-{3,}", lines[0])
    if opening is None:
        return 0
    closing = re.compile(rf" {{0,3}}-{{{len(opening[0])},}}[ \t]*|\.\.\.[ \t]*")
    for number, line in enumerate(lines):
        if number and line[:4].lstrip(" ")[:1] in {"-", "."} and closing.fullmatch(line):
            return number
    return 0


def _yaml_fields(lines: list[str]) -> Source:
    # YAML counts lines from 0, and these begin on the second: below the opening `---`.
    text = "\n".join(["", "", *lines])
    try:
        _check_size(text)
        return _composed_fields(yaml.compose(text, Loader=Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error)
        if problem.startswith("but found") and error.context:
            problem = f"{error.context}, {problem}"
        raise FrontMatterError(mark.line if mark else 2, problem) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        raise FrontMatterError(line, "it has a character that YAML forbids") from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise FrontMatterError(2, f"{error}".partition("\n")[0]) from None


def _check_size(text: str) -> None:
    """Refuse YAML that would take more time or stack than its length ("billion laughs")."""
    sizes: dict[str, int] = {}
    opened: list[tuple[str, int]] = []
    values = aliased = 0
    for event in yaml.parse(text, Loader=Loader):
        line = _line_of(event)
        anchor = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == name for name, _ in opened):
                raise FrontMatterError(line, f"the alias *{anchor} contains itself")
            size = sizes.get(str(anchor), 1)
            values, aliased = values + size, aliased + size
            if aliased > ALIASED_MAX:
                message = f"its aliases stand for more than {ALIASED_MAX:,} values"
                raise FrontMatterError(line, message)
        elif isinstance(event, yaml.CollectionEndEvent):
            name, before = opened.pop()
            sizes[name] = values - before
        elif isinstance(event, yaml.NodeEvent):
            values += 1
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append((anchor or "", values - 1))
                if len(opened) > DEPTH_MAX + 1:
                    message = f"it is nested more than {DEPTH_MAX} levels deep"
                    raise FrontMatterError(line, message)
            elif anchor:
                sizes[anchor] = 1


def _line_of(part: Any) -> int:
    line: int = part.start_mark.line
    return line


def _composed_fields(root: Any) -> Source:
    source = Source({})
    if root is None:
        return source
    if not isinstance(root, yaml.MappingNode):
        raise FrontMatterError(_line_of(root), "it must be lines of `field: value`")
    constructor: Any = yaml.constructor.SafeConstructor()
    constructor.flatten_mapping(root)  # merge keys: `<<: *common`
    for key, node in root.value:
        line = _line_of(key)
        try:
            name = constructor.construct_object(key, deep=True)
            value = constructor.construct_object(node, deep=True)
            str(value)  # a number may have more digits than Python writes
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            # How PyYAML takes the 30th of February, or "!!bool perhaps".
            message = f"{error}" if isinstance(error, ValueError) else "its value and tag disagree"
            raise FrontMatterError(line, message) from None
        if name == "redirect_from" and isinstance(node, yaml.SequenceNode):
            lines = map(_line_of, node.value)
            value = [Value(item, at) for item, at in zip(value, lines, strict=True)]
        _keep(source, name, Value(value, line))
    return source


# reStructuredText

_RST_FIELD = re.compile(r":([^:\s][^:]*):(?:[ \t]+(.*))?$")
# What docutils allows before the field list: comments, targets, substitutions.
_RST_INVISIBLE = re.compile(r"\.\.(?:[ \t]+(?!\S+::)|$)|\.\.[ \t]+\|")


def _rst_fields(lines: list[str]) -> Iterator[tuple[str, Value]]:
    number = _skip_invisible(lines)
    while number < len(lines):
        match = _RST_FIELD.match(lines[number])
        if match is None:
            return
        start, body = number + 1, [(match[2] or "").strip()]
        number += 1
        while number < len(lines) and (not lines[number].strip() or lines[number][0] in " \t"):
            body.append(lines[number].strip())
            number += 1
        if match[1] == "redirect_from":
            yield match[1], Value(list(_rst_items(body, start)), start)
        else:
            yield match[1], Value(" ".join(filter(None, body)), start)


def _rst_items(body: list[str], start: int) -> Iterator[Value]:
    for offset, line in enumerate(body):
        for word in line.removeprefix("-").removeprefix("*").split():
            yield Value(word, start + offset)


def _skip_invisible(lines: list[str]) -> int:
    number = 0
    while number < len(lines):
        if not lines[number].strip():
            number += 1
        elif _RST_INVISIBLE.match(lines[number]):
            number += 1
            while number < len(lines) and lines[number][:1] in {" ", "\t"}:
                number += 1
        else:
            break
    return number


_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*[ \t]*$")


def _rst_heading(lines: list[str]) -> Value | None:
    for number in range(1, len(lines)):
        text, under = lines[number - 1].rstrip(), lines[number]
        if not text.strip() or _ADORNMENT.match(text) or not _ADORNMENT.match(under):
            continue
        over = lines[number - 2] if number > 1 else ""
        overlined = over.rstrip() == under.rstrip()
        if len(under.rstrip()) < min(len(text.strip()), 4):
            continue
        if overlined or (not text[0].isspace() and not over.strip()):
            return Value(plain(text.strip()), number)
    return None


# Markdown

_ATX = re.compile(r" {0,3}#{1,6}(?![^ \t])")
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,}|:{3,})(.*)$")
# Lines that open a block of their own, so that no underline can make a heading of them.
_BLOCK = re.compile(r" {0,3}(?:[-*+>|%]|\d+[.)])(?:\s|$)|    |\t|\(.*\)=\s*$| {0,3}<")


def _markdown_heading(lines: list[str], start: int) -> Value | None:
    fence = ""
    comment = False
    paragraph: list[str] = []
    for number, line in enumerate(lines[start:], start + 1):
        if comment:
            comment = "-->" not in line
            continue
        match = _FENCE.match(line)
        if fence:
            closes = match and not match[2].strip() and match[1].startswith(fence)
            fence = "" if closes else fence
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence, paragraph = match[1], []
        elif line.lstrip().startswith("<!--"):
            comment, paragraph = "-->" not in line, []
        elif _ATX.match(line):
            return Value(plain(_atx_text(line)), number)
        elif paragraph and _SETEXT.match(line):
            return Value(plain(" ".join(paragraph)), number - len(paragraph))
        elif not line.strip() or (not paragraph and _BLOCK.match(line)):
            paragraph = []
        else:
            paragraph.append(line.strip())
    return None


def _atx_text(line: str) -> str:
    text = line.strip().lstrip("#").strip()
    unclosed = text.rstrip("#")
    return unclosed.rstrip() if unclosed[-1:] in {"", " ", "\t"} else text


_MARKUP = (
    (re.compile(r"\[\^[^\]]+\]"), ""),  # footnote reference
    (re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])"), r"\1"),  # link or image
    (re.compile(r"[:{][\w:+-]+[:}]`([^`]*?)(?:\s*<[^>`]*>)?`"), r"\1"),  # role
    (re.compile(r"`([^`<]+?)\s*<[^>`]+>`__?"), r"\1"),  # reStructuredText link
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"(?<!\\)(\*{1,3}|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w\\])(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
# Looking for pairs of signs takes time that grows with the square of the length.
_TITLE_MAX = 1000
_MARKUP_SIGNS = re.compile(r"[*_`\[<&\\~]")


def plain(text: str) -> str:
    """Strip the inline markup of Markdown and reStructuredText from a heading or title."""
    text = text[:_TITLE_MAX]
    if _MARKUP_SIGNS.search(text):
        for pattern, replacement in _MARKUP:
            text = pattern.sub(replacement, text)
        text = html.unescape(text)
    return " ".join(text.split())
