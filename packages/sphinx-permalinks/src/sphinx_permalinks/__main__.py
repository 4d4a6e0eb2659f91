"""`python -m sphinx_permalinks`: what can be done about permalinks without a build."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx_permalinks import (
    __version__,
    central,
    claims,
    exporting,
    findings,
    frontmatter,
    importing,
    moving,
    sources,
)
from sphinx_permalinks.address import fold
from sphinx_permalinks.claims import Page, Resolution
from sphinx_permalinks.common import CommandError, printable, read_regular
from sphinx_permalinks.findings import Finding, Rules
from sphinx_permalinks.frontmatter import FrontMatterError
from sphinx_permalinks.settings import rules as rules_of
from sphinx_permalinks.sources import Settings

EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words behind the command's name; by default those of this process.

    Returns:
        0 if all is well, 1 if there are findings, 2 if the command is wrong.
    """
    options = _parser().parse_args(arguments)
    # Whatever the terminal's encoding, a file's name must not end the program.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status: int = options.run(options)
    except CommandError as error:
        _say(str(error))
        return EXIT_USAGE
    return status


@dataclass(slots=True)
class Checked:
    """What a check has found.

    Attributes:
        site: The project's pages and their addresses.
        rules: What they were checked against.
        findings: What is wrong, by file and line.
        left_to_build: How many recorded addresses only a build can look for.
    """

    site: Resolution
    rules: Rules
    findings: list[Finding]
    left_to_build: int


def check(folder: Path, settings: Settings, confdir: Path | None = None, **more: Any) -> Checked:
    """Find what is wrong with a project's front matter, first headings and ledger.

    Args:
        folder: The source folder.
        settings: What `sources.read_settings` gives.
        confdir: The folder of conf.py, if it is another one.
        more: Rules that a caller knows about anchors: `has_anchor`, `labels`.
    """
    tree = sources.find_sources(folder, settings.values)
    folders = [findings.unreadable(name, error) for name, error in tree.unreadable]
    pages: dict[str, Page] = {}
    for docname, name in sorted(tree.files.items()):
        page = pages[docname] = Page(docname, name)
        try:
            text = read_regular(f"{folder}/{name}").decode("utf-8-sig")
            page.source = frontmatter.parse(name, text)
            page.heading = str(page.source.heading.value) if page.source.heading else ""
        except (FrontMatterError, OSError, UnicodeDecodeError) as error:
            page.problem = findings.unreadable(name, error)
    is_readable = not (folders or any(page.problem for page in pages.values()))
    knows_all = is_readable and tree.is_complete and not settings.adds_pages
    rules = rules_of(settings.values, folder, confdir or folder, knows_all_pages=knows_all, **more)
    site = claims.resolve(pages, rules)
    central.add(site, rules)
    suppressed = settings.values["suppress_warnings"]
    shown = [f for f in findings.find(site, rules, *folders) if not f.is_suppressed(suppressed)]
    leaves = is_readable and not knows_all
    lost = [key for key in findings.lost(site, rules) if leaves and "#" not in key]
    return Checked(site, rules, shown, len(lost))


def _check(options: argparse.Namespace) -> int:
    """Find colliding, malformed and lost permalinks without a build.

    They are found in front matter, first headings and the ledger. conf.py is read, not run. Exit
    status: 0 if all is well, 1 if there are findings, 2 if the command is wrong.
    """
    folder, confdir, settings = _project(options)
    for name, line in settings.computed:
        _say(f"{confdir / 'conf.py'}:{line}: {name} is computed; its default is assumed")
    checked = check(folder, settings, confdir)
    prefix = "" if options.directory in {".", ""} else f"{folder.as_posix()}/"
    for finding in checked.findings:
        finding.file = f"{prefix}{finding.file}"
    sys.stdout.write(FORMATS[options.format](checked))
    if options.format == "text":
        if checked.left_to_build:
            _say(
                f"{_count(checked.left_to_build, 'recorded address')} left to the build:"
                f" {settings.adds_pages or 'a folder that is not searched'} may have the pages"
            )
        _say(
            f"{_count(len(checked.site.pages), 'page')}, {_count(len(checked.findings), 'finding')}"
        )
    return EXIT_FINDINGS if checked.findings else EXIT_CLEAN


def _moved(options: argparse.Namespace) -> int:
    """Find renamed pages with git, and write their redirect_from.

    Lists pages whose files were renamed since a commit and whose earlier addresses no page has,
    with the similarity of the text. Exit status: 0 if there are none or --write has written all,
    1 if there are some.
    """
    folder, confdir, settings = _project(options)
    site = check(folder, settings, confdir).site
    files = {docname: page.file for docname, page in site.pages.items()}
    found = [
        move
        for move in moving.moves(folder, options.since, files, options.similarity)
        if fold(move.address) not in site.holders
    ]
    by_page: dict[str, list[str]] = {}
    for move in found:
        sys.stdout.write(f"{move.similarity:3}%  {move.address}  ->  {files[move.docname]}\n")
        by_page.setdefault(files[move.docname], []).append(move.address)
    left = len(by_page)
    for file, addresses in by_page.items() if options.write else ():
        try:
            moving.add_redirects(folder / file, addresses)
            left -= 1
        except CommandError as error:  # such as a notebook
            _say(str(error))
    done = "--write adds redirect_from to each"
    if options.write:
        done = f"redirect_from written{f' to {len(by_page) - left}' if left else ''}"
    _say(f"{_count(len(found), 'page')} moved{f'; {done}' if found else ''}")
    return EXIT_FINDINGS if left else EXIT_CLEAN


def _export(options: argparse.Namespace) -> int:
    """Write the redirects of a site that was built, for a web server."""
    rules = exporting.read(Path(options.file))
    sys.stdout.write(exporting.FORMATS[options.server](rules))
    return EXIT_CLEAN


def _import(options: argparse.Namespace) -> int:
    """Convert redirects from sphinxext-rediraffe and sphinx-reredirects.

    Prints rediraffe_redirects and redirects of conf.py as a file for permalinks_redirects. Exit
    status: 1 if a target does not exist.
    """
    folder, confdir, settings = _project(options)
    site = check(folder, settings, confdir).site
    files = {docname: page.file for docname, page in site.pages.items()}
    missing = 0
    for old, new in importing.found(confdir / "conf.py", folder, files):
        sys.stdout.write(f"{old} {new}\n")
        if not central.is_url(new) and fold(new.partition("#")[0]) not in site.holders:
            missing += 1
            _say(f"{old}: no page has its target {new}")
    return EXIT_FINDINGS if missing else EXIT_CLEAN


def _project(options: argparse.Namespace) -> tuple[Path, Path, Settings]:
    """Give the source folder, the folder of conf.py, which must be there, and the settings."""
    folder = Path(options.directory)
    if not folder.is_dir():
        raise CommandError(f"{options.directory}: no such folder")
    confdir = Path(options.conf_dir or folder)
    if not (confdir / "conf.py").exists():
        raise CommandError(f"{confdir / 'conf.py'}: no such file; name its folder with -c")
    return folder, confdir, sources.read_settings(confdir / "conf.py")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sphinx_permalinks", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        about = run.__doc__ or ""
        command = commands.add_parser(name, help=about.partition("\n")[0], description=about)
        command.set_defaults(run=run)
        return command

    checking = add("check", _check)
    help_format = "how to print findings: as Sphinx does, as GitHub annotations, or as JSON"
    checking.add_argument("--format", choices=FORMATS, default="text", help=help_format)
    moved = add("moved", _moved)
    moved.add_argument("--since", default="HEAD", metavar="COMMIT", help="by default HEAD")
    moved.add_argument(
        "--similarity", type=int, default=50, metavar="PERCENT", help="by default 50"
    )
    moved.add_argument("--write", action="store_true", help="add redirect_from to the pages")
    exported = add("export", _export)
    exported.add_argument("server", choices=exporting.FORMATS)
    exported.add_argument("file", help="the permalinks.json in the output folder")
    for command in (checking, moved, add("import", _import)):
        command.add_argument("directory", nargs="?", default=".", help="the source folder")
        command.add_argument("-c", "--conf-dir", help="the folder of conf.py, if it is another one")
    return parser


def as_text(checked: Checked) -> str:
    """Write findings as Sphinx's log shows them, at most twenty of a kind in a file."""
    return "".join(
        f"{printable(f.file)}:{f.line}: WARNING: {printable(f.message)} [{f.type}]\n"
        for f in findings.shortened(checked.findings)
    )


def as_github(checked: Checked) -> str:
    """Write findings as GitHub's workflow commands, which annotate a pull request's lines."""
    return "".join(
        f"::error file={_property(f.file)},line={f.line},title={_property(f.type)}"
        f"::{_data(f.message)}\n"
        for f in findings.shortened(checked.findings)
    )


def as_json(checked: Checked) -> str:
    """Write findings as one JSON object in ASCII."""
    listed = [
        {"path": f.file, "line": f.line, "type": f.type, "message": f.message}
        for f in checked.findings
    ]
    return (
        json.dumps({"version": 1, "pages": len(checked.site.pages), "findings": listed}, indent=1)
        + "\n"
    )


FORMATS = {"text": as_text, "github": as_github, "json": as_json}


# As GitHub's own toolkit escapes them (actions/toolkit, packages/core/src/command.ts).
def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _count(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("s") else "s"
    return f"{number} {noun}{'' if number == 1 else plural}"


def _say(message: str) -> None:
    sys.stdout.flush()  # both streams may be one log
    sys.stderr.write(f"sphinx_permalinks: {printable(message)}\n")


if __name__ == "__main__":
    gc.disable()  # this process ends before there is garbage worth collecting
    sys.exit(main())
