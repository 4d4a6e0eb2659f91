"""Static files as Sphinx has them: the handbook's, the extensions', and the theme's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydata_sphinx_theme.pygments import get_pygments_stylesheet
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class HTMLBuilder(StandaloneHTMLBuilder):
    """Sphinx's builder, without the 7 MB of static files: `assets` publishes what pages load."""

    def copy_static_files(self) -> None:
        """Copy nothing."""


class DirHTMLBuilder(DirectoryHTMLBuilder):
    """The same for pages with addresses such as `/decisions/`."""

    def copy_static_files(self) -> None:
        """Copy nothing."""


def setup(app: Sphinx) -> None:
    """Let these builders replace Sphinx's."""
    app.add_builder(HTMLBuilder, override=True)
    app.add_builder(DirHTMLBuilder, override=True)


def read(builder: StandaloneHTMLBuilder, name: str) -> bytes | None:
    """Return what Sphinx would publish as `_static/NAME`, None if there is no such file.

    An extension may have written it into the output itself.
    """
    if name == "pygments.css":
        options = {**builder.theme.get_options(), **builder.theme_options}
        styles = options["pygments_light_style"], options["pygments_dark_style"]
        return str(get_pygments_stylesheet(*styles)).encode()
    for folder in _folders(builder):
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    written = Path(builder.outdir, "_static", name)
    return written.read_bytes() if written.is_file() else None


def own_names(builder: StandaloneHTMLBuilder) -> set[str]:
    """Return the names of the handbook's static files, without those of extensions."""
    ours = [Path(builder.confdir, folder) for folder in builder.config.html_static_path]
    return {
        path.relative_to(folder).as_posix()
        for folder in ours
        if folder.is_relative_to(builder.confdir)
        for path in folder.rglob("*")
    }


def _folders(builder: StandaloneHTMLBuilder) -> list[Path]:
    """The handbook's and the extensions' folders, the last one first, then the theme's."""
    config = builder.config
    ours = [Path(builder.confdir, folder) for folder in config.html_static_path]
    icons = [Path(builder.confdir, config.html_favicon).parent] if config.html_favicon else []
    themes = [Path(folder) / "static" for folder in builder.theme.get_theme_dirs()]
    return [*reversed(ours), *icons, *themes]
