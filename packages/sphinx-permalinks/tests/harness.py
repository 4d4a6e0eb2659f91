"""One way to build a small Sphinx project in a temporary folder, for every test."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.application import Sphinx
from sphinx.locale import translators
from sphinx.util.docutils import docutils_namespace, patch_docutils

if TYPE_CHECKING:
    from collections.abc import Callable

JOBS = 2
"""Processes that read and write a site of a dozen pages: enough for several chunks to be merged."""

_COLOR = re.compile(r"\x1b\[[0-9;]*m")

# The smallest settings with which a site builds without a warning of Sphinx's own.
CONF: dict[str, Any] = {
    "extensions": ["myst_parser", "sphinx_permalinks"],
    "html_theme": "basic",
    "html_copy_source": False,
    "html_use_index": False,
    "myst_title_to_header": True,
}


OTHERS = "myst_parser|sphinxcontrib_typstbuilder|sphinxcontrib|sphinx_book_theme"


class Site:
    """A Sphinx project in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "source"
        self.out = folder / "out"
        self.source.mkdir()
        self.conf: dict[str, Any] = CONF.copy()
        self.code = ""
        self.code_of_exit = 0

    def write(self, files: dict[str, str], **conf: Any) -> Site:
        """Write source files, and conf.py with settings added to `CONF` and with `code`."""
        self.conf.update(conf)
        settings = "".join(f"{name} = {value!r}\n" for name, value in self.conf.items())
        for name, text in {**files, "conf.py": settings + self.code}.items():
            path = self.source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self

    def page(self, name: str, *fields: str, body: str = "Text.") -> None:
        """Write a page with front matter."""
        self.write({name: "\n".join(["---", *fields, "---", "", body, ""])})

    def build(
        self,
        builder: str = "dummy",
        jobs: int = 1,
        again: Callable[[], object] | None = None,
        **overrides: str,
    ) -> list[str]:
        """Build, and return every warning, its path relative to the source folder.

        If there is something to do before the same process builds again, it does so. Overrides are
        settings as Sphinx's option -D takes them.
        """
        stream = io.StringIO()
        with warnings.catch_warnings(), patch_docutils(), docutils_namespace():
            # Others may use what Sphinx deprecates; this package may not.
            warnings.filterwarnings("ignore", rf"'({OTHERS})\..* is deprecated")
            warnings.filterwarnings("ignore", r"The iter\(\) interface for _InventoryItem")
            translators.clear()  # English has none, and Sphinx would keep an earlier build's
            app = Sphinx(
                self.source,
                self.source,
                self.out / builder,
                self.folder / "doctrees",
                builder,
                overrides,
                warning=stream,
                status=None,
                parallel=jobs,
            )
            app.build()
            if again is not None:
                again()
                app.build()
            self.code_of_exit = app.statuscode
        text = _COLOR.sub("", stream.getvalue()).replace(f"{self.source}/", "")
        return text.splitlines()

    def html(self, name: str, builder: str = "dirhtml") -> str:
        """Read a built file."""
        return (self.out / builder / name).read_text(encoding="utf-8")

    def built(self, builder: str = "dirhtml") -> dict[str, int]:
        """Give the time of change of every built file."""
        return {
            path.relative_to(self.out / builder).as_posix(): path.stat().st_mtime_ns
            for path in (self.out / builder).rglob("*")
            if path.is_file()
        }


def empty_site(folder: Path) -> Site:
    """Give a project with a front page that lists every other page."""
    toctree = "```{toctree}\n:glob:\n:hidden:\n\n**\n```\n"
    return Site(folder).write({"index.md": f"# Home\n\n{toctree}"})
