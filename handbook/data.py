"""Check the handbook's YAML data against JSON schemas, and show it on pages.

`{data} NAME` shows data through a template of `_templates/`: Markdown with Jinja. conf.py lists the
names, so that no page chooses a file or a template. What a template prints stays text, whatever it
is: Markdown is parsed with a numbered mark in the place of each value.

Sphinx stops before it reads a page if a record is wrong: the page would be wrong without a sign.
The same check runs alone: `python -m handbook.data DATA SCHEMA`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import reprlib
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import yaml
from docutils import nodes
from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from handbook.common import DataError, did_you_mean, read_yaml
from handbook.policy.parser import LINK, MARK, MARK_END, StrictRenderer, Value

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

ADDRESS = re.compile(r"https://[\w.-]+(:\d+)?([/?#][^\s<>()|\"'`\\^{}\x00-\x20\x7f-\xa0]*)?")
"""An address that a page may link to."""


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
        return [Finding(error.line, "", str(error))]

    from handbook import schema  # noqa: PLC0415 - slow to load; only changed data needs it

    expected = json.loads(schema_file.read_text(encoding="utf-8"))
    findings = set(_repeated_keys(root, ""))
    findings.update(_repeated_names(root))
    for broken in schema.broken(data, expected):
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
    """A name means one organization or group, whichever list it is in."""
    if not isinstance(root, yaml.MappingNode):
        return
    first: dict[tuple[str, str], tuple[str, int]] = {}
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
                # Pages and calendar entries are named by the slug.
                same = str(slug(value.value)) or str(value.value)
                first_name, first_line = first.setdefault((name.value, same), (value.value, line))
                if first_line == line:
                    continue
                field = f"{key.value}[{number}].{name.value}"
                if first_name.casefold() == value.value.casefold():
                    message = f"'{value.value}' is also at line {first_line}; remove one of the two"
                else:
                    message = (
                        f"the address of '{value.value}' would be that of '{first_name}', "
                        f"line {first_line}; change one of the two names"
                    )
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
                hint = did_you_mean(name, known)
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
        case "maxLength":
            yield Finding(line, field, f"{value} is too long; use at most {rule} characters")
        case "pattern" | "format":
            hint = schema.get("description", schema.get("format"))
            yield Finding(line, field, f"{value} does not have the right form: {hint}")
        case _:
            yield Finding(line, field, error.message)


def _field(path: list[str | int]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def _line(node: yaml.Node, path: list[Any]) -> int:
    """Find the line of a field: that of its key, or of a list item's start."""
    line: int = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            key, node = next(pair for pair in node.value if pair[0].value == str(part))
            line = key.start_mark.line + 1
    return line


class Shown(NamedTuple):
    """Data that pages can show: paths of the data, its schema and the template."""

    data: str
    schema: str
    template: str


class _Missing(StrictUndefined):
    """A field that a record does not have: false in a condition, an error where it is printed."""

    __bool__ = Undefined.__bool__  # type: ignore[assignment]


class _Slug(str):
    """The only text that a template prints as Markdown: it has a-z, 0-9 and hyphens."""

    __slots__ = ()


class _Link(str):
    """An address that a template prints."""

    __slots__ = ()


def slug(text: object) -> _Slug:
    """Make a label of a name."""
    return _Slug(re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-"))


def link(address: object) -> _Link:
    """Let an address be linked to.

    Raises:
        TemplateError: It is not an https address.
    """
    if not ADDRESS.fullmatch(str(address)):
        raise TemplateError(f"{address!r} is not an https address")
    return _Link(address)


def render(template: str, data: object, pages: Container[str] = ()) -> tuple[str, list[Value]]:
    """Fill a template's Markdown with marks, and return the values that they stand for.

    `pages` are the handbook's pages, so that a template can link to one only if it exists.

    Raises:
        TemplateError: The template is wrong, or prints an address that is not https.
    """
    values: list[Value] = []

    def mark(value: object) -> str:
        if isinstance(value, _Slug):
            return value
        text = str(value)
        if MARK in text:
            raise TemplateError("a template cannot print a block or a macro; use a loop")
        values.append(Value(text, isinstance(value, _Link)))
        number = len(values) - 1
        return f"{LINK}{number}" if isinstance(value, _Link) else f"{MARK}{number}{MARK_END}"

    environment = ImmutableSandboxedEnvironment(undefined=_Missing, finalize=mark)
    known = environment.filters
    names = ("default", "first", "last", "length", "list", "rejectattr", "selectattr", "sort")
    environment.filters = {**{name: known[name] for name in names}, "slug": slug, "link": link}
    environment.globals = {}
    return environment.from_string(template).render(data=data, pages=pages), values


class DataDirective(SphinxDirective):
    """Shows data through its template: `{data} members`."""

    required_arguments = 1
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        """Render the template in the place of the directive."""
        known: dict[str, Shown] = self.config.handbook_data
        name = self.arguments[0]
        if name not in known:
            raise self.error(f"there is no data {name!r}; {did_you_mean(name, known)}")
        return self.show(Shown(*known[name]), lambda data: data)

    def show(self, shown: Shown, choose: Callable[[Any], object]) -> list[nodes.Node]:
        """Render a template with what `choose` takes from the data."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(root / shown.data)
        self.env.note_dependency(root / shown.template)
        try:
            data, _ = read_yaml(root / shown.data)
            template = (root / shown.template).read_text("utf-8")
            text, values = render(template, choose(data), self.env.found_docs)
        except (DataError, OSError, TemplateError) as error:
            raise self.error(f"{shown.template} with {shown.data}: {error}") from error
        renderer = getattr(self.state, "_renderer", None)
        if not isinstance(renderer, StrictRenderer):
            raise self.error("data can be shown on Markdown pages only")
        renderer.render_data(text, values, self.lineno)
        return []


def check_all(app: Sphinx, config: Config) -> None:
    """Stop the build if a data file breaks its schema, unless nothing changed since the last check.

    Raises:
        SystemExit: A record is wrong; each finding was logged with file and line. (For any other
            exception Sphinx prints a traceback, also where the mistake is not the program's.)
    """
    shown = sorted({Shown(*shown)[:2] for shown in config.handbook_data.values()})
    note = Path(app.doctreedir, "handbook-data")
    digest = _digest(Path(app.srcdir, name) for names in shown for name in names)
    if digest and note.is_file() and note.read_text("utf-8") == digest:
        return
    wrong = []
    for data, schema in shown:
        file = Path(app.srcdir, data)
        try:
            findings = check(file, Path(app.srcdir, schema))
        except OSError as error:
            findings = [Finding(1, "", f"{error.filename}: {error.strerror}")]
        for finding in findings:
            logger.error("%s", finding, location=f"{file}:{finding.line}")
        if findings:
            wrong.append(data)
    if wrong:
        raise SystemExit(f"Fix {', '.join(wrong)} at the lines above, then build again.")
    with contextlib.suppress(OSError):  # Sphinx says it
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(digest, "utf-8")


def _digest(files: Iterable[Path]) -> str:
    """Digest data, schemas, and the code that compares them; "" if a file cannot be read."""
    code = [Path(__file__).with_name(name) for name in ("common.py", "data.py", "schema.py")]
    found = hashlib.sha256()
    try:
        for file in [*code, *files]:
            if not file.is_file():
                return ""
            found.update(hashlib.sha256(file.read_bytes()).digest())
    except OSError:
        return ""
    return found.hexdigest()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check, the directive, and the names that pages can use."""
    app.add_config_value("handbook_data", {}, "env", types=frozenset({dict}))
    app.add_directive("data", DataDirective)
    app.connect("config-inited", check_all)
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
