"""Prints findings: as Sphinx does, as GitHub's workflow commands, or as JSON.

File names and messages come from strangers: nothing of them may reach a terminal or a
workflow as a command.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sphinx_permalinks.findings import Finding, printable


def text(findings: Iterable[Finding]) -> str:
    """Write findings as Sphinx's log shows them.

    Args:
        findings: What to report.

    Returns:
        One line for each finding.
    """
    return "".join(
        f"{printable(f.source)}:{f.line}: WARNING: {printable(f.message)} [{_type(f)}]\n"
        for f in findings
    )


def github(findings: Iterable[Finding]) -> str:
    """Write findings as GitHub's workflow commands, which annotate the lines of a pull request.

    Args:
        findings: What to report.

    Returns:
        One line for each finding.
    """
    return "".join(
        f"::error file={_property(f.source)},line={f.line},title={_property(_type(f))}"
        f"::{_data(printable(f.message))}\n"
        for f in findings
    )


def as_json(findings: Iterable[Finding], pages: int) -> str:
    """Write findings as one JSON object.

    Args:
        findings: What to report.
        pages: How many pages were looked at.

    Returns:
        `{"version": 1, "pages": N, "findings": [...]}` in ASCII; each finding has `path`,
        `line`, `type` and `message`.
    """
    listed = [
        {"path": f.source, "line": f.line, "type": _type(f), "message": f.message} for f in findings
    ]
    return json.dumps({"version": 1, "pages": pages, "findings": listed}, indent=1) + "\n"


def _type(finding: Finding) -> str:
    return f"permalinks.{finding.subtype.value}"


# As GitHub's own toolkit escapes them (actions/toolkit, packages/core/src/command.ts).
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
