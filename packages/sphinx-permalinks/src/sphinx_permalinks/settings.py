"""The extension's settings: their defaults, what is wrong with a value, and the rules they set.

The build and the check without a build read the same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sphinx_permalinks import central, ledger
from sphinx_permalinks.address import host
from sphinx_permalinks.common import matcher
from sphinx_permalinks.findings import Rules
from sphinx_permalinks.ledger import DEFAULT_COMMAND, Ledger
from sphinx_permalinks.reserved import reserved_lookup

if TYPE_CHECKING:
    from sphinx.config import Config


class Setting(NamedTuple):
    """A setting: its default, what Sphinx rebuilds when it changes, and the types of a value."""

    default: object
    rebuild: Literal["", "html"]
    types: frozenset[type]


_TEXT_OR_NONE: frozenset[type] = frozenset({str, type(None)})
_LIST: frozenset[type] = frozenset({list, tuple})
_MANY: frozenset[type] = _LIST | {set, frozenset}

# Lists, not tuples, are the defaults: Sphinx's option -D can set no other sequences.
SETTINGS = {
    "permalinks_anchors": Setting(True, "", frozenset({bool})),
    "permalinks_baseurl": Setting(None, "html", _TEXT_OR_NONE),
    "permalinks_hosts": Setting([], "html", _LIST),
    "permalinks_ignore": Setting([], "html", _LIST),
    "permalinks_ledger": Setting(None, "", _TEXT_OR_NONE),
    "permalinks_ledger_command": Setting(DEFAULT_COMMAND, "", frozenset({str})),
    "permalinks_publish": Setting(True, "html", frozenset({bool})),
    "permalinks_redirects": Setting({}, "", frozenset({dict, str})),
    "permalinks_reserved": Setting([], "", _LIST),
    "permalinks_title_ignore": Setting([], "", _LIST),
    "permalinks_title_scope": Setting("site", "", frozenset({str})),
}

# Those of Sphinx that decide which pages there are, and what they are checked against. Where the
# extensions are computed, Markdown is likely to be among what they read.
SPHINXS = {
    "extensions": Setting(["myst_parser"], "", _LIST),
    "source_suffix": Setting(None, "", _TEXT_OR_NONE | {list, tuple, dict}),
    "include_patterns": Setting(["**"], "", _MANY),
    "exclude_patterns": Setting([], "", _MANY),
    "templates_path": Setting([], "", _MANY),
    "html_extra_path": Setting([], "", _MANY),
    "html_static_path": Setting([], "", _MANY),
    "html_additional_pages": Setting({}, "", frozenset({dict})),
    "suppress_warnings": Setting([], "", _MANY),
}


def problem(name: str, value: object) -> str | None:
    """Say what is wrong with a setting's value, in a sentence that names it; None if nothing."""
    types = (SETTINGS | SPHINXS)[name].types
    if type(value) not in types:
        wanted = " or ".join(sorted(t.__name__ for t in types)).replace("NoneType", "None")
        return f"{name} must be {wanted}, not {type(value).__name__}"
    if name == "permalinks_title_scope" and value not in {"site", "folder"}:
        return f"{name} must be 'site' or 'folder', not {value!r}"
    if isinstance(value, list | tuple | set | frozenset | dict):
        items = [*value, *value.values()] if isinstance(value, dict) else value
        for item in items:
            if not isinstance(item, str):
                return f"{name} must contain text only, not {item!r}"
    is_site = bool(host(str(value))) and not set(str(value)) & {"?", "#"}
    if name == "permalinks_baseurl" and value and not is_site:
        return f"{name} must be the address of a site, such as https://example.org, not {value!r}"
    if name == "permalinks_ledger" and value == "":
        return f"{name} must name a file, or be None"
    return None


def rules(values: Mapping[str, Any] | Config, folder: Path, confdir: Path, **more: Any) -> Rules:
    """Make the rules that settings set, for the build and for the check.

    Args:
        values: The settings, by name.
        folder: The source folder.
        confdir: The folder of conf.py.
        more: What only the build knows, or only the check.
    """
    file = values["permalinks_ledger"]
    published = ledger.read(folder / file) if file else Ledger()
    published.file, published.command = file or "", values["permalinks_ledger_command"]
    return Rules(
        reserved_lookup(values, confdir, published),
        is_ignored=matcher(values["permalinks_ignore"]),
        is_title_ignored=matcher(values["permalinks_title_ignore"]),
        title_scope=values["permalinks_title_scope"],
        ledger=published,
        hosts=frozenset(values["permalinks_hosts"]) - {""},
        redirects=central.read(values["permalinks_redirects"], folder, confdir),
        **more,
    )
