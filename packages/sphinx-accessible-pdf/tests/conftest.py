"""Books made from the samples, each built once."""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import os
import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sphinx.cmd.build import build_main
from sphinx.locale import translators

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parent / "samples"

# Tests compare what Sphinx prints. Where CI=true or FORCE_COLOR is set it would be colored.
os.environ["NO_COLOR"] = "1"
os.environ.pop("FORCE_COLOR", None)
logging.disable(logging.DEBUG)  # a build logs many messages, and nobody reads them


def pytest_collection_finish() -> None:
    """Search for garbage less often, and not in what is loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@dataclass(frozen=True)
class Build:
    """What a build left behind.

    Attributes:
        out: The folder it wrote to.
        code: What it ended with; 0 is success.
        output: What it printed.
    """

    out: Path
    code: int
    output: str

    @property
    def pdf(self) -> Path:
        return self.out / "book.pdf"

    @property
    def warnings(self) -> list[str]:
        """The lines that warn, without the folder of the sources."""
        lines = [line for line in self.output.splitlines() if ": WARNING: " in line]
        return [line.rsplit("/source/", 1)[-1] for line in lines]


def build(
    source: Path, out: Path, *options: str, builder: str = "accessiblepdf", **environment: str
) -> Build:
    """Build a small book in this process, however it ends."""
    printed = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # as outside of tests: those of libraries are not ours
        for name, value in environment.items():
            patch.setenv(name, value)
        translators.clear()  # English has none, and Sphinx would keep those of an earlier build
        code = build_main(["-b", builder, *options, str(source), str(out)])
    return Build(out, code, re.sub(r"\x1b\[[0-9;]*m", "", printed.getvalue()))


CONF = """\
project = "A Small Book"
author = "Example Consortium"
language = "en"
extensions = ["myst_parser", "sphinx_accessible_pdf"]
html_theme = "basic"
accessiblepdf_documents = [{"name": "book"}]
"""


def write_book(source: Path, pages: dict[str, str], conf: str) -> None:
    """Write the sources of a small book."""
    source.mkdir(exist_ok=True)
    (source / "conf.py").write_text(CONF + conf)
    for name, text in pages.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[..., Build]:
    """Build a book from pages given as text, in a folder of its own; again, if called again."""

    def make(
        pages: dict[str, str] | None = None,
        *options: str,
        conf: str = "",
        builder: str = "accessiblepdf",
        **environment: str,
    ) -> Build:
        source = tmp_path / "source"
        write_book(source, pages or {}, conf)
        return build(source, tmp_path / "out", *options, builder=builder, **environment)

    return make


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the samples, with a table of two hundred rows, and a name that Windows forbids."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copytree(SAMPLES, folder / "source")
    rows = "".join(f"| {i} | text of row {i} |\n" for i in range(1, 201))
    page = f"# A long table\n\n| number | text |\n| --- | --- |\n{rows}"
    hostile = folder / "source" / "hostile"
    (hostile / "long-table.md").write_text(page)
    (hostile / "odd-name.md").rename(hostile / '"quoted" #page & more.md')
    return folder / "source"


@pytest.fixture(scope="session")
def kinds(samples: Path) -> Build:
    """The book with every kind of node."""
    return build(samples / "kinds", samples / "kinds-pdf")


@pytest.fixture(scope="session")
def kinds_html(samples: Path) -> Build:
    """The web pages with every kind of node."""
    return build(samples / "kinds", samples / "kinds-html", builder="dirhtml")


@pytest.fixture(scope="session")
def hostile(samples: Path) -> Build:
    """The book with hostile text."""
    return build(samples / "hostile", samples / "hostile-pdf")


@pytest.fixture(scope="session")
def kinds_a4(samples: Path) -> Build:
    """The book with every kind of node, on A4."""
    options = ("-D", "accessiblepdf_paper=a4")
    return build(samples / "kinds", samples / "kinds-a4", *options)


@pytest.fixture(params=["kinds", "kinds on A4", "hostile"])
def book(request: pytest.FixtureRequest) -> Path:
    """Each of the books in turn."""
    fixture = {
        "kinds": "kinds",
        "kinds on A4": "kinds_a4",
        "hostile": "hostile",
    }[request.param]
    made: Build = request.getfixturevalue(fixture)
    return made.pdf
