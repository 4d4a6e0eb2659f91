"""Sphinx's door to the rooms of this package: what happens at which event of a build."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError
from sphinx.util import logging

from sphinx_permalinks import claims, findings, ledger, publication, reserved, settings
from sphinx_permalinks.domain import PermalinkDomain, permalink_domain
from sphinx_permalinks.findings import Rules
from sphinx_permalinks.frontmatter import FrontMatterError
from sphinx_permalinks.globs import matcher

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.domains import Domain
    from sphinx.environment import BuildEnvironment

    from sphinx_permalinks.claims import Claims, Page
    from sphinx_permalinks.findings import Finding
    from sphinx_permalinks.frontmatter import Source

logger = logging.getLogger(__name__)

# What Sphinx calls a page without a heading.
NO_TITLE = "<no title>"


def on_config_inited(app: Sphinx, config: Config) -> None:  # noqa: ARG001
    """Refuse wrong settings, and let templates be included by name."""
    for name in settings.SETTINGS:
        problem = settings.problem(name, getattr(config, name))
        if problem is not None:
            raise ConfigError(problem)
    # A new list, since the old one may be Sphinx's default for every project.
    config.templates_path = [*config.templates_path, str(Path(__file__).parent / "templates")]


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Report what is wrong, on every build: after a merge, and also if nothing changed."""
    domain = permalink_domain(env)
    domain.builder = app.builder
    rules = rules_of(app)
    with _collector_paused():
        site = claims.collect(pages(env), rules.is_ignored)
        grants = claims.grant(site, rules.taken)
        stale = domain.settle(site, grants, rules)
        found = [*unreadable(env, site), *findings.find(site, grants, rules)]
    for finding in findings.in_order(found):
        warn(env, finding)
    return stale


def unreadable(env: BuildEnvironment, site: Claims) -> Iterator[Finding]:
    """Find pages whose front matter is no YAML.

    MyST says so too, but at the first line, not why, and not again if nothing changed. It then
    keeps no field at all, so that only pages without any are looked at.
    """
    for page in site.pages:
        if not page.fields and page.source.endswith(".md"):
            try:
                text = _text(env, page.docname)
                if text.startswith("---"):
                    claims.parse(page.source, text)
            except (FrontMatterError, OSError) as error:
                yield findings.unreadable(page.source, error)


def on_html_page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Give templates the page's permalink, and put it into the page's head."""
    permalink = permalink_domain(app.env).grants.permalinks.get(pagename)
    url = publication.shown_url(app, pagename, permalink) if permalink else None
    context["permalink"] = permalink.path if permalink else None
    context["permalink_url"] = url
    if url:
        link = f'<link rel="bookmark" href="{escape(url)}" />'
        context["metatags"] = context.get("metatags", "") + link


def on_warn_missing_reference(
    app: Sphinx, domain: Domain | None, node: pending_xref
) -> bool | None:
    """Say of a permalink that was not found what may have been meant."""
    if not isinstance(domain, PermalinkDomain):
        return None
    permalink_domain(app.env).warn_unknown(node["reftarget"], node)
    return True


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Publish the permalinks, once all that Sphinx and others write lies in its place."""
    if exception is None:
        with _collector_paused():
            found = list(publication.publish(app))
        for finding in found:
            warn(app.env, finding)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare the garbage collector, which would find nothing, from looking at all of Sphinx.

    What is made of each page lives on until the build ends. On 10,000 pages the collector
    would take three times as long to look for garbage as the work itself takes.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Files:
    """The environment's source files."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self._sources: dict[str, Source] = {}

    def name(self, docname: str) -> str:
        return str(self._env.doc2path(docname, base=False)).replace(os.sep, "/")

    def source(self, docname: str) -> Source:
        if docname not in self._sources:
            try:
                text = _text(self._env, docname)
                self._sources[docname] = claims.parse(self.name(docname), text)
            except (FrontMatterError, OSError):
                self._sources[docname] = claims.NOTHING
        return self._sources[docname]


def pages(env: BuildEnvironment) -> Iterator[Page]:
    """Take all pages of the site from the environment, in docname order.

    Only documents that exist count: `env.metadata` also holds pages that were only asked for.
    """
    files = _Files(env)
    for docname in sorted(env.found_docs):
        title = env.titles.get(docname)
        heading = " ".join(title.astext().split()) if title is not None else ""
        if heading == NO_TITLE:
            heading = ""
        yield claims.from_metadata(docname, files, env.metadata.get(docname, {}), heading)


def rules_of(app: Sphinx) -> Rules:
    """Put together what the project's settings hold claims against."""
    config, domain = app.config, permalink_domain(app.env)
    source = config.permalinks_ledger or ""
    book = ledger.read(Path(app.srcdir) / source) if source else None
    taken = reserved.names(Path(app.confdir), config.html_extra_path, config.html_additional_pages)
    return Rules(
        is_ignored=matcher(config.permalinks_ignore),
        taken=findings.taker(taken, book, source),
        title_scope=config.permalinks_title_scope,
        ledger=book,
        ledger_source=source,
        recording=app.builder.name == "permalinks",
        has_anchor=domain.has_anchor,
        labels=domain.labels,
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
