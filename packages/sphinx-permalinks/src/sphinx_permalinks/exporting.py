"""Writes a site's redirects for web servers, from the `permalinks.json` that a build publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from sphinx_permalinks import address
from sphinx_permalinks.address import encoded
from sphinx_permalinks.common import CommandError, read_regular


class Rule(NamedTuple):
    """What a server answers: the decoded path that is asked for, and where to go; "" for gone."""

    path: str
    target: str


def read(file: Path) -> list[Rule]:
    """Read the list that a build has published.

    Raises:
        CommandError: It cannot be read.
    """
    try:
        listed = json.loads(read_regular(file))
        pages = {page["uri"].partition("#")[0] for page in listed["pages"]}
        rules = [
            Rule(path, _target(entry["uri"]))
            for entry in listed["redirects"]
            for path in _spellings(entry["address"])
        ]
        gone = [Rule(path, "") for e in listed["retired"] for path in _spellings(e["address"])]
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}; build the site first") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise CommandError(f"{file} is not a list of permalinks; name a permalinks.json") from None
    own = {_target(uri) for uri in pages}
    return [rule for rule in [*rules, *gone] if encoded(rule.path) not in own]


def _spellings(path: str) -> Iterator[str]:
    place = address.at(path)
    yield place.path
    if not place.is_file and len(place.path) > 1:
        yield f"{place.path}/"
        yield f"{place.path}.html"


def _target(uri: str) -> str:
    return uri if "://" in uri else f"/{uri}"


def cloudflare(rules: list[Rule], status: str = "301") -> str:
    """Write the `_redirects` of Cloudflare Pages. It has no 410; the page says what happened."""
    return "".join(f"{encoded(r.path)} {r.target} {status}\n" for r in rules if r.target)


def netlify(rules: list[Rule]) -> str:
    """Write Netlify's `_redirects`, which has no 410 either."""
    return cloudflare(rules, "301!")  # even if there is a page


def nginx(rules: list[Rule]) -> str:
    """Write two maps for the `http` block, and how to use them."""
    targets = "".join(
        f"    {_quoted(r.path)} {_quoted(r.target.replace('$', '%24'))};\n"
        for r in rules
        if r.target
    )
    gone = "".join(f"    {_quoted(r.path)} 1;\n" for r in rules if not r.target)
    return (
        "# In the server block:\n"
        "#     if ($permalink_target) { return 301 $permalink_target; }\n"
        "#     if ($permalink_gone) { return 410; }\n"
        f'map $uri $permalink_target {{\n    default "";\n{targets}}}\n'
        f"map $uri $permalink_gone {{\n    default 0;\n{gone}}}\n"
    )


def apache(rules: list[Rule]) -> str:
    """Write directives of mod_alias, for a virtual host or `.htaccess`."""
    return "".join(
        f'RedirectMatch 301 "^{_pattern(r.path)}$" "{r.target.replace("$", "%24")}"\n'
        if r.target
        else f'RedirectMatch 410 "^{_pattern(r.path)}$"\n'
        for r in rules
    )


def readthedocs(rules: list[Rule]) -> str:
    """Write one JSON object a line, as the redirects of Read the Docs' API take it."""
    kind = {"type": "page", "http_status": 301, "force": True}
    places = ({"from_url": encoded(r.path), "to_url": r.target} for r in rules if r.target)
    return "".join(f"{json.dumps({**place, **kind})}\n" for place in places)


FORMATS: dict[str, Callable[[list[Rule]], str]] = {
    server.__name__: server for server in (apache, cloudflare, netlify, nginx, readthedocs)
}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pattern(path: str) -> str:
    return re.sub(r'([\\"$.*+?()\[\]{}|^])', r"\\\1", path)
