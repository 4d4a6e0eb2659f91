"""Look for committed secrets with detect-secrets, where one of its patterns occurs at all.

Alone, detect-secrets looks at each line of each file with each of its filters, for ten seconds.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

from tools.common import print_findings

# Services that have no part here, and whatever looks random, which every hash does.
UNUSED = (
    *("ArtifactoryDetector", "AzureStorageKeyDetector", "CloudantDetector"),
    *("DiscordBotTokenDetector", "GitLabTokenDetector", "IbmCloudIamDetector"),
    *("IbmCosHmacDetector", "IPPublicDetector", "KeywordDetector", "MailchimpDetector"),
    *("OpenAIDetector", "SendGridDetector", "SoftlayerDetector", "SquareOAuthDetector"),
    *("StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector"),
    *("Base64HighEntropyString", "HexHighEntropyString"),
)


EXAMPLE = re.compile(r"//[^/@]*:secret@")
"""Addresses in examples use "secret" as the password."""


def find(files: list[str]) -> Iterator[str]:
    """Yield each secret with its file and line."""
    with default_settings() as settings:
        settings.disable_plugins(*UNUSED)
        detectors: list[Any] = list(get_mapping_from_secret_type_to_class().values())
        used = [each for each in detectors if each.__name__ in settings.plugins]
        patterns = [pattern for each in used for pattern in each.denylist]
        for file in files:
            text = Path(file).read_bytes().decode("utf-8", "replace")
            if not any(pattern.search(text) for pattern in patterns):
                continue
            for secret in scan_file(file):
                if not EXAMPLE.search(text.splitlines()[secret.line_number - 1]):
                    yield (
                        f"{file}:{secret.line_number}: ERROR: this looks like a secret "
                        f"({secret.type}); remove it, and have it replaced if it was ever pushed; "
                        "if it is not one, write 'pragma: allowlist secret' on its line"
                    )


def main(files: list[str]) -> int:
    """Print what is found. Returns 1 if there is something."""
    return print_findings(find(files))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
