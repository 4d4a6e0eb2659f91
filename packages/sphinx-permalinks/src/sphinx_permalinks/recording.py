"""The builder that brings the ledger up to date: `sphinx-build -b permalinks`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders import Builder
from sphinx.errors import ConfigError
from sphinx.util import logging

from sphinx_permalinks import findings, ledger
from sphinx_permalinks.domain import permalink_domain

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)


class PermalinksBuilder(Builder):
    """Adds the addresses that the ledger does not hold yet. It writes nothing else."""

    name = "permalinks"
    allow_parallel = True

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        super().__init__(app, env)
        # Sphinx's own name for it differs from version to version.
        self._application = app

    def init(self) -> None:
        """Make sure that there is a ledger to keep.

        Raises:
            ConfigError: conf.py names none.
        """
        if not self.config.permalinks_ledger:
            raise ConfigError(
                "permalinks_ledger must name the file to keep, such as 'permalinks.txt', in conf.py"
            )

    def get_outdated_docs(self) -> str:
        """Name what is written: without anything, Sphinx 8.1 would not call `finish`."""
        return "the ledger"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:  # noqa: ARG002
        """Give documents no address: there is no output."""
        return ""

    def get_asset_paths(self) -> list[str]:
        """Name the folders that hold no pages, as HTML builders do, to see the same pages."""
        return [*self.config.html_extra_path, *self.config.html_static_path]

    def write_documents(self, docnames: Set[str]) -> None:
        """Write no documents."""

    def finish(self) -> None:
        """Extend the ledger, or say why it is left as it is.

        A page whose front matter cannot be read seems to have no permalink. What would be recorded
        for it, nothing removes again.
        """
        domain = permalink_domain(self.env)
        sources = domain.data["sources"].values()
        if unreadable := sorted(file for file, _said, problem in sources if problem):
            files = ", ".join(unreadable)
            again = domain.rules.ledger_command
            self._refuse(f"the front matter of {files} cannot be read; fix it, then run `{again}`")
            return
        new = {
            ledger.written(address, fragment)
            for _page, address, fragment in findings.unrecorded(domain.site, domain.rules)
        }
        path = Path(self.srcdir) / domain.rules.ledger_file
        try:
            ledger.update(path, new, domain.rules.ledger_command)
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(str(error))
            return
        logger.info("%s: %d addresses added", domain.rules.ledger_file, len(new))

    def _refuse(self, why: str) -> None:
        # Raised, an error would make Sphinx print a traceback and ask for a bug report.
        path = Path(self.srcdir) / permalink_domain(self.env).rules.ledger_file
        logger.error("%s is left as it is: %s", path, why)
        self._application.statuscode = 1
