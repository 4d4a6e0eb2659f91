"""The PDF and the EPUB beside the web pages: their links, their sizes, and their publication."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from handbook.build import remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

KINDS = ("pdf", "epub")
FILES = "files"
"""The name under which the environment remembers when they were changed, and their sizes."""


def note_links(app: Sphinx, config: Config) -> None:
    """Find out where the files are, for all pages alike."""
    for kind in KINDS:
        file = Path(app.confdir) / config[f"handbook_{kind}_file"]
        setattr(config, f"handbook_{kind}_link", download_link(file, os.environ))


def download_link(file: Path, environment: Mapping[str, str]) -> str:
    """Return the address of the PDF or the EPUB that belongs to this build of the pages.

    Read the Docs offers both for download with every version, though not with the preview of a
    pull request. Elsewhere a file that has been built before the pages is published next to them.

    Args:
        file: Where `make pdf` or `make epub` puts it.
        environment: The build's environment variables.

    Returns:
        An absolute address, the file's name if it is published next to the pages, or "".
    """
    canonical = urlsplit(environment.get("READTHEDOCS_CANONICAL_URL", ""))
    if environment.get("READTHEDOCS") == "True":
        if environment.get("READTHEDOCS_VERSION_TYPE") == "external" or not canonical.netloc:
            return ""
        language = environment["READTHEDOCS_LANGUAGE"]
        version, kind = environment["READTHEDOCS_VERSION"], file.suffix.removeprefix(".")
        return f"{canonical.scheme}://{canonical.netloc}/_/downloads/{language}/{version}/{kind}/"
    return file.name if file.is_file() else ""


def urls(config: Config, relative: Callable[[str], str]) -> dict[str, str]:
    """Return the files' addresses for a page; `relative` leads from it to a file of the site."""
    links = {kind: config[f"handbook_{kind}_link"] for kind in KINDS}
    return {
        f"{kind}_url": link if "/" in link or not link else relative(link)
        for kind, link in links.items()
    }


def note_facts(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Measure the files that have changed; if one has, write the front page again."""
    before, known = facts(env), remembered(env, FILES)
    for kind in KINDS:
        file = Path(app.confdir, app.config[f"handbook_{kind}_file"])
        changed = file.stat().st_mtime_ns if file.is_file() else 0
        if kind not in known or known[kind][0] != changed:
            known[kind] = changed, measure(file)
    return [app.config.root_doc] if before not in ({}, facts(env)) else []


def facts(env: BuildEnvironment) -> dict[str, int]:
    """Return the files' sizes as the front page shows them, such as `pdf_pages`."""
    known = remembered(env, FILES)
    return {f"{kind}_{unit}": n for kind, (_, sizes) in known.items() for unit, n in sizes.items()}


def measure(file: Path) -> dict[str, int]:
    """Return a file's kilobytes, and a PDF's pages; zeros if it is not built yet."""
    kilobytes = round(file.stat().st_size / 1000) if file.is_file() else 0
    if file.suffix != ".pdf" or not kilobytes:
        return {"pages": 0, "kilobytes": kilobytes}
    import pikepdf  # noqa: PLC0415 - slow to load, and most previews have no PDF

    with pikepdf.open(file) as pdf:
        return {"pages": len(pdf.pages), "kilobytes": kilobytes}


def publish(app: Sphinx) -> None:
    """Copy the PDF and the EPUB next to the pages that link to them."""
    for kind in KINDS:
        link, file = (app.config[f"handbook_{kind}_{part}"] for part in ("link", "file"))
        if link and "/" not in link:
            shutil.copyfile(Path(app.confdir) / file, Path(app.outdir) / link)
