"""Sphinx event handlers: what this package does at which moment of a build."""

from __future__ import annotations

import contextlib
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError
from sphinx.util import logging

from sphinx_permalinks import (
    central,
    claims,
    findings,
    frontmatter,
    publication,
    recording,
    settings,
)
from sphinx_permalinks.address import natural
from sphinx_permalinks.claims import Page
from sphinx_permalinks.common import read_regular
from sphinx_permalinks.domain import PermalinkDomain, permalink_domain
from sphinx_permalinks.findings import Rules
from sphinx_permalinks.frontmatter import FIELDS, FrontMatterError, Source, Value
from sphinx_permalinks.redirects import SCRIPT, relative_url, section_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.domains import Domain
    from sphinx.environment import BuildEnvironment

    from sphinx_permalinks.findings import Finding

logger = logging.getLogger(__name__)

TEMPLATES = str(Path(__file__).parent / "templates")
# What Sphinx calls a page without a heading.
NO_TITLE = "<no title>"


def on_config_inited(app: Sphinx, config: Config) -> None:  # noqa: ARG001
    """Refuse wrong settings, and let templates be included by name."""
    for name in settings.SETTINGS:
        problem = settings.problem(name, getattr(config, name))
        if problem is not None:
            raise ConfigError(problem)
    # A new list, since the old one may be Sphinx's default for every project.
    config.templates_path = [*config.templates_path, TEMPLATES]


def on_builder_inited(app: Sphinx) -> None:
    """Keep the words of our template out of the project's message catalogs."""
    if app.builder.name == "gettext":
        app.config.templates_path = [p for p in app.config.templates_path if p != TEMPLATES]


def on_env_get_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Leave out pages that are not UTF-8; for them Sphinx would end with a traceback.

    Raises:
        SystemExit: There is no site without its first page.
    """
    if app.config.source_encoding.lower().startswith("utf-8"):
        for docname in sorted(added | changed):
            try:
                read_regular(env.doc2path(docname)).decode()
            except UnicodeDecodeError as error:
                file = Path(env.doc2path(docname, base=False)).as_posix()
                finding = findings.unreadable(file, error)
                if docname == app.config.root_doc:
                    raise SystemExit(f"{file}:{finding.line}: {finding.message}") from None
                warn(env, finding)
                if docname in env.all_docs:
                    removed.add(docname)
                for names in (env.project.docnames, added, changed):
                    names.discard(docname)
            except OSError:  # Sphinx has a message for these
                continue
    return []


def on_source_read(app: Sphinx, docname: str, content: list[str]) -> None:
    """Read a page's fields, and hide front matter that would end MyST with a traceback."""
    page = Page(docname, Path(app.env.doc2path(docname, base=False)).as_posix())
    permalink_domain(app.env).data["pages"][docname] = page
    try:
        page.source = frontmatter.parse(page.file, content[0])
    except FrontMatterError as error:
        page.problem = findings.unreadable(page.file, error)
        # MyST would report a heading of the second level on a page without a title.
        needs_title = getattr(app.config, "myst_title_to_header", False)
        content[0] = frontmatter.blanked(content[0], f"# {docname}" if needs_title else "")


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Report what is wrong, on every build: after a merge, and also if nothing changed."""
    domain = permalink_domain(env)
    domain.begin(app.builder)
    pages = {page.docname: page for page in _pages(env)}
    rules = _rules(app, domain, knows_all=not any(page.problem for page in pages.values()))
    site = claims.resolve(pages, rules)
    central.add(site, rules)
    stale = domain.update(site, rules)
    for finding in findings.shortened(findings.find(site, rules)):
        warn(env, finding)
    if publication.is_web_builder(app.builder):
        mark = publication.unfinished(app)
        if mark.exists():
            # The environment says what was to be written, not what was: of an interrupted build,
            # Sphinx would leave out old pages, and leave them out of the search index.
            stale = env.found_docs
        with contextlib.suppress(OSError):  # Sphinx has a message for a folder that is full
            mark.touch()
    return stale


def _pages(env: BuildEnvironment) -> Iterator[Page]:
    """Give the pages with what the environment knows of them."""
    pages = permalink_domain(env).data["pages"]
    for docname in sorted(env.found_docs):
        page = pages.get(docname) or Page(docname, docname)
        title = env.titles.get(docname)
        heading = " ".join(title.astext().split()) if title is not None else ""
        page.heading = "" if heading == NO_TITLE else heading
        if not page.file.endswith((".md", ".rst", ".txt")):  # such as a notebook
            metadata = env.metadata.get(docname, {})
            page.source = Source({n: _value(metadata[n]) for n in FIELDS if n in metadata})
        yield page


def _value(text: str) -> Value:
    """Read a field as MyST keeps it: lists as JSON."""
    if text.startswith("["):
        with contextlib.suppress(ValueError):
            return Value([Value(item, 1) for item in json.loads(text)], 1)
    return Value(text, 1)


def _rules(app: Sphinx, domain: PermalinkDomain, *, knows_all: bool) -> Rules:
    more: dict[str, Any] = {}
    if app.config.permalinks_ledger and app.config.permalinks_anchors:
        more = {"has_anchor": domain.anchor, "labels": domain.labels()}
    if publication.is_web_builder(app.builder):
        file = app.builder.get_outfilename
        more["overwrites"] = lambda one, other: file(one) == file(other)
    return settings.rules(
        app.config,
        Path(app.srcdir),
        Path(app.confdir),
        is_recording=app.builder.name == "permalinks",
        knows_all_pages=knows_all,
        **more,
    )


def on_html_page_context(
    app: Sphinx,
    pagename: str,
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,  # noqa: ARG001
) -> None:
    """Give templates the page's permalink, and put it into the page's head."""
    domain = permalink_domain(app.env)
    permalink = domain.site.permalinks.get(pagename)
    here = publication.page_uri(app, pagename).partition("#")[0]
    url = publication.shown_url(app, here, permalink) if permalink else None
    context["permalink"] = permalink.path if permalink else None
    context["permalink_url"] = url
    head = f'<link rel="bookmark" href="{escape(url)}" />' if url else ""
    if domain.moved_sections and publication.is_web_builder(app.builder):
        sections = publication.moved_sections(app, natural(pagename), here)
        script = relative_url(here, SCRIPT)
        head += section_script(sections, script) if sections else ""
    forward = domain.site.forwards.get(pagename)
    if forward is not None:
        target = publication.target_url(app, forward, here)
        head += f'<meta http-equiv="refresh" content="0; url={escape(target)}" />'
    if head:
        context["metatags"] = context.get("metatags", "") + head


def on_warn_missing_reference(
    app: Sphinx, domain: Domain | None, node: pending_xref
) -> bool | None:
    """Say of a permalink that was not found what may have been meant."""
    if not isinstance(domain, PermalinkDomain):
        return None
    permalink_domain(app.env).warn_unknown(node["reftarget"], node)
    return True


def on_html_collect_pages(app: Sphinx) -> list[Any]:
    """Put permalinks into the inventory as labels, for projects without this extension.

    They are labels only while the inventory is written: links would find two targets.
    """
    labels = app.env.domaindata["std"]["labels"]
    domain = permalink_domain(app.env)
    for name, title, _type, docname, anchor, _priority in domain.get_objects():
        if name.lower() not in labels:
            labels[name.lower()] = (docname, anchor, title)
            domain.exported.append(name.lower())
    return []


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Publish the permalinks, once everything that Sphinx and others write is in place."""
    labels = app.env.domaindata["std"]["labels"]
    for name in permalink_domain(app.env).exported:
        labels.pop(name, None)
    if exception is None and app.builder.name == "permalinks":
        recording.extend(app)
    if exception is None:
        for finding in list(publication.publish(app)):
            warn(app.env, finding)
        publication.unfinished(app).unlink(missing_ok=True)


def warn(env: BuildEnvironment, finding: Finding) -> None:
    """Log a finding as a warning that `suppress_warnings` can name."""
    logger.warning(
        "%s",
        finding.message,
        location=f"{env.srcdir / finding.file}:{finding.line}",
        type="permalinks",
        subtype=finding.subtype.value,
    )
