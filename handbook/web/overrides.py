"""Templates of ours that replace a theme's, and what they expect the theme's to be.

A template that replaces one says so in its first lines:

    {#- replaces pydata_sphinx_theme:layout.html, seen as 0123456789ab -#}

The twelve digits are the start of the SHA-256 of the theme's file. When the installed theme has
another file there, the build warns: somebody has to look at what changed before it is trusted.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from handbook.build import Warnings, makes_pages, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_NOTE = re.compile(r"replaces (?P<theme>\w+):(?P<path>[\w./-]+), seen as (?P<digest>[0-9a-f]+)")
# The theme writes the digest of its scripts into its templates: that alone changes nothing here.
_ASSET_DIGEST = re.compile(rb"\?digest=[0-9a-f]+")


class Override(NamedTuple):
    """A template of ours, and the theme's file it replaces."""

    template: Path
    theme: str
    path: str
    digest: str


def digest(theme_file: Path) -> str:
    """Return the twelve digits that a template names for a theme's file.

    Raises:
        OSError: The theme has no such file.
    """
    text = _ASSET_DIGEST.sub(b"", theme_file.read_bytes().replace(b"\r\n", b"\n"))
    return hashlib.sha256(text).hexdigest()[:12]


def overrides_in(templates: Path) -> Iterator[Override]:
    """Yield every override that the templates in a folder name, in the order of their paths."""
    for template in sorted(templates.rglob("*.html")):
        for note in _NOTE.finditer(template.read_text("utf-8")):
            yield Override(template, note["theme"], note["path"], note["digest"])


def warn_of_changes(app: Sphinx) -> None:
    """Warn of every theme file that has changed since our template was written."""
    if not makes_pages(app.builder):
        return  # the theme is not used
    for folder in app.config.templates_path:
        if not (Path(app.confdir) / folder).is_relative_to(app.confdir):
            continue  # the theme adds its own folder to the list
        for override in overrides_in(Path(app.confdir) / folder):
            theme = app.registry.html_themes.get(override.theme)
            try:
                found = digest(Path(theme or "") / override.path)
            except OSError:
                found = "no file"
            if found != override.digest:
                what = f"the theme's {override.theme}:{override.path} has changed"
                advice = f"compare it with this template, then write here: seen as {found}"
                warn(Warnings.THEME_CHANGED, override.template, 1, f"{what}; {advice}")
