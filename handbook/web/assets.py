"""What a page loads: one stylesheet, one small icon font, scripts that do not hold it up.

As it comes, the theme sends five stylesheets, three icon fonts and Bootstrap's scripts. Here the
stylesheets become one, without the parts of Bootstrap that the handbook does not use; the icon
font keeps the icons that are named below; Bootstrap's scripts are not loaded at all, because the
handbook's templates use what the browser itself can do.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from pydata_sphinx_theme.pygments import get_pygments_stylesheet
from sphinx.errors import ExtensionError

from handbook.common import Warnings, makes_pages, replace_file, warn
from handbook.web import stylesheet
from handbook.web.icons import write_font

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.config import Config

SHEET = "site.css"
FONT = "icons.woff2"
FONT_NAME = "Handbook Icons"

STYLESHEETS = (
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "sphinx-design.min.css",
    "handbook.css",
)
"""Joined in this order, in which the theme links them. Any other stylesheet stays linked."""

ICONS = frozenset(
    {"angle-left", "angle-right", "bars", "check", "chevron-down", "circle-half-stroke", "copy"}
    | {"file-pdf", "link", "list", "magnifying-glass", "moon", "pencil", "sun", "xmark"}
)
"""Font Awesome's names of the icons that pages may show."""

UNUSED = re.compile(
    r"""(?:
    # parts of Bootstrap that need its scripts
    accordion | carousel | collapsing | dropdown | dropend | dropstart | dropup | modal
    | offcanvas | popover | toast | tooltip | bs-(?:tooltip|popover)
    # parts of Bootstrap for other kinds of sites
    | alert | breadcrumb | btn-(?:close|group|toolbar|outline) | btn-check | form-(?:check|floating
    | range|select|switch|text|label) | input-group | list-group | pagination | placeholder
    | progress | ratio | spinner
    # notebooks, blogs, advertisements, other extensions that the handbook does not use
    | ablog | bd-header-version | cell | ethical | jp | jupyter | nb(?:input|output) | thebe\w*
    | version-(?:switcher|warning) | leaflet | deprecated | versionchanged | versionadded
    )(?:__|--?|$)""",
    re.VERBOSE,
)
"""Classes whose rules are left out. `warn_of_missing_rules` finds a page that uses one."""

_ICON_RULE = re.compile(r'--fa:"')
_ICON = re.compile(r"fa-([\w-]+)$")


def note_digest(app: Sphinx, config: Config) -> None:
    """Let Sphinx write all pages again when what they load has changed."""
    digest = hashlib.sha256()
    ours = [Path(app.confdir) / folder for folder in config.html_static_path]
    for path in sorted([*Path(__file__).parent.glob("*.py"), *(p for d in ours for p in _in(d))]):
        digest.update(path.read_bytes())
    for package in ("pydata-sphinx-theme", "sphinx-book-theme", "sphinx-design", "pygments"):
        digest.update(importlib.metadata.version(package).encode())
    config.handbook_assets_digest = digest.hexdigest()


def write(app: Sphinx, builder: Builder) -> None:
    """Write the one stylesheet and the icon font, before the pages that link them."""
    if not makes_pages(builder):
        return
    static = Path(app.outdir) / "_static"
    stamp = Path(app.doctreedir) / "handbook-assets"
    made_from = f"{app.config.handbook_assets_digest} {sorted(builder.theme_options.items())}"
    done = (static / SHEET).is_file() and (static / FONT).is_file() and stamp.is_file()
    if done and stamp.read_text("utf-8") == made_from:
        return
    static.mkdir(parents=True, exist_ok=True)
    css = "".join(_joined(builder))
    for icon in sorted(ICONS - _icons_ruled(css)):
        message = f"the theme no longer has the icon '{icon}'; choose another in ICONS"
        warn(Warnings.ICON, message, Path(__file__))
    replace_file(static / SHEET, css.encode())
    glyphs = {int(code, 16) for code in re.findall(r"\\(f[0-9a-f]{3})", css)}
    glyphs |= {ord(sign) for sign in css if "\ue000" <= sign <= "\uf8ff"}
    fonts = _find(builder, "vendor/fontawesome/webfonts/fa-solid-900.woff2")
    write_font(fonts, static / FONT, glyphs, FONT_NAME)
    replace_file(stamp, made_from.encode())


def link(
    app: Sphinx,
    pagename: str,  # noqa: ARG001
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give a page the one stylesheet, and scripts that wait until it is read."""
    if not makes_pages(app.builder):
        return
    joined = {f"_static/{name}" for name in STYLESHEETS}
    parts = [css for css in context["css_files"] if str(css.filename) in joined]
    others = [css for css in context["css_files"] if str(css.filename) not in joined]
    if parts:
        context["css_files"] = [type(parts[0])(f"_static/{SHEET}"), *others]
    context["script_files"] = [
        type(js)(js.filename, priority=js.priority, **{"defer": "defer", **js.attributes})
        for js in context["script_files"]
        if js.filename and _needed(str(js.filename), doctree)
    ]


def warn_of_missing_rules(app: Sphinx, exception: Exception | None) -> None:
    """Warn of pages that use a class or an icon for which there is no rule any more."""
    builder = app.builder
    if exception or not makes_pages(builder):
        return
    for docname in [*sorted(app.env.found_docs), "search", "404"]:
        page = Path(builder.get_output_path(docname))
        if not page.is_file():
            continue  # `singlehtml` puts all into one
        for name in sorted(missing_rules(page.read_text("utf-8"))):
            message = f"the class '{name}' has no rules in {SHEET}; see ICONS and UNUSED"
            warn(Warnings.RULES, f"{message} in {Path(__file__).name}", docname)


def missing_rules(html: str) -> set[str]:
    """Return the classes of a page whose rules or icons have been left out."""
    classes = _Classes()
    classes.feed(html)
    classes.close()
    missing = set()
    for tag, name in classes.found:
        icon = _ICON.match(name)
        if UNUSED.match(name) or (
            tag in {"i", "span"} and icon and icon[1] not in ICONS | {"solid", "lg", "fw"}
        ):
            missing.add(name)
    return missing


class _Classes(HTMLParser):
    """Collects the classes of a page's elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element's classes."""
        for name, value in attrs:
            if name == "class":
                self.found.update((tag, each) for each in (value or "").split())


def wanted(selector: str, body: str) -> bool:
    """Tell whether the one stylesheet keeps a rule."""
    if selector == "@font-face":
        return False  # the theme's icon fonts: there is a smaller one
    names = stylesheet.required_classes(selector)
    if _ICON_RULE.search(body) and names and names[0].startswith("fa-"):
        return names[0].removeprefix("fa-") in ICONS
    return not any(UNUSED.match(name) for name in names)


def _joined(builder: StandaloneHTMLBuilder) -> Iterator[str]:
    """Yield the parts of the one stylesheet."""
    sheets = [
        _pygments(builder) if name == "pygments.css" else _find(builder, name).read_text("utf-8")
        for name in STYLESHEETS
    ]
    yield '@charset "UTF-8";'
    yield from dict.fromkeys(text for css in sheets for text in stylesheet.licenses(css))
    yield (
        f'@font-face{{font-family:"{FONT_NAME}";font-weight:900;font-display:block;'
        f'src:url({FONT}) format("woff2")}}'
    )
    for css in sheets:
        kept = stylesheet.only(css.removeprefix('@charset "UTF-8";'), wanted)
        yield re.sub(r'"?Font Awesome\\? \d Free"?', f'"{FONT_NAME}"', kept)


def _pygments(builder: StandaloneHTMLBuilder) -> str:
    """Return the colours of code in both modes, as the theme makes them."""
    options = {**builder.theme.get_options(), **builder.theme_options}
    light, dark = options["pygments_light_style"], options["pygments_dark_style"]
    return str(get_pygments_stylesheet(light, dark))


def _find(builder: StandaloneHTMLBuilder, name: str) -> Path:
    """Return the file that Sphinx publishes as a static file: the handbook's, else a theme's.

    Raises:
        ExtensionError: There is none: the theme or an extension has moved it.
    """
    ours = [Path(builder.confdir, folder) for folder in builder.config.html_static_path]
    themes = [Path(folder) / "static" for folder in builder.theme.get_theme_dirs()]
    for folder in [*reversed(ours), *themes]:
        if (folder / name).is_file():
            return folder / name
    raise ExtensionError(f"no theme or extension has the file {name!r} any more")


_NOT_NEEDED = (
    "sphinx-book-theme.js",
    "pydata-sphinx-theme.js",
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
)


def _needed(script: str, doctree: nodes.document | None) -> bool:
    """Tell whether a page needs a script: none of Sphinx's and the theme's, tabs if it has some."""
    if script.endswith(_NOT_NEEDED):
        return False
    if not script.endswith("design-tabs.js"):
        return True
    if doctree is None:
        return False
    return any("sd-tab-set" in node["classes"] for node in doctree.findall(nodes.Element))


def _icons_ruled(css: str) -> set[str]:
    return {name for name in ICONS if re.search(rf"\.fa-{name}\b[^{{}}]*\{{--fa:", css)}


def _in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
