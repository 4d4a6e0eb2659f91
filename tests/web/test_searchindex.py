"""The search index of a rebuild has what that of a first build has."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import sphinx_build

CONF = """
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
html_theme = "basic"
def setup(app):
    from handbook.web import searchindex
    app.connect("html-collect-pages", searchindex.keep_entries)
"""


def test_a_rebuild_keeps_the_glossarys_entries(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "index.md").write_text("# Home\n\n```{toctree}\na\n```\n")
    (tmp_path / "a.md").write_text("# A\n\n:::{glossary}\nword\n  meaning\n:::\n")
    for change in ("", "", "\nMore.\n"):
        with (tmp_path / "index.md").open("a") as page:
            page.write(change)
        sphinx_build("dirhtml", tmp_path, tmp_path / "out")
        text = (tmp_path / "out" / "searchindex.js").read_text()
        index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
        assert index["indexentries"] == {"word": [[0, "term-word", True]]}
