"""Reads and extends the ledger: the file of every address that was ever published.

One address a line, sorted, made for review in a pull request:

    # a remark
    /organizational-model
    /organizational-model#goals
    /old-rules  retired 2026-11-21 folded into the by-laws -> /by-laws

Pure, but for `fetch` and `update`, which read and write the file.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sphinx_permalinks import address
from sphinx_permalinks.address import Address, InvalidAddressError

HEADER = (
    "# Every address that this site has published. `sphinx-build -b permalinks` adds new ones.\n"
    "# To give one up for good, write behind it:  retired YYYY-MM-DD REASON -> /successor\n"
)

# What would end the address, or be taken for an escape.
_UNWRITABLE = re.compile(r"[%\s]")

# The common case: an address in its normal form, and nothing else.
_PLAIN = re.compile(r"(?:/[a-z0-9_-]{1,200}){1,4}")

# A line is an address and little prose; longer ones would only cost time.
_LINE_MAX = 4000


class Retirement(NamedTuple):
    """An address was given up.

    Attributes:
        on: Since when, as it is written: an ISO 8601 date.
        reason: Why; "" if the ledger does not tell.
        successor: Where to look instead, if anywhere.
    """

    on: str
    reason: str
    successor: Address | None


class Entry(NamedTuple):
    """One address in the ledger.

    Attributes:
        line: Its line, from 1.
        address: The page's address.
        fragment: The anchor on the page, or "".
        retirement: Tells if and why it was given up.
    """

    line: int
    address: Address
    fragment: str
    retirement: Retirement | None


class Ledger(NamedTuple):
    """What a ledger says.

    Attributes:
        entries: Its addresses, in the file's order.
        problems: Lines that cannot be read: line, and what is wrong.
    """

    entries: list[Entry]
    problems: list[tuple[int, str]]

    @property
    def retired(self) -> dict[str, Entry]:
        """The pages' addresses that were given up, by key."""
        return {e.address.key: e for e in self.entries if e.retirement and not e.fragment}


def written(path: Address, fragment: str = "") -> str:
    """Spell an address as the ledger does, without white space.

    Args:
        path: The page's address.
        fragment: The anchor on the page, or "".

    Returns:
        The address as a line begins with it; `parse` reads it back.
    """
    text = _UNWRITABLE.sub(lambda sign: "".join(f"%{b:02X}" for b in sign[0].encode()), path.path)
    return f"{text}#{fragment}" if fragment else text


def parse(text: str) -> Ledger:
    """Read a ledger.

    Args:
        text: The file's text.

    Returns:
        Its entries, and what is wrong with other lines. Empty lines and remarks say nothing.
    """
    ledger = Ledger([], [])
    for number, line in enumerate(_lines(text), 1):
        if _PLAIN.fullmatch(line):
            ledger.entries.append(Entry(number, Address(line, line), "", None))
        elif line.strip() and not line.startswith("#"):
            try:
                ledger.entries.append(_entry(number, line.rstrip()))
            except ValueError as error:
                ledger.problems.append((number, str(error)))
    return ledger


def fetch(path: Path) -> bytes | OSError | None:
    """Fetch a ledger file's content, to compare it or to read it.

    Args:
        path: The file.

    Returns:
        Its bytes; None if there is no such file; or why it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return error


def read(content: bytes | OSError | None) -> Ledger | None:
    """Read what `fetch` has fetched.

    Args:
        content: The file's content.

    Returns:
        What it says, or None if there is no such file. That it cannot be read is a problem.
    """
    if content is None:
        return None
    if isinstance(content, OSError):
        return Ledger([], [(1, f"the ledger cannot be read: {content.strerror}")])
    try:
        return parse(content.decode())
    except UnicodeDecodeError as error:
        ledger = parse(content.decode(errors="replace"))
        ledger.problems.append((content.count(b"\n", 0, error.start) + 1, "it is not UTF-8"))
        return ledger


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")


def _entry(number: int, line: str) -> Entry:
    if len(line) > _LINE_MAX:
        raise ValueError(f"it is longer than {_LINE_MAX} characters")
    if not line.startswith("/"):
        raise ValueError("it does not begin with the / of an address")
    words = line.split(maxsplit=3)
    if len(words) > 1 and words[1] != "retired":
        raise ValueError("an address may be followed by `retired YYYY-MM-DD REASON` only")
    text, _, fragment = words[0].partition("#")
    retirement = _retirement(words[2:]) if len(words) > 1 else None
    return Entry(number, address.parse(text), fragment, retirement)


def _retirement(words: list[str]) -> Retirement:
    day, rest = (*words, "", "")[:2]
    try:
        date.fromisoformat(day)
    except ValueError:
        raise ValueError("behind `retired` stands a date, as 2026-11-21") from None
    reason, arrow, successor = rest.rpartition("->")
    if not arrow:
        return Retirement(day, rest, None)
    try:
        return Retirement(day, reason.strip(), address.parse(successor))
    except InvalidAddressError as error:
        raise ValueError(f"its successor is no address: {error}") from None


def extended(text: str, addresses: Iterable[str]) -> str:
    """Add addresses to a ledger's text. No line is ever dropped.

    Args:
        text: The ledger, or "" for a new one.
        addresses: What to add, as `written` spells it.

    Returns:
        The ledger, sorted: remarks stay above the line that they stood above. The very same
        text if there is nothing to add.
    """
    new = sorted(set(addresses))
    if not new:
        return text
    body = text.replace("\r\n", "\n")
    header: list[str] = []
    remarks: list[str] = []
    groups: list[tuple[str, list[str]]] = []
    for line in (body if body.strip() else HEADER).rstrip("\n").split("\n"):
        if line.startswith("/"):
            groups.append((line.split()[0], [*remarks, line]))
            remarks = []
        elif groups:
            remarks.append(line)
        else:
            header.append(line)
    groups += [(line, [line]) for line in new]
    groups.sort(key=lambda group: group[0])
    lines = [*header, *(line for _, group in groups for line in group), *remarks]
    merged = "\n".join(lines) + "\n"
    return merged.replace("\n", "\r\n") if "\r\n" in text else merged


def update(path: Path, addresses: Iterable[str]) -> bool:
    """Add addresses to a ledger file; atomically, and only if there is something to add.

    Args:
        path: The file, which need not exist.
        addresses: What to add, as `written` spells it.

    Returns:
        Whether the file was written.

    Raises:
        OSError: If it cannot be read or written.
        UnicodeDecodeError: If it is not UTF-8.
    """
    new = list(addresses)
    if not new:
        return False
    with _alone(path.parent):
        while True:
            before = path.read_bytes() if path.exists() else b""
            after = extended(before.decode("utf-8"), new).encode()
            if after == before:
                return False
            if _replace(path, before, after):
                return True


def _replace(path: Path, before: bytes, after: bytes) -> bool:
    """Give a file another content, unless someone has edited it meanwhile."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(after)
        if before != (path.read_bytes() if path.exists() else b""):
            return False
        temporary.chmod(path.stat().st_mode & 0o777 if before else 0o644)
        temporary.replace(path)
        return True
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let other builds wait; without their locks on systems that have none, such as Windows."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems have none
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
