"""What the handbook's code shares with its tools: findings, files, and data. No Sphinx."""

from __future__ import annotations

import difflib
import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

SHOWN = 80
"""How many characters of a page's text a message repeats at most."""


class Finding(NamedTuple):
    """Something to fix: where it is, what is wrong, and what to do."""

    file: str
    line: int
    message: str


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the closest known name, or list them all."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(known)}"


def slug(text: str) -> str:
    """Make a label, a file name, or an address of a name: ASCII words, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


def shown(text: object) -> str:
    """Quote text for a message: on one line, and not too long."""
    plain = str(text)
    return repr(plain if len(plain) <= SHOWN else f"{plain[: SHOWN - 1]}…")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and only if its content is new."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    new.replace(path)


def write_with_digest(path: Path, content: bytes) -> Path:
    """Write a file under a name that changes with its content, so that browsers can keep it."""
    digest = hashlib.sha256(content).hexdigest()[:8]
    named = path.with_name(f"{path.stem}.{digest}{path.suffix}")
    replace_file(named, content)
    return named


def digest_of(paths: Iterable[Path]) -> str:
    """Digest the contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_newer(made: Path, sources: Iterable[Path]) -> bool:
    """Tell whether a file was written after everything that it is made from."""
    if not made.is_file():
        return False
    return made.stat().st_mtime_ns > max(source.stat().st_mtime_ns for source in sources)


DATA_BYTES = 100_000
"""How large a data file may be."""
DATA_DEPTH = 20
"""How deep lists and mappings may nest in a data file."""
DATA_NUMBER = 20
"""How many characters a number may have in a data file."""


class DataError(Exception):
    """A data file cannot be read: says why, and on which line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_VISIBLE = frozenset("\t\n\u200c\u200d")  # the last two join letters, and emoji
_NUMBERS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})
_TEXT = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp"})


def not_text(text: str) -> str | None:
    """Return the first character that nobody sees: a control, a private or a half character.

    Files such as XML cannot hold some of them; others end a line or turn the words around.
    """
    hidden = (c for c in text if unicodedata.category(c) in _INVISIBLE and c not in _VISIBLE)
    return next(hidden, None)


class _PlainLoader(yaml.SafeLoader):
    """Reads dates as text, as JSON Schema does, and refuses what data does not need.

    An alias could point at itself, or make a few lines huge. A key that is not text cannot be found
    in the file again. Python refuses to print a number of 5,000 digits.
    """

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        problem = None
        if isinstance(event, yaml.AliasEvent):
            problem = "an alias (*name) is not allowed here; write the value out"
        elif self.depth >= DATA_DEPTH:
            problem = f"this nests more than {DATA_DEPTH} levels deep"
        if problem:
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        self.depth += 1
        try:
            node = super().compose_node(parent, index)
        finally:
            self.depth -= 1
        _check(node)
        return node


def _check(node: yaml.Node | None) -> None:
    problem = None
    if isinstance(node, yaml.ScalarNode):
        if hidden := not_text(node.value):
            problem = f"the character U+{ord(hidden):04X} is not text; remove it"
        elif node.tag in _NUMBERS and len(node.value) > DATA_NUMBER:
            problem = f"a number has at most {DATA_NUMBER} characters"
    elif isinstance(node, yaml.MappingNode):
        node = next((key for key, _ in node.value if key.tag not in _TEXT), None)
        problem = "this key is not text; put it in quotes" if node else None
    if node and problem:
        raise yaml.composer.ComposerError(None, None, problem, node.start_mark)


# mypy cannot see that the inherited method fits its own class.
_PlainLoader.add_constructor(  # type: ignore[type-var]
    "tag:yaml.org,2002:timestamp", _PlainLoader.construct_yaml_str
)


def read_yaml(file: Path) -> tuple[object, yaml.Node]:
    """Read a data file: its value, and its nodes, which know their lines.

    Raises:
        DataError: It is not YAML, or larger or deeper than data may be.
        OSError: It cannot be opened.
    """
    if file.exists() and not file.is_file():
        raise DataError(1, "this is not a regular file")
    with file.open("rb") as stream:
        content = stream.read(DATA_BYTES + 1)
    if len(content) > DATA_BYTES:
        raise DataError(1, f"the file has more than {DATA_BYTES:,} bytes")
    return parse_yaml(content)


@functools.lru_cache(maxsize=32)
def parse_yaml(content: bytes) -> tuple[object, yaml.Node]:
    """Read data from text: its value, and its nodes, which all who read the same text share.

    Raises:
        DataError: It is not YAML, or deeper than data may be.
    """
    try:
        loader = _PlainLoader(content.decode("utf-8-sig"))
        try:
            root = loader.get_single_node()
            value = loader.construct_document(root) if root else None
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(line, "this is not UTF-8 text; save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"this is not valid YAML: {error.problem or error.context}"
        raise DataError(mark.line + 1 if mark else 1, problem) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DataError(1, f"this is not valid YAML: {error}".splitlines()[0]) from error
    if root is None:
        raise DataError(1, "the file is empty")
    return value, root


def line_of(node: yaml.Node, path: Sequence[str | int]) -> int:
    """Find the line of a field: that of its key, or of a list item's start."""
    line: int = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            key, node = next(pair for pair in node.value if pair[0].value == str(part))
            line = key.start_mark.line + 1
    return line
