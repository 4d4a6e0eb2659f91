"""The record of dated events, and an Atom feed of it and of the handbook's editions."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from handbook.authority.words import Words, words_of
from handbook.doctree import clauses, load
from handbook.published import link, links, publish

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

RECORD = "guides/record.yml"
CHANGELOG = "CHANGELOG.md"
FILE = "feed.atom"
EDITION = re.compile(r"^## (Edition \d+(?:\.\d+)*), (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
ATOM = "http://www.w3.org/2005/Atom"


class Entry(NamedTuple):
    """An entry of the feed.

    `name` identifies it for good; `address` is where the handbook says more.
    """

    date: str
    title: str
    name: str
    address: str


def entries(events: Iterable[dict[str, Any]], changelog: str, words: Words) -> list[Entry]:
    """The entries of the feed, newest first."""
    found = [
        Entry(event["date"], event["event"], event["name"], f"/record#record-{event['name']}")
        for event in events
    ]
    for name, date in EDITION.findall(changelog):
        found.append(Entry(date, words("record", "edition", name=name), name, "/changelog"))
    return sorted(found, reverse=True)


def to_atom(found: list[Entry], title: str, author: str, home: str) -> bytes:
    """Write a feed (RFC 4287), the same bytes each time.

    `home` is the address of the handbook; without one, links are relative to the site's root.
    """
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    base = home.rstrip("/")
    _add(feed, "title", title)
    _add(feed, "id", _identifier(""))
    _add(feed, "updated", _moment(found[0].date if found else "1970-01-01"))
    _add(ET.SubElement(feed, f"{{{ATOM}}}author"), "name", author)
    ET.SubElement(feed, f"{{{ATOM}}}link", href=f"{base}/record")
    for entry in found:
        element = ET.SubElement(feed, f"{{{ATOM}}}entry")
        _add(element, "title", entry.title)
        _add(element, "id", _identifier(entry.name))
        _add(element, "updated", _moment(entry.date))
        ET.SubElement(element, f"{{{ATOM}}}link", href=f"{base}{entry.address}")
        _add(element, "content", entry.title)
    ET.indent(feed)
    text: str = ET.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{tag}").text = text


def _moment(date: str) -> str:
    return f"{date}T00:00:00Z"


def _identifier(name: str) -> str:
    """Identify an entry for good, whatever the site's address is."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"cass-governance-handbook:{name}").urn


class RecordDirective(SphinxDirective):
    """Show the record, newest event first: `{record}`."""

    def run(self) -> list[nodes.Node]:
        """Make a list, and a link to the feed."""
        self.env.note_dependency(RECORD)
        events = sorted(load(self.env, RECORD)["events"], key=lambda e: e["date"], reverse=True)
        file = link(FILE, words_of(self.env.app)("record", "feed"), self.env.docname)
        items = nodes.definition_list("", *map(self._item, events), classes=["record"])
        return [links(file), items]

    def _item(self, event: dict[str, Any]) -> nodes.definition_list_item:
        label = f"record-{event['name']}"
        term = nodes.term("", event["date"], ids=[label], names=[label])
        self.set_source_info(term)
        self.state.document.note_explicit_target(term)
        text = nodes.paragraph("", event["event"])
        if "cites" in event:
            text += [nodes.Text(" ("), *clauses(self, event["cites"]), nodes.Text(")")]
        source = nodes.reference("", event["source"], refuri=event["link"], internal=False)
        words = words_of(self.env.app)("record", "source")
        text += [nodes.Text(f". {words} "), source, nodes.Text(".")]
        return nodes.definition_list_item("", term, nodes.definition("", text))


def feed(app: Sphinx) -> bytes:
    """The feed of this handbook."""
    changelog = Path(app.srcdir, CHANGELOG)
    text = changelog.read_text(encoding="utf-8") if changelog.is_file() else ""
    words = words_of(app)
    found = entries(load(app.env, RECORD)["events"], text, words)
    home = app.config.permalinks_baseurl or ""
    return to_atom(found, words("record", "title"), app.config.project, home)


def setup(app: Sphinx) -> None:
    """Register the directive and the feed."""
    app.add_directive("record", RecordDirective)
    publish(app, FILE, feed)
