"""Check the handbook's YAML data against JSON schemas, and show it on pages.

`{data} NAME` shows data through a template of `_templates/`: Markdown with Jinja. conf.py lists the
names, so that no page chooses a file or a template. What a template prints stays text, whatever it
is: Markdown is parsed with a numbered mark in the place of each value.

If a record is wrong, the build stops before any page is read; otherwise pages would be wrong, and
nobody would notice.
`make lint` finds the same without a build.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Container, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from docutils import nodes
from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from handbook.common import DataError, Finding, did_you_mean, digest_of, read_yaml, slug
from handbook.policy.parser import LINK, MARK, MARK_END, StrictRenderer

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

ADDRESS = re.compile(r"https://[\w.-]+(:\d+)?([/?#][^\s<>()|\"'`\\^{}\x00-\x20\x7f-\xa0]*)?")
"""An address that a page may link to."""


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


def link(address: object) -> _Link:
    """Let an address be linked to.

    Raises:
        TemplateError: It is not an https address.
    """
    if not ADDRESS.fullmatch(str(address)):
        raise TemplateError(f"{address!r} is not an https address")
    return _Link(address)


def render(template: str, data: object, pages: Container[str] = ()) -> tuple[str, list[str]]:
    """Fill a template's Markdown with marks, and return the values that they stand for.

    `pages` are the handbook's pages, so that a template can link to one only if it exists.

    Raises:
        TemplateError: The template is wrong, or prints an address that is not https.
    """
    values: list[str] = []

    def mark(value: object) -> str:
        if isinstance(value, _Slug):
            return value
        text = str(value)
        if MARK in text:
            raise TemplateError("a template cannot print a block or a macro; use a loop")
        values.append(text)
        number = len(values) - 1
        return f"{LINK}{number}" if isinstance(value, _Link) else f"{MARK}{number}{MARK_END}"

    environment = ImmutableSandboxedEnvironment(undefined=_Missing, finalize=mark)
    known = environment.filters
    names = ("default", "first", "last", "length", "list", "rejectattr", "selectattr", "sort")
    own: dict[str, Callable[[str], str]] = {"slug": lambda text: _Slug(slug(text)), "link": link}
    environment.filters = {**{name: known[name] for name in names}, **own}
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
    from handbook import schema  # noqa: PLC0415 - slow to load; only changed data needs it

    wrong = []
    for name, schema_name in shown:
        file = Path(app.srcdir, name)
        try:
            findings = schema.check(file, Path(app.srcdir, schema_name))
        except OSError as error:
            findings = [Finding(str(file), 1, f"{error.filename}: {error.strerror}")]
        for finding in findings:
            logger.error("%s", finding.message, location=f"{finding.file}:{finding.line}")
        if findings:
            wrong.append(name)
    if wrong:
        raise SystemExit(f"Fix {', '.join(wrong)} at the lines above, then build again.")
    with contextlib.suppress(OSError):  # Sphinx says it
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(digest, "utf-8")


def _digest(files: Iterable[Path]) -> str:
    """Digest data, schemas, and the code that compares them; "" if a file cannot be read."""
    code = (Path(__file__).with_name(name) for name in ("common.py", "data.py", "schema.py"))
    paths = [*code, *files]
    with contextlib.suppress(OSError):
        return digest_of(paths) if all(path.is_file() for path in paths) else ""
    return ""


def setup(app: Sphinx) -> None:
    """Register the check, the directive, and the names that pages can use."""
    app.add_config_value("handbook_data", {}, "env", types=frozenset({dict}))
    app.add_directive("data", DataDirective)
    app.connect("config-inited", check_all)
