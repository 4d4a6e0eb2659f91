"""What lies at a site's addresses beside its pages: Sphinx's own files and the project's."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sphinx_permalinks.address import fold

# What Sphinx writes whatever the settings are. A slash ends a folder.
BUILT_IN = {
    "/genindex": "Sphinx writes the general index there",
    "/search": "Sphinx writes the search page there",
    "/py-modindex": "Sphinx writes the module index there",
    "/objects.inv": "Sphinx writes the inventory there",
    "/searchindex.js": "Sphinx writes the search index there",
    "/permalinks.json": "the list of permalinks is written there",
    "/_static/": "static files lie there",
    "/_sources/": "the pages' sources lie there",
    "/_images/": "images lie there",
    "/_downloads/": "downloads lie there",
    "/_modules/": "modules' sources lie there",
    "/.buildinfo": "Sphinx writes its notes there",
    "/.doctrees/": "Sphinx writes its notes there",
}


def names(confdir: Path, extra_paths: Iterable[str], pages: Iterable[str]) -> dict[str, str]:
    """Tell which addresses are no page's.

    Args:
        confdir: The folder of conf.py.
        extra_paths: The setting `html_extra_path`.
        pages: The names in the setting `html_additional_pages`.

    Returns:
        Clauses that say what lies there, by the address's key; that of a folder ends in a slash.
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
    return found


def _files(folder: Path) -> Iterable[Path]:
    for path, _folders, files in os.walk(folder):
        for name in files:
            yield Path(path, name)
