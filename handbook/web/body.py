"""What is added to a page's own text: marks beside quotes, columns' names in tables, sizes.

A narrow screen shows a table's row as a block, and each cell under its column's name. The roles
repeat what the elements are, because browsers may forget it when these are not laid out as a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

from handbook.common import makes_pages

if TYPE_CHECKING:
    from bs4.element import Tag
    from docutils import nodes
    from sphinx.application import Sphinx

_ROLES = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    "th": "columnheader",
    "td": "cell",
}


def complete(
    app: Sphinx,
    pagename: str,  # noqa: ARG001
    templatename: str,  # noqa: ARG001
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Complete a page's text."""
    if doctree is not None and "body" in context and makes_pages(app.builder):
        context["body"] = completed(context["body"])


def completed(html: str) -> str:
    """Return a page's text with what the web pages add to it."""
    if not any(start in html for start in ("<table", "<blockquote", "style=")):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for quote in soup.select("blockquote[id]"):
        mark_quote(soup, quote)
    for table in soup.find_all("table"):
        label_table(table)
    for element in soup.select("[style]"):
        size_without_style(element)
    return str(soup)


def mark_quote(soup: BeautifulSoup, quote: Tag) -> None:
    """Let a quotation be cited like a heading: with a mark that leads to its anchor."""
    if paragraphs := quote.find_all("p"):
        attributes = {"href": f"#{quote['id']}", "title": "Link to this quote"}
        mark = soup.new_tag("a", attrs={"class": "headerlink", **attributes})
        mark.string = "#"
        paragraphs[-1].append(mark)


def label_table(table: Tag) -> None:
    """Name the columns in a table's cells.

    A table without a head of one row, or with cells that span, stays as it is: there a cell has
    no one column to name.
    """
    heads = table.select("thead tr")
    if len(heads) != 1 or table.select("[colspan], [rowspan], table") or table.find_parent("table"):
        return
    for cell in heads[0].find_all("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # an empty head names nothing
    names = [cell.get_text(" ", strip=True) for cell in heads[0].find_all(["th", "td"])]
    for row in table.select("tbody tr"):
        for name, cell in zip(names, row.find_all(["th", "td"]), strict=False):
            cell["data-label"] = name
    for link in table.select("caption a.headerlink"):
        link.decompose()  # a table's rows may not stand beside a link
    for element in [table, *table.find_all(list(_ROLES))]:
        element["role"] = _ROLES[element.name]
        if element.name == "th" and element.find_parent("tbody"):
            element["role"] = "rowheader"
    table["class"] = " ".join([*table.get_attribute_list("class"), "stacks"])


def size_without_style(element: Tag) -> None:
    """Write a picture's size as attributes: the Content-Security-Policy forbids inline styles."""
    for declaration in str(element["style"]).split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        number = value.removesuffix("px")
        if element.name == "img" and name in {"width", "height"} and number.isdigit():
            element[name] = number
    del element["style"]
