"""Start a new page of the handbook: `make new-page`.

Writes the file with its front matter and lists it in its chapter. If another page has the permalink
or the title, nothing is changed.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from handbook.authority.documents import CitationError, cite, load_documents
from handbook.common import did_you_mean, slug
from sphinx_permalinks import sources
from sphinx_permalinks.__main__ import check
from sphinx_permalinks.findings import Subtype
from tools.common import ROOT

SOURCES = Path("governance", "sources.yml")
TOCTREE = re.compile(r"^(`{3,}|:{3,})\{toctree\}.*?(?=^\1\s*$)", re.DOTALL | re.MULTILINE)

Ask = Callable[[str, str], str]


class RefusalError(Exception):
    """The page cannot be made; the message says why, and what to do."""


def chapters(folder: Path) -> list[str]:
    """The handbook's chapters: the folders whose index lists pages."""
    indexes = sorted(folder.glob("[a-z]*/index.md"))
    return [file.parent.name for file in indexes if TOCTREE.search(read(file))]


def with_entry(index: str, name: str) -> str:
    """Add a page to the last toctree of a chapter's index.

    Raises:
        RefusalError: There is no toctree.
    """
    matches = list(TOCTREE.finditer(index))
    if not matches:
        raise RefusalError("the chapter's index.md has no toctree; add the page by hand")
    end = matches[-1].end()
    return f"{index[:end]}{name}\n{index[end:]}"


def page_text(title: str, permalink: str, clause: str) -> str:
    """Write a page's first text: front matter, the clause that it explains, and where to go on."""
    fields = {"title": title, "permalink": permalink}
    if clause == "none":
        fields["authority"] = "none"
    front_matter = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=math.inf)
    cited = "" if clause == "none" else f"{{clause}}`{clause}`\n\n"
    return f"---\n{front_matter}---\n\n{cited}Write here.\n"


def read(file: Path) -> str:
    """Read a text file with the line ends that it has."""
    with file.open(encoding="utf-8", newline="") as text:
        return text.read()


def write_page(folder: Path, chapter: str, title: str, text: str) -> Path:
    """Write the page and list it in its chapter, or change nothing.

    Raises:
        RefusalError: The name, title, or permalink is taken, or not possible.
    """
    name = slug(title)
    if not name:
        raise RefusalError(f"the title {title!r} has no letter or digit to name the file after")
    file = folder / chapter / f"{name}.md"
    index = folder / chapter / "index.md"
    listed = with_entry(read(index), name)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise RefusalError(f"{chapter}/{name}.md exists already; choose another title") from None
    checked = check(folder, sources.read_settings(folder / "conf.py")).findings
    # `make ledger` records the new address later.
    found = [f for f in checked if f.subtype is not Subtype.UNRECORDED_PERMALINK]
    own = [finding for finding in found if finding.file == f"{chapter}/{name}.md"]
    # Where the new page comes first in docname order, the finding is at the other page.
    mentions = [finding for finding in found if f"{chapter}/{name}.md:" in finding.message]
    if own or mentions:
        file.unlink()
        raise RefusalError("; ".join(finding.message for finding in own or mentions))
    with index.open("w", encoding="utf-8", newline="") as chapter_index:
        chapter_index.write(listed)
    return file


def _ask(question: str, assumed: str) -> str:
    try:
        answer = input(f"{question}{f' [{assumed}]' if assumed else ''}: ").strip()
    except EOFError:
        raise RefusalError(f"there is nobody to ask; use an option ({question})") from None
    return answer or assumed


def main(arguments: list[str] | None = None, ask: Ask = _ask) -> int:
    """Make a page from options, asking for what they leave out. Returns 2 if it was refused."""
    parser = argparse.ArgumentParser(
        prog="make new-page", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--chapter", help="a folder such as governance")
    parser.add_argument("--title")
    parser.add_argument("--permalink", help="the permanent address, such as /quorum")
    parser.add_argument("--clause", help="what it explains, such as 'By-laws 3.d.i', or none")
    parser.add_argument("--folder", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    folder: Path = options.folder
    try:
        known = chapters(folder)
        chapter = options.chapter or ask(f"Chapter ({', '.join(known)})", "governance")
        if chapter not in known:
            raise RefusalError(f"there is no chapter {chapter!r}; {did_you_mean(chapter, known)}")
        title = (options.title or ask("Title", "")).strip()
        if not title:
            raise RefusalError("a page needs a title")
        permalink = options.permalink or ask("Permalink", f"/{slug(title)}")
        question = "Clause it explains (such as By-laws 3.d.i, or none)"
        clause = options.clause or ask(question, "none")
        if clause != "none":
            cite(clause, load_documents(folder / SOURCES))
        text = page_text(title, permalink, clause)
        file = write_page(folder, chapter, title, text)
    except (RefusalError, CitationError) as refusal:
        sys.stderr.write(f"No page was made: {refusal}\n")
        return 2
    sys.stdout.write(
        f"{file.relative_to(folder).as_posix()} is ready, and {chapter}/index.md lists it. Write "
        "its text, look at it with `make live`, and record its address with `make ledger`.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
