"""What a page may contain, and how much of it. Whatever is not listed here is refused.

Each entry says why it is here. Add one only if a page of the handbook needs it, and if it cannot
read a file, run a script, load something from another host, or look like adopted text.
"""

from __future__ import annotations

from typing import NamedTuple


class Directive(NamedTuple):
    """A directive that pages may use."""

    why: str
    options: frozenset[str] = frozenset()


def _with(why: str, *options: str) -> Directive:
    return Directive(why, frozenset(options))


DIRECTIVES = {
    "calendar": _with("shows what is due next, computed from the data"),
    "clauses": _with("lists every clause of the governing documents"),
    "code-block": _with("shows commands and files", "caption"),
    "data": _with("shows a data file, by a fixed name"),
    "figure": _with("shows a drawing with its caption", "alt", "name", "width"),
    "filter": _with("narrows down the members"),
    "find": _with("shows the search field and the PDF on the front page"),
    "form": _with("shows a form of guides/forms, by its name"),
    "forms": _with("lists every form"),
    "glossary": _with("defines terms", "sorted"),
    "grid": _with("arranges cards on the front page", "gutter"),
    "grid-item-card": _with("leads to a chapter", "link", "link-type"),
    "image": _with("shows a picture", "alt", "name", "width"),
    "important": _with("sets off a remark"),
    "include": _with(
        "repeats adopted text from the one page that has it",
        *("start-after", "end-before", "relative-docs", "relative-images"),
    ),
    "list-table": _with("tables with long cells", "header-rows", "stub-columns", "name"),
    "member": _with("shows a record of the members data, by its name"),
    "note": _with("sets off a remark"),
    "record": _with("shows the dated events, and links to their feed"),
    "sections": _with("lists the sections of a page, such as its questions"),
    "silence": _with("states what the governing documents do not say"),
    "silences": _with("lists every silence"),
    "standing": _with("says that the handbook is a guide, and which document governs"),
    "table": _with("names a table", "name"),
    "timer": _with("counts down the discussion of an Important Question"),
    "tip": _with("sets off a remark"),
    "toctree": _with("puts pages in order", "caption", "glob", "hidden", "maxdepth", "titlesonly"),
    "warning": _with("sets off a remark"),
    "wording-variants": _with("shows how published wordings differ, from their texts"),
    "working-group": _with("shows a record of the members data, by its name"),
}

ROLES = {
    "abbr": "spells out an abbreviation",
    "clause": "names the clauses that a rule explains",
    "doc": "links to a page",
    "numref": "links to a figure by its number",
    "permalink:page": "links to a page by its permanent address",
    "ref": "links to a labeled place",
    "term": "links to the glossary",
}

FRONT_MATTER = {
    "authority": "the documents that a page quotes or explains",
    "description": "what search engines show",
    "orphan": "says that a page is left out of the menu on purpose",
    "permalink": "the page's permanent address",
    "redirect_from": "addresses that the page had before",
    "title": "the page's title",
}

MARKUP = frozenset(
    {"blockquote", "bullet_list", "code_block", "code_inline", "colon_fence", "dl", "em", "fence"}
    | {"footnote_ref", "footnote_reference", "front_matter", "hardbreak", "heading", "hr"}
    | {"html_block", "html_inline", "image", "inline", "link", "list_item", "myst_block_break"}
    | {"myst_line_comment", "myst_role", "myst_target", "ordered_list", "paragraph", "softbreak"}
    | {"span", "strong", "table", "text"}
)
"""MyST's names of the Markdown that pages may use. Of HTML only comments are, and those vanish."""

ATTRIBUTES = frozenset({"alt", "attribution", "height", "href", "id", "src", "start", "title"}) | {
    "width"
}
"""What `{...}` may set, or Markdown itself does. No class: it could imitate our design."""

LANGUAGES = frozenset({"", "bash", "console", "json", "md", "python", "sh", "text", "toml", "yaml"})
"""The languages that code blocks may name."""

IDS_IN_USE = frozenset(
    {"colors", "contents", "contents-title", "filter-section", "filter-words", "known-pages"}
    | {"main-content", "menu", "near-addresses", "permanent-address", "search-dialog"}
    | {"search-front", "search-in-dialog", "search-not-found", "search-page", "search-results"}
    | {"timer-minutes", "wanted-address"}
)
"""Names of what is around a page's text: scripts would take a page's own label for it."""
ID_PREFIXES_IN_USE = ("bd-", "jb-", "pst-", "sbt-")

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
DOWNLOADS = frozenset({".csv", ".pdf"})
INCLUDES = frozenset({".md"})
PICTURES = frozenset({".jpeg", ".jpg", ".png", ".svg"})

# Limits, each several times what the largest page of the handbook needs.
PAGE_CHARACTERS = 40_000  # with what it includes
PAGE_SECONDS = 5  # of the processor
HEADING_CHARACTERS = 1_000
TOKENS = 20_000
LINKS = 300
REFUSALS = 50
FOOTNOTES = 50  # one in another nests in the PDF
LABELS = 300  # docutils' own records of them grow with their square
LINKS_TOGETHER = 50  # in a paragraph or a cell: the PDF's compiler needs long for more
TABLE_CELLS = 1_000
TABLE_COLUMNS = 10  # as for links
WORD_CHARACTERS = 500
WORD_BREAKS = 300  # in a paragraph, of its long words: the PDF's compiler gives up at about 500
LINE_CHARACTERS = 1_000  # of code: to color it takes time that grows with the line's square
LIST_START = 10_000
CITED_CLAUSES = 2_000  # by the rules of a page, each clause of a range counted
MENU_DEPTH = 8  # of pages within pages
DIRECTIVES_PER_PAGE = 300
DIRECTIVE_NESTING = 6
INCLUDE_NESTING = 3
TREE_DEPTH = 80
FILE_BYTES = 2_000_000
PICTURE_PIXELS = 20_000_000
SVG_ELEMENTS = 2_000
SVG_BYTES = 500_000
SVG_SIDE = 20_000
