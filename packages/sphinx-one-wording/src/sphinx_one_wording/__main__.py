"""`python -m sphinx_one_wording check`: the build's findings without a build."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sphinx_one_wording import __version__, comparing, project

EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after the command's name; by default those of this process.

    Returns:
        0 if all is well, 1 if there are findings, 2 if the command or a setting is wrong.
    """
    options = _parser().parse_args(arguments)
    folder = Path(options.directory)
    try:
        if not folder.is_dir():
            raise project.SettingsError(f"{options.directory}: no such folder")
        values = project.read_settings(folder)
    except project.SettingsError as error:
        _say(str(error))
        return EXIT_USAGE
    sources = project.read_sources(folder, project.find_sources(folder, values), values)
    found = [
        finding
        for finding in comparing.find(sources, project.rules_from(values))
        if not project.is_suppressed(finding.subtype.value, values["suppress_warnings"])
    ]
    # A file's name must not end the program, whatever the terminal's encoding.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for finding in found:
        place = f"{(folder / finding.source).as_posix()}:{finding.line}"
        message = f"{place}: WARNING: {finding.message} [wording.{finding.subtype.value}]"
        sys.stdout.write(_printable(message) + "\n")
    sys.stdout.flush()
    _say(f"{_count(len(sources), 'source')}, {_count(len(found), 'finding')}")
    return EXIT_FINDINGS if found else EXIT_CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sphinx_one_wording", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")
    checking = commands.add_parser(
        "check",
        help="find copied and drifted sentences without a build",
        description="Find copied and drifted sentences in the Markdown and reStructuredText"
        " sources of a folder. conf.py is read, not run. Exit status: 0 if all is well, 1 if"
        " there are findings, 2 if the command or a setting is wrong.",
    )
    checking.add_argument("directory", nargs="?", default=".", help="the source folder")
    return parser


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _printable(text: str) -> str:
    """Show control characters of files that strangers wrote, instead of obeying them."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _say(message: str) -> None:
    sys.stderr.write(f"sphinx_one_wording: {_printable(message)}\n")


if __name__ == "__main__":
    sys.exit(main())
