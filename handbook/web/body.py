"""What is added to a page's own text: actions, addresses to copy, names of columns, sizes.

A narrow screen shows a table's row as a block, and each cell under its column's name. The roles
repeat what the elements are, because browsers may forget it when these are not laid out as a table.
"""

from __future__ import annotations

import html
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lxml.html

from handbook.web import drawings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement
    from sphinx.builders import Builder

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
_DATE = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])(?=[^<>]*<)")


def complete(builder: Builder, context: dict[str, Any]) -> None:
    """Complete a page's text."""
    files = {name: Path(builder.srcdir, file) for file, name in builder.images.items()}
    context["body"] = completed(context["body"], files)


def completed(text: str, pictures: Mapping[str, Path] | None = None) -> str:
    """Return a page's text with what the web pages add to it.

    Args:
        text: The text, as HTML.
        pictures: The files of its pictures by their published names.
    """
    text = _HEADING.sub(_heading, text)
    text = _TERM.sub(_term, text)
    text = _SPHINX_LINK.sub("", text)
    text = _DATE.sub(r'<span class="date">\g<0></span>', text)  # kept on one line by CSS
    if not any(start in text for start in ("<table", "<blockquote", "sd-card", "style=", "<img")):
        return text
    root = lxml.html.fragment_fromstring(text, create_parent=True)
    has_filter = any(True for _ in _with_class(root, "filter"))
    for quote in root.iterfind(".//blockquote[@id]"):
        mark_quote(quote)
    for table in root.iter("table"):
        label_table(table)
        if has_filter and "stacks" in table.classes:
            table.classes.add("cards")
    for card in list(_with_class(root, "sd-card")):
        name_card(card)
    for element in root.iterfind(".//*[@style]"):
        size_without_style(element)
    for number, picture in enumerate(list(root.iter("img")), 1):
        if file := (pictures or {}).get(posixpath.basename(picture.get("src", ""))):
            draw(picture, file, number)
    written: str = lxml.html.tostring(root, encoding="unicode")
    return written.removeprefix("<div>").removesuffix("</div>")


def _with_class(element: HtmlElement, name: str) -> Iterator[HtmlElement]:
    return (part for part in element.iter(lxml.etree.Element) if name in part.classes)


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


def mark_quote(quote: HtmlElement) -> None:
    """Let a quotation be cited like a heading: with a link that leads to its anchor."""
    if paragraphs := quote.findall(".//p"):
        link = address_link(f"#{quote.get('id')}", "this quotation")
        paragraphs[-1].append(lxml.html.fragment_fromstring(link))


def name_card(card: HtmlElement) -> None:
    """Make a card's title its link: the theme hides one with other words."""
    link = next(_with_class(card, "sd-stretched-link"), None)
    title = next(_with_class(card, "sd-card-title"), None)
    if link is None or title is None:
        return
    href, words = link.get("href", ""), _words(title)
    link.drop_tree()
    title[:] = []
    title.text = ""
    name = lxml.html.Element("a", {"class": "sd-stretched-link", "href": href})
    name.text = words
    title.append(name)


def label_table(table: HtmlElement) -> None:
    """Name the columns in a table's cells.

    A table without a head of one row, or with cells that span, stays as it is: there a cell has
    no one column to name.
    """
    heads = table.findall(".//thead//tr")
    odd = ".//*[@colspan] | .//*[@rowspan] | .//table | ancestor::table"
    if len(heads) != 1 or table.xpath(odd):
        return
    for cell in heads[0].findall("th"):
        if not _words(cell):
            cell.tag = "td"  # an empty head names nothing
    names = [_words(cell) for cell in heads[0]]
    for row in table.iterfind(".//tbody//tr"):
        for name, cell in zip(names, row, strict=False):
            cell.set("data-label", name)
    for element in table.iter(*_ROLES):
        element.set("role", _ROLES[element.tag])
    for element in table.iterfind(".//tbody//th"):
        element.set("role", "rowheader")
    table.classes.add("stacks")


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def draw(picture: HtmlElement, file: Path, number: int) -> None:
    """Write a drawing into the page, in the place of the element that would load it."""
    if file.suffix.lower() != ".svg":
        return
    drawing = drawings.read(file, picture.get("alt", ""), f"drawing-{number}-")
    if drawing is None:
        return
    for name in {"width", "height"} & set(picture.keys()):
        drawing.set(name, picture.get(name))
    # Sphinx links a picture whose size is set to its file, which is no larger.
    place = picture.getparent()
    place = place if "image-reference" in place.classes else picture
    drawing.tail = place.tail
    place.getparent().replace(place, drawing)


def size_without_style(element: HtmlElement) -> None:
    """Write a picture's size as attributes: the Content-Security-Policy forbids inline styles."""
    for declaration in element.attrib.pop("style").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        number = value.removesuffix("px")
        if element.tag == "img" and name in {"width", "height"} and number.isdigit():
            element.set(name, number)
