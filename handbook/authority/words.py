"""The words that readers see: `_templates/words.yml`, and who speaks."""

from __future__ import annotations

import functools
from datetime import date
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError

from handbook.common import DataError, read_yaml

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


class Words:
    """The words of one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._words: Any = read_yaml(file)[0]
        except OSError as error:
            raise ConfigError(f"{error.filename}: {error.strerror}") from error
        except DataError as error:
            raise ConfigError(f"{file}:{error.line}: {error}") from error

    def __call__(self, group: str, name: str, /, **values: object) -> str:
        """Look up words and fill in what they ask for.

        Raises:
            ConfigError: The file does not have them, or they ask for something else.
        """
        try:
            return Template(self._words[group][name]).substitute(values)
        except (KeyError, TypeError, ValueError) as error:
            message = f"{self.file}: cannot use the words '{group}.{name}': {error}"
            raise ConfigError(message) from error


def words_file(app: Sphinx) -> Path:
    """The file that holds the words."""
    return Path(app.srcdir, app.config.handbook_words)


def words_of(app: Sphinx) -> Words:
    """The words of this handbook, read again when their file has changed."""
    file = words_file(app)
    return _load(file, file.stat().st_mtime_ns if file.exists() else 0)


@functools.cache
def _load(file: Path, _changed: int) -> Words:
    return Words(file)


def standing(app: Sphinx, group: str = "standing") -> str:
    """Say who speaks: whether CASS adopted this handbook, and which document governs.

    The group "standing_in_citation" says the first in a few words.
    """
    adopted = app.config.handbook_adopted
    if adopted is None:
        return words_of(app)(group, "unadopted")
    return words_of(app)(group, "adopted", date=adopted)


def check_config(app: Sphinx) -> None:
    """Stop if `handbook_adopted` is neither None nor a date.

    Raises:
        SystemExit: It is not. (For any other exception Sphinx would print a traceback here.)
    """
    adopted = app.config.handbook_adopted
    if adopted is None:
        return
    try:
        date.fromisoformat(adopted)
    except (TypeError, ValueError):
        message = f"handbook_adopted in conf.py is {adopted!r}; use None or a date: '2027-03-31'"
        raise SystemExit(message) from None


def add_context(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: nodes.document | None
) -> None:
    """Give templates the sentence that says who speaks."""
    context["standing"] = standing(app)
