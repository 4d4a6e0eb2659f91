"""What pages load: one stylesheet, one script, small fonts, and nothing else.

Sphinx, the theme, and extensions bring stylesheets and scripts for every kind of site. When all
pages are written, those that pages name are bundled: of the stylesheets only the rules that
some page or script can match, of the icon font only the icons shown. A file's name has a digest of
its content, so that browsers can cache it forever.

What was read from the pages is remembered in the doctree folder: a build that writes no page reads
none.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rjsmin
from docutils import nodes
from lxml import html

from handbook.build import Warnings, makes_pages, warn
from handbook.common import digest_of, replace_file, write_with_digest
from handbook.web import icons, static, stylesheet

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.config import Config

STATIC = "_static"
SCRIPT, SHEET, ICONS = "site.js", "site.css", "icons.woff2"
"""The names to which digests are added."""
AT_ONCE = frozenset({"colors.js"})
"""Scripts of ours that run before anything is drawn; the others run when the page is read."""

_FROM = r'\b(?:src|href)="(?P<base>(?:[^":]*/)?)_static/(?P<name>[^"?#]+)(?:\?[^"]*)?"'
_SCRIPT_TAG = re.compile(rf"(?<!\s)\s*<script\b[^>]*{_FROM}[^>]*></script>")
_SHEET_TAG = re.compile(rf'(?<!\s)\s*<link\b(?=[^>]*\brel="stylesheet")[^>]*{_FROM}[^>]*>')
_FILE = re.compile(
    r'(?P<start>\b(?:src|href)="(?:[^":]*/)?)(?P<name>(?:_static|_images)/[^"?#]+)(?:\?[^"#]*)?(?=")'
)
_HAS_DIGEST = re.compile(r"\.[0-9a-f]{8}\.\w+$")
_NAMED_ELSEWHERE = re.compile(r"/(_static/[\w./-]+)")
_URL = re.compile(r"""url\((?!["']?(?:data:|#))["']?([^"')]+)["']?\)""")
_WORD = re.compile(r"[A-Za-z][\w-]*")

_ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
_ICON_FAMILY = re.compile(r'"?Font Awesome\\? \d Free"?')


@dataclass
class Page:
    """What a page's file holds."""

    stamp: list[int]
    """The time and size by which a change is known."""
    names: list[str]
    """Its elements, `.classes`, and `#ids`."""
    sources: list[str]
    """The stylesheets that it named."""
    sheet: str
    """The stylesheet that it names now."""
    script: str
    files: list[str]
    """What else it loads."""


@dataclass
class Sheet:
    """A published stylesheet."""

    file: str
    names: list[str]
    """What its sources' selectors need."""
    used: list[str]
    """Which of them pages have."""
    files: list[str]
    """What it loads."""


@dataclass
class Memory:
    """What is known from the last build, if that had the same sources."""

    made_from: str
    pages: dict[str, Page] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    """The words of every published script: some are names."""

    @classmethod
    def load(cls, file: Path, made_from: str) -> Memory:
        """Read what is known."""
        try:
            data = json.loads(file.read_bytes())
        except (OSError, ValueError):
            data = {}
        if data.get("made_from") != made_from:
            return cls(made_from)
        pages = {name: Page(**page) for name, page in data["pages"].items()}
        sheets = {name: Sheet(**sheet) for name, sheet in data["sheets"].items()}
        return cls(made_from, pages, sheets, data["words"])


def note_digest(app: Sphinx, config: Config) -> None:
    """Let Sphinx write all pages again when what they load has changed."""
    paths = [*Path(__file__).parent.glob("*.py")]
    for folder in config.html_static_path:
        files = Path(app.confdir, folder).rglob("*")
        paths += (path for path in files if path.suffix in {".css", ".js", ".svg", ".woff2"})
    packages = ("pydata-sphinx-theme", "sphinx-book-theme", "sphinx-design", "pygments")
    versions = map(importlib.metadata.version, packages)
    config.handbook_assets_digest = " ".join([digest_of(sorted(paths)), *versions])


def choose_scripts(context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Let a page name the scripts that it needs; `publish` makes them one."""
    context["script_files"] = [
        type(js)(js.filename, priority=js.priority, **{"defer": "defer", **js.attributes})
        for js in context["script_files"]
        if js.filename and _needed(str(js.filename), doctree)
    ]


_NOT_NEEDED = (
    *("documentation_options.js", "doctools.js", "sphinx_highlight.js"),
    *("sphinx-book-theme.js", "pydata-sphinx-theme.js"),
)


def _needed(script: str, doctree: nodes.document | None) -> bool:
    """Tell whether a page needs a script: none of Sphinx's and the theme's, tabs if it has some."""
    if script.endswith(_NOT_NEEDED):
        return False
    if not script.endswith("design-tabs.js"):
        return True
    elements = doctree.findall(nodes.Element) if doctree else ()
    return any("sd-tab-set" in element["classes"] for element in elements)


def publish(app: Sphinx, exception: Exception | None) -> None:
    """Bundle what the finished pages load, and remove what no page loads."""
    builder = app.builder
    if exception or not makes_pages(builder):
        return
    made_from = f"{app.config.handbook_assets_digest} {sorted(builder.theme_options.items())}"
    out = Path(app.outdir)
    name = hashlib.sha256(str(out).encode()).hexdigest()[:8]
    file = Path(app.doctreedir) / f"handbook-assets-{name}.json"
    memory = Memory.load(file, made_from)
    _Publisher(builder, out, memory).run()
    replace_file(file, json.dumps(memory, default=vars).encode())


class _Publisher:
    """One build's work on the files that pages load."""

    def __init__(self, builder: StandaloneHTMLBuilder, out: Path, memory: Memory) -> None:
        self.builder = builder
        self.out = out
        self.memory = memory
        self.source = functools.cache(functools.partial(static.read, builder))
        self.ours = static.own_names(builder)
        self.script = functools.cache(self.join_scripts)

    def run(self) -> None:
        """Read new pages, and make every page load the bundles."""
        pages: dict[str, Page] = {}
        for path in _pages_in(self.out):
            name = path.relative_to(self.out).as_posix()
            known = self.memory.pages.get(name)
            pages[name] = known if known and known.stamp == _stamp(path) else self.read(path)
        used = {name for page in pages.values() for name in page.names}
        scripts = {page.script for page in pages.values() if page.script}
        self.memory.words = {name: self.memory.words.get(name, []) for name in sorted(scripts)}
        words = {word for known in self.memory.words.values() for word in known}
        self.memory.sheets = {
            sources: self.sheet(sources, used, words)
            for sources in sorted({" ".join(p.sources) for p in pages.values() if p.sources})
        }
        for name, page in pages.items():
            if page.sources:
                self.name_sheet(self.out / name, page)
        self.memory.pages = pages
        self.warn_of_missing_icons()
        self.remove_unused()

    def read(self, path: Path) -> Page:
        """Read a page that this build has written, and let it name one script and one sheet."""
        text = path.read_text("utf-8")
        scripts = tuple(tag["name"] for tag in _SCRIPT_TAG.finditer(text))
        sources = [tag["name"] for tag in _SHEET_TAG.finditer(text)]
        files: list[str] = []
        script = self.script(scripts) if scripts else ""

        def name_file(match: re.Match[str]) -> str:
            files.append(self.publish_file(match["name"]))
            return match["start"] + files[-1]

        text = _replace_tags(_SHEET_TAG, '\n  <link rel="stylesheet" href="{base}SHEET"/>', text)
        text = _replace_tags(_SCRIPT_TAG, f'\n  <script src="{{base}}{script}"></script>', text)
        text = _FILE.sub(name_file, text)
        files += filter(self.publish_as_is, _NAMED_ELSEWHERE.findall(text))
        _replace_text(path, text)
        names = sorted(set(_names_in(text)))
        return Page(_stamp(path), names, sources, "SHEET", script, sorted({*files} - {script}))

    def publish_file(self, name: str) -> str:
        """Publish a static file or a picture under a name with its digest."""
        folder, _, rest = name.partition("/")
        path = self.out / name
        if _HAS_DIGEST.search(name):
            return name
        if folder == STATIC:
            content = self.source(rest)
        else:
            content = path.read_bytes() if path.is_file() else None
        return name if content is None else self.write(name, content)

    def publish_as_is(self, name: str) -> bool:
        """Publish a file that a page names for others, such as in its metadata."""
        content = self.source(name.removeprefix(f"{STATIC}/"))
        if content is not None:
            replace_file(self.out / name, content)
        return content is not None or (self.out / name).is_file()

    def write(self, name: str, content: bytes) -> str:
        """Write a file under a name with its digest; return that name."""
        return write_with_digest(self.out / name, content).relative_to(self.out).as_posix()

    def join_scripts(self, names: tuple[str, ...]) -> str:
        """Publish scripts as one; return its name.

        Ours become functions that wait until the page is read. Sphinx's wait by themselves, and
        share their variables.
        """
        parts = []
        for name in dict.fromkeys(names):
            code = rjsmin.jsmin((self.source(name) or b"").decode(), keep_bang_comments=True)
            if name in AT_ONCE:
                code = f"(()=>{{{code}\n}})();"
            elif name in self.ours:
                code = f'addEventListener("DOMContentLoaded",()=>{{{code}\n}});'
            parts.append(code.strip())
        joined = "\n".join(parts)
        file = self.write(f"{STATIC}/{SCRIPT}", joined.encode())
        self.memory.words[file] = sorted(set(_WORD.findall(joined)))
        return file

    def sheet(self, sources: str, used: set[str], words: set[str]) -> Sheet:
        """Publish stylesheets as one, with the rules that a page or a script can match."""

        def wanted(name: str) -> bool:
            return name in used or name.lstrip(".#") in words

        known = self.memory.sheets.get(sources)
        if known and known.used == [name for name in known.names if wanted(name)]:
            return known
        sheets = {name: content for name in sources.split() if (content := self.css(name))}
        rules = [rule for css in sheets.values() for rule in stylesheet.parse(css)]
        names = sorted(set(stylesheet.names_in(rules)))
        kept = stylesheet.keep((rule for rule in rules if not _is_replaced(rule)), wanted)
        css = stylesheet.write(stylesheet.without_unused(list(kept), {f"--{w}" for w in words}))
        css = self.icon_face(css) + _ICON_FAMILY.sub(f'"{icons.NAME}"', css)
        files: list[str] = []

        def name_file(match: re.Match[str]) -> str:
            files.append(self.publish_file(f"{STATIC}/{match[1]}"))
            return f"url({files[-1].removeprefix(f'{STATIC}/')})"

        css = _URL.sub(name_file, css)
        notes = dict.fromkeys(n for text in sheets.values() for n in stylesheet.licenses(text))
        joined = "".join(['@charset "UTF-8";', *notes, css])
        file = self.write(f"{STATIC}/{SHEET}", joined.encode())
        return Sheet(file, names, [name for name in names if wanted(name)], files)

    def css(self, name: str) -> str:
        """Return a source's text; what it loads is named as the folder of static files has it."""
        folder = posixpath.dirname(name)
        content = self.source(name) or b""

        def from_static(match: re.Match[str]) -> str:
            return f'url("{posixpath.normpath(posixpath.join(folder, match[1]))}")'

        return _URL.sub(from_static, content.decode())

    def icon_face(self, css: str) -> str:
        """Return the rule that loads the icons of a stylesheet."""
        glyphs = {int(code, 16) for code in re.findall(r"\\(f[0-9a-f]{3})", css)}
        glyphs |= {ord(sign) for sign in css if "\ue000" <= sign <= "\uf8ff"}
        if not glyphs or not (font := self.source(_ICON_FONT)):
            return ""
        name = self.write(f"{STATIC}/{ICONS}", icons.cut(font, glyphs))
        return (
            f'@font-face{{font-family:"{icons.NAME}";font-weight:900;font-display:block;'
            f'src:url("{name.removeprefix(f"{STATIC}/")}") format("woff2")}}'
        )

    def name_sheet(self, path: Path, page: Page) -> None:
        """Let a page name its present stylesheet, if it does not."""
        sheet = self.memory.sheets[" ".join(page.sources)]
        if page.sheet != sheet.file:
            text = path.read_text("utf-8")
            _replace_text(path, text.replace(f'{page.sheet}"/>', f'{sheet.file}"/>', 1))
            page.sheet, page.stamp = sheet.file, _stamp(path)

    def warn_of_missing_icons(self) -> None:
        """Warn of the icons in pages that the theme does not have."""
        known = {name for sheet in self.memory.sheets.values() for name in sheet.names}
        for path, page in self.memory.pages.items():
            for name in page.names:
                if name.startswith(".fa-") and name not in known:
                    warn(Warnings.ICON, self.out / path, 1, f"the theme has no icon '{name[1:]}'")

    def remove_unused(self) -> None:
        """Remove the static files and pictures that no page loads."""
        pages = self.memory.pages.values()
        loaded = {file for page in pages for file in [page.sheet, page.script, *page.files]}
        loaded |= {file for sheet in self.memory.sheets.values() for file in sheet.files}
        for folder in (self.out / STATIC, self.out / "_images"):
            for path in sorted(folder.rglob("*"), reverse=True):
                if path.is_dir():
                    if not any(path.iterdir()):
                        path.rmdir()
                elif path.relative_to(self.out).as_posix() not in loaded:
                    path.unlink()


def _replace_tags(tag: re.Pattern[str], new: str, text: str) -> str:
    """Write a tag in the place of the first of several, and leave out the others."""
    if (first := tag.search(text)) is None:
        return text
    return text[: first.start()] + new.format(base=first["base"]) + tag.sub("", text[first.end() :])


def _pages_in(folder: Path) -> Iterator[Path]:
    for path in sorted(path for path in folder.rglob("*.html") if path.is_file()):
        if path.relative_to(folder).parts[0] not in {STATIC, "_images"}:
            yield path


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_mtime_ns, status.st_size]


def _replace_text(path: Path, text: str) -> None:
    """Rewrite a page, but keep its modification time, which Sphinx compares."""
    status = path.stat()
    path.write_text(text, "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _names_in(text: str) -> Iterator[str]:
    """Yield a page's elements, `.classes`, and `#ids`, some of them often."""
    for element in html.fromstring(text).iter(html.etree.Element):
        yield element.tag
        yield from (f".{name}" for name in (element.get("class") or "").split())
        if name := element.get("id"):
            yield f"#{name}"


def _is_replaced(rule: stylesheet.Node) -> bool:
    """Tell whether a rule loads the theme's icon fonts, or names the file's encoding."""
    return isinstance(rule, stylesheet.Text) and (
        rule.text.startswith("@charset")
        or (rule.text.startswith("@font-face") and posixpath.dirname(_ICON_FONT) in rule.text)
    )
