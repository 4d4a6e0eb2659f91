"""Publishes permalinks: writes a small page at each, and removes those no longer wanted.

Nothing is written outside the output folder, and no file that something else has written is
touched. Which files are ours is told by a mark in each; the manifest, kept beside Sphinx's
own notes on the build, only spares the reading of files that have not changed.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Set
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sphinx_permalinks import __version__
from sphinx_permalinks.ledger import Entry

GENERATOR = "sphinx-permalinks"

# How every file of ours begins to tell that it is: these bytes, within so many of its first.
_MARKS = (
    f'<meta name="generator" content="{GENERATOR}">'.encode(),
    f'{{"generator": "{GENERATOR}"'.encode(),
)
_HEAD = 300


class Content(Protocol):
    """What a published file holds."""

    @property
    def fingerprint(self) -> str:
        """Differs if the text does; cheaper to get than the text."""

    def text(self) -> str:
        """Write the file's text."""


class Redirect(NamedTuple):
    """A page that leads to another.

    Attributes:
        here: Its own URI below the site's root.
        there: That of the page it leads to.
        base: The site's address, or "" to lead there by a relative link.
        title: The title of the page it leads to.
        language: The language of that title (BCP 47).
    """

    here: str
    there: str
    base: str
    title: str
    language: str

    @property
    def fingerprint(self) -> str:
        """All that the text is made of, and how it is made."""
        return "\n".join((__version__, *self))

    def text(self) -> str:
        """Write the page.

        A script keeps the query and the fragment. Without scripts a meta element redirects;
        it stands in `noscript` since browsers might else follow it before the script.
        """
        target = url(self.base, self.here, self.there)
        page, _, fragment = target.partition("#")
        script = (
            f"location.replace({_js(page)} + location.search"
            f" + (location.hash || {_js('#' + fragment if fragment else '')}))"
        )
        head = (
            f'<link rel="canonical" href="{escape(target)}">\n'
            f"<script>{script}</script>\n"
            f'<noscript><meta http-equiv="refresh" content="0; url={escape(target)}"></noscript>\n'
        )
        link = f'<p><a href="{escape(target)}">{escape(target)}</a></p>\n'
        return _page(self.language, self.title, head, link)


class Retired(NamedTuple):
    """A page that says that an address was given up.

    Attributes:
        entry: What the ledger tells of it.
        successor: The URL and the title of the page to read instead, if there is one.
    """

    entry: Entry
    successor: tuple[str, str] | None

    @property
    def fingerprint(self) -> str:
        """All that the text is made of, and how it is made."""
        return "\n".join((__version__, *map(str, (*self.entry[1:], self.successor))))

    def text(self) -> str:
        """Write the page, in English, as its words are."""
        retirement = self.entry.retirement
        on, reason = (retirement.on, retirement.reason) if retirement else ("", "")
        body = (
            f"<p>This address was retired on"
            f' <time datetime="{escape(on)}">{escape(on)}</time>.</p>\n'
        )
        if reason:
            body += f"<p>{escape(reason)}</p>\n"
        if self.successor is not None:
            url, title = self.successor
            body += f'<p>Read instead: <a href="{escape(url)}">{escape(title)}</a></p>\n'
        return _page("en", self.entry.address.path, "", body)


def url(base: str, here: str, there: str) -> str:
    """Lead from one page of a site to another.

    Args:
        base: The site's address without the last slash, or "" for a relative link.
        here: The URI of the page that holds the link, below the site's root.
        there: The URI of the page it leads to.

    Returns:
        A URL; if it is relative, one that no browser takes for a scheme ("javascript:...").
    """
    if base:
        return f"{base}/{there}"
    return f"{'../' * here.count('/') or './'}{there}"


def _page(language: str, title: str, head: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{GENERATOR}">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex">\n'
        f"{head}</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def _js(text: str) -> str:
    """Write text as a string of JavaScript that does not end the script element."""
    return json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class Export(NamedTuple):
    """The list of all pages, for scripts and link shorteners.

    Attributes:
        fingerprint: Differs if the list does.
        pages: Gives address, docname, title and uri of each page.
    """

    fingerprint: str
    pages: Callable[[], list[dict[str, str]]]

    def text(self) -> str:
        """Write the file."""
        return json.dumps({"generator": GENERATOR, "version": 1, "pages": self.pages()}) + "\n"


class Publisher:
    """Brings the published files in an output folder up to date.

    Args:
        outdir: The output folder.
        manifest: Where to keep notes from one build to the next.
        output_of: Gives the file of a document, below the output folder.
    """

    def __init__(self, outdir: Path, manifest: Path, output_of: Callable[[str], str]) -> None:
        self._outdir = str(outdir)
        self._root = outdir.resolve()
        self._manifest = manifest
        self._output_of = output_of
        self._before = self._load()
        self._inside: dict[Path, bool] = {}

    def is_current(self, fingerprint: str) -> bool:
        """Tell whether all lies there as it was published before.

        Args:
            fingerprint: That of all that is wanted.
        """
        if self._before["fingerprint"] != fingerprint:
            return False
        with contextlib.suppress(OSError, ValueError):  # it is lost, or cannot be
            return all(
                note.endswith(_trace(os.lstat(f"{self._outdir}/{file}")))
                for file, note in self._before["files"].items()
            )
        return False

    def publish(
        self, wanted: Mapping[str, Content], documents: Set[str], fingerprint: str
    ) -> Iterator[tuple[str, str]]:
        """Write what is wanted, and remove what was written before and is not wanted now.

        Args:
            wanted: The content of each file, by its path below the output folder.
            documents: The docnames of this build.
            fingerprint: Differs if anything that is wanted does.

        Yields:
            Each file that was not written, since something else lies there, and what.

        Raises:
            OSError: If the output folder cannot be written to.
        """
        gone = set(self._before["documents"]) - documents
        # Sphinx leaves the output of removed pages lying; it must not keep a page that
        # has moved from being found at its old address.
        left_behind = {self._output_of(docname) for docname in gone}
        files = {}
        for file, content in wanted.items():
            try:
                files[file] = self._publish(file, content, file in left_behind)
            except _ObstacleError as obstacle:
                fingerprint = ""  # the next build tries again, or says so again
                yield file, str(obstacle)
        for file in self._before["files"].keys() - files.keys():
            self._remove(file)
        now = {
            "outdir": self._outdir,
            "fingerprint": fingerprint,
            "files": files,
            "documents": sorted(documents | gone),
        }
        if now != self._before:
            self._manifest.write_text(json.dumps(now), encoding="utf-8")

    def _load(self) -> dict[str, Any]:
        """Read the manifest; what cannot be used counts for nothing."""
        try:
            before = json.loads(self._manifest.read_bytes())
            if before["outdir"] == self._outdir:
                return {
                    "outdir": self._outdir,
                    "fingerprint": str(before["fingerprint"]),
                    "files": {str(file): str(note) for file, note in before["files"].items()},
                    "documents": [str(docname) for docname in before["documents"]],
                }
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            pass
        return {"outdir": self._outdir, "fingerprint": "", "files": {}, "documents": []}

    def _publish(self, file: str, content: Content, is_left_behind: bool) -> str:
        """Bring one file up to date, and give a note on it for the manifest."""
        fingerprint = content.fingerprint
        try:
            there = _status(f"{self._outdir}/{file}")
            note = fingerprint + _trace(there) if there else None
            if there is None or self._before["files"].get(file) != note:
                path = Path(self._outdir, file)
                there = self._bring(path, there, content, is_left_behind)
        except (NotADirectoryError, FileExistsError):
            raise _ObstacleError("a part of it is a file of the output") from None
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise _ObstacleError("its name is too long for the output folder") from None
        return fingerprint + _trace(there)

    def _bring(
        self, path: Path, there: os.stat_result | None, content: Content, is_left_behind: bool
    ) -> os.stat_result:
        """Write a file unless it holds the same already, or is not ours to write."""
        if there is not None:
            if not stat.S_ISREG(there.st_mode):
                raise _ObstacleError("a folder or a link of the output lies there")
            if not (is_left_behind or _is_ours(path)):
                raise _ObstacleError("another file of the output lies there")
        text = content.text().encode("utf-8", "xmlcharrefreplace")
        if there is not None and there.st_size == len(text) and path.read_bytes() == text:
            return there
        if not self._is_inside(path.parent):
            raise _ObstacleError("a link leads out of the output folder there")
        _write(path, text)
        return path.lstat()

    def _remove(self, file: str) -> None:
        """Remove a file that was published before, if it still is ours, and empty folders."""
        path = Path(self._outdir, file)
        # A folder that is not empty ends this, and so does a manifest of nonsense.
        with contextlib.suppress(OSError, ValueError):
            if stat.S_ISREG(path.lstat().st_mode) and self._is_inside(path.parent):
                if not _is_ours(path):
                    return
                path.unlink()
                for folder in path.parents:
                    if not self._is_inside(folder) or folder.resolve() == self._root:
                        return
                    folder.rmdir()

    def _is_inside(self, folder: Path) -> bool:
        """Tell whether a folder, which need not exist, is inside the output folder."""
        if folder not in self._inside:
            self._inside[folder] = folder.resolve().is_relative_to(self._root)
        return self._inside[folder]


class _ObstacleError(Exception):
    """Something that is not ours lies where a file is to be written. The message says what."""


def _trace(status: os.stat_result) -> str:
    """Note what tells a file from another that has been written in its place."""
    return f" {status.st_size} {status.st_mtime_ns}"


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return any(mark in head for mark in _MARKS)


def _write(path: Path, text: bytes) -> None:
    """Write a file so that a build that is killed leaves the old one or the new one."""
    temporary = path.with_name(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(text)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
