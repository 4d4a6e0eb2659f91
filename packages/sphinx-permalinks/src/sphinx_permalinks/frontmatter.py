"""Reads front matter, and the first heading, from a source file's text, with line numbers.

MyST turns front matter into plain strings without lines, and a check without a build has no
MyST at all. Only the fields that this package uses are kept. Pure, but for PyYAML.

The YAML is followed as a stream of events: nothing is built from it, so that nesting,
anchors and aliases cost no more than their length (no "billion laughs").
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

FIELDS = ("permalink", "redirect_from", "title")

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Front matter of people is flat; what nests deeper costs the YAML readers time and stack.
DEPTH_MAX = 50
# For how many values all aliases together may stand.
UNFOLDED_MAX = 10_000


class FrontMatterError(ValueError):
    """Front matter cannot be read.

    Attributes:
        line: Where, counted from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Entry(NamedTuple):
    """A value with its place: the line, from 1, on which it (or its key) begins."""

    value: object
    line: int


class Source(NamedTuple):
    """What a source file says of itself.

    Attributes:
        fields: The front matter's fields named in `FIELDS`; of a field written twice the
            last one counts, as in PyYAML and so in MyST. The items of a `redirect_from`
            list are themselves entries.
        heading: The first heading, without markup.
    """

    fields: dict[str, Entry]
    heading: Entry | None


def parse_markdown(text: str) -> Source:
    """Read a Markdown file's front matter and first heading.

    Args:
        text: The file's text, with any kind of line end.

    Returns:
        What was found.

    Raises:
        FrontMatterError: If the front matter is no YAML mapping.
    """
    lines = _lines(text)
    end = _front_matter_end(lines)
    fields = _yaml_fields("\n".join(lines[1:end]), first_line=2) if end else {}
    return Source(
        fields, None if "title" in fields else _markdown_heading(lines, end + 1 if end else 0)
    )


def blanked(text: str) -> str:
    """Empty the lines of a Markdown file's front matter.

    Args:
        text: The file's text.

    Returns:
        As many lines as before, so that the rest keeps its numbers.
    """
    lines = _lines(text)
    end = _front_matter_end(lines)
    return "\n".join([""] * (end + 1) + lines[end + 1 :]) if end else text


def check(text: str) -> None:
    """See that a text can stand as front matter.

    Args:
        text: YAML, without the lines around it.

    Raises:
        FrontMatterError: If it is no YAML mapping.
    """
    _yaml_fields(text, first_line=1)


def parse_restructuredtext(text: str) -> Source:
    """Read a reStructuredText file's field list and first heading.

    Args:
        text: The file's text, with any kind of line end.

    Returns:
        What was found.
    """
    lines = _lines(text)
    fields = dict(_rst_fields(lines))
    return Source(fields, None if "title" in fields else _rst_heading(lines))


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


def _yaml_fields(text: str, first_line: int) -> dict[str, Entry]:
    try:
        return _FieldReader(text, first_line).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line if mark else 0
        raise FrontMatterError(line + first_line, f"{error.problem or error}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        raise FrontMatterError(line + first_line, "it has a character that YAML forbids") from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise FrontMatterError(first_line, f"{error}".partition("\n")[0]) from None


class _FieldReader:
    """Follows YAML events through the top level of a mapping."""

    def __init__(self, text: str, first_line: int) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=Loader)
        self._first_line = first_line
        self._anchors: dict[str, object] = {}
        # How many values an anchor stands for, once the last of them is read.
        self._sizes: dict[str, int] = {}
        self._values = 0
        self._unfolded = 0
        self._constructor: Any = yaml.constructor.SafeConstructor()

    def read(self) -> dict[str, Entry]:
        fields: dict[str, Entry] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingStartEvent):
                break
            if isinstance(event, yaml.NodeEvent):
                raise FrontMatterError(self._line(event), "it must be lines of `field: value`")
        else:
            return fields
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._value(event)
            value = next(self._events)
            if key == "redirect_from" and isinstance(value, yaml.SequenceStartEvent):
                fields[key] = Entry(self._items(value), self._line(event))
            elif key in FIELDS:
                fields[str(key)] = Entry(self._value(value), self._line(event))
            else:
                self._value(value)
        for event in self._events:  # the rest must be well-formed too
            if isinstance(event, yaml.DocumentStartEvent):
                raise FrontMatterError(self._line(event), "it must be one YAML document")
        return fields

    def _line(self, event: Any) -> int:
        line: int = event.start_mark.line
        return line + self._first_line

    def _items(self, start: Any) -> list[Entry]:
        items: list[Entry] = []
        self._note(start, list)
        before = self._values
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(Entry(self._value(event), self._line(event)))
        self._measure(start, before)
        return items

    def _value(self, event: Any) -> object:
        """Give a scalar's value, or a stand-in for a whole mapping or list, which is passed."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        composite = self._note(event, dict if isinstance(event, yaml.MappingStartEvent) else list)
        opened = [(event, self._values)]
        while opened:
            event = next(self._events)
            if isinstance(event, yaml.CollectionStartEvent):
                self._note(event, dict if isinstance(event, yaml.MappingStartEvent) else list)
                opened.append((event, self._values))
                if len(opened) > DEPTH_MAX:
                    message = f"it nests deeper than {DEPTH_MAX} levels"
                    raise FrontMatterError(self._line(event), message)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._measure(*opened.pop())
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
        return composite

    def _note(self, event: Any, kind: type) -> object:
        self._refuse_tag(event)
        value: object = kind()
        if event.anchor:
            self._anchors[event.anchor] = value
            self._sizes.pop(event.anchor, None)
        self._values += 1
        return value

    def _measure(self, start: Any, before: int) -> None:
        """Note at the end of a mapping or list how many values it holds."""
        if start.anchor:
            self._sizes[start.anchor] = self._values - before + 1

    def _scalar(self, event: Any) -> object:
        self._refuse_tag(event)
        value: object = event.value
        tag = event.tag
        if tag is None or tag == "!":
            tag = _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag != _TEXT:
            try:
                value = self._constructor.construct_object(
                    yaml.ScalarNode(tag, event.value, event.start_mark)
                )
                str(value)  # a number may have more digits than Python writes
            except ValueError as error:  # such as the 30th of February
                raise FrontMatterError(self._line(event), f"{error}") from None
            except (LookupError, AttributeError, TypeError):  # how PyYAML takes "!!bool perhaps"
                message = f"its value is not of the kind that its tag {event.tag} says"
                raise FrontMatterError(self._line(event), message) from None
        if event.anchor:
            self._anchors[event.anchor] = value
            self._sizes[event.anchor] = 1
        self._values += 1
        return value

    def _alias(self, event: Any) -> object:
        if event.anchor not in self._anchors:
            raise FrontMatterError(self._line(event), f"the alias *{event.anchor} is not defined")
        if event.anchor not in self._sizes:
            message = f"the alias *{event.anchor} stands inside of what it is the name of"
            raise FrontMatterError(self._line(event), message)
        self._values += self._sizes[event.anchor]
        self._unfolded += self._sizes[event.anchor]
        if self._unfolded > UNFOLDED_MAX:
            message = f"its aliases unfold to more than {UNFOLDED_MAX:,} values"
            raise FrontMatterError(self._line(event), message)
        return self._anchors[event.anchor]

    def _refuse_tag(self, event: Any) -> None:
        if event.tag and event.tag != "!" and event.tag not in yaml.SafeLoader.yaml_constructors:
            raise FrontMatterError(self._line(event), f"the YAML tag {event.tag} is not allowed")


_TEXT = "tag:yaml.org,2002:str"
_RESOLVER: Any = yaml.resolver.Resolver()

# reStructuredText

_RST_FIELD = re.compile(r":([^:\s][^:]*):(?:[ \t]+(.*))?$")
# What docutils lets stand before the field list: comments, targets, substitutions.
_RST_INVISIBLE = re.compile(r"\.\.(?:[ \t]+(?!\S+::)|$)|\.\.[ \t]+\|")


def _rst_fields(lines: list[str]) -> Iterator[tuple[str, Entry]]:
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
            yield match[1], Entry(list(_rst_items(body, start)), start)
        elif match[1] in FIELDS:
            yield match[1], Entry(" ".join(filter(None, body)), start)


def _rst_items(body: list[str], start: int) -> Iterator[Entry]:
    for offset, line in enumerate(body):
        for word in line.removeprefix("-").removeprefix("*").split():
            yield Entry(word, start + offset)


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


def _rst_heading(lines: list[str]) -> Entry | None:
    for number in range(1, len(lines)):
        text, under = lines[number - 1].rstrip(), lines[number]
        if not text.strip() or _ADORNMENT.match(text) or not _ADORNMENT.match(under):
            continue
        over = lines[number - 2] if number > 1 else ""
        overlined = over.rstrip() == under.rstrip()
        if len(under.rstrip()) < min(len(text.strip()), 4):
            continue
        if overlined or (not text[0].isspace() and not over.strip()):
            return Entry(plain(text.strip()), number)
    return None


# Markdown

_ATX = re.compile(r" {0,3}#{1,6}(?![^ \t])")
_SETEXT = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,}|:{3,})(.*)$")
# Lines that open a block of their own, so that no underline can make a heading of them.
_BLOCK = re.compile(r" {0,3}(?:[-*+>|%]|\d+[.)])(?:\s|$)|    |\t|\(.*\)=\s*$| {0,3}<")


def _markdown_heading(lines: list[str], start: int) -> Entry | None:
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
            return Entry(plain(_atx_text(line)), number)
        elif paragraph and _SETEXT.match(line):
            return Entry(plain(" ".join(paragraph)), number - len(paragraph))
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
    """Leave out the inline markup of Markdown and reStructuredText.

    Args:
        text: One heading or title, of which the first 1,000 characters count.

    Returns:
        The words alone, as a reader sees them.
    """
    text = text[:_TITLE_MAX]
    if _MARKUP_SIGNS.search(text):
        for pattern, replacement in _MARKUP:
            text = pattern.sub(replacement, text)
        text = html.unescape(text)
    return " ".join(text.split())
