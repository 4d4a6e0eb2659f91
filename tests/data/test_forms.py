"""Forms have every part that their clauses demand, and are published as they are shown."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
import yaml

from handbook.authority.documents import cite, load_documents
from handbook.forms import FOLDER, FormError, all_forms, read, to_docx, to_nodes
from tests.conftest import ROOT

PARTS = yaml.safe_load((Path(__file__).parent / "forms.yml").read_text(encoding="utf-8"))
FORMS = all_forms(ROOT)
FRONT = "---\ntitle: T\npurpose: P.\nsend: S.\nclauses: By-laws 5.a\n---\n"


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_parts_of_every_form_are_listed() -> None:
    assert set(PARTS) == set(FORMS)


@pytest.mark.parametrize("name", PARTS)
def test_form_has_every_part_that_its_clauses_demand(name: str) -> None:
    text = words(" ".join(block.text for block in FORMS[name].blocks))
    missing = [part for parts in PARTS[name].values() for part in parts if part not in text]
    assert missing == []


@pytest.mark.parametrize("name", PARTS)
def test_form_cites_the_clauses_that_demand_its_parts(name: str) -> None:
    documents = load_documents(ROOT / "governance" / "sources.yml")
    cited = {c.name for entry in cite(FORMS[name].clauses, documents) for c in entry.clauses}
    demanded = {clause for clause in PARTS[name] if clause != "About"}
    assert demanded <= cited


@pytest.mark.parametrize("name", FORMS)
def test_word_file_and_page_hold_the_same_text(name: str) -> None:
    form = FORMS[name]
    document = docx.Document(io.BytesIO(to_docx(form, "en")))
    in_word = [paragraph.text for paragraph in document.paragraphs]
    on_page = [node.astext() for node in to_nodes(form)]
    assert in_word == [form.title, *(block.text for block in form.blocks)]
    assert words(" ".join(on_page)) == words(" ".join(in_word[1:]))
    assert document.core_properties.title == form.title
    assert document.core_properties.author == ""


def test_word_file_is_the_same_each_time() -> None:
    form = FORMS["resignation"]
    assert to_docx(form, "en") == to_docx(form, "en")


def test_form_is_read_block_by_block(tmp_path: Path) -> None:
    file = tmp_path / "letter.md"
    file.write_text(FRONT + "\n**Name:** [name]\n\n## Part\n\nTwo\nlines.\n\n- a\n- b\n\n1. c\n")
    form = read(file)
    assert (form.name, form.title, form.clauses) == ("letter", "T", "By-laws 5.a")
    assert [(block.kind, block.text) for block in form.blocks] == [
        *(("paragraph", "Name: [name]"), ("heading", "Part"), ("paragraph", "Two lines.")),
        *(("bullet", "a"), ("bullet", "b"), ("number", "c")),
    ]
    assert [span.is_strong for span in form.blocks[0].spans if span.text] == [True, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## Part\n", ":1: no front matter"),
        ("---\ntitle: T\n---\n", ":1: the front matter should have the fields"),
        ("---\ntitle: T\npurpose: a: b\n---\n", ":3: this is not valid YAML"),
        (FRONT + "\n# Part\n", ":8: use '##' for headings"),
        (FRONT + "\n- a\n  - b\n", ":9: use '##' for headings, and lists of one level"),
        (FRONT + "\n```{include} x\n```\n", ":8: a form has no fence"),
        (FRONT + "\n<script>x</script>\n", ":8: a form has no html_block"),
        (FRONT + "\nSee [this](javascript:x), <b>that</b>.\n", ":8: a form has no html_inline"),
        (FRONT + "\nSee [this](https://x.org).\n", ":8: a form has no link"),
    ],
)
def test_what_is_not_a_form_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "letter.md"
    file.write_text(text)
    with pytest.raises(FormError, match=re.escape(message)):
        read(file)


def test_every_form_is_shown_once_with_its_files(handbook_html: Path) -> None:
    pages = [file.read_text(encoding="utf-8") for file in handbook_html.glob("guides/*/index.html")]
    for form in FORMS.values():
        copied = form.markdown.replace("&", "&amp;").replace('"', "&quot;").replace("\n", "&#10;")
        assert sum(f'data-copy-text="{copied}"' in page for page in pages) == 1, form.name
        for suffix in ("md", "docx"):
            path = f"{FOLDER.as_posix()}/{form.name}.{suffix}"
            assert sum(f'href="../../{path}"' in page for page in pages) == 1, path
            assert (handbook_html / path).is_file()
        published = handbook_html / FOLDER / f"{form.name}.md"
        assert published.read_text(encoding="utf-8") == form.markdown


BOMB = "".join(f"{b}: &{b} [*{a},*{a},*{a}]\n" for a, b in zip("abcde", "bcdef", strict=True))


@pytest.mark.parametrize(
    "content",
    [
        f"---\na: &a [x]\n{BOMB}---\nText.\n".encode(),
        b"---\ntitle: " + b"[" * 3000 + b"]" * 3000 + b"\n---\nText.\n",
        FRONT.encode() + b"\x01\n",
        f"{FRONT}Not \u202eyes.\n".encode(),
        FRONT.encode() + b"<b>x</b>\n",
        FRONT.encode() + b"a&#x202e;b&#0;\n",
        FRONT.encode() + b"\xff\n",
        FRONT.encode() + b"a " * 30_000,
        FRONT.replace("title: T", f"title: {'t' * 256}").encode(),
        FRONT.replace("title: T", "title: 5").encode(),
        FRONT.replace("title: T", "1: T").encode(),
        FRONT.replace("title: T", "title: 2024-99-99x\0").encode(),
        FRONT.replace("title: T", 'title: "\\ud800"').encode(),
    ],
)
def test_a_hostile_form_is_refused_with_its_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / FOLDER / "x.md"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with pytest.raises(FormError, match=r"x\.md:\d+: "):
        read(file)


@pytest.mark.parametrize("target", ["/dev/zero", "/etc/passwd"])
def test_a_form_that_is_a_link_is_not_opened(tmp_path: Path, target: str) -> None:
    file = tmp_path / FOLDER / "x.md"
    file.parent.mkdir(parents=True)
    file.symlink_to(target)
    with pytest.raises(FormError, match=r"x\.md:1: .* is a symbolic link"):
        read(file)
