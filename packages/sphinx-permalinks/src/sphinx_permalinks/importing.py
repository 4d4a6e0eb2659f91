"""Reads the redirects of other extensions' settings, to be kept as `permalinks_redirects`."""

from __future__ import annotations

import ast
import fnmatch
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx_permalinks import central
from sphinx_permalinks.address import natural
from sphinx_permalinks.common import CommandError, read_regular

NAMES = ("rediraffe_redirects", "redirects")


def found(conf: Path, folder: Path, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each redirect of sphinxext-rediraffe and sphinx-reredirects: old and new address.

    Args:
        conf: The path of conf.py.
        folder: The source folder.
        files: The file of each document, by docname.

    Raises:
        CommandError: conf.py has no such setting that is written literally.
    """
    settings: dict[str, Any] = {}
    for node in ast.parse(read_regular(conf)).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name), *_], value=value) if name in NAMES:
                try:
                    settings[name] = ast.literal_eval(value)
                except ValueError:
                    why = f"{name} is computed; write its value"
                    raise CommandError(f"{conf}:{node.lineno}: {why}") from None
    if not settings:
        raise CommandError(f"{conf}: it has neither {' nor '.join(NAMES)}")
    for entry in central.read(settings.get("rediraffe_redirects", {}), folder, conf.parent):
        if entry.problem:
            raise CommandError(f"{entry.file}:{entry.line}: {entry.problem}")
        yield _address(entry.old.strip('"')), _address(entry.new.strip('"'))
    for source, url in settings.get("redirects", {}).items():
        for old in fnmatch.filter(files, source) if "*" in source else [source]:
            path, sign, fragment = url.partition("#")
            if not central.is_url(path):
                start = f"/{posixpath.dirname(old)}"
                path = _address(posixpath.normpath(posixpath.join(start, path)).lstrip("/"))
            yield _address(old), f"{path}{sign}{fragment}"


def _address(file: str) -> str:
    for suffix in (".rst", ".md", ".html", ".ipynb", ".txt"):
        file = file.removesuffix(suffix)
    return natural(file.strip("/")).path
