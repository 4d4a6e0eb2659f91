"""Which addresses belong to something other than a page: Sphinx's files and the project's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from sphinx_permalinks.address import fold
from sphinx_permalinks.findings import retired_by
from sphinx_permalinks.ledger import Ledger

# What Sphinx and web servers use whatever the settings are. A slash ends a folder.
BUILT_IN = {
    "/genindex": "Sphinx writes the general index there",
    "/search": "Sphinx writes the search page there",
    "/py-modindex": "Sphinx writes the module index there",
    "/objects.inv": "Sphinx writes the inventory there",
    "/searchindex.js": "Sphinx writes the search index there",
    "/permalinks.json": "the list of permalinks is written there",
    "/permalinks.js": "the script of redirects is written there",
    "/_static/": "static files are there",
    "/_sources/": "the pages' sources are there",
    "/_images/": "images are there",
    "/_downloads/": "downloads are there",
    "/_modules/": "modules' sources are there",
    "/.buildinfo": "Sphinx keeps notes there",
    "/.doctrees/": "Sphinx keeps notes there",
    "/.well-known/": "web servers use it for themselves",
}
# Names of files that a redirect, which is an HTML page, cannot answer for.
# fmt: off
_FILE_SUFFIXES = frozenset({
    "atom", "css", "csv", "epub", "gif", "gz", "ico", "inv", "ipynb", "jpeg", "jpg", "js",
    "json", "map", "md", "pdf", "png", "ps", "rss", "rst", "svg", "tar", "tgz", "txt",
    "webmanifest", "webp", "woff", "woff2", "xml", "xsl", "yaml", "yml", "zip",
})
# fmt: on


def names(
    confdir: Path, extra_paths: Iterable[str], pages: Iterable[str], others: Iterable[str]
) -> dict[str, str]:
    """List which addresses are reserved by settings and by Sphinx.

    Args:
        confdir: The folder of conf.py.
        extra_paths: The setting `html_extra_path`.
        pages: The names in the setting `html_additional_pages`.
        others: The setting `permalinks_reserved`.

    Returns:
        What is there, as a clause, by the address's key; that of a folder ends in a slash.
    """
    found = dict(BUILT_IN)
    for name in pages:
        found[fold(f"/{name}")] = "html_additional_pages puts a page there"
    for extra in extra_paths:
        top = confdir / extra
        files = [top] if top.is_file() else _files(top)
        for file in files:
            path = file.name if file == top else file.relative_to(top).as_posix()
            found[fold(f"/{path}")] = f"html_extra_path puts {extra} there"
    for other in others:
        path = f"/{other.lstrip('/')}"
        folder = "/" if path.endswith("/") and len(path) > 1 else ""
        found[fold(path) + folder] = "permalinks_reserved in conf.py names it"
    return found


def reserved_lookup(
    reserved: dict[str, str], book: Ledger | None, ledger_file: str
) -> Callable[[str], str | None]:
    """Make a function that says what reserves an address's key, as a clause, or None.

    Args:
        reserved: What `names` gives.
        book: Retired addresses stay reserved.
        ledger_file: The ledger's file as findings name it.
    """
    taken = dict(reserved)
    if book is not None:
        for key, entry in book.retired.items():
            taken[key] = retired_by(entry, ledger_file)
    folders = tuple(key for key in taken if key.endswith("/") and len(key) > 1)

    def lookup(key: str) -> str | None:
        if key in taken:
            return taken[key]
        if key.startswith(folders):
            return next(taken[folder] for folder in folders if key.startswith(folder))
        suffix = key.rpartition("/")[2].rpartition(".")[2] if "." in key else ""
        if suffix in _FILE_SUFFIXES:
            return f"it names a .{suffix} file, and only HTML pages can be redirected"
        return None

    return lookup


def _files(folder: Path) -> Iterator[Path]:
    for path, _folders, files in os.walk(folder):
        for name in files:
            yield Path(path, name)
