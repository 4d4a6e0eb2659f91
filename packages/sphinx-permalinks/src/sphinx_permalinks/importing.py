"""Reads the redirects of other extensions' settings, to be kept as `permalinks_redirects`."""

from __future__ import annotations

import ast
import fnmatch
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

from sphinx_permalinks.address import natural
from sphinx_permalinks.central import is_url
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
    settings: dict[str, object] = {}
    for node in ast.parse(read_regular(conf)).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id in NAMES and isinstance(node, ast.Assign):
            try:
                settings[target.id] = ast.literal_eval(node.value)
            except ValueError:
                raise CommandError(
                    f"{conf}:{node.lineno}: {target.id} is computed; write its value"
                ) from None
    if not settings:
        raise CommandError(f"{conf}: it has neither {' nor '.join(NAMES)}")
    rediraffe = settings.get("rediraffe_redirects", {})
    if isinstance(rediraffe, str):
        lines = read_regular(folder / rediraffe).decode().splitlines()
        pairs = [line.replace('"', " ").split() for line in lines]
        rediraffe = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004
    for old, new in dict(rediraffe).items():  # type: ignore[call-overload]
        yield _address(old), _address(new)
    for source, url in dict(settings.get("redirects", {})).items():  # type: ignore[call-overload]
        for old in fnmatch.filter(files, source) if "*" in source else [source]:
            path, sign, fragment = url.partition("#")
            if not is_url(path):
                start = f"/{posixpath.dirname(old)}"
                path = _address(posixpath.normpath(posixpath.join(start, path)).lstrip("/"))
            yield _address(old), f"{path}{sign}{fragment}"


def _address(file: str) -> str:
    for suffix in (".rst", ".md", ".html", ".ipynb", ".txt"):
        file = file.removesuffix(suffix)
    return natural(file.strip("/")).path
