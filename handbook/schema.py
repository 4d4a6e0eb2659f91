"""How data is compared with JSON schemas (draft 2020-12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

# What `format` checks, whichever other packages are installed; patterns check web addresses.
_FORMATS = FormatChecker(["date"])


def _matches(
    validator: Validator, pattern: str, instance: Any, _schema: object
) -> Iterator[ValidationError]:
    """Match the whole text: in Python, `$` also matches before a line break at the end."""
    if validator.is_type(instance, "string") and not re.fullmatch(pattern, instance):
        yield ValidationError("")  # handbook/data.py says it


_Schema = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _matches}
)


def broken(data: Any, schema: Any) -> Iterator[ValidationError]:
    """Find where data breaks a schema."""
    found: Iterator[ValidationError] = _Schema(schema, format_checker=_FORMATS).iter_errors(data)
    return found
