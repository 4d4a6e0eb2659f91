"""`python -m sphinx_permalinks check`: the build's findings without a build."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sphinx_permalinks import __version__, claims, findings, ledger, report, reserved, sources
from sphinx_permalinks.claims import Page
from sphinx_permalinks.findings import Finding, Rules
from sphinx_permalinks.frontmatter import FrontMatterError, Source
from sphinx_permalinks.globs import matcher

EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words behind the command's name; by default those of this process.

    Returns:
        0 if all is well, 1 if there are findings, 2 if the command is wrong.
    """
    options = _parser().parse_args(arguments)
    folder = Path(options.directory)
    if not folder.is_dir():
        return _refuse(f"{options.directory}: no such folder")
    try:
        found_settings = sources.read_settings(folder / "conf.py")
    except sources.SettingsError as error:
        return _refuse(str(error))
    for name, line in found_settings.unknown:
        _say(f"{folder / 'conf.py'}:{line}: {name} is computed; its default is assumed")
    pages, found = check(folder, found_settings.values)
    prefix = "" if options.directory in {".", ""} else f"{folder.as_posix()}/"
    found = [f._replace(source=f"{prefix}{f.source}") for f in found]
    # Whatever the terminal's encoding, a file's name must not end the program.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(_written(options.format, found, pages))
    sys.stdout.flush()  # before what goes to the other stream, where both are one log
    if options.format == "text":
        _say(f"{_count(pages, 'page')}, {_count(len(found), 'finding')}")
    return EXIT_FINDINGS if found else EXIT_CLEAN


class _Files:
    """The files that were read, all of whose lines are known."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def name(self, docname: str) -> str:
        return self.names[docname]

    def source(self, docname: str) -> Source:  # noqa: ARG002
        return claims.NOTHING


def check(folder: Path, values: dict[str, Any]) -> tuple[int, list[Finding]]:
    """Find what is wrong with a project's front matter, first headings and ledger.

    Args:
        folder: The source folder.
        values: The settings' values, as `sources.read_settings` gives them.

    Returns:
        How many pages there are, and what is wrong, by file and line.
    """
    pages: list[Page] = []
    found: list[Finding] = []
    files = _Files()
    for docname, source in sources.find_sources(folder, values):
        files.names[docname] = source
        said = claims.NOTHING
        try:
            with open(f"{folder}/{source}", "rb") as file:  # noqa: PTH123 - one for each page
                text = file.read().decode("utf-8-sig")
            said = claims.parse(source, text)
        except (FrontMatterError, OSError, UnicodeDecodeError) as error:
            found.append(findings.unreadable(source, error))
        pages.append(claims.from_source(docname, files, said))
    pages.sort(key=lambda page: page.docname)
    is_ignored = matcher(values["permalinks_ignore"])
    source = values["permalinks_ledger"] or ""
    book = ledger.read(ledger.fetch(folder / source)) if source else None
    taken = reserved.names(folder, values["html_extra_path"], values["html_additional_pages"])
    rules = Rules(
        is_ignored,
        findings.taker(taken, book, source),
        values["permalinks_title_scope"],
        book,
        source,
    )
    site = claims.collect(pages, is_ignored)
    found += findings.find(site, claims.grant(site, rules.taken), rules)
    found = findings.in_order(found)
    suppressed = values["suppress_warnings"]
    return len(pages), [f for f in found if not findings.is_suppressed(f, suppressed)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sphinx_permalinks", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")
    checking = commands.add_parser(
        "check",
        help="find colliding, malformed and lost permalinks without a build",
        description="Find colliding, malformed and lost permalinks from front matter, first"
        " headings and the ledger. conf.py is read, not run. Exit status: 0 if all is well,"
        " 1 if there are findings, 2 if the command is wrong.",
    )
    checking.add_argument("directory", nargs="?", default=".", help="the folder of conf.py")
    checking.add_argument(
        "--format",
        choices=("text", "github", "json"),
        default="text",
        help="how to print findings: as Sphinx does, as GitHub annotations, or as JSON",
    )
    return parser


def _written(form: str, found: list[Finding], pages: int) -> str:
    if form == "json":
        return report.as_json(found, pages)
    return report.github(found) if form == "github" else report.text(found)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _refuse(message: str) -> int:
    _say(message)
    return EXIT_USAGE


def _say(message: str) -> None:
    sys.stderr.write(f"sphinx_permalinks: {findings.printable(message)}\n")


if __name__ == "__main__":
    gc.disable()  # this process ends before there is garbage worth collecting
    sys.exit(main())
