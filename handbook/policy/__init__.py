"""Keeps a page to what the handbook allows, so that a stranger's page can do no harm.

`allowed` lists what a page may contain and how much of it; `parser` refuses the rest while it reads
Markdown; `files` and `pictures` decide which files a page may use. Every refusal is a warning with
file and line, on every build until it is fixed, and the strict builds of a pull request then fail.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from handbook.build import PageCollector, Warnings, remembered, warn
from handbook.common import Finding, digest_of, shown
from handbook.policy import files, log
from handbook.policy.allowed import MENU_DEPTH
from handbook.policy.parser import FAULTS, Fault, StrictParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment


class FaultCollector(PageCollector):
    """Remembers what was refused on each page, so that each build can report it again."""

    name = FAULTS


def accept_markdown_only(_app: Sphinx, config: Config) -> None:
    """Keep reStructuredText out: it has doors that the parser does not guard."""
    config.source_suffix = {".md": "markdown"}
    config.primary_domain = None  # or a bare name would mean a Python directive, such as {data}


def note_digest(_app: Sphinx, config: Config) -> None:
    """Let every page be read again when the code changes that decides what pages may contain."""
    config.handbook_code_digest = digest_of(sorted(Path(__file__).parents[1].rglob("*.py")))


def unfit_dependencies(env: BuildEnvironment) -> Iterator[Fault]:
    """Find files that pages depend on and that may not be part of them: a second look."""
    root = Path(env.srcdir)
    problem = functools.cache(lambda dependency: files.problem(Path(dependency), root))
    for docname in sorted(env.found_docs):
        for dependency in sorted(map(str, env.dependencies.get(docname, ()))):
            if why := problem(dependency):
                yield Finding(str(env.doc2path(docname)), 1, why), Warnings.FILE


def check_toctrees(_app: Sphinx, env: BuildEnvironment) -> None:
    """Stop if a page is listed twice, or too deep: menus could then grow without end.

    Raises:
        SystemExit: It is.
    """
    parents = {env.config.root_doc: env.config.root_doc}
    for parent in sorted(env.toctree_includes):
        for child in env.toctree_includes[parent]:
            if other := parents.get(child):
                places = shown(parent) if parent == other else f"{shown(other)} and {shown(parent)}"
                message = f"the page {shown(child)} is in the toctree of {places}; list it once"
                raise SystemExit(f"{env.doc2path(parent)}:1: ERROR: {message}")
            parents[child] = parent
    for page in sorted(parents):
        above = page
        for _level in range(MENU_DEPTH):
            above = parents.get(above, env.config.root_doc)
        if above != env.config.root_doc:
            message = f"the menu is more than {MENU_DEPTH} pages deep here; list it higher up"
            raise SystemExit(f"{env.doc2path(page)}:1: ERROR: {message}")


def report(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of what was refused, on every build."""
    faults: dict[str, list[Fault]] = remembered(env, FAULTS)
    found = {fault for docname in env.found_docs for fault in faults.get(docname, ())}
    refused: list[Finding] = getattr(app, "handbook_refused_files", [])
    found.update((finding, Warnings.FILE) for finding in refused)
    found.update(unfit_dependencies(env))
    for finding, kind in sorted(found):
        warn(kind, *finding)


def setup(app: Sphinx) -> None:
    """Register the parser and the checks."""
    log.watch()
    app.setup_extension("myst_parser")
    app.add_source_parser(StrictParser, override=True)
    app.add_env_collector(FaultCollector)
    app.add_config_value("handbook_code_digest", "", "env", types=frozenset({str}))
    app.connect("config-inited", note_digest)
    app.connect("config-inited", files.check_static, priority=100)
    app.connect("config-inited", files.leave_out, priority=901)
    app.connect("config-inited", accept_markdown_only, priority=900)
    app.connect("env-updated", check_toctrees, priority=100)
    app.connect("env-updated", report)
