"""Finds pages that were renamed, with git, and writes their earlier addresses into them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sphinx_permalinks import frontmatter
from sphinx_permalinks.address import natural
from sphinx_permalinks.common import CommandError, write_atomically

_PLAIN = re.compile(r"/[\w/.~-]*", re.ASCII)


@dataclass(slots=True)
class Move:
    """A page whose file has another name than before.

    Attributes:
        docname: The docname now.
        similarity: How much of the text is the same, in percent, as git measures it.
        address: The address that the page had by its old name.
    """

    docname: str
    similarity: int
    address: str


def moves(folder: Path, since: str, files: Mapping[str, str], similarity: int) -> Iterator[Move]:
    """Find the pages that were renamed since a commit, those still to be committed included.

    Args:
        folder: The source folder.
        since: The commit, such as `origin/main`.
        files: The file of each document, by docname.
        similarity: How much of the text must be the same, in percent.

    Raises:
        CommandError: git is not there, or does not know the commit.
    """
    options = [f"--find-renames={similarity}%", "--diff-filter=R", "--name-status", "-z"]
    command = ["git", "-C", str(folder), "diff", "--relative", *options, since, "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    except OSError as error:
        raise CommandError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").partition("\n")[0]
        raise CommandError(f"{why}; in a git repository, name one of its commits with --since")
    docnames = {file: docname for docname, file in files.items()}
    words = iter(done.stdout.decode("utf-8", "surrogateescape").split("\0"))
    for status in words:
        if not status:
            continue
        old, new = next(words), next(words)
        docname = docnames.get(new)
        if docname is not None:
            before = old.removesuffix(Path(old).suffix)
            yield Move(docname, int(status[1:]), natural(before).path)


def add_redirects(path: Path, addresses: list[str]) -> None:
    """Add addresses to a page's `redirect_from`; everything else stays as it is written.

    Raises:
        CommandError: The front matter cannot be edited without a person.
    """
    text = path.read_bytes().decode()
    body = text.replace("\r\n", "\n")
    edit = _in_markdown if path.suffix == ".md" else _in_restructuredtext
    try:
        frontmatter.parse(path.name, body)  # refuses what would be costly to compose
        edited = edit(body, [a if _PLAIN.fullmatch(a) else _quoted(a) for a in addresses])
        field = frontmatter.parse(path.name, edited).fields.get("redirect_from")
    except frontmatter.FrontMatterError as error:
        raise CommandError(f"{path}:{error.line}: {error}") from None
    items: Any = field.value if field is not None else []
    known = {item.value for item in items} if isinstance(items, list) else {items}
    if not known.issuperset(addresses):
        what = f"add {', '.join(addresses)} to its redirect_from by hand"
        raise CommandError(f"{path}: {what}, or to permalinks_redirects")
    write_atomically(
        path,
        (edited.replace("\n", "\r\n") if "\r\n" in text else edited).encode(),
        path.stat().st_mode & 0o777,
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # YAML includes JSON


def _in_markdown(text: str, addresses: list[str]) -> str:
    block = "redirect_from:\n" + "".join(f"- {address}\n" for address in addresses)
    match = re.match(r"\ufeff?---[ \t]*\n(.*?)^---[ \t]*$", text, re.DOTALL | re.MULTILINE)
    if match is None:
        return f"---\n{block}---\n\n{text}"
    fields, start = match[1], match.start(1)
    root = yaml.compose(fields, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    node = next((value for key, value in pairs if key.value == "redirect_from"), None)
    if node is None:
        return f"{text[: match.end(1)]}{block}{text[match.end(1) :]}"
    begin, end = start + node.start_mark.index, start + node.end_mark.index
    own, more = text[begin:end], ", ".join(addresses)
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        is_safe = not own or own[0] in {"'", '"', "["} or _PLAIN.fullmatch(own)
        inside = own.removesuffix("]").rstrip() if is_safe else _quoted(node.value)
        comma = "" if inside in {"", "["} else " " if inside.endswith(",") else ", "
        gap, bracket = "" if own else " ", "" if inside.startswith("[") else "["
        return f"{text[:begin]}{gap}{bracket}{inside}{comma}{more}]{text[end:]}"
    last = text.index("\n", start + node.value[-1].end_mark.index)  # behind a remark
    indent = " " * node.start_mark.column
    lines = "".join(f"\n{indent}- {address}" for address in addresses)
    return f"{text[:last]}{lines}{text[last:]}"


def _in_restructuredtext(text: str, addresses: list[str]) -> str:
    more = " ".join(addresses)
    field = re.search(r"^:redirect_from:(?:.*(?:\n[ \t]+\S.*)*)", text, re.MULTILINE)
    if field is not None:
        return f"{text[: field.end()]} {more}{text[field.end() :]}"
    gap = "" if text.startswith(":") else "\n"
    return f":redirect_from: {more}\n{gap}{text}"
