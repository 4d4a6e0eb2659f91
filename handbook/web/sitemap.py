"""A sitemap of all chapters, where the handbook's address is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from handbook.build import page_url
from handbook.common import replace_file

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FILE = "sitemap.xml"


def write_sitemap(app: Sphinx) -> None:
    """List every chapter with its address and the day of its last change."""
    if not app.config.html_baseurl:
        return
    dates: dict[str, str] = getattr(app.env, "handbook_last_changed", {})
    root = ElementTree.Element("urlset", xmlns=_NAMESPACE)
    for docname in sorted(app.env.found_docs):
        entry = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(entry, "loc").text = page_url(app, docname)
        if dates.get(docname):
            ElementTree.SubElement(entry, "lastmod").text = dates[docname]
    ElementTree.indent(root)
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    replace_file(Path(app.outdir) / FILE, content + b"\n")
