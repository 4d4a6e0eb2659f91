"""What a page may not bring in or run, and what of that Sphinx alone would allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.builds import CONF, HANDBOOK, ROOT, build, project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEPT = "what only this machine knows"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082"
)

# `OUT` is the absolute folder outside. The file is named on the page's third or fourth line.
REACHES = {
    "include": "```{include} ../outside.txt\n```",
    "include-from-the-root": "```{include} /../outside.txt\n```",
    "literal-include": "```{literalinclude} ../outside.txt\n```",
    "restructuredtext": "```{eval-rst}\n.. include:: ../outside.txt\n```",
    "table": "```{csv-table}\n:file: ../outside.txt\n```",
    "raw-file": "```{raw} html\n:file: OUT/outside.txt\n```",
    "picture": "![words](../outside.png)",
    "figure": "```{figure} ../outside.png\n:alt: words\n```",
    "card": "```{card} Title\n:img-top: ../outside.png\n```",
    "download": "{download}`x <../outside.txt>`",
    "link": "[x](../outside.txt)",
    "folder-of-git": "```{literalinclude} .git/config\n```",
    "link-in-the-file-system": "```{include} inside.txt\n```",
}

RUNS = {
    "script": ("<script>alert(1)</script>", "raw"),
    "handler": ('Text <img src=x onerror="alert(1)"> text.', "raw"),
    "behind-a-comment": ("<!-- a --> <b onclick='alert(1)'>b</b> <!-- b -->", "raw"),
    "raw-directive": ("```{raw} html\n<script>alert(1)</script>\n```", "raw"),
    "raw-typst": ('```{raw} typst\n#panic("no")\n```', "raw"),
    "raw-address": ("```{raw} html\n:url: file:///etc/hostname\n```", "raw"),
    "button": ("```{button-link} javascript:alert(1)\nx\n```", "scheme"),
    "hidden-in-the-scheme": ("```{button-link} java\tscript:alert(1)\nx\n```", "scheme"),
    "card": ("```{card} x\n:link: data:text/html,x\n:link-type: url\n```", "scheme"),
    "link-of-a-picture": ("```{image} x.png\n:alt: a\n:target: javascript:alert(1)\n```", "scheme"),
    "restructuredtext": ("```{eval-rst}\n`x <javascript:alert(1)>`_\n```", "scheme"),
    "picture-from-elsewhere": ("![x](https://example.org/pixel.png)", "scheme"),
    "picture-of-the-machine": ("```{image} file:///etc/hostname\n:alt: a\n```", "scheme"),
}


def hostile(tmp_path: Path, pages: Mapping[str, str], conf: str = HANDBOOK) -> Path:
    for name, content in {"outside.txt": KEPT.encode(), "outside.png": DOT}.items():
        (tmp_path / name).write_bytes(content)
    files: dict[str, str | bytes] = {".git/config": f"[remote]\n# {KEPT}\n", "x.png": DOT}
    for name, body in pages.items():
        files[f"{name}.md"] = f"# {name}\n\n{body.replace('OUT', str(tmp_path))}\n"
    source = project(tmp_path, files, conf)
    (source / "inside.txt").symlink_to(tmp_path / "outside.txt")
    return source


def test_a_page_that_reaches_out_fails_the_build(tmp_path: Path) -> None:
    source = hostile(tmp_path, REACHES)
    for _again in range(2):
        made = build(source, tmp_path / "out", "-W", "--keep-going", "-j", "2")
        assert made.code == 1
        told = [w.split(": ")[0] for w in made.warnings if "[handbook.outside]" in w]
        assert "inside.txt:1" in told
        named = {place.partition(".md:")[0]: int(place.rpartition(":")[2]) for place in told}
        for name, body in REACHES.items():
            below = ":file:" in body or ":img" in body or ".. " in body
            # Sphinx has followed the link by then; the link itself is told at its own place.
            line = 1 if "inside.txt" in body else 4 if below else 3
            assert named.get(name) == line, (name, made.output)
        assert KEPT not in made.output
        made.must_be_harmless()


def test_sphinx_alone_lets_pages_reach_out(tmp_path: Path) -> None:
    """Why the fence is there; if this fails, Sphinx has one of its own."""
    source = hostile(tmp_path, {"page": REACHES["include"]}, CONF)
    assert build(source, tmp_path / "out", "-W").code == 0
    assert KEPT in (tmp_path / "out" / "page" / "index.html").read_text()


def test_a_page_that_runs_something_fails_the_build(tmp_path: Path) -> None:
    pages = {name: f"Text.\n\n{body}" for name, (body, _) in RUNS.items()}
    source = hostile(tmp_path, pages)
    for _again in range(2):
        made = build(source, tmp_path / "out", "-W", "--keep-going", "-j", "2")
        assert made.code == 1
        for name, (_, subtype) in RUNS.items():
            told = [w for w in made.warnings if w.startswith((f"{name}.md:5:", f"{name}.md:6:"))]
            assert any(f"[handbook.{subtype}]" in warning for warning in told), (name, made.output)
        made.must_be_harmless()


def test_front_matter_gives_browsers_no_orders(tmp_path: Path) -> None:
    meta = 'myst:\n  html_meta:\n    "http-equiv=refresh": "0; url=https://example.org"\n'
    source = project(tmp_path, {"page.md": f"---\n{meta}---\n\n# Page\n"}, HANDBOOK)
    made = build(source, tmp_path / "out")
    told = "page.md:1: WARNING: a page gives browsers no orders: 'refresh' [handbook.raw]"
    assert made.warnings == [told]


@pytest.mark.parametrize("folder", [False, True])
def test_links_in_the_file_system_are_told(tmp_path: Path, folder: bool) -> None:
    source = project(tmp_path, {"a/page.md": "# Page\n"}, HANDBOOK)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "other.md").write_text("# Other\n")
    target = tmp_path / "outside" if folder else tmp_path / "outside" / "other.md"
    (source / "a" / "b.md").symlink_to(target, target_is_directory=folder)
    (source / "environment").mkdir()
    (source / "environment" / "pyvenv.cfg").touch()
    (source / "environment" / "python").symlink_to("/usr/bin/python")
    for _again in range(2):
        made = build(source, tmp_path / "out", "-W", "--keep-going")
        assert made.code == 1
        assert [w.partition(" to ")[0] for w in made.warnings] == [
            "a/b.md:1: WARNING: this is a link"
        ]


UNREADABLE: dict[str, tuple[str, str]] = {
    "itself": ("```{include} itself.md\n```\n", "something on it lies too deep in other things"),
    "deep": ("".join(f"{'`' * (203 - n)}{{note}}\n" for n in range(200)), "something on it lies"),
    "long": ("# T\n\n" + "a*" * 30_000, "it has more than 40,000 characters; make several"),
    "heading": ("# " + "a*" * 10_000, "a heading has more than 1,000 characters; make it short"),
    "labels": ("# T\n\n" + "(a)=\n" * 1000, "it has more than 300 labels; make several pages"),
}


def test_pages_that_cannot_be_read_are_left_empty_and_told(tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {f"{n}.md": v[0] for n, v in UNREADABLE.items()}
    source = project(tmp_path, {**pages, "other.md": "# Other\n"}, HANDBOOK)
    for _again in range(2):
        made = build(source, tmp_path / "out", "-j", "2")
        told = [warning for warning in made.warnings if "[handbook." in warning]
        assert len(told) == len(UNREADABLE), made.output
        for name, (_, why) in UNREADABLE.items():
            start = f"{name}.md:1: WARNING: this page cannot be read: {why}"
            assert any(warning.startswith(start) for warning in told), (name, told)
        made.must_be_harmless()
        assert (tmp_path / "out" / "other" / "index.html").exists()


def test_honest_pages_are_left_alone(tmp_path: Path) -> None:
    body = (
        "Text <!-- a remark --> and a line<br>break.\n\n<!-- another -->\n\n![words](x.png)\n\n"
        "[a](https://example.org) [b](mailto:a@example.org) [c](index.md) {download}`d <x.png>`\n\n"
        "```{include} part.txt\n```\n"
    )
    page = f"# Page\n\n{body}"
    files: dict[str, str | bytes] = {"page.md": page, "x.png": DOT, "part.txt": "Part.\n"}
    made = build(project(tmp_path, files, HANDBOOK), tmp_path / "out", "-W")
    assert made.code == 0, made.output


def test_the_handbook_has_the_fences() -> None:
    text = (ROOT / "conf.py").read_text(encoding="utf-8")
    extensions = text.partition("extensions = [")[2].partition("]")[0]
    assert '"handbook"' in extensions
    assert "html_extra_path" not in text
    assert not (ROOT / "docutils.conf").exists()
