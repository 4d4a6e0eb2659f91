"""Writes a comparison: as an outline for the web page and the PDF, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.changes.comparing import Change, Comparison, Kind, PageChange, SectionChange, Words

HEADINGS = {
    Kind.RULE: "Rules whose wording changed",
    Kind.EXPLANATION: "Explanations that changed",
    Kind.DATA: "Data that changed",
}
Outline = dict[str, Any]


def outline(comparison: Comparison) -> Outline:
    """Describe the report, for whatever shows it.

    Args:
        comparison: What changed.

    Returns:
        A section: `title`, `id`, and `content`, a list of sections, paragraphs and lists. Words are
        runs of `[mark, text]`, where the mark is `same`, `deleted`, `inserted`, or `strong`.
    """
    title = f"Changes from {comparison.old} to {comparison.new}"
    content: list[Outline] = [*map(_paragraph, [summary(comparison), *comparison.notes])]
    for number, kind in enumerate(HEADINGS):
        found = comparison.sections(kind)
        parts = [_section(change, f"{kind.value}-{n}") for n, change in enumerate(found, 1)]
        heading, none = [["same", HEADINGS[kind]]], [_paragraph("None.")]
        content.append({"title": heading, "id": f"part-{number}", "content": parts or none})
    content.append({"title": [["same", "Pages"]], "id": "pages", "content": _pages(comparison)})
    return {"title": [["same", title]], "id": "changes", "content": content}


def summary(comparison: Comparison) -> str:
    """Count what changed, in a sentence."""
    rules, explanations, data = (len(comparison.sections(kind)) or "none" for kind in HEADINGS)
    changed = sum(page.status != "unchanged" for page in comparison.pages)
    return (
        f"Rules changed: {rules}. Explanations: {explanations}. Data: {data}. {changed} of"
        f" {len(comparison.pages)} pages are new, removed, or changed."
    )


def _paragraph(text: str) -> Outline:
    return {"paragraph": [["same", text]]}


def _section(change: SectionChange, anchor: str) -> Outline:
    status = "" if change.status == "changed" else f"{change.status.capitalize()}. "
    clauses = f". Clauses: {change.clauses}" if change.clauses else ""
    about = [["same", f"{status}Permanent address: {change.address}{clauses}"]]
    return {
        "title": [["same", change.title]],
        "id": anchor,
        "content": [{"paragraph": about}, {"list": [_runs(item) for item in change.changes]}],
    }


def _runs(change: Change) -> list[list[str]]:
    label = change.what.capitalize() + (f" ({change.note})" if change.note else "")
    return [["strong", f"{label}:"], *([mark, text] for mark, text in change.words)]


def _pages(comparison: Comparison) -> list[Outline]:
    items = []
    for status in ("new", "removed", "changed"):
        for page in comparison.pages:
            if page.status == status:
                notes = "".join(f"; {note}" for note in page.notes)
                items.append(
                    [["strong", f"{status.capitalize()}:"], ["same", f"{_named(page)}{notes}"]]
                )
    unchanged = ", ".join(p.title for p in comparison.pages if p.status == "unchanged")
    return [*([{"list": items}] if items else []), _paragraph(f"Unchanged: {unchanged or 'none'}.")]


def _named(page: PageChange) -> str:
    return f"{page.title} ({page.address})"


# Markdown


_SIGNS = {
    "same": "{}",
    "strong": "**{}**",
    "deleted": "<del>{}</del>",
    "inserted": "<ins>{}</ins>",
}


def markdown(comparison: Comparison) -> str:
    """Write the report as GitHub shows it, for the page of a job.

    Args:
        comparison: What changed.

    Returns:
        The text.
    """
    lines: list[str] = []
    for part, depth in _walk(outline(comparison), 1):
        if "title" in part:
            lines += [f"{'#' * depth} {_marked(part['title'])}", ""]
        elif "paragraph" in part:
            lines += [_marked(part["paragraph"]), ""]
        else:
            lines += [*(f"- {_marked(item)}" for item in part["list"]), ""]
    return "\n".join(lines)


def _walk(part: Outline, depth: int) -> Iterator[tuple[Outline, int]]:
    yield part, depth
    for child in part.get("content", ()):
        yield from _walk(child, depth + 1)


def _marked(runs: list[list[str]]) -> str:
    return " ".join(_SIGNS[mark].format(_escaped(text)) for mark, text in runs).replace(" .", ".")


def _escaped(text: str) -> str:
    """Keep a page's words from being markup of the job's page."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign in "\\`*_[]|#":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\\#", "#") if not text.startswith("\\#") else text


def changelog(comparison: Comparison) -> str:
    """Write a draft of the changelog's next section, for a person to edit.

    Args:
        comparison: What changed.

    Returns:
        Markdown: rules with their clauses first, then explanations and data by page.
    """
    lines = ["## Edition NUMBER, YYYY-MM-DD", ""]
    for kind in Kind:
        lines += [f"### {kind.value.capitalize()}", ""]
        lines += [_entry(change) for change in comparison.sections(kind)] or ["- No changes."]
        lines.append("")
    pages = [page for page in comparison.pages if page.status in {"new", "removed"} or page.notes]
    if pages:
        lines += ["### Pages", ""]
        lines += [f"- {_named(page)}: {'; '.join([page.status, *page.notes])}" for page in pages]
        lines.append("")
    return "\n".join(lines)


def _entry(change: SectionChange) -> str:
    clauses = f" ({change.clauses})" if change.clauses else ""
    edits = [item for item in change.changes if item.what in {"changed", "heading"}]
    reported = "; ".join(filter(None, (_replaced(edit.words) for edit in edits))) or change.status
    return f"- {change.title}, `{change.address}`{clauses}: {reported}"


def _replaced(words: Words) -> str:
    parts, before = [], ""
    for mark, text in [*words, ("same", "")]:
        if mark == "deleted":
            before = text
        elif mark == "inserted":
            parts.append(f'"{before}" became "{text}"' if before else f'added "{text}"')
            before = ""
        elif before:
            parts.append(f'removed "{before}"')
            before = ""
    return ", ".join(parts)
