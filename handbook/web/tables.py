"""Let a table be read on a phone: each cell carries the name of its column.

A narrow screen shows a row as a block, and every cell under its column's name. The roles say
again what the elements are, because a browser may forget it when they are no longer laid out as
a table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

from handbook.common import makes_pages

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROLES = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    "th": "columnheader",
    "td": "cell",
}


def label_tables(
    app: Sphinx,
    pagename: str,  # noqa: ARG001
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Name the columns in the cells of a page's tables."""
    if doctree is not None and "body" in context and makes_pages(app.builder):
        context["body"] = _TABLE.sub(lambda found: labelled(found[0]), context["body"])


def labelled(table: str) -> str:
    """Return a table whose cells carry their columns' names.

    A table without a head of one row, or with cells that span, stays as it is: there a cell has
    no one column to name.
    """
    soup = BeautifulSoup(table, "html.parser")
    heads = soup.select("thead tr")
    if len(heads) != 1 or soup.select("[colspan], [rowspan], table table"):
        return table
    for cell in heads[0].find_all("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # a head that says nothing is none
    names = [cell.get_text(" ", strip=True) for cell in heads[0].find_all(["th", "td"])]
    for row in soup.select("tbody tr"):
        for name, cell in zip(names, row.find_all(["th", "td"]), strict=False):
            cell["data-label"] = name
    for element in soup.find_all(list(_ROLES)):
        element["role"] = _ROLES[element.name]
        if element.name == "th" and element.find_parent("tbody"):
            element["role"] = "rowheader"
    for element in soup.find_all("table"):
        element["class"] = " ".join([*element.get_attribute_list("class"), "stacks"])
    return str(soup)
