"""An index of the sections below the one it is in: `{sections}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class SectionIndex(nodes.General, nodes.Element):
    """The place of an index, until all sections of the page are known."""


class Sections(SphinxDirective):
    """Mark the place of the index."""

    def run(self) -> list[nodes.Node]:
        """Return the mark."""
        return [SectionIndex()]


class ListSections(SphinxTransform):
    """Put the index in its place."""

    default_priority: ClassVar[int] = 710  # after anchors.LastingAnchors

    def apply(self, **_: object) -> None:
        """Replace every mark."""
        for mark in list(self.document.findall(SectionIndex)):
            index = listed(mark.parent)
            mark.replace_self(index if len(index) else [])


def listed(parent: nodes.Element) -> nodes.bullet_list:
    """List the sections of a part of a page, and theirs."""
    index = nodes.bullet_list()
    for section in parent.children:
        if isinstance(section, nodes.section):
            title = section[0].astext()
            link = nodes.reference("", title, internal=True, refid=section["ids"][0])
            item = nodes.list_item("", nodes.paragraph("", "", link))
            if len(below := listed(section)):
                item += below
            index += item
    return index


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_node(SectionIndex)
    app.add_directive("sections", Sections)
    app.add_transform(ListSections)
