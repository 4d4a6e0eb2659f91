"""Shows a report as a web page and as an accessible PDF, with Sphinx's builders.

The report is a Sphinx project of one page, whose source is the outline as JSON. This module is its
extension. Deleted and inserted words are `<del>` and `<ins>`, underlined or struck through, and
named: in words for screen readers on the web, and visibly in the PDF.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.parsers import Parser
from sphinx.util.docutils import docutils_namespace

from tools.changes.report import Outline

if TYPE_CHECKING:
    from sphinx.util.typing import ExtensionMetadata

DESIGN = Path(__file__).parent / "design"
NAME = "changes"
AUTHOR = "Contributors to the CASS Governance Handbook"
FUNCTIONS = {
    "del": "deleted",
    "ins": "inserted",
    "edit-label": "edit-label",
    "about": "lead-in",  # stays with the list below it
}
_TAGS = {"deleted": "del", "inserted": "ins"}


class OutlineParser(Parser):
    """Makes nodes of an outline."""

    supported = ("outline",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Add the outline's nodes to the document."""
        self.setup_parse(inputstring, document)
        section = _section(json.loads(inputstring))
        document += section
        document.note_implicit_target(section)
        self.finish_parse()


def _section(part: Outline) -> nodes.section:
    section = nodes.section(ids=[part["id"]], names=[part["id"]])
    section += nodes.title("", "", *_runs(part["title"]))
    for child in part["content"]:
        if "title" in child:
            section += _section(child)
        elif "paragraph" in child:
            section += nodes.paragraph("", "", *_runs(child["paragraph"]), classes=["about"])
        else:
            items = (nodes.paragraph("", "", *_runs(item)) for item in child["list"])
            section += nodes.bullet_list("", *(nodes.list_item("", item) for item in items))
    return section


def _runs(runs: list[list[str]]) -> list[nodes.Node]:
    shown: list[nodes.Node] = []
    for mark, text in runs:
        if shown:
            shown.append(nodes.Text(" "))
        if mark == "strong":
            shown.append(nodes.strong("", text))
        elif mark in _TAGS:
            label = nodes.inline("", f"[{mark}: ", classes=["edit-label"])
            words = nodes.inline("", text, classes=[_TAGS[mark]])
            end = nodes.inline("", "]", classes=["edit-label"])
            shown.append(nodes.inline("", "", label, words, end, classes=["edit"]))
        else:
            shown.append(nodes.Text(text))
    return shown


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the parser and the stylesheet."""
    app.add_source_suffix(".json", "outline")
    app.add_source_parser(OutlineParser)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def render(report: Outline, folder: Path) -> list[str]:
    """Write a report as `changes.html` and `changes.pdf`.

    Args:
        report: Its outline.
        folder: Where to.

    Returns:
        What could not be made, a sentence each.
    """
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, "source")
        source.mkdir()
        (source / "index.json").write_text(json.dumps(report, ensure_ascii=False), "utf-8")
        title = " ".join(text for _mark, text in report["title"])
        for builder in ("singlehtml", "accessiblepdf"):
            out, doctrees = Path(work, builder), Path(work, "doctrees", builder)
            with docutils_namespace():
                app = Sphinx(source, None, out, doctrees, builder, _settings(title), status=None)
                app.build()
        _embed_style(Path(work, "singlehtml", "index.html"), folder / f"{NAME}.html")
        pdf = Path(work, "accessiblepdf", f"{NAME}.pdf")
        if not pdf.is_file():
            return [f"{NAME}.pdf could not be made; the reason is above"]
        shutil.copyfile(pdf, folder / pdf.name)
    return []


def _embed_style(page: Path, target: Path) -> None:
    """Make one file of a page, so that it can be sent and kept."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for extra in soup.select("link, script, div.related, div.footer, div.sphinxsidebar"):
        extra.decompose()
    for tag in soup.select(".del, .ins"):
        tag.name = str(tag["class"][0])
        del tag["class"]
    style = soup.new_tag("style")
    style.string = (DESIGN / "changes.css").read_text(encoding="utf-8")
    if soup.head is not None:
        soup.head.append(style)
    target.write_text(str(soup), encoding="utf-8")


def _settings(title: str) -> dict[str, Any]:
    return {
        "project": title,
        "author": AUTHOR,
        "language": "en",
        "extensions": ["sphinx_accessible_pdf", "tools.changes.rendering"],
        "html_theme": "basic",
        "html_title": title,
        "html_copy_source": False,
        "accessiblepdf_documents": [{"name": NAME, "title": title}],
        "accessiblepdf_design": str(DESIGN / "typst"),
        "accessiblepdf_functions": FUNCTIONS,
    }
