"""What is reported on every build, whichever pages were read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from handbook.authority.documents import Documents, load_documents
from handbook.authority.markup import sources_file
from handbook.authority.record import PageRecord, Silence, parse_field, records
from handbook.build import Warnings, warn
from handbook.common import Finding, did_you_mean

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def report(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn about every page and every clause."""
    documents = load_documents(sources_file(app))
    findings: list[Finding] = []
    for docname, record in sorted(records(env).items()):
        field = env.metadata[docname].get("authority")
        findings += _page_findings(Path(env.doc2path(docname)), record, field, documents)
    findings += _silence_findings(env)
    findings += _coverage_findings(sources_file(app), env, documents)
    for finding in findings:
        warn(Warnings.AUTHORITY, *finding)


def _page_findings(
    page: Path, record: PageRecord, field: str | None, documents: Documents
) -> Iterator[Finding]:
    authority = parse_field(field, documents)
    for key, message in authority.problems:
        yield Finding(str(page), front_matter_line(page, key), message)
    yield from record.problems
    yield from _rule_findings(record)
    yield from _quote_findings(record, documents)
    unused = [name for name in authority.quotes if name not in {q.document for q in record.quotes}]
    for name in unused:
        message = f"'quotes' names {name}, but no quote on this page is from it; remove it"
        yield Finding(str(page), front_matter_line(page, name), message)
    has_authority = record.citations or record.quotes or record.data
    if authority.is_none and has_authority:
        message = "'authority: none' is for pages without clauses, quotes, and data; remove it"
        yield Finding(str(page), front_matter_line(page, "authority"), message)
    is_stated = (
        authority.is_none
        or authority.problems
        or record.problems
        or record.rules
        or record.has_listing
    )
    if not has_authority and not is_stated:
        message = (
            "nothing says what this page is based on; cite a clause below a heading, such as "
            "{clause}`" + _example(documents) + "`, or add 'authority: none' to its front matter"
        )
        yield Finding(str(page), 1, message)


def _example(documents: Documents) -> str:
    return next((d.clauses[-1].name for d in documents.values() if d.clauses), "By-laws 3")


def _rule_findings(record: PageRecord) -> Iterator[Finding]:
    for rule in record.rules:
        if not rule.is_cited:
            message = (
                f"the rule '{rule.label}' names no clause; write one on a line of its own below "
                "the heading, such as {clause}`By-laws 3.d.i`"
            )
            yield Finding(*rule.place, message)


def _quote_findings(record: PageRecord, documents: Documents) -> Iterator[Finding]:
    for quote in record.quotes:
        if not quote.document:
            message = (
                "this quote names no document; write one on the line before it, such as "
                "{attribution=\"Model\"}, or write text that is not quoted without '>'"
            )
            yield Finding(*quote.place, message)
        elif quote.document not in documents:
            message = f"this quote is attributed to '{quote.document}', which is not in the list"
            hint = did_you_mean(quote.document, documents)
            yield Finding(*quote.place, f"{message} of sources; {hint}")
        elif documents[quote.document].kind == "data":
            message = f"{quote.document} is data, which cannot be quoted; name a document"
            yield Finding(*quote.place, message)


def _silence_findings(env: BuildEnvironment) -> Iterator[Finding]:
    first: dict[str, Silence] = {}
    for docname in sorted(env.found_docs & records(env).keys()):
        for silence in records(env)[docname].silences:
            if not silence.label:
                message = (
                    "this silence has no label; write one on the line before it, such as "
                    "(silence-quorum)="
                )
                yield Finding(*silence.place, message)
            elif silence.label in first:
                file, line = first[silence.label].place
                message = f"the label '{silence.label}' is also at {file}:{line}; choose another"
                yield Finding(*silence.place, message)
            else:
                first[silence.label] = silence


def _coverage_findings(
    file: Path, env: BuildEnvironment, documents: Documents
) -> Iterator[Finding]:
    covered = {name for r in records(env).values() for rule in r.rules for name in rule.clauses}
    for document in documents.values():
        for clause in document.clauses:
            if clause.name not in covered:
                message = (
                    f"no rule explains {clause.name} ({clause.subject}); write "
                    f"{{clause}}`{clause.name}` below the heading of the section that does"
                )
                yield Finding(str(file), clause.line, message)


def front_matter_line(page: Path, text: str) -> int:
    """Find the line of `authority`, or of one of its keys or values."""
    lines = page.read_text(encoding="utf-8-sig").splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith("authority:")), 0)
    return next((n for n, line in enumerate(lines[start:], start) if text in line), start) + 1
