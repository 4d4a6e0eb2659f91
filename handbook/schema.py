"""Compares data with JSON schemas (draft 2020-12), and says what is wrong. No Sphinx."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from handbook.common import DataError, Finding, did_you_mean, line_of, read_yaml, slug

# What `format` checks, whichever other packages are installed; patterns check web addresses.
_FORMATS = FormatChecker(["date"])
_TYPES = {"object": "a mapping", "array": "a list", "string": "text"}

Problem = tuple[int, str, str]
"""A line of the file, a field such as `members[2].website` ("" for the whole file), a message."""


def _matches(
    validator: Validator, pattern: str, instance: Any, _schema: object
) -> Iterator[ValidationError]:
    """Match the whole text: in Python, `$` also matches before a line break at the end."""
    if validator.is_type(instance, "string") and not re.fullmatch(pattern, instance):
        yield ValidationError("")  # `_explain` says it


_Schema = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _matches}
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
        data, root = read_yaml(data_file)
    except DataError as error:
        return [Finding(str(data_file), error.line, str(error))]
    problems = {*_repeated_keys(root, ""), *_repeated_names(data, root)}
    problems.update(broken(data, root, schema_file))
    return [
        Finding(str(data_file), line, f"{field}: {message}" if field else message)
        for line, field, message in sorted(problems)
    ]


def broken(data: Any, root: yaml.Node, schema_file: Path) -> Iterator[Problem]:
    """Yield where data, with its nodes, breaks a schema."""
    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    for error in _Schema(schema, format_checker=_FORMATS).iter_errors(data):
        yield from _explain(error, root)


def _repeated_keys(node: yaml.Node, path: str) -> Iterator[Problem]:
    """YAML keeps the last of two equal keys and says nothing."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            field = f"{path}.{key.value}" if path else str(key.value)
            if key.value in seen:
                line = key.start_mark.line + 1
                yield line, field, "this field is written twice; keep one"
            seen.add(key.value)
            yield from _repeated_keys(value, field)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _repeated_keys(item, f"{path}[{number}]")


def _repeated_names(data: Any, root: yaml.Node) -> Iterator[Problem]:
    """A name means one organization or group, whichever list it is in."""
    named = (
        (name, [key, number, field])
        for key, records in (data.items() if isinstance(data, dict) else ())
        for number, record in enumerate(records if isinstance(records, list) else ())
        for field in ("name", "short_name")
        if isinstance(record, dict) and isinstance(name := record.get(field), str)
    )
    first: dict[tuple[str, str], tuple[str, int]] = {}
    for name, path in named:
        line = line_of(root, path)
        # Pages and calendar entries are named by the slug.
        other, other_line = first.setdefault((path[-1], slug(name) or name), (name, line))
        if other_line == line:
            continue
        if other.casefold() == name.casefold():
            message = f"'{name}' is also at line {other_line}; remove one of the two"
        else:
            message = (
                f"the address of '{name}' would be that of '{other}', line {other_line}; change "
                "one of the two names"
            )
        yield line, _field(path), message


def _explain(error: ValidationError, root: yaml.Node) -> Iterator[Problem]:
    rule: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    path = list(error.absolute_path)
    field = _field(path)
    line = line_of(root, path)
    value = reprlib.repr(instance)
    match error.validator:
        case "additionalProperties":
            known = sorted(schema["properties"])
            for name in sorted(set(map(str, instance)) - set(known)):
                hint = did_you_mean(name, known)
                where = f"{field}.{name}" if field else name
                yield line_of(root, [*path, name]), where, f"unknown field; {hint}"
        case "required":
            for name in rule:
                if name not in instance:
                    yield line, field, f"the field '{name}' is missing; add it"
        case "enum":
            allowed = ", ".join(map(str, rule))
            yield line, field, f"{value} is not allowed; use one of: {allowed}"
        case "type":
            wanted = _TYPES.get(rule, rule)
            yield line, field, f"{value} should be {wanted}"
        case "maxLength":
            yield line, field, f"{value} is too long; use at most {rule} characters"
        case "pattern" | "format":
            hint = schema.get("description", schema.get("format"))
            yield line, field, f"{value} does not have the right form: {hint}"
        case _:
            yield line, field, error.message


def _field(path: list[str | int]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
