"""Which pictures a page may show: small enough for any reader, and unable to run anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import imagesize
import tinycss2

from handbook.policy.allowed import PICTURE_PIXELS, SVG_BYTES, SVG_ELEMENTS, SVG_SIDE

_SIGNATURES = {
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    {"circle", "defs", "desc", "ellipse", "g", "line", "linearGradient", "path", "polygon"}
    | {"polyline", "radialGradient", "rect", "stop", "style", "svg", "text", "title", "tspan"}
)
"""None can repeat another: a few nested `use`, `marker`, or `clipPath` elements hang a browser."""
_FUNCTIONS = frozenset(
    {"calc", "hsl", "hsla", "matrix", "rgb", "rgba", "rotate", "scale", "skewx", "skewy"}
    | {"translate", "url", "var"}
)
_HREF = frozenset({"href", "{http://www.w3.org/1999/xlink}href"})
_FOREIGN = re.compile(r"\{(?!http://www\.w3\.org/(1999/xlink\}|XML/1998/namespace\}(lang|space)$))")
_SIZES = frozenset({"width", "height", "viewBox"})
_NUMBER = re.compile(r"[0-9.]+(?:e[+-]?[0-9]+)?", re.IGNORECASE)


def problem(path: Path) -> str | None:
    """Say why a picture may not be shown, or None."""
    content = path.read_bytes()
    if path.suffix.lower() == ".svg":
        return next(svg_problems(content), None)
    if not content.startswith(_SIGNATURES[path.suffix.lower()]):
        return f"'{path.name}' is not what its name says: a {path.suffix} picture"
    width, height = imagesize.get(path)
    if width < 1 or height < 1:
        return f"'{path.name}' has no readable size; save it again"
    if width * height > PICTURE_PIXELS:
        return f"'{path.name}' has {width:,} x {height:,} pixels; make it smaller"
    return None


def svg_problems(content: bytes) -> Iterator[str]:
    """Find what in a drawing could run, load or hide something."""
    if len(content) > SVG_BYTES:
        yield f"the drawing has more than {SVG_BYTES:,} bytes; make it simpler"
        return
    try:
        text = content.decode("utf-8-sig")
        encoding = re.match(r"<\?xml[^>]*\sencoding=.([\w.-]+)", text)
        if "<!DOCTYPE" in text or (encoding and encoding[1].lower() != "utf-8"):
            yield "the drawing has a document type or another encoding; save it as plain SVG"
            return
        if re.search(r"<\?(?!xml\s)", text):
            yield "the drawing has a processing instruction (<?...); save it as plain SVG"
            return
        root = ElementTree.fromstring(text)  # noqa: S314  without a document type, no entities
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError) as error:
        yield f"the drawing is not valid XML in UTF-8: {error}"
        return
    elements = list(root.iter())
    if len(elements) > SVG_ELEMENTS:
        yield f"the drawing has more than {SVG_ELEMENTS:,} elements; make it simpler"
    if root.tag != f"{_SVG}svg":
        yield "this is not an SVG drawing"
    for element in elements:
        name = str(element.tag).removeprefix(_SVG)
        if name not in _ELEMENTS:
            yield f"the drawing has a <{name}>; only shapes, text and styles are allowed"
        if name == "style" and (len(element) or not _harmless(element.text or "")):
            yield "the style has more than colors, transforms, and url(#...); make it simpler"
        for key, value in element.attrib.items():
            yield from _attribute_problems(key, value)


def _attribute_problems(key: str, value: str) -> Iterator[str]:
    if _FOREIGN.match(key):
        yield f"the drawing has the foreign attribute {key}; save it as plain SVG"
    if key in _SIZES and not _is_small(value):
        yield f"the drawing has {key}={value[:60]!r}; use at most {SVG_SIDE:,}"
    if key.lower().startswith("on"):
        yield f"the drawing has a script in {key}="
    if not (value.startswith("#") if key in _HREF else _harmless(value)):
        yield f"the drawing loads something in {key}={value[:60]!r}; only '#...' is allowed"


def _harmless(css: str) -> bool:
    """Tell whether a value or a stylesheet loads nothing."""
    if not any(sign in css for sign in "(@"):
        return True  # as long paths are
    pending = tinycss2.parse_component_value_list(css)
    while pending:
        token = pending.pop()
        pending += getattr(token, "content", None) or getattr(token, "arguments", None) or []
        if token.type == "url" and not token.value.startswith("#"):
            return False
        if token.type == "function":
            strings = [t.value for t in token.arguments if t.type == "string"]
            if token.lower_name not in _FUNCTIONS or not all(s.startswith("#") for s in strings):
                return False
        if token.type == "at-keyword" and token.lower_value == "import":
            return False
    return True


def _is_small(size: str) -> bool:
    """Tell whether all numbers of a size can be drawn."""
    try:
        return all(float(number) <= SVG_SIDE for number in _NUMBER.findall(size))
    except ValueError:
        return False
