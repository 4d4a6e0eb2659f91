"""Compare members/members.yml with the data files of the public CASS site: `make roster`.

    make roster                            with the site's repository, through the network
    make roster FROM=../site               with a clone of it
    make roster ARGS=--write               take the differences over and set as_of

The site's `_data/organization.yml` lists the members, and each file of `_working-groups/` describes
a group. Personal names in them are not read. `focus`, `purpose`, and `lifetime` are in the words of
the handbook: they differ if they have a word that the published text does not have.

Returns 0 if nothing differs, 1 if something does, and 2 if nothing could be compared.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from handbook.common import DataError, line_of, parse_yaml
from handbook.git import GitError, git
from handbook.schema import broken, check
from tools.common import ROOT

SITE = "https://github.com/cass-community/cass-community.github.io.git"
MEMBERS = Path("members", "members.yml")
RECORD = Path("guides", "record.yml")
SCHEMA = Path("members", "members.schema.json")
ORGANIZATION = Path("_data", "organization.yml")
GROUPS = Path("_working-groups")

FORMAT = Path(__file__).with_name("site")
"""Schemas of what is read of the site."""
REPORTS = {"quarterly": "quarterly", "annually": "yearly", "annual": "yearly", "yearly": "yearly"}

MEMBER_FIELDS = ("name", "level", "website", "focus")
GROUP_FIELDS = ("purpose", "status", "status_date", "lifetime", "reports", "membership")
OWN_WORDS = {"focus", "purpose", "lifetime"}
LISTED, UNLISTED = "listed", "not listed"

Record = dict[str, str]
Records = dict[str, Record]


class RosterError(Exception):
    """The files cannot be compared; the message is one line that says why and what to do."""


@dataclass(frozen=True)
class Difference:
    """A field that differs, or a record that one side does not have (`field` is "record")."""

    line: int
    name: str
    field: str
    old: str
    new: str
    by_hand: str = ""
    file: Path = MEMBERS

    def __str__(self) -> str:
        hint = f" ({self.by_hand})" if self.by_hand else ""
        place = f"{self.file.as_posix()}:{self.line}: {self.name}: {self.field}"
        return f"{place}: {self.old!r} -> {self.new!r}{hint}"


# --- What the site publishes ---


@dataclass(frozen=True)
class Site:
    """What the public site says of members and groups, and when the officers were elected."""

    members: Records
    groups: Records
    officers_elected: str


def read_site(folder: Path) -> Site:
    """Read the data files of the public site.

    Raises:
        RosterError: A file is missing, or has what this program does not know.
    """
    organization = _load(folder / ORGANIZATION, folder, FORMAT / "organization.schema.json")
    members = {
        entry["short_name"]: {
            "name": entry["name"].removeprefix(f"{entry['short_name']}: "),
            "level": entry["membership_level"].strip().lower(),
            "website": str(entry.get("website", "")),
            "focus": _one_line(entry.get("focus_area", "")),
        }
        for entry in organization["members"]
    }
    files = sorted((folder / GROUPS).glob("*.md"))
    groups = dict(_group(f, folder) for f in files if f.name not in {"README.md", "TEMPLATE.md"})
    if not groups:
        raise RosterError(f"{folder / GROUPS} has no working groups; name a clone of the site")
    return Site(members, groups, max(officer["elected"] for officer in organization["officers"]))


def _group(file: Path, folder: Path) -> tuple[str, Record]:
    front = _load(file, folder, FORMAT / "working-group.schema.json")
    charter, description = front["charter"], _one_line(front.get("description", ""))
    return front["name"], {
        "purpose": description,
        "published": f"{description} {_one_line(charter.get('purpose', ''))} {file.stem}",
        "status": charter["status"].partition(",")[0].strip().lower(),
        "status_date": charter["status_date"],
        "lifetime": _one_line(charter["lifetime"]).rstrip("."),
        "reports": REPORTS[charter["reporting"].strip().lower()],
        "membership": "open" if charter.get("membership") == "Open" else "closed",
    }


def _load(file: Path, folder: Path, schema: Path) -> Any:
    """Read a YAML file, or the front matter of a Markdown file."""
    where = file.relative_to(folder).as_posix()
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise RosterError(f"{file} is missing; name a clone of the site: FROM=DIR") from None
    if file.suffix == ".md":
        parts = re.split(rb"^---\s*$", content, maxsplit=2, flags=re.MULTILINE)
        content = parts[1] if len(parts) > 2 else b"{}"  # noqa: PLR2004
    try:
        data, root = parse_yaml(content)
    except DataError as error:
        raise RosterError(f"{where}:{error.line}: {error}") from None
    for line, field, message in sorted(broken(data, root, schema)):
        problem = f"{field}: {message}" if field else message
        advice = f"if the site has another format now, update tools/site/{schema.name}"
        raise RosterError(f"{where}:{line}: {problem}; {advice}")
    return data


def _one_line(text: object) -> str:
    return " ".join(str(text).replace("|", "/").split())


# --- What the handbook has ---


@dataclass(frozen=True)
class Entry:
    """A record of members.yml, with the nodes of its fields."""

    line: int
    fields: dict[str, yaml.ScalarNode]

    def __getitem__(self, field: str) -> str:
        return str(self.fields[field].value) if field in self.fields else ""


def read_handbook(text: str) -> dict[str, dict[str, Entry]]:
    """Read the lists of members.yml, each by the name of its records."""
    _, root = parse_yaml(text.encode())
    lists = {}
    for key, records in root.value:
        if isinstance(records, yaml.SequenceNode):
            entries = [
                Entry(record.start_mark.line + 1, {k.value: v for k, v in record.value})
                for record in records.value
            ]
            lists[key.value] = {entry["short_name"] or entry["name"]: entry for entry in entries}
    return lists


def compare(handbook: dict[str, dict[str, Entry]], site: Site) -> Iterator[Difference]:
    """Find what differs, in the order of members.yml."""
    members, groups = site.members, site.groups
    ours, former = handbook["members"], handbook["former_members"]
    for name, entry in ours.items():
        published = members.get(name)
        if published is None or published["level"] == "former":
            hint = "move it to former_members, with the date and the reason"
            yield Difference(entry.line, name, "record", LISTED, UNLISTED, hint)
        else:
            yield from _fields(name, entry, published, MEMBER_FIELDS)
    for name, published in members.items():
        if name in former and published["level"] != "former":
            hint = "it is listed again; remove it from former_members"
            yield Difference(former[name].line, name, "record", "former", published["level"], hint)
        elif name not in ours and name not in former and published["level"] != "former":
            line = max((entry.line for entry in ours.values()), default=1)
            yield Difference(line, name, "record", UNLISTED, LISTED)
    known = handbook["working_groups"]
    for name, entry in known.items():
        if name in groups:
            yield from _fields(name, entry, groups[name], GROUP_FIELDS)
        else:
            hint = "remove it, or keep it as retired"
            yield Difference(entry.line, name, "record", LISTED, UNLISTED, hint)
    for name in groups.keys() - known.keys():
        line = max((entry.line for entry in known.values()), default=1)
        yield Difference(line, name, "record", UNLISTED, LISTED)


def _fields(name: str, entry: Entry, site: Record, fields: tuple[str, ...]) -> Iterator[Difference]:
    for field in fields:
        new = site[field]
        published = site.get("published", new) if field == "purpose" else new
        same = abridges(entry[field], published) if field in OWN_WORDS else entry[field] == new
        if not same:
            line = entry.fields[field].start_mark.line + 1 if field in entry.fields else entry.line
            yield Difference(line, name, field, entry[field], new)


SAME_WORDS = {"annual": "yearly", "annually": "yearly"}
SMALL_WORDS = frozenset(
    {"a", "after", "an", "and", "as", "by", "each", "for", "from", "in", "into", "is", "its", "of"}
    | {"on", "or", "that", "the", "to", "we", "with"}
)


def abridges(short: str, published: str) -> bool:
    """Tell whether every word that means something is in the published text, in any form."""
    there = _words(published)
    return bool(short) and all(any(_same(word, other) for other in there) for word in _words(short))


def _words(text: str) -> set[str]:
    words = {SAME_WORDS.get(word, word) for word in re.findall(r"\w+", text.lower())}
    return words - SMALL_WORDS


def _same(one: str, other: str) -> bool:
    pairs = zip(one, other, strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return common >= min(5, max(2, min(len(one), len(other)) - 1))


def compare_elections(record: str, site: Site) -> Iterator[Difference]:
    """Find out whether record.yml has the newest election of officers."""
    data: Any
    data, root = parse_yaml(record.encode())
    elections = [
        (event["date"], line_of(root, ["events", number, "date"]))
        for number, event in enumerate(data["events"])
        if event["kind"] == "officers"
    ]
    newest, line = max(elections, default=("", 1))
    if newest != site.officers_elected:
        hint = "add the election to the record"
        yield Difference(line, "officers", "date", newest, site.officers_elected, hint, RECORD)


# --- Taking differences over ---


def updated(text: str, differences: list[Difference], site: Site) -> str:
    """Write the differences into the text of members.yml; all else stays as it is."""
    lists = read_handbook(text)
    edits: list[tuple[int, int, str]] = []
    for difference in differences:
        name, field = difference.name, difference.field
        if difference.by_hand:
            continue
        if field != "record":
            node = _entry(lists, name).fields[field]
            edits.append((node.start_mark.index, node.end_mark.index, scalar(difference.new)))
            continue
        is_member = name in site.members
        kind, records = ("members", site.members) if is_member else ("working_groups", site.groups)
        at = _end_of_list(text, lists[kind])
        edits.append((at, at, new_record(name, records[name], is_member=is_member)))
    for start, end, new in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _entry(lists: dict[str, dict[str, Entry]], name: str) -> Entry:
    return next(entries[name] for entries in lists.values() if name in entries)


def _end_of_list(text: str, entries: dict[str, Entry]) -> int:
    """The place behind the last record of a list that has at least one."""
    last = max(entries.values(), key=lambda entry: entry.line)
    end = max(node.end_mark.index for node in last.fields.values())
    return text.index("\n", end) + 1


def new_record(name: str, site: Record, *, is_member: bool) -> str:
    """Write a record as the others are written."""
    fields = MEMBER_FIELDS if is_member else GROUP_FIELDS
    first = "short_name" if is_member else "name"
    lines = [f"  - {first}: {scalar(name)}", *(f"    {f}: {scalar(site[f])}" for f in fields)]
    return "\n".join(lines) + "\n"


def scalar(text: str) -> str:
    """Write text as YAML on one line."""
    try:
        is_plain = parse_yaml(f"- {text}".encode())[0] == [text]
    except DataError:
        is_plain = False
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def write(text: str, root: Path, as_of: date) -> None:
    """Write members.yml with its new date, unless the schema would refuse it.

    Raises:
        RosterError: What was published does not fit the schema; nothing is written.
    """
    text = re.sub(r"^as_of: .*$", f"as_of: {as_of.isoformat()}", text, flags=re.MULTILINE)
    file = root / MEMBERS
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, file.name)
        draft.write_text(text, encoding="utf-8")
        _refuse_invalid(draft, root / SCHEMA, "nothing was written")
    file.write_text(text, encoding="utf-8", newline="\n")


def _refuse_invalid(members: Path, schema: Path, advice: str) -> None:
    for finding in check(members, schema):
        raise RosterError(f"{MEMBERS.as_posix()}:{finding.line}: {finding.message}; {advice}")


# --- The command ---


def fetch(folder: Path, address: str = SITE) -> None:
    """Fetch the site's data files.

    Raises:
        RosterError: There is no network, or no such repository.
    """
    try:
        options = ("--quiet", "--depth=1", "--filter=blob:none", "--sparse")
        git(ROOT, "clone", *options, address, str(folder))
        git(folder, "sparse-checkout", "set", "_data", GROUPS.as_posix())
    except GitError as error:
        advice = "check the network, or name a clone of the site: make roster FROM=DIR"
        raise RosterError(f"cannot fetch {address}: {error}; {advice}") from None


def day_of(folder: Path) -> date:
    """The day of a clone's last commit; today where git does not know."""
    try:
        return date.fromisoformat(git(folder, "log", "-1", "--format=%cs").strip())
    except (GitError, ValueError):
        return datetime.now(UTC).date()


def compare_with(site: Path, options: argparse.Namespace, as_of: date) -> int:
    """Compare with a copy of the site, print the differences, and take them over if asked to.

    Raises:
        RosterError: The files cannot be compared.
    """
    _refuse_invalid(options.root / MEMBERS, options.root / SCHEMA, "fix this first")
    published = read_site(site)
    text = (options.root / MEMBERS).read_text(encoding="utf-8")
    record = (options.root / RECORD).read_text(encoding="utf-8")
    differences = list(compare(read_handbook(text), published))
    differences += compare_elections(record, published)
    lines = [f"{difference}\n" for difference in differences]
    sys.stdout.writelines(lines or ["members/members.yml says what the site says.\n"])
    if options.write:
        write(updated(text, differences, published), options.root, as_of)
        left = sum(bool(difference.by_hand) for difference in differences)
        sys.stdout.write(f"Written, as of {as_of}; {left} differences are left to edit by hand.\n")
        return int(left > 0)
    return int(bool(differences))


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit status that the module's docstring describes."""
    parser = argparse.ArgumentParser(prog="make roster", description=(__doc__ or "").split("\n")[0])
    source = os.environ.get("FROM") or None
    parser.add_argument("--from", dest="source", type=Path, default=source, help="a local clone")
    parser.add_argument("--write", action="store_true", help="take the differences over")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        if options.source:
            return compare_with(Path(options.source), options, day_of(Path(options.source)))
        with tempfile.TemporaryDirectory() as folder:
            fetch(Path(folder, "site"))
            return compare_with(Path(folder, "site"), options, datetime.now(UTC).date())
    except RosterError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
