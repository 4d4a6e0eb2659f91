"""Names the project's addresses in the package's metadata: they are settings of the release."""

from __future__ import annotations

import os
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

VARIABLES = {"Source": "PROJECT_SOURCE_URL", "Documentation": "PERMALINKS_MANUAL_URL"}


class Addresses(MetadataHookInterface):
    """Reads the addresses from the environment, so that none is made up where none is known."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add those that are set."""
        metadata["urls"] = {
            name: os.environ[variable]
            for name, variable in VARIABLES.items()
            if os.environ.get(variable)
        }
