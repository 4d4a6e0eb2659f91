"""Finds a project's pages as Sphinx would, without Sphinx and without running conf.py.

conf.py is read, never executed: a pull request from a stranger may be checked. So only
settings that are written literally are known.
"""

from __future__ import annotations

import ast
import os
import unicodedata
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sphinx_permalinks import settings
from sphinx_permalinks.common import CommandError, matcher, read_regular

# What Sphinx leaves out of every project (sphinx.project.EXCLUDE_PATHS).
_ALWAYS_LEFT_OUT = ("**/_sources", ".#*", "**/.#*", "*.lproj/**")

_KNOWN = settings.SPHINXS | settings.SETTINGS

# These change no finding.
_WITHOUT_EFFECT = frozenset({"permalinks_baseurl", "permalinks_publish"})

# Extensions that are known to add no pages. Any other may, and the check cannot know which.
# fmt: off
_ADDS_NO_PAGES = frozenset({
        "IPython.sphinxext.ipython_console_highlighting", "IPython.sphinxext.ipython_directive",
        "hoverxref.extension", "jupyter_sphinx", "matplotlib.sphinxext.plot_directive",
        "myst_nb", "myst_parser", "nbsphinx", "notfound.extension", "numpydoc",
        "sphinx_accessible_pdf", "sphinx_book_theme", "sphinx_copybutton", "sphinx_design",
        "sphinx_favicon", "sphinx_inline_tabs", "sphinx_issues", "sphinx_permalinks",
        "sphinx_prompt", "sphinx_reredirects", "sphinx_rtd_theme", "sphinx_sitemap",
        "sphinx_tabs.tabs", "sphinx_thebe", "sphinx_togglebutton", "sphinx_toolbox",
        "sphinx_version_warning", "sphinxcontrib.bibtex", "sphinxcontrib.mermaid",
        "sphinxcontrib.video", "sphinxext.opengraph", "sphinxext.rediraffe",
})
# fmt: on
_ADD_PAGES = frozenset({"sphinx.ext.apidoc", "sphinx.ext.autosummary"})


@dataclass(slots=True)
class Settings:
    """What conf.py says, as far as it can be known without running it.

    Attributes:
        values: The settings' values, by name.
        computed: Settings that conf.py computes and that matter: name and line. Their defaults
            are assumed.
        adds_pages: What may add pages that only a build knows; "" if nothing.
    """

    values: dict[str, Any]
    computed: list[tuple[str, int]] = field(default_factory=list)
    adds_pages: str = ""


@dataclass(slots=True)
class Tree:
    """A source folder's files, as far as they can be found.

    Attributes:
        files: The file of each document, relative to the source folder, by docname.
        unreadable: Folders that cannot be read, with the reason.
        is_complete: Whether every folder was read, and none a second time by a link.
    """

    files: dict[str, str] = field(default_factory=dict)
    unreadable: list[tuple[str, OSError]] = field(default_factory=list)
    is_complete: bool = True


def read_settings(conf: Path) -> Settings:
    """Read the settings that decide which pages there are and what they are checked against.

    Args:
        conf: The path of conf.py.

    Returns:
        The settings.

    Raises:
        CommandError: conf.py cannot be read, is not Python, or a setting is wrong.
    """
    try:
        tree = ast.parse(read_regular(conf))
    except SyntaxError as error:
        raise CommandError(f"{conf}:{error.lineno}: it is not Python: {error.msg}") from None
    except OSError as error:
        raise CommandError(f"{conf}: it cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise CommandError(f"{conf}: it cannot be read: {error}") from None
    found = Settings({name: copy(setting.default) for name, setting in _KNOWN.items()})
    top = set(map(id, tree.body))
    computed: dict[str, int] = {}
    for node in ast.walk(tree):
        name, line = _changed_setting(node)
        if name:
            is_known = id(node) in top and _apply(node, name, found.values)
            if is_known and not isinstance(node, ast.AugAssign | ast.Expr):
                computed.pop(name, None)  # assigned anew
            elif not is_known:
                found.values[name] = copy(_KNOWN[name].default)
                computed[name] = line
    found.computed = [(n, line) for n, line in computed.items() if n not in _WITHOUT_EFFECT]
    for name, value in found.values.items():
        problem = settings.problem(name, value)
        if problem is not None:
            raise CommandError(f"{conf}: {problem}")
    found.adds_pages = _adds_pages(tree, found.values["extensions"], computed)
    return found


def _changed_setting(node: ast.AST) -> tuple[str, int]:
    """Name the known setting that a statement changes, and its line; "" if it changes none."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name), *_])
            | ast.AnnAssign(target=ast.Name(id=name))
            | ast.AugAssign(target=ast.Name(id=name))
            | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name))))  # x.append(...)
        ) if name in _KNOWN:
            return name, node.lineno
    return "", 0


def _apply(node: ast.AST, name: str, values: dict[str, Any]) -> bool:
    """Change a setting as a statement at the top level does; False if that is not literal."""
    before = values[name]
    try:
        match node:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                values[name] = ast.literal_eval(value)
            case ast.AugAssign(op=ast.Add(), value=value):
                values[name] = type(before)([*before, *ast.literal_eval(value)])
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="append" | "extend" as method), args=[argument]
                )
            ) if isinstance(before, list):
                getattr(before, method)(ast.literal_eval(argument))
            case _:
                return False
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _adds_pages(tree: ast.Module, extensions: list[str], computed: dict[str, int]) -> str:
    if "extensions" in computed:
        return "extensions that conf.py computes"
    for name in extensions:
        is_sphinx = name.startswith("sphinx.ext.") and name not in _ADD_PAGES
        if not is_sphinx and name not in _ADDS_NO_PAGES:
            return name
    has_setup = any(
        isinstance(node, ast.FunctionDef) and node.name == "setup" for node in tree.body
    )
    return "setup() in conf.py" if has_setup else ""


def find_sources(folder: Path, values: dict[str, Any]) -> Tree:
    """Find the files that Sphinx would read; of two files for one document, the one it uses.

    Args:
        folder: The source folder.
        values: The settings' values.
    """
    suffixes = _suffixes(values)
    include = matcher(values["include_patterns"])
    exclude = matcher(
        [
            *values["exclude_patterns"],
            *values["templates_path"],
            *values["html_extra_path"],
            *values["html_static_path"],
            *_ALWAYS_LEFT_OUT,
        ]
    )
    tree = Tree()
    seen: set[tuple[int, int]] = set()

    def report(error: OSError) -> None:
        place = Path(error.filename).relative_to(folder).as_posix()
        tree.unreadable.append((place, error))
        tree.is_complete = False

    for path, folders, files in os.walk(folder, onerror=report, followlinks=True):
        status = os.stat(path)  # noqa: PTH116 - one for each folder
        if (status.st_dev, status.st_ino) in seen:  # a link leads here, too
            tree.is_complete = False
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        below = _normal(path[len(str(folder)) :].replace(os.sep, "/").lstrip("/"))
        start = f"{below}/" if below else ""
        folders[:] = sorted(name for name in folders if not exclude(_normal(f"{start}{name}")))
        for name in sorted(files):
            file = _normal(f"{start}{name}")
            if file.endswith(suffixes) and include(file) and not exclude(file):
                docname = file[: -len(next(s for s in suffixes if file.endswith(s)))]
                tree.files.setdefault(docname, file)
    return tree


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _suffixes(values: dict[str, Any]) -> tuple[str, ...]:
    suffixes = values["source_suffix"] or ()
    known = {suffixes} if isinstance(suffixes, str) else set(suffixes)
    if not known:
        known = {".rst"}
    extensions = values["extensions"]
    if "myst_parser" in extensions or "myst_nb" in extensions:
        known.add(".md")
    if "nbsphinx" in extensions or "myst_nb" in extensions:
        known.add(".ipynb")
    return tuple(sorted(map(str, known)))
