"""Keeps from Sphinx and MyST what would end them with a traceback instead of a line number.

What is wrong is told by the findings, as for every other page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_permalinks import claims, findings, frontmatter, hooks
from sphinx_permalinks.frontmatter import DEPTH_MAX, FrontMatterError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# What the readers of YAML take differently: anchors, tags, halves of characters, NUL. All else
# that is refused here is refused by MyST as well, and needs no second look.
_SUSPECT = re.compile(r"[&\x00]|!!|\\[uU]")
# What MyST takes for front matter at first (myst_parser.config.main.read_topmatter).
_TOPMATTER = re.compile(r"[^\n]*\n?((?:(?!---|\.\.\.)[^\n]*(?:\n|$))*)")


def on_env_get_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Leave out pages that are not UTF-8; tell so on every build, since none comes to be read.

    Raises:
        SystemExit: There is no site without its first page.
    """
    if not app.config.source_encoding.lower().startswith("utf-8"):
        return []
    for docname in sorted(added | changed):
        try:
            Path(env.doc2path(docname)).read_bytes().decode()
        except UnicodeDecodeError as error:
            source = env.doc2path(docname, base=False).as_posix()
            hooks.warn(env, findings.unreadable(source, error))
            if docname == app.config.root_doc:
                raise SystemExit(f"{source} cannot be read; save it as UTF-8") from None
            if docname in env.all_docs:
                removed.add(docname)
            for names in (env.project.docnames, added, changed):
                names.discard(docname)
        except OSError:  # Sphinx has a sentence for these
            continue
    return []


def on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Hide front matter that MyST would take, and that cannot be read without harm."""
    path, text = str(app.env.doc2path(docname)), source[0]
    if not path.endswith(".md") or not text.startswith("---"):
        return
    if not _SUSPECT.search(text) and text.count("[") + text.count("{") <= DEPTH_MAX:
        return
    try:
        claims.parse(path, text)
    except FrontMatterError:
        source[0] = frontmatter.blanked(text)
        return
    topmatter = _TOPMATTER.match(text)
    try:
        frontmatter.check(topmatter[1] if topmatter else "")
    except FrontMatterError:  # MyST ends front matter earlier, or without any end
        source[0] = f" {text}"
