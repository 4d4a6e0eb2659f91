"""Reads an edition as its readers see it: pages, sections, and blocks of text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from sphinx_one_wording.reading import plain

RULE = "rule-"
_BLOCKS = ("p", "tr", "pre", "dt", "figure", "img")
_GENERATED = "calendar|clauses|data|member|record|silences|standing|working-group"
_DATA = re.compile(rf"^\s*[`:]{{3,}}\{{(?:{_GENERATED})\b", re.MULTILINE)
_NO_TEXT = re.compile(
    rf"^([`:]{{3,}})\{{(?:{_GENERATED}|figure|image|toctree)\b.*?^\1[ ]*$", re.MULTILINE | re.DOTALL
)
# The beginning of a block that is looked for in the source, to tell text from data.
_OPENING = 4


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item, a row of a table, or a figure.

    Attributes:
        kind: `text`, `row`, `code`, or `figure`.
        text: The words.
        digest: Of a figure, the content of its file.
    """

    kind: str
    text: str
    digest: str = ""


@dataclass
class Section:
    """A heading and what is below it, up to the next heading.

    Attributes:
        page: The page.
        anchor: The label that authors gave it, or the id that Sphinx made of its heading; "" for
            the section of a page's title.
        title: The heading.
        rule: The label of the rule that it is, or is part of; "" if it explains.
        clauses: The clauses that it cites, as they are shown.
        is_data: Whether its blocks come from data rather than from the page's text.
        blocks: What it says.
    """

    page: str
    anchor: str
    title: str
    rule: str = ""
    clauses: str = ""
    is_data: bool = False
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Page:
    """A page.

    Attributes:
        docname: Its name in Sphinx, which says where its file is.
        title: Its title.
        address: Its permanent address, or "/" and the docname.
        sections: Its sections in order, that of the title first.
    """

    docname: str
    title: str
    address: str
    sections: list[Section] = field(default_factory=list)


@dataclass
class Edition:
    """An edition.

    Attributes:
        name: What the reader calls it: a tag, a branch, a commit.
        pages: Its pages by docname.
        holders: Which page answers at each address, earlier addresses included.
        note: What readers of a comparison must know about how it was read.
    """

    name: str
    pages: dict[str, Page] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    note: str = ""


def read_site(name: str, site: Path, sources: Path) -> Edition:
    """Read an edition from its built web pages.

    Args:
        name: What it is called.
        site: The output of the builder `dirhtml`.
        sources: The source folder from which the site was built.

    Returns:
        The edition.
    """
    edition = Edition(name)
    for page, text in _pages(sources):
        file = site / page.docname.removesuffix("index") / "index.html"
        if file.is_file() and _read_page(page, file, text):
            _add(edition, page, text)
    return edition


def read_sources(name: str, sources: Path, note: str) -> Edition:
    """Read an edition from its Markdown sources, where it cannot be built.

    Args:
        name: What it is called.
        sources: Its source folder.
        note: Why it was not built.

    Returns:
        The edition, without what a build adds, such as data.
    """
    edition = Edition(name, note=note)
    for page, text in _pages(sources):
        page.sections = list(_source_sections(page, text))
        _add(edition, page, text)
    return edition


def _pages(sources: Path) -> Iterator[tuple[Page, str]]:
    """The pages with their sources; their sections are still to be read."""
    files = sorted(sources.glob("*.md"))
    for folder in ("governance", "principles", "members", "guides", "reference"):
        files += sorted((sources / folder).rglob("*.md"))
    for file in files:
        docname = file.relative_to(sources).with_suffix("").as_posix()
        text = file.read_text(encoding="utf-8", errors="replace")
        pairs = re.findall(r"^(\w+):(.*)$", _front_matter(text), re.MULTILINE)
        fields = {key: value.strip(" ").strip("\"'") for key, value in pairs}
        title, address = fields.get("title", docname), fields.get("permalink") or f"/{docname}"
        yield Page(docname, title, address), text


def _add(edition: Edition, page: Page, text: str) -> None:
    edition.pages[page.docname] = page
    edition.holders[page.address] = page.docname
    earlier = re.search(r"^redirect_from:(.*(?:\n[ -].*)*)", _front_matter(text), re.MULTILINE)
    for address in re.findall(r"/[^\s,\]\"']*", earlier[1] if earlier else ""):
        edition.holders.setdefault(address, page.docname)


def _front_matter(text: str) -> str:
    """The front matter, which the build has checked."""
    match = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    return match[1] if match else ""


def _read_page(page: Page, file: Path, source: str) -> bool:
    """Read what a page shows; tell whether it shows anything."""
    html = file.read_text(encoding="utf-8")
    soup = BeautifulSoup(html, "html.parser", parse_only=SoupStrainer("article"))
    top = soup.find("section")
    if not isinstance(top, Tag):
        return False
    page.title = _title(top)
    words = _folded(plain(source)) if _DATA.search(source) else ""
    for tag in (top, *top.find_all("section")):
        section = _read_section(page, tag, file.parent)
        opening = " ".join(section.blocks[0].text.split()[:_OPENING]) if section.blocks else ""
        section.is_data = bool(words and opening and _folded(opening) not in words)
        page.sections.append(section)
    return True


def _read_section(page: Page, tag: Tag, folder: Path) -> Section:
    anchor = str(tag.get("id", "")) if page.sections else ""
    section = Section(page.docname, anchor, _title(tag))
    within = (tag, *tag.find_parents("section"))
    ids = (str(element.get("id", "")) for element in within)
    section.rule = next((name for name in ids if name.startswith(RULE)), "")
    for block in tag.find_all(_BLOCKS):
        if block.find_parent("section") is not tag or block.find_parent(_BLOCKS):
            continue
        if "clause-line" in (block.get("class") or ()):
            section.clauses = _words(block)
        elif (read := _read_block(block, folder)) is not None:
            section.blocks.append(read)
    return section


def _read_block(tag: Tag, folder: Path) -> Block | None:
    if tag.find_parent(class_=["toctree-wrapper", "needs-scripts"]):
        return None
    if tag.name in {"figure", "img"}:
        image = tag if tag.name == "img" else tag.find("img")
        if not isinstance(image, Tag):
            return None
        file = folder / unquote(str(image.get("src", "")))
        content = file.read_bytes() if file.is_file() else b""
        caption = _words(tag) if tag.name == "figure" else ""
        text = " ".join(filter(None, (str(image.get("alt", "")), caption)))
        return Block("figure", text, hashlib.sha256(content).hexdigest())
    if tag.name == "tr":
        cells = (_words(cell) for cell in tag.find_all(["th", "td"]))
        return Block("row", " | ".join(cells))
    text = _words(tag)
    return Block("code" if tag.name == "pre" else "text", text) if text else None


def _title(section: Tag) -> str:
    heading = section.find(re.compile(r"^h[1-6]$"))
    return _words(heading) if isinstance(heading, Tag) else ""


def _words(tag: Tag) -> str:
    for extra in tag.select(".headerlink, script, style"):
        extra.decompose()
    return " ".join(tag.get_text().split())


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _source_sections(page: Page, text: str) -> Iterator[Section]:
    body = re.sub(r"\A---\n.*?\n---\n", "", text, count=1, flags=re.DOTALL)
    body = _NO_TEXT.sub("", body)
    section = Section(page.docname, "", page.title)
    label, rules = "", {0: ""}
    for part in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s|\||#|\(.*\)=\n)", body):
        if re.fullmatch(r"\s*(?:\{\.clause-line\}\n.*|\{clause\}`[^`]*`)\s*", part):
            continue
        lines = part.splitlines()
        kept = [line for line in lines if not re.match(r"\s*([`:]{3}|:\w+:|%|\{)", line)]
        shown = plain(" ".join(kept).strip().lstrip(">").strip())
        if re.fullmatch(r"\(\S+\)=", shown):
            label = shown[1:-2]
        elif heading := re.match(r"(#+)\s+(.*)", shown):
            yield section
            level = len(heading[1])
            rules = {depth: rule for depth, rule in rules.items() if depth < level}
            rules[level] = label if label.startswith(RULE) else rules[max(rules)]
            anchor = label or re.sub(r"\W+", "-", heading[2].casefold()).strip("-")
            section = Section(page.docname, anchor, heading[2], rules[level])
            label = ""
        elif set(shown) - set("|-: "):
            row = shown.startswith("|")
            words = re.sub(r"^(?:[-*]|\d+\.)\s+", "", shown.strip("| ") if row else shown)
            section.blocks.append(Block("row" if row else "text", " ".join(words.split())))
    yield section
