"""The PDF and the EPUB beside the web pages: their links, their sizes, and their publication."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from handbook.build import makes_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

KINDS = ("pdf", "epub")


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
    """Measure the files; if one has changed, write the front page again."""
    known: dict[str, Facts] = getattr(env, "handbook_files", {})
    before = facts(env)
    env.handbook_files = {  # type: ignore[attr-defined]
        kind: facts_of(Path(app.confdir, app.config[f"handbook_{kind}_file"]), known.get(kind))
        for kind in KINDS
    }
    return [app.config.root_doc] if before not in ({}, facts(env)) else []


def facts(env: BuildEnvironment) -> dict[str, int]:
    """Return the files' sizes as the front page shows them, such as `pdf_pages`."""
    found: dict[str, Facts] = getattr(env, "handbook_files", {})
    return {f"{kind}_{unit}": n for kind in found for unit, n in found[kind].sizes.items()}


class Facts(NamedTuple):
    """What is known about a file."""

    changed: int
    """When it was last changed, in nanoseconds; 0 if it is missing."""
    sizes: dict[str, int]


def facts_of(file: Path, known: Facts | None) -> Facts:
    """Measure a file, unless it is the one that is known already."""
    changed = file.stat().st_mtime_ns if file.is_file() else 0
    if known and known.changed == changed:
        return known
    return Facts(changed, measure(file))


def measure(file: Path) -> dict[str, int]:
    """Return a file's kilobytes, and a PDF's pages; zeros if it is not built yet."""
    kilobytes = round(file.stat().st_size / 1000) if file.is_file() else 0
    if file.suffix != ".pdf":
        return {"kilobytes": kilobytes}
    if not kilobytes:
        return {"pages": 0, "kilobytes": 0}
    import pikepdf  # noqa: PLC0415 - slow to load, and most previews have no PDF

    with pikepdf.open(file) as pdf:
        return {"pages": len(pdf.pages), "kilobytes": kilobytes}


def publish(app: Sphinx, exception: Exception | None) -> None:
    """Copy the PDF and the EPUB next to the pages that link to them."""
    if exception or not makes_pages(app.builder):
        return
    for kind in KINDS:
        link, file = (app.config[f"handbook_{kind}_{part}"] for part in ("link", "file"))
        if link and "/" not in link:
            shutil.copyfile(Path(app.confdir) / file, Path(app.outdir) / link)
