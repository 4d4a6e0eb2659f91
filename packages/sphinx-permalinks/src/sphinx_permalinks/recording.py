"""The builder that brings the ledger up to date: `sphinx-build -b permalinks`."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders.dummy import DummyBuilder
from sphinx.errors import ConfigError
from sphinx.util import logging

from sphinx_permalinks import findings, ledger
from sphinx_permalinks.common import CommandError
from sphinx_permalinks.domain import permalink_domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)


class PermalinksBuilder(DummyBuilder):
    """Reads the pages, for `extend` to add their addresses to the ledger."""

    name = "permalinks"
    epilog = ""

    def init(self) -> None:
        """Make sure that there is a ledger to keep.

        Raises:
            ConfigError: conf.py names none.
        """
        if not self.config.permalinks_ledger:
            raise ConfigError(
                "permalinks_ledger must name the file to keep, such as 'permalinks.txt', in conf.py"
            )

    def write_documents(self, docnames: Set[str]) -> None:
        """Write nothing; so links are not resolved, and nothing is prepared for output."""

    def get_asset_paths(self) -> list[str]:
        """Name the folders that hold no pages, as HTML builders do, to see the same pages."""
        return [*self.config.html_extra_path, *self.config.html_static_path]


def extend(app: Sphinx) -> None:
    """Extend the ledger, or say why it is left as it is.

    A page whose front matter cannot be read seems to have no permalink. What would be recorded for
    it, nothing removes again.
    """
    domain = permalink_domain(app.env)
    recorded = domain.rules.ledger
    path = Path(app.srcdir) / recorded.file
    unreadable = sorted(page.file for page in domain.site.pages.values() if page.problem)
    new = {
        ledger.written(address, fragment)
        for _page, address, fragment in findings.unrecorded(domain.site, domain.rules)
    }
    try:
        if unreadable:
            files = ", ".join(unreadable)
            message = (
                f"the front matter of {files} cannot be read; fix it, then run `{recorded.command}`"
            )
            raise CommandError(message)
        ledger.update(path, new, recorded.command)
    except (CommandError, OSError, UnicodeDecodeError) as error:
        # Raised, an error would make Sphinx print a traceback and ask for a bug report.
        logger.error("%s is left as it is: %s", path, error)
        app.statuscode = 1
    else:
        logger.info("%s: %d addresses added", recorded.file, len(new))
