"""Reads Markdown and reStructuredText as a reader would: sentences, each with its line.

A source is read as text, without a parser, so the build and the check without a build see the
same sentences. Left out is what is not prose: code, headings, comments, options, raw markup.
Included files are sources of their own, which makes included text one source, not two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

PROSE_DIRECTIVES = frozenset(
    (
        "admonition",
        "attention",
        "card",
        "caution",
        "danger",
        "deprecated",
        "dropdown",
        "epigraph",
        "error",
        "figure",
        "glossary",
        "grid",
        "grid-item",
        "grid-item-card",
        "highlights",
        "hint",
        "important",
        "note",
        "only",
        "pull-quote",
        "rubric",
        "seealso",
        "sidebar",
        "tab-item",
        "tab-set",
        "tip",
        "topic",
        "versionadded",
        "versionchanged",
        "warning",
    )
)
"""The directives whose content is prose. The content of all others is left out."""

# Words that end in a period within a sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[a-z]\.)*(?:[a-z]|al|approx|cf|dr|ed|eds|etc|fig|mr|mrs|ms|no|nos|pp|prof|sec|vs)\.$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?][\"'\u2019\u201d)\]*_]*\s++(?=[^a-z])")

_REMARK = re.compile(r"\s*(?:%|<!--|\.\.)\s+wording:\s*(?P<kind>[\w-]*)[ \t:]*(?P<text>.*)$")
_INCLUDE = re.compile(r"\{?include\}?(?:::)?\s+(\S.*?)\s*$")
_HEADING_RULE = re.compile(r"([=\-~`:'\"^_*+#<>.])\1{2,}\s*$")
_TABLE_RULE = re.compile(r"(?:=+(?:\s+=+)+|\+(?:[-=]+\+)+)\s*$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•]|(?:\d+|#|[a-zA-Z])[.)]|\(\w\))\s+(?=\S)")
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s|$)")


@dataclass(frozen=True)
class Remark:
    """What an author says about the block that follows.

    Attributes:
        kind: `allow`, `variant`, or a word that is not known.
        text: The reason, or the name that the variants share.
        source: The file.
        line: The line of the remark.
    """

    kind: str
    text: str
    source: str
    line: int

    @property
    def name(self) -> str:
        """What the variants share: the text without a label in parentheses."""
        return self.text.partition("(")[0].strip()

    @property
    def label(self) -> str:
        """What tells this variant from the others: "Charter" of "mission (Charter)"."""
        return self.text.partition("(")[2].removesuffix(")").strip()


@dataclass(frozen=True)
class Sentence:
    """A sentence, as a reader sees it.

    Attributes:
        text: Its words, without markup.
        source: The file.
        line: The line on which it begins.
        number: Its place among those sentences of the file that were kept, from 0.
        remark: What the author says about the block that it is in, if anything.
    """

    text: str
    source: str
    line: int
    number: int
    remark: Remark | None = None


@dataclass
class Source:
    """What was read from one file.

    Attributes:
        name: The file.
        sentences: Its sentences, in order.
        remarks: The authors' remarks in it.
        includes: The files that it includes, as it names them.
    """

    name: str
    sentences: list[Sentence] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)


def read(name: str, text: str, min_words: int = 1) -> Source:
    """Read a source.

    Args:
        name: The file; `.rst` and `.txt` are read as reStructuredText, others as Markdown.
        text: Its content.
        min_words: Shorter sentences are left out, unless they are marked as variants.

    Returns:
        Its sentences, remarks and includes.
    """
    source = Source(name)
    reader = _Rst(source) if name.endswith((".rst", ".txt")) else _Markdown(source)
    reader.read(text.removeprefix("\ufeff").splitlines())
    for first, lines, remark in reader.blocks:
        for line, written in _split(first, "\n".join(lines)):
            shown = plain(written)
            words = shown.split()
            is_variant = remark is not None and remark.kind == "variant"
            if len(words) >= min_words or is_variant:
                sentence = Sentence(" ".join(words), name, line, len(source.sentences), remark)
                source.sentences.append(sentence)
    return source


def _split(first: int, block: str) -> Iterator[tuple[int, str]]:
    """Split a block into sentences, each with its line."""
    start = 0
    for end in _SENTENCE_END.finditer(block):
        mark = end.start() + 1
        if block[end.start()] == "." and _ABBREVIATION.search(block[max(0, mark - 12) : mark]):
            continue
        yield first, block[start : end.end()]
        first += block.count("\n", start, end.end())
        start = end.end()
    if start < len(block):
        yield first, block[start:]


class _Reader:
    """Collects the blocks of prose of a file: paragraphs, list items, cells."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.blocks: list[tuple[int, list[str], Remark | None]] = []
        self.lines: list[str] = []
        self.first = 0
        self.remark: Remark | None = None
        self.covered = ""  # what the block is that the remark is about
        self.gap = False  # whether a blank line was seen since

    def read(self, lines: list[str]) -> None:
        raise NotImplementedError

    def add(self, number: int, text: str) -> None:
        """Add a line to the block that is being read."""
        if not self.lines:
            self.first = number
        # Lines that are left out in between keep the later ones at their numbers.
        self.lines += [""] * (number - self.first - len(self.lines))
        self.lines.append(text)

    def end_block(self) -> None:
        """End the block that is being read, if any."""
        if self.lines:
            self.blocks.append((self.first, self.lines, self.remark))
            self.lines = []

    def drop_block(self) -> None:
        """Forget the block that is being read: it is a heading or part of a table."""
        self.lines = []

    def noted_remark(self, number: int, line: str) -> bool:
        """Take note of a remark; tell whether the line is one."""
        match = _REMARK.match(line)
        if match is None:
            return False
        self.end_block()
        text = match["text"].rstrip().removesuffix("-->").rstrip()
        self.remark = Remark(match["kind"], text, self.source.name, number)
        self.source.remarks.append(self.remark)
        self.covered, self.gap = "", False
        return True

    def cover(self, kind: str) -> None:
        """Decide whether a line belongs to the block that the remark is about.

        That is the paragraph, list, quotation, or directive that follows the remark.
        """
        if self.remark is None or self.covered == "fence":
            return
        if not self.covered:
            self.covered = kind
        elif self.gap and kind != "indented" and not (kind == self.covered != "text"):
            self.end_block()
            self.remark = None
        self.gap = False


class _Markdown(_Reader):
    """Reads CommonMark and MyST."""

    def read(self, lines: list[str]) -> None:
        """Read all lines."""
        self.fences: list[str] = []  # of the directives whose content is prose
        self.literal = ""  # the fence of the code block that the line is in
        self.comment = False
        self.options = False
        self.yaml = False
        self.in_list = False
        self.covering_depth = 0
        skipped = self._front_matter(lines)
        for number, line in enumerate(lines[skipped:], skipped + 1):
            self._read_line(number, line)
        self.end_block()

    def _front_matter(self, lines: list[str]) -> int:
        if lines and lines[0].rstrip() == "---":
            for number, line in enumerate(lines[1:], 2):
                if line.rstrip() in {"---", "..."}:
                    return number
        return 0

    def _read_line(self, number: int, line: str) -> None:
        quoted = False
        while line.lstrip()[:1] == ">" and not self.literal:
            line = line.lstrip()[1:].removeprefix(" ")
            quoted = True
        text = line.strip()
        if self.literal:
            if text.startswith(self.literal) and not text.strip(self.literal[0]):
                self.literal = ""
        elif self.comment:
            self.comment = "-->" not in text
        elif self._read_fence(text):
            pass
        elif self.yaml or (self.options and text == "---"):
            self.yaml = not (self.yaml and text == "---")
            self.options = self.yaml
        elif self.options and _OPTION.match(text):
            pass
        else:
            self.options = False
            if text:
                self._read_text(number, line, text, quoted=quoted)
            else:
                self.end_block()
                self.gap = not quoted

    def _read_fence(self, text: str) -> bool:
        mark = text[:1]
        if mark not in {"`", "~", ":"} or not text.startswith(mark * 3):
            return False
        info = text.lstrip(mark)
        fence = mark * (len(text) - len(info))
        info = info.strip()
        if mark == "`" and "`" in info:
            return False  # a code span
        self.end_block()
        if not info and self.fences and self.fences[-1] == fence:
            self.fences.pop()
            if self.covered == "fence" and len(self.fences) == self.covering_depth:
                self.remark, self.covered = None, ""
            return True
        name, _brace, argument = info.removeprefix("{").partition("}")
        if info.startswith("{") and name in PROSE_DIRECTIVES:
            if self.remark is not None and not self.covered:
                self.covered, self.covering_depth = "fence", len(self.fences)
            self.cover("text")
            self.fences.append(fence)
            self.options = True
            return True
        self.cover("text")
        if info.startswith("{") and name == "include":
            self.source.includes.append(argument.strip())
        if mark != ":" or info.startswith("{"):
            self.literal = fence
        return True

    def _read_text(  # noqa: PLR0912 - a branch for each kind of line
        self, number: int, line: str, text: str, *, quoted: bool
    ) -> None:
        if self.noted_remark(number, text):
            return
        if text[0] == "%" or (text[0] == "{" and text[-1] == "}"):
            return
        item = _LIST_ITEM.match(line)
        indented = line.startswith((" ", "\t"))
        self.cover("quote" if quoted else "item" if item else "indented" if indented else "text")
        if text.startswith("<!--"):
            self.end_block()
            self.comment = "-->" not in text
        elif text[0] == "#" or (text[0] == "(" and text.endswith(")=")):
            self.end_block()
        elif _HEADING_RULE.match(text):
            if text[0] in "=-":
                self.drop_block()
            self.end_block()
        elif text[0] == "[" and re.match(r"\[[^\[\]]+\]:\s", text):
            self.end_block()
            if text[1] == "^":
                self.add(number, text.partition(":")[2])
        elif text[0] == "|":
            self.end_block()
            for cell in text.strip("|").split("|"):
                if cell.strip(" :-"):
                    self.add(number, cell)
                    self.end_block()
        elif item is not None:
            self.end_block()
            self.in_list = True
            self.add(number, line[item.end() :])
        elif text.startswith(": "):
            self.end_block()
            self.add(number, text[1:])
        elif self.lines or self.in_list or not line.startswith(("    ", "\t")):
            # Otherwise, it is an indented code block.
            self.in_list = self.in_list and (indented or bool(self.lines))
            self.add(number, text)


class _Rst(_Reader):
    """Reads reStructuredText."""

    def read(self, lines: list[str]) -> None:
        """Read all lines."""
        self.indent = 0  # of the block that is being read
        self.skip = -1  # what is indented more than this is not prose
        self.options = False
        self.in_table = False
        for number, line in enumerate(lines, 1):
            text = line.strip()
            indent = len(line) - len(line.lstrip())
            if not text:
                self.options = self.in_table = False
                self.gap = True
                self.end_block()
            elif not self._is_skipped(text, indent):
                self.skip, self.options = -1, False
                self._read_line(number, line, text, indent)
        self.end_block()

    def _is_skipped(self, text: str, indent: int) -> bool:
        if self.in_table or (self.skip >= 0 and indent > self.skip):
            return True
        return self.options and _OPTION.match(text) is not None

    def _read_line(self, number: int, line: str, text: str, indent: int) -> None:
        if self.noted_remark(number, text):
            return
        item = _LIST_ITEM.match(line)
        self.cover("item" if item else "indented" if indent else "text")
        if text.startswith(".. ") or text in {"..", "__"}:
            self.end_block()
            name, colons, argument = text[3:].partition("::")
            if name == "include":
                self.source.includes.append(argument.strip())
            self.options = bool(colons) and name in PROSE_DIRECTIVES
            self.skip = -1 if self.options else indent
        elif _TABLE_RULE.match(text):
            self.end_block()
            self.in_table = True
        elif _HEADING_RULE.match(text):
            self.drop_block()
        elif text.startswith((">>> ", "__ ")):
            self.end_block()
        elif _OPTION.match(text) and not self.lines:
            self.skip = indent
        else:
            if item is not None or indent != self.indent:
                self.end_block()
            self.indent = item.end() if item is not None else indent
            self.add(number, line[item.end() if item is not None else 0 :].strip())
            if text.endswith("::"):
                self.lines[-1] = self.lines[-1][:-1]
                self.skip = indent


# Markup within a line. No expression looks past the next sign of its own kind, so that the time
# which each takes grows with the length of the text and no faster.
_HAS_MARKUP = re.compile(r"[\[`*_<{\\|]").search
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        (r"!\[[^\[\]]*\]\([^()]*\)", ""),
        (r"\{\{[^{}]*\}\}|\{%[^{}]*%\}", " "),
        (r"(?:\{[\w:+.-]+\}|:[\w:+.-]+:)`([^`<]+?)\s*<[^`<>]*>`", r"\1"),
        (r"(?:\{[\w:+.-]+\}|:[\w:+.-]+:)`[~!]?([^`]+)`", r"\1"),
        (r"`([^`<]+?)\s*<[^`<>]*>`__?", r"\1"),
        (r"\[\^[^\[\]]*\]|\[[^\[\]]*\]_(?!\w)", ""),
        (r"\[([^\[\]]*)\]\([^()]*\)", r"\1"),
        (r"\[([^\[\]]*)\]\[[^\[\]]*\]", r"\1"),
        (r"\[([^\[\]]*)\](?:\{[^{}]*\})?", r"\1"),
        (r"(?<!`)`++([^`]+)`++_*", r"\1"),
        (r"</?[a-zA-Z][^<>]*>", ""),
        (r"(?<!\w)_+|_+(?!\w)|\*+|\\(?=[^\w\s])|(?<!\w)\|(?=\w)|(?<=\w)\|(?!\w)", ""),
    )
)


def plain(text: str) -> str:
    """Take the markup out of a sentence.

    Args:
        text: The sentence as it is written.

    Returns:
        Its words as a reader sees them.
    """
    if _HAS_MARKUP(text):
        for pattern, shown in _MARKUP:
            text = pattern.sub(shown, text)
    return text
