"""The extension's settings: their defaults, and what is wrong with a value.

Pure: the build and the check without a build read the same table.
"""

from __future__ import annotations

from typing import Literal, NamedTuple
from urllib.parse import urlsplit


class Setting(NamedTuple):
    """One setting in conf.py.

    Attributes:
        default: Its value where conf.py gives none.
        rebuild: What Sphinx builds anew when it changes, as `add_config_value` says it.
        types: Which types its value may have.
    """

    default: object
    rebuild: Literal["", "html"]
    types: frozenset[type]


SETTINGS = {
    "permalinks_baseurl": Setting(None, "html", frozenset({str, type(None)})),
    "permalinks_ledger": Setting(None, "", frozenset({str, type(None)})),
    "permalinks_title_scope": Setting("site", "", frozenset({str})),
    "permalinks_ignore": Setting((), "html", frozenset({list, tuple})),
    "permalinks_publish": Setting(True, "html", frozenset({bool})),
}

TITLE_SCOPES = ("site", "folder")


def problem(name: str, value: object) -> str | None:
    """Say what is wrong with a setting's value.

    Args:
        name: One of `SETTINGS`.
        value: What conf.py gives it.

    Returns:
        A sentence that names the setting, or None if all is well.
    """
    types = SETTINGS[name].types
    if type(value) not in types:
        wanted = " or ".join(sorted(t.__name__ for t in types)).replace("NoneType", "None")
        return f"{name} must be {wanted}, not {type(value).__name__}"
    if name == "permalinks_title_scope" and value not in TITLE_SCOPES:
        return f"{name} must be 'site' or 'folder', not {value!r}"
    if name == "permalinks_ignore" and isinstance(value, list | tuple):
        for pattern in value:
            if not isinstance(pattern, str):
                return f"{name} must hold patterns as text, not {pattern!r}"
    if name == "permalinks_baseurl" and value:
        return _baseurl_problem(str(value))
    if name == "permalinks_ledger" and value == "":
        return f"{name} must name a file, or be None"
    return None


def _baseurl_problem(value: str) -> str | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.netloc and not parts.query + parts.fragment:
        return None
    return (
        f"permalinks_baseurl must be the address of a site, as https://example.org, not {value!r}"
    )
