"""What search engines read of a page: its address, its subject, and its age.

The vocabulary is Schema.org's, as JSON-LD. Browsers never run it, so the strict
Content-Security-Policy lets it pass; `security` lets pages hold nothing else of its kind.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from handbook.build import page_url

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ORGANIZATION = {
    "@type": "Organization",
    "@id": "https://cass.community/#organization",
    "name": "Consortium for the Advancement of Scientific Software",
    "alternateName": "CASS",
    "url": "https://cass.community/",
}


def describe(pages: list[tuple[str, str]], site: str, changed: str, language: str) -> str:
    """Describe a page, as JSON without any character that ends a script or starts an entity.

    Args:
        pages: The title and the address of the front page, of each page above this one, and of
            this page.
        site: The handbook's name.
        changed: The day of the page's last change, "" if it is not known.
        language: The page's language.
    """
    (_, home), (title, address) = pages[0], pages[-1]
    page = {
        "@type": "WebPage",
        "name": title,
        "url": address,
        "inLanguage": language,
        "about": {"@id": ORGANIZATION["@id"]},
        "isPartOf": {"@type": "WebSite", "name": site, "url": home},
        **({"dateModified": changed} if changed else {}),
    }
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(pages, 1)
        ],
    }
    graph = [ORGANIZATION, page, *([crumbs] if len(pages) > 1 else [])]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def add_context(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Describe a chapter, where the address of the site is known."""
    root = app.config.root_doc
    names = [pagename]
    above = {name: parent for parent, names in app.env.toctree_includes.items() for name in names}
    while (parent := above.get(names[0])) and parent not in names:
        names.insert(0, parent)
    if names[0] != root:
        names.insert(0, root)
    pages = [(app.env.titles[name].astext(), page_url(app, name)) for name in names]
    changed = context.get("last_changed", "")
    context["linked_data"] = describe(pages, app.config.html_title, changed, app.config.language)
