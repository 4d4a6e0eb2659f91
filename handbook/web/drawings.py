"""Writes drawings into pages: no request, and the colors that the reader chose.

`policy` has checked the files. What has more than shapes and colors, such as a style of its own,
is loaded as a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.html import HtmlElement

_SVG = "{http://www.w3.org/2000/svg}"
_SAID_BY_THE_PAGE = ("desc", "title")
_NOT_INHERITED = ("aria-describedby", "aria-labelledby", "role")
_ATTRIBUTES = frozenset(
    """
    cx cy d dominant-baseline dx dy fill fill-opacity fill-rule font-family font-size font-style
    font-weight fr fx fy gradientTransform gradientUnits height href id lengthAdjust letter-spacing
    offset opacity points r rotate rx ry spreadMethod stop-color stop-opacity stroke
    stroke-dasharray stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    text-anchor textLength transform viewBox width x x1 x2 y y1 y2
    """.split()  # noqa: SIM905  one name on each line is too long to read
)


def read(file: Path, words: str, prefix: str) -> HtmlElement | None:
    """Return a drawing as a part of a page, None if it has to be loaded as a picture.

    Args:
        file: An SVG file.
        words: What it shows; "" if the text says it.
        prefix: What its ids begin with, so that they are unique in the page.
    """
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
    root = etree.parse(file, parser).getroot()
    for name in _NOT_INHERITED:
        root.attrib.pop(name, None)
    etree.strip_elements(root, *(_SVG + name for name in _SAID_BY_THE_PAGE), with_tail=False)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        if element.tag == "style" or not _ATTRIBUTES.issuperset(element.keys()):
            return None
        for key, value in element.items():
            if key == "id":
                element.set(key, prefix + value)
            elif key == "href" or value.lstrip().startswith("url("):
                element.set(key, value.replace("#", f"#{prefix}", 1))
    etree.cleanup_namespaces(root)
    root.attrib.update({"role": "img", "aria-label": words} if words else {"aria-hidden": "true"})
    root.set("class", "drawing")
    return root
