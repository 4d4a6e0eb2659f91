"""Which edition changed which rule: `history.yml`, shown under "About this page".

`make changes FROM=v1.0 ARGS="--record 1.1"` adds an edition to the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ConfigError

from handbook.common import read_yaml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

FILE = "history.yml"
SCHEMA = Path(__file__).with_name("history.schema.json")


def read_history(file: Path) -> list[dict[str, Any]]:
    """Read the editions, newest first: an empty list if the file is missing.

    Raises:
        ConfigError: The file is not as its schema says.
    """
    if not file.is_file():
        return []
    from handbook.schema import check  # noqa: PLC0415 - slow to load

    if findings := check(file, SCHEMA):
        raise ConfigError(f"{FILE}:{findings[0].line}: {findings[0].message}")
    entries: Any = read_yaml(file)[0]
    return sorted(entries, key=lambda entry: str(entry["date"]), reverse=True)


def note_history(app: Sphinx, config: Config) -> None:
    """Read the history; pages are written again when it changes."""
    config.handbook_history = read_history(Path(app.confdir, FILE))


def of_page(entries: list[dict[str, Any]], doctree: nodes.document) -> list[dict[str, Any]]:
    """Return the editions that changed rules of a page, with the headings of these rules."""
    headings = {
        name: title.astext()
        for section in doctree.findall(nodes.section)
        for name in section["ids"]
        if (title := section.next_node(nodes.title)) is not None
    }
    found = []
    for entry in entries:
        rules = [(name, headings[name]) for name in entry["rules"] if name in headings]
        if rules:
            found.append({"edition": entry["edition"], "date": entry["date"], "rules": rules})
    return found


def add_context(app: Sphinx, context: dict[str, Any], doctree: nodes.document) -> None:
    """Add the history of a page's rules to its context, with the place of the comparisons."""
    if app.config.handbook_history:
        context["rule_history"] = of_page(app.config.handbook_history, doctree)
        base = app.config.handbook_edit_base.partition("/edit/")[0]
        context["releases"] = f"{base}/releases/download" if base else ""
