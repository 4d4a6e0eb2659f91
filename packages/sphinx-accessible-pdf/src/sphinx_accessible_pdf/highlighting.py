"""Code in color, with the lexers of the web pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygments.filters import ErrorToken
from pygments.token import Comment, Generic, Keyword, Name, Number, String, Token
from sphinx.highlighting import PygmentsBridge

from .glyphs import breakable_code

if TYPE_CHECKING:
    from docutils import nodes

# What is not listed is printed in the color of text.
_KINDS = {
    Comment: "comment",
    Keyword: "keyword",
    Name.Builtin: "name",
    Name.Class: "name",
    Name.Decorator: "name",
    Name.Exception: "name",
    Name.Function: "name",
    Name.Namespace: "name",
    Name.Tag: "keyword",
    Name.Attribute: "name",
    Number: "number",
    String: "string",
    Generic.Deleted: "removed",
    Generic.Error: "removed",
    Generic.Inserted: "added",
    Generic.Heading: "keyword",
    Generic.Output: "comment",
    Generic.Prompt: "comment",
    Generic.Subheading: "keyword",
}

Line = list[tuple[str, str]]


def lines_of(
    source: str, language: str, *, force: bool = False, location: nodes.Node | None = None
) -> list[Line] | None:
    """Divide code into lines, and each line into pieces of one kind.

    Args:
        source: The code.
        language: What Sphinx calls its language.
        force: Whether to use the lexer even if it does not understand the code.
        location: Where the code is, for Sphinx's warning about an unknown language.

    Returns:
        The lines, or None where nothing would be in color.
    """
    if language in {"none", "text"}:
        return None
    lexer = PygmentsBridge("html").get_lexer(source, language, {}, force, location)
    try:
        tokens = list(lexer.get_tokens(source))
    except ErrorToken:  # as in Sphinx, code that its lexer does not understand is not colored
        return None
    if "".join(text for _, text in tokens).rstrip("\n") != source.rstrip("\n"):
        return None
    lines: list[Line] = [[]]
    for token, text in tokens:
        kind = _kind(token)
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if piece:
                _append(lines[-1], kind, breakable_code(piece.expandtabs(4)))
    return lines if any(kind for line in lines for kind, _ in line) else None


def _append(line: Line, kind: str, text: str) -> None:
    if line and line[-1][0] == kind:
        line[-1] = (kind, line[-1][1] + text)
    else:
        line.append((kind, text))


def _kind(token: object) -> str:
    while token is not None and token is not Token:
        if token in _KINDS:
            return _KINDS[token]
        token = token.parent  # type: ignore[attr-defined]
    return ""
