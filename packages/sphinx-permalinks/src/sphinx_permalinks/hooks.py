"""Sphinx's door to the rooms of this package: what happens at which event of a build."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError
from sphinx.util import logging

from sphinx_permalinks import claims, publication, settings, survey
from sphinx_permalinks.domain import PermalinkDomain, permalink_domain
from sphinx_permalinks.findings import in_order
from sphinx_permalinks.settlement import Memory, remembered, settle
from sphinx_permalinks.survey import Files

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.domains import Domain
    from sphinx.environment import BuildEnvironment

    from sphinx_permalinks.findings import Finding
    from sphinx_permalinks.settlement import Settlement
    from sphinx_permalinks.survey import Survey

logger = logging.getLogger(__name__)


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
    domain.begin(app.builder)
    with _collector_paused():
        site = survey.take(app)
        settlement = _settlement(app, site)
        found = [*survey.unreadable(env, site.notes), *settlement.findings]
        stale = domain.settle(settlement)
    for finding in in_order(found):
        warn(env, finding)
    return stale


def _settlement(app: Sphinx, site: Survey) -> Settlement:
    """Settle who holds what, or remember it if all that it rests on is as it was."""
    env, domain = app.env, permalink_domain(app.env)
    basis = survey.basis(app, site)
    memory = remembered(domain.data["memory"]) if domain.data["memory"] else None
    if memory is not None and memory.holds(basis, env.all_docs, domain.has_anchor):
        return memory.settlement
    anchors: dict[tuple[str, str], bool] = {}

    def has_anchor(docname: str, anchor: str) -> bool:
        there = anchors[docname, anchor] = domain.has_anchor(docname, anchor)
        return there

    files = Files(env)
    rules = survey.rules(app, site, has_anchor)
    claimed = claims.collect(survey.pages(site.notes, files), rules.is_ignored)
    settlement = settle(claimed, rules)
    domain.data["memory"] = Memory(basis, files.read, anchors, settlement).stored()
    return settlement


def on_html_page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Give templates the page's permalink, and put it into the page's head."""
    permalink = permalink_domain(app.env).settlement.permalinks.get(pagename)
    url = publication.shown_url(app, pagename, permalink) if permalink else None
    context["permalink"] = permalink
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

    All that is made of the pages in between is dropped at once, without the collector. On
    10,000 pages it would take longer to look through Sphinx's objects than the work itself takes.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def warn(env: BuildEnvironment, finding: Finding) -> None:
    """Log a finding as a warning that `suppress_warnings` can name."""
    logger.warning(
        "%s",
        finding.message,
        location=f"{env.srcdir / finding.source}:{finding.line}",
        type="permalinks",
        subtype=finding.subtype.value,
    )
