"""The search's index: the text of every section, in one file, which only the search page loads.

`_static/search.js` ranks the sections. Sphinx's own index knows only which pages hold a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from docutils import nodes
from sphinx import addnodes
from sphinx.search import IndexBuilder

from handbook.build import makes_pages
from handbook.common import read_yaml, replace_file, write_with_digest
from handbook.published import PublishedLink

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "search"
STEMMER = "_static/stemmer.js"
_NOT_PROSE = (nodes.Invisible, nodes.raw, nodes.literal_block)
SETTINGS = "search"  # its entry in handbook_data


class Index:
    """Collects the text of the pages that a build writes, and keeps that of the others."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}

    def start(self, app: Sphinx) -> None:
        """Switch Sphinx's own search off."""
        if _searched(app):
            app.builder.search = False  # type: ignore[attr-defined]

    def note(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Take the text of a page that is about to be written."""
        if _searched(app):
            self.pages[docname] = {
                "url": app.builder.get_target_uri(docname),
                "title": app.env.titles[docname].astext(),
                "sections": list(sections(doctree)),
            }

    def write(self, app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
        """Write the index, and then the search page, which names it."""
        if not _searched(app):
            return
        folder = Path(app.outdir, "_static")
        known: dict[str, Any] = {}
        for file in folder.glob("search.*.json"):
            known |= json.loads(file.read_text("utf-8"))["pages"]
        for docname in app.env.found_docs - self.pages.keys() - known.keys():
            app.env.get_and_resolve_doctree(docname, app.builder)
        known |= self.pages
        entry = getattr(app.config, "handbook_data", {}).get(SETTINGS)
        settings: Any = read_yaml(Path(app.srcdir, entry[0]))[0] if entry else {}
        pages = {docname: known[docname] for docname in sorted(app.env.found_docs)}
        content = json.dumps({**settings, "pages": pages}, ensure_ascii=False).encode()
        file = write_with_digest(folder / "search.json", content)
        for other in set(folder.glob("search.*.json")) - {file}:
            other.unlink()
        stemmer = IndexBuilder(app.env, app.config.language, {}, "").get_js_stemmer_code()
        replace_file(Path(app.outdir, STEMMER), stemmer.encode())
        yield PAGE, {"search_index": f"_static/{file.name}"}, "search.html"


def sections(doctree: nodes.document) -> Iterator[dict[str, Any]]:
    """Yield what each section says, without the sections inside it: a box and a term are some, too.

    The first one of a page has no anchor.
    """
    for part in filter(_is_part, doctree.findall()):
        own = [child for child in part if not isinstance(child, nodes.title | nodes.term)]
        own.sort(
            key=lambda child: "clause-line" in getattr(child, "attributes", {}).get("classes", ())
        )
        yield {
            "id": "" if isinstance(part.parent, nodes.document) else _id(part),
            "heading": _heading(part),
            "text": " ".join(text for child in own for text in _texts(child)),
            **({"term": True} if isinstance(part.parent.parent, addnodes.glossary) else {}),
        }


def _is_part(node: nodes.Node) -> TypeGuard[nodes.Element]:
    """Tell whether a result of the search can lead to a node."""
    kinds = (nodes.section, nodes.admonition, nodes.definition_list_item)
    return isinstance(node, kinds) and bool(_id(node))


def _id(part: nodes.Element) -> str:
    ids = part.next_node(nodes.term) if isinstance(part, nodes.definition_list_item) else part
    return str(ids["ids"][0]) if ids and ids["ids"] else ""


def _heading(part: nodes.Element) -> str:
    heading = part.next_node(nodes.title) or part.next_node(nodes.term)
    return " ".join(heading.astext().split()) if heading else ""


def _texts(node: nodes.Node) -> Iterator[str]:
    """Yield the text of paragraphs and the like, one by one."""
    if not isinstance(node, nodes.Element) or isinstance(node, _NOT_PROSE):
        return
    if _is_part(node) or "authority" in node["classes"] or "toctree-wrapper" in node["classes"]:
        return
    if isinstance(node, nodes.TextElement):
        if not node.next_node(PublishedLink):
            yield " ".join(node.astext().split())
        return
    for child in node:
        yield from _texts(child)
    if isinstance(node, nodes.entry):
        yield "·"


def _searched(app: Sphinx) -> bool:
    return makes_pages(app.builder) and app.builder.name in {"html", "dirhtml"}


def setup(app: Sphinx) -> None:
    """Answer the events of a build."""
    index = Index()
    app.connect("builder-inited", index.start)
    # After all that still changes the text.
    app.connect("doctree-resolved", index.note, priority=900)
    app.connect("html-collect-pages", index.write)
