"""What the templates show about a page: its address, its age, how to mend it and take it along."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from docutils import nodes

from handbook.common import makes_pages
from handbook.web import repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

DOWNLOADS = ("pdf", "epub")
_DESCRIPTION = 160  # letters: about what search engines show


def note_links(app: Sphinx, config: Config) -> None:
    """Find out where pages can be edited and where the PDF is, for all pages alike."""
    root, branch = Path(app.confdir), config.handbook_branch
    config.handbook_edit_base = repository.edit_base(root, branch, os.environ)
    config.handbook_pdf_link = download_link(root / config.handbook_pdf_file, os.environ)
    config.handbook_epub_link = download_link(root / config.handbook_epub_file, os.environ)


def download_link(file: Path, environment: Mapping[str, str]) -> str:
    """Return the address of the PDF or the EPUB that belongs to this build of the pages.

    Read the Docs offers both for download with every version, though not with the preview of a
    pull request. Elsewhere a file that has been built before the pages is published next to them.

    Args:
        file: Where `make pdf` or `make epub` puts it.
        environment: The build's environment variables.

    Returns:
        An absolute address, the file's name if it lies beside the pages, or "".
    """
    canonical = urlsplit(environment.get("READTHEDOCS_CANONICAL_URL", ""))
    if environment.get("READTHEDOCS") == "True":
        if environment.get("READTHEDOCS_VERSION_TYPE") == "external" or not canonical.netloc:
            return ""
        language = environment["READTHEDOCS_LANGUAGE"]
        version, kind = environment["READTHEDOCS_VERSION"], file.suffix.removeprefix(".")
        return f"{canonical.scheme}://{canonical.netloc}/_/downloads/{language}/{version}/{kind}/"
    return file.name if file.is_file() else ""


def note_changes(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Date the pages, and return those whose date is no longer what was last written."""
    files = repository.last_changes(Path(app.srcdir))
    before: dict[str, str] = getattr(env, "handbook_last_changed", {})
    now = {docname: page_date(env, docname, files) for docname in sorted(env.found_docs)}
    env.handbook_last_changed = now  # type: ignore[attr-defined]
    return [docname for docname, date in now.items() if before.get(docname, date) != date]


def page_date(env: BuildEnvironment, docname: str, files: Mapping[str, str]) -> str:
    """Return the date of the newest file that a page is made of, "" if none is known."""
    sources = [str(env.doc2path(docname, base=False)), *map(str, env.dependencies[docname])]
    return max((files.get(Path(source).as_posix(), "") for source in sources), default="")


def add_context(
    app: Sphinx,
    pagename: str,
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add what the templates show to a page's context."""
    config = app.config
    context["description"] = config.handbook_descriptions.get(pagename, "")
    for kind in DOWNLOADS:
        link = config[f"handbook_{kind}_link"]
        context[f"{kind}_url"] = link if "/" in link or not link else context["pathto"](link, 1)
    if doctree is not None:
        own = (context.get("meta") or {}).get("description")
        context["description"] = own or description(doctree) or context["title"]
        dates: dict[str, str] = getattr(app.env, "handbook_last_changed", {})
        context["last_changed"] = dates.get(pagename, "")
        if config.handbook_edit_base:
            source = app.env.doc2path(pagename, base=False)
            context["edit_url"] = config.handbook_edit_base + quote(Path(source).as_posix())
    if pagename == getattr(config, "notfound_pagename", None):
        context["known_pages"] = known_pages(app.env, context["pathto"])


def known_pages(env: BuildEnvironment, pathto: Any) -> list[dict[str, str]]:
    """Return the addresses that a page which is not found may have meant."""
    return [
        {
            "title": env.titles[docname].astext(),
            "address": env.metadata[docname].get("permalink") or f"/{docname}",
            "url": pathto(docname),
        }
        for docname in sorted(env.found_docs)
        if docname in env.titles
    ]


def description(doctree: nodes.document) -> str:
    """Return the beginning of a page's own text, for lists of search engines and previews.

    The authority line is left out. The text ends with a sentence if one has a fitting length, else
    between two words.
    """
    text = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if any("authority" in node["classes"] for node in _ancestors(paragraph)):
            continue
        if isinstance(paragraph.parent, nodes.section | nodes.block_quote):
            text = f"{text} {' '.join(paragraph.astext().split())}".strip()
        if len(text) >= _DESCRIPTION:
            break
    if len(text) <= _DESCRIPTION:
        return text
    cut = text[: _DESCRIPTION + 1]
    sentence = max(cut.rfind(f"{sign} ") for sign in ".?!")
    if sentence >= _DESCRIPTION // 3:
        return cut[: sentence + 1]
    return cut[: cut.rfind(" ")].rstrip(",;:") + " …"


def _ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    while node.parent is not None:
        node = node.parent
        yield node


def publish_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Copy the PDF and the EPUB next to the pages that link to them."""
    if exception or not makes_pages(app.builder):
        return
    for kind in DOWNLOADS:
        link, file = (app.config[f"handbook_{kind}_{part}"] for part in ("link", "file"))
        if link and "/" not in link:
            shutil.copyfile(Path(app.confdir) / file, Path(app.outdir) / link)
