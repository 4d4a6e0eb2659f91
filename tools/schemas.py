"""Check configuration files against the schemas that check-jsonschema brings. Part of `make lint`.

It has none for `.zenodo.json`; that schema is ours. One process checks all files, since most of the
time goes into starting it.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator

from check_jsonschema import main as check_jsonschema

from tools.common import print_findings, repository_files

FORMS = ".github/ISSUE_TEMPLATE/"


SCHEMAS = {
    ".github/dependabot.yml": "vendor.dependabot",
    "CITATION.cff": "vendor.citation-file-format",
    ".zenodo.json": "tools/zenodo.schema.json",
}


def schema_of(file: str) -> str | None:
    """The schema that a file follows, by name or as a file; None if it has none."""
    if file.startswith(".github/workflows/"):
        return "vendor.github-workflows"
    if file.startswith(FORMS):
        kind = "config" if file == f"{FORMS}config.yml" else "forms"
        return f"vendor.github-issue-{kind}"
    if file.endswith(".readthedocs.yaml"):
        return "vendor.readthedocs"
    return SCHEMAS.get(file)


def check(schema: str, files: list[str]) -> Iterator[str]:
    """Yield what is wrong with files that follow a schema."""
    printed = io.StringIO()
    option = "--builtin-schema" if schema.startswith("vendor.") else "--schemafile"
    with contextlib.redirect_stdout(printed):
        options = ["--output-format=json", option, schema]
        check_jsonschema([*options, *files], standalone_mode=False)
    result = json.loads(printed.getvalue())
    for error in [*result.get("errors", ()), *result.get("parse_errors", ())]:
        place = error.get("path", "$").removeprefix("$").removeprefix(".")
        message = " ".join(error["message"].split())
        yield f"{error['filename']}:1: ERROR: {f'{place}: ' if place else ''}{message}"


def main() -> int:
    """Print what is wrong. Returns 1 if there is something."""
    files: dict[str, list[str]] = {}
    for file in repository_files():
        if schema := schema_of(file):
            files.setdefault(schema, []).append(file)
    findings = [line for schema, names in sorted(files.items()) for line in check(schema, names)]
    return print_findings(dict.fromkeys(findings))  # each once


if __name__ == "__main__":
    sys.exit(main())
