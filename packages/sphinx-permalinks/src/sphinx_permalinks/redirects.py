"""The small pages at permalinks: redirects, and notices that an address was retired.

Pure: no Sphinx, no file system.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from sphinx_permalinks.ledger import Entry

GENERATOR = "sphinx-permalinks"
# How every file of ours says so: one of these, within so many of its first bytes.
MARKS = (
    f'<meta name="generator" content="{GENERATOR}">'.encode(),
    f'{{"generator": "{GENERATOR}"'.encode(),
)
HEAD = 300

SCRIPT = "permalinks.js"
"""The one script of all pages. It is a file, so that a site can forbid scripts within pages."""
SCRIPT_TEXT = f"""\
/* <meta name="generator" content="{GENERATOR}"> leads on from addresses that have moved. */
(function (to) {{
  var section = JSON.parse(to.sections || "{{}}")[location.hash];
  if (section) location.replace(section);
  else if (to.page) location.replace(to.page + location.search + (location.hash || to.fragment));
}})(document.currentScript.dataset);
"""
POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'"
"""What browsers let a page of ours load and run."""


def redirect_page(  # noqa: PLR0913 - each is a part of the page
    target: str,
    *,
    canonical: str,
    title: str,
    language: str,
    script: str,
    sections: Mapping[str, str],
) -> str:
    """Write a redirect as HTML.

    A script keeps the query and the fragment. Without scripts a meta element redirects; it is
    in `noscript` since browsers might otherwise follow it before the script.

    Args:
        target: The relative URL of the page it leads to, perhaps with a fragment.
        canonical: The URL of that page for search engines.
        title: The title of that page.
        language: The language of the title (BCP 47).
        script: The relative URL of the script.
        sections: URLs for some fragments of the address, each with its "#".
    """
    page, sign, fragment = target.partition("#")
    to = {"page": page, "fragment": f"{sign}{fragment}" if fragment else ""}
    target = escape(target)
    head = (
        f'<link rel="canonical" href="{escape(canonical)}">\n'
        f"{section_script(sections, script, **to)}\n"
        f'<noscript><meta http-equiv="refresh" content="0; url={target}"></noscript>\n'
    )
    return _page(language, title, head, f'<p><a href="{target}">{target}</a></p>\n')


def section_script(sections: Mapping[str, str], script: str, **to: str) -> str:
    """Write a script element for a page some of whose sections are now on other pages.

    Args:
        sections: URLs for some fragments of the page's address, each with its "#".
        script: The relative URL of the script.
        to: Where else the script leads: a `page` and a `fragment`.
    """
    if sections:
        to["sections"] = json.dumps(dict(sorted(sections.items())))
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in to.items())
    return f'<script src="{escape(script)}"{data}></script>'


def retired_page(entry: Entry, successor: tuple[str, str] | None) -> str:
    """Write the page, in English, of an address that was retired.

    Args:
        entry: What the ledger says about it.
        successor: The URL and the title of the page to read instead, if there is one.
    """
    on = escape(entry.retired)
    body = f'<p>This address was retired on <time datetime="{on}">{on}</time>.</p>\n'
    if entry.reason:
        body += f"<p>{escape(entry.reason)}</p>\n"
    if successor is not None:
        url, title = successor
        body += f'<p>Read instead: <a href="{escape(url)}">{escape(title)}</a></p>\n'
    return _page("en", entry.address.path, "", body)


def relative_url(here: str, there: str) -> str:
    """Lead from one page of a site to another, by their URIs below its root.

    No browser takes the result for a scheme ("javascript:...").
    """
    return f"{'../' * here.count('/') or './'}{there}"


def _page(language: str, title: str, head: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{GENERATOR}">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex">\n'
        f"{head}</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
