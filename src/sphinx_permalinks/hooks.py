"""Sphinx's door to the rooms of this package: what happens at which event of a build."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from sphinx_permalinks import claims, findings
from sphinx_permalinks.globs import matcher

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from sphinx_permalinks.claims import Page
    from sphinx_permalinks.findings import Finding

logger = logging.getLogger(__name__)


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Report what is wrong, on every build: after a merge, and also if nothing changed."""
    is_ignored = matcher(app.config.permalinks_ignore)
    site = claims.collect(pages(env), is_ignored)
    for finding in findings.find(
        site, title_scope=app.config.permalinks_title_scope, is_ignored=is_ignored
    ):
        warn(env, finding)
    return []


def pages(env: BuildEnvironment) -> Iterator[Page]:
    """Take all pages of the site from the environment, in docname order.

    Only documents that exist count: `env.metadata` also holds pages that were only asked for.
    """
    for docname in sorted(env.found_docs):
        title = env.titles.get(docname)
        heading = title.astext() if title is not None else ""
        yield claims.from_metadata(
            docname,
            env.doc2path(docname, base=False).as_posix(),
            env.metadata.get(docname, {}),
            "" if heading == "<no title>" else heading,
            partial(_text, env, docname),
        )


def warn(env: BuildEnvironment, finding: Finding) -> None:
    """Log a finding as a warning that `suppress_warnings` can name."""
    logger.warning(
        "%s",
        finding.message,
        location=f"{env.srcdir / finding.source}:{finding.line}",
        type="permalinks",
        subtype=finding.subtype.value,
    )


def _text(env: BuildEnvironment, docname: str) -> str:
    return Path(env.doc2path(docname)).read_text(encoding="utf-8-sig", errors="replace")
