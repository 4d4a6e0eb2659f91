"""Reads and extends the ledger: the file of every address that was ever published.

One address a line, sorted, made for review in a pull request:

    # a remark
    /organizational-model
    /organizational-model#goals
    /old-rules  retired 2026-11-21 folded into the by-laws -> /by-laws
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sphinx_permalinks import address
from sphinx_permalinks.address import Address, InvalidAddressError
from sphinx_permalinks.common import read_regular, write_atomically

HEADER = (
    "# Every address that this site has published; `{command}` adds new ones.\n"
    "# To retire one for good, write behind it:  retired YYYY-MM-DD REASON -> /successor\n"
)
DEFAULT_COMMAND = "sphinx-build -b permalinks"

# What would end the address, or be taken for an escape.
_UNWRITABLE = re.compile(r"[%\s]")
# The common case: an address in its normal form, and nothing else.
_PLAIN = re.compile(r"(?:/[a-z0-9_-]{1,200}){1,4}")
# A line is an address and a little prose; longer ones would only cost time.
_LINE_MAX = 4000
# A lock that is older belongs to a process that was killed. Writing takes milliseconds.
_LOCK_SECONDS_MAX = 5


@dataclass(slots=True)
class Entry:
    """One address in the ledger.

    Attributes:
        line: Its line, from 1.
        address: The page's address.
        fragment: The anchor on the page, or "".
        retired: Since when it is retired, as an ISO 8601 date; "" if it is not.
        reason: Why it was retired, if the ledger says so.
        successor: Where to look instead: an address, the URL of another site, or None.
    """

    line: int
    address: Address
    fragment: str = ""
    retired: str = ""
    reason: str = ""
    successor: Address | str | None = None


@dataclass(slots=True)
class Ledger:
    """What a ledger says; nothing if the project keeps none.

    Attributes:
        entries: Its addresses, in the file's order.
        problems: Lines that cannot be read: line, and what is wrong.
        is_missing: Whether there is no such file yet.
        file: The file as findings name it; "" if the project keeps none.
        command: What people run to extend it.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    is_missing: bool = False
    file: str = ""
    command: str = DEFAULT_COMMAND

    @property
    def retired(self) -> dict[str, Entry]:
        """The pages' addresses that were retired, by key."""
        return {e.address.key: e for e in self.entries if e.retired and not e.fragment}


def written(path: Address, fragment: str = "") -> str:
    """Spell an address as the ledger does, without white space; `parse` reads it back."""
    text = _UNWRITABLE.sub(lambda sign: "".join(f"%{b:02X}" for b in sign[0].encode()), path.path)
    return f"{text}#{fragment}" if fragment else text


def parse(text: str) -> Ledger:
    """Read a ledger's text. Empty lines and remarks say nothing."""
    ledger = Ledger()
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if _PLAIN.fullmatch(line):
            ledger.entries.append(Entry(number, Address(line, line)))
        elif line.strip() and not line.startswith("#"):
            try:
                ledger.entries.append(_entry(number, line.rstrip()))
            except ValueError as error:
                ledger.problems.append((number, str(error)))
    return ledger


def read(path: Path) -> Ledger:
    """Read a ledger file. That it cannot be read is one of its problems."""
    try:
        content = read_regular(path)
    except FileNotFoundError:
        return Ledger(is_missing=True)
    except OSError as error:
        return Ledger(problems=[(1, f"the ledger cannot be read: {error.strerror}")])
    try:
        return parse(content.decode())
    except UnicodeDecodeError as error:
        ledger = parse(content.decode(errors="replace"))
        ledger.problems.append((content.count(b"\n", 0, error.start) + 1, "it is not UTF-8"))
        return ledger


def _entry(number: int, line: str) -> Entry:
    if len(line) > _LINE_MAX:
        raise ValueError(f"it is longer than {_LINE_MAX} characters")
    if not line.startswith("/"):
        raise ValueError("it does not begin with the / of an address")
    words = line.split(maxsplit=3)
    if len(words) > 1 and words[1] != "retired":
        raise ValueError("an address may be followed by `retired YYYY-MM-DD REASON` only")
    text, _, fragment = words[0].partition("#")
    entry = Entry(number, address.parse(text), fragment)
    if len(words) > 1:
        entry.retired, rest = (*words[2:], "", "")[:2]
        try:
            date.fromisoformat(entry.retired)
        except ValueError:
            raise ValueError("`retired` needs a date behind it, as in 2026-11-21") from None
        reason, arrow, successor = rest.rpartition("->")
        entry.reason = reason.strip() if arrow else rest
        entry.successor = _successor(successor.strip()) if arrow else None
    return entry


def _successor(text: str) -> Address | str:
    if text.startswith(("https://", "http://")):
        return text
    try:
        return address.parse(text)
    except InvalidAddressError as error:
        raise ValueError(f"its successor is not an address: {error}") from None


def extended(text: str, addresses: Iterable[str], command: str = DEFAULT_COMMAND) -> str:
    """Add addresses to a ledger's text. No line is ever dropped, except exact repetitions.

    Args:
        text: The ledger, or "" for a new one.
        addresses: What to add, as `written` spells it.
        command: What a new ledger's header tells people to run.

    Returns:
        The ledger, sorted; remarks stay above the line that they were above. The very same
        text if there is nothing to add.
    """
    new = sorted(set(addresses))
    if not new:
        return text
    body = text.replace("\r\n", "\n")
    header: list[str] = []
    remarks: list[str] = []
    groups: dict[str, list[str]] = {}  # repetitions come from `merge=union`
    for line in (body if body.strip() else HEADER.format(command=command)).rstrip("\n").split("\n"):
        if line.startswith("/"):
            groups[line] = [*groups.get(line, [line])[:-1], *remarks, line]
            remarks = []
        elif groups:
            remarks.append(line)
        else:
            header.append(line)
    for line in new:
        groups.setdefault(line, [line])
    merged = sorted(groups.items(), key=lambda group: group[0].split()[0])
    lines = [*header, *(line for _, group in merged for line in group), *remarks]
    result = "\n".join(lines) + "\n"
    return result.replace("\n", "\r\n") if "\r\n" in text else result


def update(path: Path, addresses: Iterable[str], command: str = DEFAULT_COMMAND) -> None:
    """Add addresses to a ledger file; atomically, and only if there is something to add.

    Args:
        path: The file, which need not exist.
        addresses: What to add, as `written` spells it.
        command: What a new ledger's header tells people to run.

    Raises:
        OSError: It cannot be read or written.
        UnicodeDecodeError: It is not UTF-8.
    """
    if not (new := list(addresses)):
        return
    with _exclusive_lock(path):
        before, now = None, read_regular(path) if path.exists() else b""
        while before != now:  # until no one has edited it meanwhile
            before, after = now, extended(now.decode(), new, command).encode()
            now = read_regular(path) if path.exists() else b""
        if after != before:
            write_atomically(path, after, path.stat().st_mode & 0o777 if before else 0o644)


@contextlib.contextmanager
def _exclusive_lock(path: Path) -> Iterator[None]:
    """Make other writers wait, on every system and file system: not all have `flock`."""
    lock = path.with_name(f".{path.name}.lock")
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - lock.stat().st_mtime > _LOCK_SECONDS_MAX:
                    lock.unlink()
            time.sleep(0.01)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
