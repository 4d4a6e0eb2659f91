"""The search's index holds every section, box, and term, of changed and unchanged pages alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import sphinx_build

CONF = """
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
html_theme = "basic"
templates_path = ["_templates"]
handbook_data = {"search": ("search.yml", "", "")}
def setup(app):
    app.add_config_value("handbook_data", {}, "env")
    from handbook.web import search
    search.setup(app)
"""

PAGES = {
    "search.yml": "synonyms: {fee: [dues]}\nweights: {}\n",
    "_templates/search.html": "{{ pathto(search_index, 1) }}",
    "index.md": "# Home\n\n```{toctree}\na\n```\n",
    "a.md": """# Page A

Beginning with *emphasis*.

(rule-one)=
## One

| a | b |
| - | - |
| c | d |

:::{admonition} Not stated: x
:name: silence-x

Nothing is stated.
:::

:::{glossary}
word
  Its meaning.
:::

### Inside

> Quoted.

```md
:::{note} Markup that the page shows
```
""",
}

SECTIONS = [
    ["", "Page A", "Beginning with emphasis."],
    ["rule-one", "One", "a · b · c · d ·"],
    ["silence-x", "Not stated: x", "Nothing is stated."],
    ["term-word", "word", "Its meaning."],
    ["inside", "Inside", "Quoted."],
]


def read_index(out: Path) -> dict[str, Any]:
    """The index that the search page names, which is the only one."""
    [file] = (out / "_static").glob("search.*.json")
    assert f"../_static/{file.name}" in (out / "search" / "index.html").read_text()
    index: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return index


def test_the_index_has_every_section_after_every_build(tmp_path: Path) -> None:
    for name, text in {"conf.py": CONF, **PAGES}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    out = tmp_path / "out"
    for changed in ("", "", "More.\n"):
        with (tmp_path / "index.md").open("a") as page:
            page.write(changed)
        sphinx_build("dirhtml", tmp_path, out)
        index = read_index(out)
        found = index["pages"]["a"]
        assert [[s["id"], s["heading"], s["text"]] for s in found["sections"]] == SECTIONS
        assert (found["title"], found["url"]) == ("Page A", "a/")
        assert [s["id"] for s in found["sections"] if s.get("term")] == ["term-word"]
        assert index["synonyms"] == {"fee": ["dues"]}
        assert not (out / "searchindex.js").exists()
    assert index["pages"]["index"]["sections"][0]["text"] == "More."
    (tmp_path / "a.md").unlink()
    (tmp_path / "index.md").write_text("# Home\n")
    sphinx_build("dirhtml", tmp_path, out)
    assert set(read_index(out)["pages"]) == {"index"}
