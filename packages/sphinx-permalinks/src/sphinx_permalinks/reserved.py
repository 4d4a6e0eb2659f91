"""Which addresses belong to something other than a page: Sphinx's files and the project's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx_permalinks.address import fold
from sphinx_permalinks.findings import retired_by
from sphinx_permalinks.ledger import Ledger

if TYPE_CHECKING:
    from sphinx.config import Config

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


def reserved_lookup(
    settings: Mapping[str, Any] | Config, confdir: Path, ledger: Ledger
) -> Callable[[str], str | None]:
    """Make a function that says what reserves an address's key, as a clause, or None.

    Args:
        settings: The settings, by name.
        confdir: The folder of conf.py.
        ledger: Retired addresses stay reserved.
    """
    taken = dict(BUILT_IN)
    for name in settings["html_additional_pages"]:
        taken[fold(f"/{name}")] = "html_additional_pages puts a page there"
    for extra in settings["html_extra_path"]:
        top = confdir / extra
        for file in [top] if top.is_file() else top.rglob("*"):
            path = file.name if file == top else file.relative_to(top).as_posix()
            if file.is_file():
                taken[fold(f"/{path}")] = f"html_extra_path puts {extra} there"
    for other in settings["permalinks_reserved"]:
        path = f"/{other.lstrip('/')}"
        folder = "/" if path.endswith("/") and len(path) > 1 else ""
        taken[fold(path) + folder] = "permalinks_reserved in conf.py names it"
    for key, entry in ledger.retired.items():
        taken[key] = retired_by(entry, ledger.file)
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
