"""Which clauses a page explains, which documents it quotes, and what no document states.

- `documents.py`: the documents and clauses of `governance/sources.yml`, and citations of them
- `words.py`: the words that readers see, from `_templates/words.yml`
- `quotations.py`: whether a quotation is what the document says
- `markup.py`: the role `clause` and the directives `silence`, `clauses`, `silences`, `standing`
- `record.py`: what is read from each page, and the lines that are added to it
- `listings.py`: the generated lists of clauses and silences
- `checks.py`: what is reported, on every build
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handbook.authority import checks, listings, markup, quotations, record, words

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    """Register settings, markup, and checks."""
    text = frozenset({str})
    app.add_config_value("handbook_sources", "governance/sources.yml", "env", types=text)
    app.add_config_value("handbook_words", "_templates/words.yml", "env", types=text)
    # The digests of the texts that pages may quote; without it, quotations are not compared.
    app.add_config_value("handbook_quotable", "", "env", types=text)
    # The day on which CASS adopted the handbook, such as "2027-03-31"; None as long as it has not.
    app.add_config_value("handbook_adopted", None, "env", types=frozenset({str, type(None)}))
    app.add_role("clause", markup.ClauseRole())
    app.add_directive("silence", markup.Silence)
    app.add_directive("standing", markup.Standing)
    app.add_directive("clauses", listings.Clauses)
    app.add_directive("silences", listings.Silences)
    app.add_post_transform(listings.FillListings)
    app.add_env_collector(record.Collector)
    app.connect("builder-inited", words.check_config)
    app.connect("builder-inited", quotations.check_texts)
    app.connect("env-updated", checks.report)
    app.connect("env-updated", listings.pages_to_rewrite)
    app.connect("html-page-context", words.add_context)
