"""Check configuration files against the schemas that check-jsonschema brings. Part of `make lint`.

In one process: most of the time of each would go into its start.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator

from check_jsonschema import main as check_jsonschema

from tools.common import repository_files

FORMS = ".github/ISSUE_TEMPLATE/"


def schema_of(file: str) -> str | None:
    """The name of the schema that a file follows; None if it has none."""
    if file.startswith(".github/workflows/"):
        return "github-workflows"
    if file.startswith(FORMS):
        return "github-issue-config" if file == f"{FORMS}config.yml" else "github-issue-forms"
    if file.endswith(".readthedocs.yaml"):
        return "readthedocs"
    return {".github/dependabot.yml": "dependabot", "CITATION.cff": "citation-file-format"}.get(
        file
    )


def check(schema: str, files: list[str]) -> Iterator[str]:
    """Yield what is wrong with files that follow a schema."""
    printed = io.StringIO()
    options = ["--output-format=json", f"--builtin-schema=vendor.{schema}"]
    with contextlib.redirect_stdout(printed):
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
    sys.stdout.writelines(f"{line}\n" for line in dict.fromkeys(findings))  # each once
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
