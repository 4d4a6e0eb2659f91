"""Anchors that last: no heading, figure, or table has one that Sphinx numbered by itself.

A number such as `id1` changes when something is added above it, so nobody can cite it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.transforms import SphinxTransform

from handbook.build import Warnings, warn
from handbook.common import shown

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CITED = (nodes.section, nodes.target, nodes.figure, nodes.table)
_NUMBERED = re.compile(r"id\d+")


class LastingAnchors(SphinxTransform):
    """Removes numbered anchors from what has another one, and reports what has no other.

    A label that equals its heading's words, such as `(contact)=` before `## Contact`, makes
    docutils number one of the two.
    """

    default_priority: ClassVar[int] = 700  # labels are in place; Sphinx has not read them yet

    def apply(self, **_: object) -> None:
        """Look at everything that can be cited."""
        replaced: dict[str, str] = {}
        for node in self.document.findall(nodes.Element):
            if not isinstance(node, CITED):
                continue
            numbered = [name for name in node["ids"] if _NUMBERED.fullmatch(name)]
            if not numbered:
                continue
            lasting = [name for name in node["ids"] if name not in numbered]
            if lasting:
                node["ids"] = lasting
                replaced.update(dict.fromkeys(numbered, lasting[0]))
            else:
                self.report(node)
        if replaced:
            self.follow(replaced)

    def follow(self, replaced: dict[str, str]) -> None:
        """Point references to a removed anchor to the one that stays."""
        names = self.document.nameids
        names.update({name: replaced[old] for name, old in names.items() if old in replaced})
        # MyST leads `page.md#slug` to these; other pages read them from the metadata.
        slugs = getattr(self.document, "myst_slugs", {})
        for slug, (line, name, title) in slugs.items():
            slugs[slug] = (line, replaced.get(name, name), title)
        for reference in self.document.findall(nodes.Element):
            if reference.get("refid") in replaced:
                reference["refid"] = replaced[reference["refid"]]

    def report(self, node: nodes.Element) -> None:
        """Report something that has a numbered anchor only."""
        title = node.next_node(nodes.TextElement) or node
        words = shown(" ".join(title.astext().split()))
        message = (
            f"{words} has no address that lasts, only #{node['ids'][0]}; "
            "write a label before it, such as (my-label)="
        )
        warn(Warnings.ANCHOR, node.source or self.env.docname, node.line or 1, message)


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(LastingAnchors)
