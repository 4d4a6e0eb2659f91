"""Reads the examples of the extension's manual from its pages, and does what they say.

A page shows two kinds of blocks. A code block with a caption is a file of that name; if the caption
is "added to NAME", its lines are added to that file. A `console` block holds commands, each behind
"$ ", and what they print; "..." in a line stands for anything, in a line of its own for any lines.
What comes before the first second-level heading is where every section starts from. A page that is
followed from top to bottom is one section.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

from tests.conftest import ROOT
from tests.hostile.builds import run

MANUAL = ROOT / "docs"
# Where the manual's reader has the project.
HOME = "/home/you/project"
TIME_LIMIT = 600  # seconds; other tests share the machine

# A build or one of our commands, and what the shell does after it with its status or its output.
_LOADED = re.compile(
    r"(sphinx-build|python -m sphinx_permalinks) ([^|&;<>$`\"']*?) *((?:\|\||;|2>&1 \|).*)?"
)
_CAPTION = re.compile(r":caption: (?P<added>added to )?(?P<name>.+)\n\n")


class File(NamedTuple):
    """A file that the page shows."""

    line: int
    name: str
    text: str
    is_added: bool


class Command(NamedTuple):
    """A command that the page shows, and the lines that it says the command prints."""

    line: int
    text: str
    printed: list[str]


class Other(NamedTuple):
    """A block that is neither: nothing is tried."""

    line: int
    info: str


Step = File | Command | Other


@dataclass
class Section:
    """A part of a page that is followed in a folder of its own."""

    heading: str
    steps: list[Step]


def parts(page: Path, *, is_one: bool = False) -> list[Section]:
    """Take a page apart at its second-level headings.

    Args:
        page: Its file.
        is_one: Whether the page is followed from top to bottom in one folder.

    Returns:
        The page, or what stands before the first of these headings, and what after each.
    """
    tokens = MarkdownIt().use(front_matter_plugin).parse(page.read_text(encoding="utf-8"))
    found = [Section("", [])]
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2" and not is_one:
            found.append(Section(tokens[number + 1].content, []))
        elif token.type == "fence" and token.map:
            found[-1].steps += _steps(token.info.strip(), token.content, token.map[0] + 1)
    return found


def sections(page: Path, *, is_one: bool = False) -> list[Section]:
    """Give the parts of a page in which there is something to try.

    Args:
        page: Its file.
        is_one: Whether the page is followed from top to bottom in one folder.

    Returns:
        Sections, each with the steps that lead to it.
    """
    common, *own = parts(page, is_one=is_one)
    if is_one:
        return [common] if has_commands(common) else []
    return [Section(s.heading, common.steps + s.steps) for s in own if has_commands(s)]


def has_commands(section: Section) -> bool:
    """Tell whether there is anything to try."""
    return any(isinstance(step, Command) for step in section.steps)


def _steps(info: str, content: str, line: int) -> Iterator[Step]:
    if info == "console":
        yield from _commands(content, line)
        return
    caption = _CAPTION.match(content) if info.startswith("{code-block}") else None
    if caption is None:
        yield Other(line, info)
    else:
        yield File(line, caption["name"], content[caption.end() :], bool(caption["added"]))


def _commands(content: str, line: int) -> Iterator[Command]:
    for number, text in enumerate(content.splitlines(), line + 1):
        if text.startswith("$ "):
            command = Command(number, text[2:], [])
            yield command
        else:
            command.printed.append(text)


class Shell:
    """A shell in a folder, that keeps its state from one command to the next, as a person's does.

    Args:
        folder: The project's folder; the shell starts there.
        environment: The shell's environment variables.
        has_own_sphinx: Whether the shell's own `sphinx-build` records the ledger. All other builds
            use the one that runs the tests and is already loaded.
    """

    def __init__(
        self, folder: Path, environment: Mapping[str, str], *, has_own_sphinx: bool = False
    ) -> None:
        self._folder = folder
        self._has_own_sphinx = has_own_sphinx
        self._process = subprocess.Popen(
            ["sh"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._watch = threading.Timer(TIME_LIMIT, self._process.kill)
        self._watch.start()

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.cancel()
        self._process.communicate()

    def run(self, command: str) -> tuple[int, list[str]]:
        """Run a command; gives its exit status and the lines that it printed."""
        found = _LOADED.fullmatch(command)
        if found and not (self._has_own_sphinx and " -b permalinks " in command):
            return self._run_loaded(*found.groups())
        mark = "--- done"
        source, output = self._streams()
        source.write(f"{{ {command}\n}} </dev/null\nprintf '\\n%s %s\\n' {shlex.quote(mark)} $?\n")
        source.flush()
        lines: list[str] = []
        for line in output:
            if line.startswith(mark):
                if lines and not lines[-1]:  # the line break that stands before the mark
                    lines.pop()
                return int(line.split()[-1]), lines
            lines.append(line.rstrip("\n").replace(str(self._folder), HOME))
        raise AssertionError(f"the shell ended at: {command}\n" + "\n".join(lines))

    def _run_loaded(self, program: str, words: str, rest: str | None) -> tuple[int, list[str]]:
        """Run a program as the shell would, but without loading Sphinx again."""
        module, arguments = "sphinx_permalinks", shlex.split(words)
        if program == "sphinx-build":  # with a smaller theme
            module, arguments = "sphinx", ["-D", "html_theme=basic", *arguments]
        _, [where, *variables] = self.run("pwd; env")
        folder = where.replace(HOME, str(self._folder))
        pairs = (variable.partition("=") for variable in variables)
        env = {name: value for name, _, value in pairs}
        made = run(module, arguments, Path(folder), env)
        printed = made.output.replace(str(self._folder), HOME)
        if rest is None:
            return made.code, printed.splitlines()
        return self.run(f"{{ printf %s {shlex.quote(printed)}; (exit {made.code}); }} {rest}")

    def _streams(self) -> tuple[IO[str], IO[str]]:
        source, output = self._process.stdin, self._process.stdout
        assert source is not None
        assert output is not None
        return source, output

    def write(self, file: File) -> None:
        """Write a file that the page shows, below the folder where the shell is."""
        _, [where] = self.run("pwd")
        path = Path(where.replace(HOME, str(self._folder)), file.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if file.is_added else "w", encoding="utf-8") as opened:
            opened.write(file.text)


def follow(
    section: Section,
    folder: Path,
    environment: Mapping[str, str],
    *,
    has_own_sphinx: bool = False,
) -> None:
    """Do what a section shows; see `Shell`.

    Raises:
        AssertionError: A command printed something else, or failed.
    """
    with Shell(folder, environment, has_own_sphinx=has_own_sphinx) as shell:
        for step in section.steps:
            if isinstance(step, File):
                shell.write(step)
            elif isinstance(step, Command):
                status, printed = shell.run(step.text)
                shown = "\n".join(step.printed)
                real = "\n".join(printed)
                where = f"line {step.line}: $ {step.text}\n"
                assert is_like(real, shown), f"{where}shown:\n{shown}\nreal:\n{real}"
                assert status == 0, f"{where}exit status {status}:\n{real}"


def is_like(real: str, shown: str) -> bool:
    """Tell whether a command has printed what the page shows."""
    pattern = ""
    for line in shown.splitlines():
        words = map(re.escape, re.split(r"(?<!\.)\.{3}(?!\.)", line))
        pattern += r"(?:.*\n)*?" if line == "..." else ".*".join(words) + r"\n"
    return re.fullmatch(pattern, f"{real}\n" if real else "") is not None
