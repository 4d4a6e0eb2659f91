"""What Sphinx's environment and settings say of a site: its pages, and the rules for them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sphinx_permalinks import __version__, claims, findings, frontmatter, ledger, reserved
from sphinx_permalinks.domain import permalink_domain
from sphinx_permalinks.findings import Rules
from sphinx_permalinks.frontmatter import FrontMatterError
from sphinx_permalinks.globs import matcher

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_permalinks.claims import Claim, Page
    from sphinx_permalinks.findings import Finding
    from sphinx_permalinks.frontmatter import Source

# What Sphinx calls a page without a heading.
NO_TITLE = "<no title>"

# When a page was read whose file should be asked again.
NEVER = -1

# What is noted of a page: its docname, its heading, and the fields' values as Sphinx keeps
# them, in the order of `frontmatter.FIELDS`. Absent is `...`, since None may be a value. A
# plain tuple, for there may be many.
Note = tuple[str, str, object, object, object]
_ABSENT = (...,) * len(frontmatter.FIELDS)


class Survey(NamedTuple):
    """What is known of a site before anything is concluded from it.

    Attributes:
        notes: What is noted of each page, in docname order.
        ledger: The ledger's bytes; None if there is none.
        reserved: What lies at addresses that are no page's, as `reserved.names` tells it.
    """

    notes: list[Note]
    ledger: bytes | OSError | None
    reserved: dict[str, str]


class Files:
    """The environment's source files.

    Attributes:
        read: When Sphinx had read those that were asked for, in microseconds, by docname. No
            time if the file is to be asked again.
    """

    def __init__(self, env: BuildEnvironment) -> None:
        self.read: dict[str, int] = {}
        self._env = env
        self._sources: dict[str, Source] = {}

    def name(self, docname: str) -> str:
        """Give a page's file, relative to the source folder, with slashes."""
        self.read.setdefault(docname, self._env.all_docs.get(docname, NEVER))
        return str(self._env.doc2path(docname, base=False)).replace(os.sep, "/")

    def source(self, docname: str) -> Source:
        """Read what a page's file says of it; nothing if it cannot be read."""
        if docname not in self._sources:
            self._sources[docname] = claims.NOTHING
            name = self.name(docname)
            try:
                self._sources[docname] = claims.parse(name, _text(self._env, docname))
            except FrontMatterError:
                pass
            except OSError:
                self.read[docname] = NEVER
        return self._sources[docname]


def take(app: Sphinx) -> Survey:
    """Look at a site. Only documents that exist count: others may have metadata too.

    Args:
        app: The application, whose environment is up to date.

    Returns:
        What is known.
    """
    config = app.config
    source = config.permalinks_ledger
    return Survey(
        list(_notes(app.env, sorted(app.env.found_docs))),
        ledger.fetch(Path(app.srcdir) / source) if source else None,
        reserved.names(Path(app.confdir), config.html_extra_path, config.html_additional_pages),
    )


def _notes(env: BuildEnvironment, docnames: Iterable[str]) -> Iterator[Note]:
    nothing: dict[str, object] = {}
    for docname in docnames:
        title = env.titles.get(docname)
        heading = " ".join(title.astext().split()) if title is not None else ""
        if heading == NO_TITLE:
            heading = ""
        said = env.metadata.get(docname, nothing).get
        yield (docname, heading, *map(said, frontmatter.FIELDS, _ABSENT))


def basis(app: Sphinx, site: Survey) -> str:
    """Digest all that a settlement is derived from, but for what `settlement.Memory` names.

    Args:
        app: The application.
        site: What is known of the site.

    Returns:
        A text that is the same if nothing has changed, in this process or a later one. What
        has no certain spelling, such as a set, only makes it differ more often.
    """
    config = app.config
    labels = permalink_domain(app.env).labels() if config.permalinks_ledger else {}
    facts = (
        __version__,
        list(config.permalinks_ignore),
        config.permalinks_title_scope,
        config.permalinks_ledger,
        _is_recording(app),
        sorted(site.reserved.items()),
        sorted(labels.items()),
        site.ledger,
        site.notes,
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def rules(app: Sphinx, site: Survey, has_anchor: Callable[[str, str], object]) -> Rules:
    """Put together what the project's settings hold claims against.

    Args:
        app: The application.
        site: What is known of the site.
        has_anchor: Says whether a page, by its docname, has an anchor.

    Returns:
        The rules.
    """
    config = app.config
    source = config.permalinks_ledger or ""
    book = ledger.read(site.ledger)
    return Rules(
        is_ignored=matcher(config.permalinks_ignore),
        taken=findings.taker(site.reserved, book, source),
        title_scope=config.permalinks_title_scope,
        ledger=book,
        ledger_source=source,
        recording=_is_recording(app),
        has_anchor=has_anchor,
        labels=permalink_domain(app.env).labels,
    )


def pages(notes: Iterable[Note], files: Files) -> Iterator[Page]:
    """Make pages of what was noted.

    Args:
        notes: What was noted of each.
        files: Where they are written.

    Yields:
        Each page, in the same order.
    """
    for docname, heading, *values in notes:
        said = {n: v for n, v in zip(frontmatter.FIELDS, values, strict=True) if v is not ...}
        yield claims.from_metadata(docname, files, said, heading)


def unreadable(env: BuildEnvironment, notes: Iterable[Note]) -> Iterator[Finding]:
    """Find pages whose front matter is no YAML.

    MyST says so too, but at the first line, not why, and not again if nothing changed. It then
    keeps no field at all, so that only pages without any are looked at, once they are read.

    Args:
        env: The environment.
        notes: What was noted of each page.

    Yields:
        A finding for each such page.
    """
    known: dict[str, Finding | None] = permalink_domain(env).data["unreadable"]
    for docname, _heading, *values in notes:
        if all(value is ... for value in values):
            finding = known[docname] if docname in known else _problem(env, docname)
            if finding is not None:
                yield finding


def claim_to(env: BuildEnvironment, docname: str, path: str) -> Claim:
    """Find the place in a page's front matter that claims an address.

    Args:
        env: The environment.
        docname: The page.
        path: An address that the page holds by a claim, as `Settlement.addresses` has it.

    Returns:
        The claim.
    """
    (note,) = _notes(env, [docname])
    (page,) = pages([note], Files(env))
    return next(claim for claim in claims.explicit(page, []) if claim.address.path == path)


def _problem(env: BuildEnvironment, docname: str) -> Finding | None:
    """Say what is wrong with a page's front matter, and keep that until it is read anew."""
    source = str(env.doc2path(docname, base=False)).replace(os.sep, "/")
    finding = None
    if source.endswith(".md"):
        try:
            text = _text(env, docname)
            if text.startswith("---"):
                claims.parse(source, text)
        except FrontMatterError as error:
            finding = findings.unreadable(source, error)
        except OSError as error:  # that may change without the page being read
            return findings.unreadable(source, error)
    permalink_domain(env).data["unreadable"][docname] = finding
    return finding


def _is_recording(app: Sphinx) -> bool:
    return app.builder.name == "permalinks"


def _text(env: BuildEnvironment, docname: str) -> str:
    return Path(env.doc2path(docname)).read_text(encoding="utf-8-sig", errors="replace")
