"""The picture that other sites show when somebody shares a page's address.

It is drawn by Typst, which the PDF needs anyhow: no other program, no font of the system and no
network.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_DESIGN = Path(__file__).parents[2] / "_templates" / "typst" / "card.typ"


def add_card(app: Sphinx, pagename: str, context: dict[str, Any]) -> None:
    """Draw a page's card and name its address, where that of the site is known."""
    base = app.config.html_baseurl
    name = f"_cards/{pagename.replace('/', '-')}.png"
    address = context.get("permalink_url") or context.get("pageurl") or base
    mark = Path(app.confdir, app.config.html_favicon or "").read_text("utf-8")
    picture = draw(app.env.titles[pagename].astext(), app.config.html_title, address, mark)
    path = Path(app.outdir) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    context["card_url"] = f"{base.rstrip('/')}/{name}"


def draw(title: str, site: str, address: str, mark: str) -> bytes:
    """Return a PNG of 1200 by 630 pixels.

    Args:
        title: The page's title.
        site: The handbook's name.
        address: Where the page is to be found.
        mark: The handbook's sign, as SVG.
    """
    shown = address.split("://", 1)[-1]
    words = {"title": title, "site": site, "mark": mark, "address": shown}
    return typst.compile(str(_DESIGN), format="png", ppi=72, sys_inputs=words)
