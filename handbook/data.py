"""Check the handbook's YAML data against JSON schemas, and name file, line and field.

Sphinx stops before it reads a page when a record is wrong, because a page drawn from wrong data
would be wrong without a sign. The same check runs alone: `python -m handbook.data DATA SCHEMA`.
"""

from __future__ import annotations

import difflib
import json
import reprlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

type_names = {"object": "a mapping", "array": "a list", "string": "text"}


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong in a data file.

    Attributes:
        line: Line in the data file, counted from 1.
        field: Path to the field, such as `members[2].website`; empty for the whole file.
        message: What is wrong and what to do.
    """

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class _PlainLoader(yaml.SafeLoader):
    """Leaves dates as they are written, for JSON schema knows them as text, and takes no aliases.

    A record stands for itself; an alias could also point at itself, or make a few lines huge.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            problem = "an alias (*name) has no place here; write the value out"
            raise yaml.composer.ComposerError(None, None, problem, mark)
        return super().compose_node(parent, index)


# mypy cannot see that the inherited method fits its own class.
_PlainLoader.add_constructor(  # type: ignore[type-var]
    "tag:yaml.org,2002:timestamp", _PlainLoader.construct_yaml_str
)


def check(data_file: Path, schema_file: Path) -> list[Finding]:
    """Compare a YAML file with a JSON schema.

    Args:
        data_file: The YAML file, in UTF-8.
        schema_file: The JSON schema, draft 2020-12.

    Returns:
        What is wrong, in the order of the file's lines; empty if nothing is.

    Raises:
        OSError: One of the files cannot be read.
    """
    try:
        text = data_file.read_text(encoding="utf-8")
        loader = _PlainLoader(text)
        try:
            root = loader.get_single_node()
            data = loader.construct_document(root) if root else None
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return [Finding(line, "", "this is not UTF-8 text; save the file as UTF-8")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return [Finding(line, "", f"this is not YAML: {error.problem or error.context}")]
    except (yaml.YAMLError, ValueError) as error:
        return [Finding(1, "", f"this is not YAML: {error}")]
    if root is None:
        return [Finding(1, "", "the file is empty")]

    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    findings = set(_repeated_keys(root, ""))
    findings.update(_repeated_names(root))
    for broken in validator.iter_errors(data):
        findings.update(_explain(broken, root))
    return sorted(findings)


def _repeated_keys(node: yaml.Node, path: str) -> Iterator[Finding]:
    """YAML keeps the last of two equal keys and says nothing."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            field = f"{path}.{key.value}" if path else str(key.value)
            if key.value in seen:
                line = key.start_mark.line + 1
                yield Finding(line, field, "this field is written twice; keep one")
            seen.add(key.value)
            yield from _repeated_keys(value, field)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _repeated_keys(item, f"{path}[{number}]")


def _repeated_names(root: yaml.Node) -> Iterator[Finding]:
    """A name stands for one organization or group, whichever list it is in."""
    if not isinstance(root, yaml.MappingNode):
        return
    first: dict[tuple[str, str], int] = {}
    for key, records in root.value:
        if not isinstance(records, yaml.SequenceNode):
            continue
        for number, record in enumerate(records.value):
            if not isinstance(record, yaml.MappingNode):
                continue
            for name, value in record.value:
                if name.value not in ("name", "short_name") or not value.value:
                    continue
                line = value.start_mark.line + 1
                known = first.setdefault((name.value, str(value.value).casefold()), line)
                if known != line:
                    field = f"{key.value}[{number}].{name.value}"
                    message = f"'{value.value}' stands at line {known} too; remove one of the two"
                    yield Finding(line, field, message)


def _explain(error: ValidationError, root: yaml.Node) -> Iterator[Finding]:
    rule: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    path = list(error.absolute_path)
    field = _field(path)
    line = _line(root, path)
    value = reprlib.repr(instance)
    match error.validator:
        case "additionalProperties":
            known = sorted(schema["properties"])
            for name in sorted(set(map(str, instance)) - set(known)):
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
                where = f"{field}.{name}" if field else name
                yield Finding(_line(root, [*path, name]), where, f"unknown field; {hint}")
        case "required":
            for name in rule:
                if name not in instance:
                    yield Finding(line, field, f"the field '{name}' is missing; add it")
        case "enum":
            allowed = ", ".join(map(str, rule))
            yield Finding(line, field, f"{value} is not allowed; use one of: {allowed}")
        case "type":
            wanted = type_names.get(rule, rule)
            yield Finding(line, field, f"{value} should be {wanted}")
        case "pattern" | "format":
            hint = schema.get("description", schema.get("format"))
            yield Finding(line, field, f"{value} does not have the right form: {hint}")
        case _:
            yield Finding(line, field, error.message)


def _field(path: list[str | int]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def _line(node: yaml.Node, path: list[Any]) -> int:
    """Find the line of a field: where its key stands, or where a list item starts."""
    line: int = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            key, node = next(pair for pair in node.value if pair[0].value == str(part))
            line = key.start_mark.line + 1
    return line


def on_builder_inited(app: Sphinx) -> None:
    """Stop the build if a data file breaks its schema.

    Raises:
        SystemExit: A record is wrong; each finding was logged with file and line. (For any other
            exception Sphinx prints a traceback, also where the mistake is not the program's.)
    """
    wrong = []
    for data_name, schema_name in app.config.handbook_data.items():
        data_file = app.srcdir / data_name
        findings = check(data_file, app.srcdir / schema_name)
        for finding in findings:
            logger.error("%s", finding, location=f"{data_file}:{finding.line}")
        if findings:
            wrong.append(data_name)
    if wrong:
        raise SystemExit(f"Mend {', '.join(wrong)} where the lines above say so, and build again.")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check and its setting, a mapping of data files to their schemas."""
    app.add_config_value("handbook_data", {}, "env", types=frozenset({dict}))
    app.connect("builder-inited", on_builder_inited)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def main(arguments: list[str]) -> int:
    """Check one file, as a pre-commit hook does: `DATA SCHEMA`. Returns 1 if it is wrong."""
    if len(arguments) != 2:  # noqa: PLR2004
        sys.stderr.write("usage: python -m handbook.data DATA.yml SCHEMA.json\n")
        return 2
    data_file, schema_file = map(Path, arguments)
    try:
        findings = check(data_file, schema_file)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 2
    for finding in findings:
        sys.stdout.write(f"{data_file}:{finding.line}: ERROR: {finding}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
