"""The build's side: what happens at which of Sphinx's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.util import logging

from sphinx_one_wording import comparing, project, variants

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)


def on_config_inited(app: Sphinx, config: Config) -> None:  # noqa: ARG001
    """Refuse wrong settings."""
    project.rules_from(_values(config))


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Report copies on every build: the sources are read again, so nothing is remembered."""
    values = _values(app.config)
    names = [env.doc2path(docname, base=False).as_posix() for docname in env.found_docs]
    sources = project.read_sources(env.srcdir, sorted(names), values)
    for finding in comparing.find(sources, project.rules_from(values)):
        logger.warning(
            "%s",
            finding.message,
            location=f"{env.srcdir / finding.source}:{finding.line}",
            type="wording",
            subtype=finding.subtype.value,
        )
    return variants.update(env, sources, project.read_documents(env.srcdir, values))


def _values(config: Config) -> dict[str, Any]:
    return {name: getattr(config, name) for name in project.SETTINGS}
