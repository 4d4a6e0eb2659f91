"""What is added to a page's own text: actions, addresses to copy, names of columns, sizes.

A narrow screen shows a table's row as a block, and each cell under its column's name. The roles
repeat what the elements are, because browsers may forget it when these are not laid out as a table.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from bs4.element import AttributeValueList

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


_HEADING = re.compile(
    r"<(?P<tag>h[1-6])>(?P<words>.*?)"
    r'<a class="headerlink" href="(?P<href>#[^"]*)" title="[^"]*">#</a></(?P=tag)>',
    re.DOTALL,
)
_TERM = re.compile(
    r"<dt(?P<attributes>[^<>]*)>(?P<words>(?:(?!</dt>).)*?)"
    r'<a class="headerlink" href="(?P<href>#[^"]*)" title="[^"]*">#</a>',
    re.DOTALL,
)
# What is left is on figures, tables, and code. Their section has an address, and Sphinx numbers
# some of them anew when one is added.
_SPHINX_LINK = re.compile(r'<a class="headerlink" href="#[^"]*" title="[^"]*">#</a>')
_TAGS = re.compile(r"<[^<>]*>")


def complete(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Complete a page's text."""
    if doctree is not None and "body" in context and makes_pages(app.builder):
        context["body"] = completed(context["body"])


def completed(text: str) -> str:
    """Return a page's text with what the web pages add to it."""
    text = _HEADING.sub(_heading, text)
    text = _TERM.sub(_term, text)
    text = _SPHINX_LINK.sub("", text)
    if not any(start in text for start in ("<table", "<blockquote", "sd-card", "style=")):
        return text
    soup = BeautifulSoup(text, "html.parser")
    for quote in soup.select("blockquote[id]"):
        mark_quote(quote)
    has_filter = soup.select_one(".filter") is not None
    for table in soup.find_all("table"):
        label_table(table)
        if has_filter and "stacks" in table.get_attribute_list("class"):
            _add_class(table, "cards")
    for card in soup.select(".sd-card:has(a.sd-stretched-link)"):
        name_card(card)
    for element in soup.select("[style]"):
        size_without_style(element)
    return str(soup)


def _heading(found: re.Match[str]) -> str:
    """Put the link beside the heading, so that the heading's name is its words alone."""
    heading = f"<{found['tag']}>{found['words']}</{found['tag']}>"
    return (
        heading if found["tag"] == "h1" else heading + address_link(found["href"], found["words"])
    )


def _term(found: re.Match[str]) -> str:
    """Name the link of a glossary's term."""
    link = address_link(found["href"], found["words"])
    return f"<dt{found['attributes']}>{found['words']}{link}"


def address_link(href: str, words: str) -> str:
    """Return the link that copies the address of what it is beside; `words` may have markup."""
    name = html.escape(html.unescape(" ".join(_TAGS.sub("", words).split())))
    return f'<a class="headerlink" href="{href}" aria-label="Copy address of {name}">#</a>'


def mark_quote(quote: Tag) -> None:
    """Let a quotation be cited like a heading: with a link that leads to its anchor."""
    if paragraphs := quote.find_all("p"):
        link = address_link(f"#{quote['id']}", "this quotation")
        paragraphs[-1].append(BeautifulSoup(link, "html.parser"))


def name_card(card: Tag) -> None:
    """Make a card's title its link: the theme hides one with other words."""
    link, title = card.select_one("a.sd-stretched-link"), card.select_one(".sd-card-title")
    if link is None or title is None:
        return
    link["class"] = "sd-stretched-link"
    link.string = title.get_text(" ", strip=True)
    title.clear()
    title.append(link.extract())


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
    for element in [table, *table.find_all(list(_ROLES))]:
        element["role"] = _ROLES[element.name]
        if element.name == "th" and element.find_parent("tbody"):
            element["role"] = "rowheader"
    _add_class(table, "stacks")


def _add_class(element: Tag, name: str) -> None:
    element["class"] = AttributeValueList([*element.get_attribute_list("class"), name])


def size_without_style(element: Tag) -> None:
    """Write a picture's size as attributes: the Content-Security-Policy forbids inline styles."""
    for declaration in str(element["style"]).split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        number = value.removesuffix("px")
        if element.name == "img" and name in {"width", "height"} and number.isdigit():
            element[name] = number
    del element["style"]
