"""Check addresses and internal links without a build. Part of `make lint`.

Reads Markdown line by line, without its parser, and runs no directive. What a directive may still
add, such as an anchor for each clause, is left to the build: where this says nothing, a build may.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from myst_parser.slugs import docutils_slugify, github_slugify, unique_slug

from sphinx_permalinks import address, findings, frontmatter, sources
from sphinx_permalinks.__main__ import check as check_addresses
from sphinx_permalinks.address import InvalidAddressError
from sphinx_permalinks.common import nearest, read_regular
from sphinx_permalinks.findings import Finding, Subtype
from tools.common import ROOT, print_findings, repository_files

# Directives whose content is Markdown, and those without; any other may make anchors of its own.
BOXES = frozenset(
    {"figure", "grid", "grid-item-card", "important", "note", "silence", "tip", "warning"}
)
WITHOUT_ANCHORS = frozenset({"", "code-block", "filter", "find", "image", "include"}) | {
    *("list-table", "sections", "standing", "table", "timer", "toctree"),
}
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")

FENCE = re.compile(r"[ \t>]*(`{3,}(?!.*`)|~{3,}|:{3,})[ \t]*(.*)")
OPTION = re.compile(r"[ \t]*:([\w-]+):[ \t]*(.*)")
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*)")
UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
LABEL = re.compile(r"\((.+)\)=[ \t]*")
NAME = re.compile(r"\{[^{}#]*#([\w:.-]+)")
# The target of a link, and of a reference such as `[name]: target`; footnotes have no target.
LINK = re.compile(r"(?:(?<!\\)\]\([ \t]*|^ {0,3}\[[^\[\]^][^\[\]]*\]:[ \t]+)<?([^\s()<>]+)")
# Comments and code, in which nothing is a link.
NO_LINKS = re.compile(
    r"<!--.*?(?:-->|\Z)|^%[^\n]*|(?<!`)(`+)(?!`)[^`\n]*+(?:\n(?!\s*\n)[^`\n]*+)*+\1(?!`)",
    re.DOTALL | re.MULTILINE,
)


@dataclass
class Markdown:
    """What a Markdown file links to, and where others can link.

    Attributes:
        anchors: The names of its places, as links may spell them.
        labels: The places that its author has labeled.
        links: Targets of links, each with its line.
        docs: Names of other pages, in a toctree or on a card, each with its line.
        includes: The files that it includes.
        is_open: Whether only a build knows all its places.
    """

    anchors: set[str] = field(default_factory=set)
    labels: list[str] = field(default_factory=list)
    links: list[tuple[int, str]] = field(default_factory=list)
    docs: list[tuple[int, str]] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    is_open: bool = False

    def read(self, text: str) -> Markdown:
        """Read a file's text."""
        lines = (frontmatter.blanked(text) if text.startswith("---") else text).splitlines()
        opened: list[tuple[str, str]] = []  # the fences that are open, with their directives
        card = (0, "self")
        for index, line in enumerate(lines):
            fence, option = FENCE.fullmatch(line), OPTION.fullmatch(line)
            mark, name = opened[-1] if opened else ("", "note")
            if fence and mark and not fence[2] and fence[1].startswith(mark):
                opened.pop()
            elif name and option and mark:
                if option[1] == "name":
                    self._name(option[2])
                elif option[1] == "link":
                    card = index + 1, option[2].strip()
                elif option.groups() == ("link-type", "doc"):
                    self.docs.append(card)
            elif name not in BOXES:
                if name == "toctree" and "*" not in line and (entry := line.strip()):
                    docname = entry.rpartition("<")[2].removesuffix(">")  # it may have a title
                    self.docs.append((index + 1, docname))
            elif fence:
                opened.append((fence[1], self._open_directive(fence[2])))
            else:
                self._read_line(line, lines[index - 1] if index else "")
                continue
            lines[index] = ""
        self._find_links("\n".join(lines))
        return self

    def _open_directive(self, info: str) -> str:
        """Note a directive, and return its name; that of a code block is ""."""
        name, _, argument = info[1:].partition("}") if info.startswith("{") else ("", "", "")
        if name == "include":
            self.includes.append(argument.strip())
        self.is_open |= name not in BOXES | WITHOUT_ANCHORS
        return name

    def _read_line(self, line: str, before: str) -> None:
        if label := LABEL.fullmatch(line):
            self.labels.append(label[1])
            self._name(label[1])
        elif heading := HEADING.fullmatch(line):
            self._add_heading(heading[1])
        elif before.strip() and UNDERLINE.fullmatch(line):
            self._add_heading(before)

    def _add_heading(self, text: str) -> None:
        title = frontmatter.plain(text.strip(" \t#"))
        self.anchors |= {unique_slug(github_slugify(title), self.anchors), docutils_slugify(title)}

    def _name(self, name: str) -> None:
        self.anchors |= {name, name.lower(), docutils_slugify(name)}

    def _find_links(self, text: str) -> None:
        text = NO_LINKS.sub(lambda found: "\n" * found[0].count("\n"), text)
        for number, line in enumerate(text.splitlines(), 1):
            self.links += ((number, unquote(target)) for target in LINK.findall(line))
            for name in NAME.findall(line):
                self._name(name)


class Project:
    """The pages of a Sphinx project, and other Markdown files, read once."""

    def __init__(self, folder: Path, names: Iterable[str], others: Iterable[str] = ()) -> None:
        self.folder = folder
        self.names = set(names)
        settings = sources.read_settings(folder / "conf.py")
        settings.adds_pages = ""  # no extension of ours does
        pages = sources.find_sources(folder, settings.values).files
        self.files = {
            name: Markdown().read(text)
            for name in [*pages.values(), *others]
            if name.endswith(".md") and (text := self._read(name)) is not None
        }
        self.all_anchors = set().union(*(file.anchors for file in self.files.values()))
        self.is_open = any(file.is_open for file in self.files.values())
        self.checked = check_addresses(
            folder,
            settings,
            has_anchor=lambda docname, anchor: self.has_anchor(pages[docname], anchor),
            labels={
                docname: [docutils_slugify(label) for label in self.files[name].labels]
                for docname, name in pages.items()
                if name in self.files
            },
        )

    def _read(self, name: str) -> str | None:
        """Read a file; what cannot be read is a finding of sphinx_permalinks."""
        try:
            return read_regular(self.folder / name).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None

    def has_anchor(self, file: str, anchor: str) -> bool:
        """Whether a file has an anchor, or may have it for all that is known without a build."""
        anchors = self.anchors(file, {file})
        return anchors is None or anchor in anchors

    def anchors(self, file: str, seen: set[str]) -> set[str] | None:
        """The anchors of a file with what it includes; None if only a build knows them."""
        page = self.files.get(file)
        if page is None or page.is_open:
            return None
        anchors = set(page.anchors)
        for name in page.includes:
            included = posixpath.normpath(posixpath.join(posixpath.dirname(file), name))
            if included in seen:
                continue
            more = self.anchors(included, seen | {included})
            if more is None:
                return None
            anchors |= more
        return anchors

    def findings(self) -> list[Finding]:
        """Find everything that is wrong with addresses and links, by file and line."""
        found = self.checked.findings.copy()
        for name, file in self.files.items():
            for line, target in file.links:
                if message := self.problem(name, target):
                    found.append(Finding(name, line, Subtype.UNKNOWN_PERMALINK, message))
            for line, docname in file.docs:
                if message := self._no_page(name, docname):
                    found.append(Finding(name, line, Subtype.UNKNOWN_PERMALINK, message))
        return findings.in_order(found)

    def problem(self, file: str, target: str) -> str | None:
        """Say what is wrong with a link; None if nothing is, or if only a build can tell."""
        path, _, anchor = target.partition("#")
        if SCHEME.match(target) or "?" in path:
            return None
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        if path.startswith("/"):
            goal = path.strip("/")
            if goal not in self.names and f"{goal}.md" not in self.files:
                return self._permalink_problem(target)
        elif goal not in self.names:
            return self._file_problem(file, goal, target)
        if not anchor or self.has_anchor(goal, anchor):
            return None
        near = self._nearest_anchor(goal, anchor)
        # Such a link may also name a label of any page, which perhaps only a build knows.
        if not path and (anchor in self.all_anchors or (self.is_open and not near)):
            return None
        return self._message(file, target, findings.NO_ANCHOR, near and f"{goal}#{near}")

    def _file_problem(self, file: str, goal: str, target: str) -> str | None:
        is_folder = goal == "." or any(name.startswith(f"{goal}/") for name in self.names)
        # Without a suffix, it may be a label.
        if is_folder or goal.startswith("..") or not posixpath.splitext(goal)[1]:
            return None
        suffix = posixpath.splitext(goal)[1]
        alike = sorted(name for name in self.names if name.endswith(suffix))
        by_name = {posixpath.basename(name): name for name in reversed(alike)}
        near = nearest(goal, alike) or by_name.get(nearest(posixpath.basename(goal), by_name) or "")
        return self._message(file, target, "there is no such file", near)

    def _permalink_problem(self, target: str) -> str | None:
        site, rules = self.checked.site, self.checked.rules
        path, _, anchor = target.partition("#")
        try:
            key = address.parse(path).key
        except InvalidAddressError:
            return None  # the build says why
        holder = site.holders.get(f"{key}#{anchor}") or site.holders.get(key)
        if holder is None:
            if not rules.knows_all_pages or rules.reserved_lookup(key):
                return None
            return findings.unknown(target, findings.NO_PAGE, nearest(key, site.holders))
        leads_on = not holder.docname or holder.anchor or holder.fragment
        if not anchor or leads_on or rules.has_anchor(holder.docname, anchor):
            return None
        near = self._nearest_anchor(site.pages[holder.docname].file, anchor)
        return findings.unknown(target, findings.NO_ANCHOR, near and f"{path}#{near}")

    def _nearest_anchor(self, goal: str, anchor: str) -> str | None:
        labels = self.files[goal].labels
        return nearest(anchor, labels) or nearest(anchor, self.anchors(goal, {goal}) or ())

    def _message(self, file: str, target: str, problem: str, near: str | None) -> str:
        hint = "correct the link, or remove it"
        if near:
            name, sign, anchor = near.partition("#")
            name = "" if name == file else posixpath.relpath(name, posixpath.dirname(file) or ".")
            hint = f"did you mean '{name}{sign}{anchor}'?"
        return f"broken link '{target}': {problem}; {hint}"

    def _no_page(self, file: str, docname: str) -> str | None:
        if SCHEME.match(docname) or docname == "self":
            return None
        start = "" if docname.startswith("/") else posixpath.dirname(file)
        name = posixpath.normpath(posixpath.join(start, docname.lstrip("/")))
        pages = self.checked.site.pages
        if name in pages or name.removesuffix(".md") in pages:
            return None
        hint = "correct its name, or remove it"
        if near := nearest(name, pages):
            hint = f"did you mean '{posixpath.relpath(near, start or '.')}'?"
        return f"the page '{docname}' does not exist; {hint}"


def check(root: Path = ROOT) -> Iterator[str]:
    """Yield a line for each finding in the handbook, its guides, and the packages' manuals."""
    names = repository_files(root)
    own = [
        name
        for name in names
        if name.endswith(".md") and "tests" not in name.split("/") and "/docs/" not in name
    ]
    for conf in [root / "conf.py", *sorted(root.glob("packages/*/docs/conf.py"))]:
        folder = conf.parent
        prefix = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
        below = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        project = Project(folder, below, own if folder == root else ())
        for finding in project.findings():
            yield f"{prefix}{finding.file}:{finding.line}: WARNING: {finding.message}"


def main() -> int:
    """Print each finding with file and line. Returns 1 if there is one."""
    return print_findings(check())


if __name__ == "__main__":
    sys.exit(main())
