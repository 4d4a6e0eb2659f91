"""Wordings that must differ: marked in the sources as variants, and shown side by side.

    % wording: variant: mission (Charter)

    > The mission is ...

The directive `wording-variants` becomes one table for each name, with a column for each variant
and a row for each difference. The tables are made after all sources are read, from the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docutils import nodes
from rapidfuzz.distance import Indel
from sphinx.locale import _
from sphinx.util.docutils import SphinxDirective

from sphinx_one_wording.comparing import Opcode, opcodes
from sphinx_one_wording.reading import Source

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_SAME_SENTENCE = 0.4  # sentences that are less alike are not compared word by word


@dataclass(frozen=True)
class Variant:
    """One of several wordings of the same thing.

    Attributes:
        label: What its column is called.
        sentences: Its text.
    """

    label: str
    sentences: tuple[str, ...]


def collect(sources: list[Source]) -> dict[str, list[Variant]]:
    """Collect the variants by their names, in the order of the files and lines.

    Args:
        sources: What was read, with remarks.

    Returns:
        The variants of each name. The label is what is in parentheses after the name; without
        it, the file.
    """
    found: dict[str, list[Variant]] = {}
    for source in sorted(sources, key=lambda source: source.name):
        for remark in source.remarks:
            if remark.kind == "variant" and remark.name:
                texts = tuple(s.text for s in source.sentences if s.remark is remark)
                variant = Variant(remark.label or source.name, texts)
                found.setdefault(remark.name, []).append(variant)
    return found


def collate(variants: list[Variant]) -> list[list[str]]:
    """Set variants side by side.

    Args:
        variants: At least one; the others are compared with the first.

    Returns:
        A row for each difference, with the words of each variant and, where there is one, the
        word before and after them; "" where a variant has no such sentence.
    """
    base = variants[0].sentences
    others = [_aligned(base, variant.sentences) for variant in variants[1:]]
    rows: list[list[str]] = []
    for number, sentence in enumerate(base):
        texts = [sentence, *(found.get(number, "") for found, _more in others)]
        rows += _collated(texts)
    for column, (_found, more) in enumerate(others, 1):
        for sentence in more:
            rows.append([""] * len(variants))
            rows[-1][column] = sentence
    return rows


def _shared(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave out what one document alone says: its wording differs from no other."""
    first, *rest = texts.values()
    kept = set(range(len(first)))
    for other in rest:
        kept &= _aligned(first, other)[0].keys()
    base = tuple(text for number, text in enumerate(first) if number in kept)
    shared = {}
    for label, other in texts.items():
        found, _more = _aligned(base, other)
        shared[label] = tuple(text for _number, text in sorted(found.items()))
    return shared


def _aligned(base: tuple[str, ...], other: tuple[str, ...]) -> tuple[dict[int, str], list[str]]:
    """Find each sentence's counterpart: the most similar pairs first."""
    scores = sorted(
        (-Indel.normalized_similarity(one.casefold().split(), two.casefold().split()), i, j)
        for i, one in enumerate(base)
        for j, two in enumerate(other)
    )
    found: dict[int, int] = {}
    for score, i, j in scores:
        if -score >= _SAME_SENTENCE and i not in found and j not in found.values():
            found[i] = j
    more = [text for j, text in enumerate(other) if j not in found.values()]
    return {i: other[j] for i, j in found.items()}, more


def _collated(texts: list[str]) -> Iterator[list[str]]:
    if "" in texts[1:]:
        yield texts
        return
    words = [text.split() for text in texts]
    changes = [opcodes(words[0], other) for other in words[1:]]
    spans = sorted((a, b) for found in changes for tag, a, b, _, _ in found if tag != "equal")
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    for start, end in merged:
        row = [" ".join(words[0][max(0, start - 1) : end + 1])]
        for other, found in zip(words[1:], changes, strict=True):
            starts, ends = _positions(found)
            row.append(" ".join(other[max(0, starts[start] - 1) : ends[end] + 1]))
        yield row


def _positions(changes: Sequence[Opcode]) -> tuple[dict[int, int], dict[int, int]]:
    """Map places between words of the first text to those of the other.

    Where words are inserted, a span that begins there begins before them, and one that ends
    there ends after them.
    """
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for tag, a, b, c, d in changes:
        if tag == "equal":
            for place in range(a, b + 1):
                starts.setdefault(place, c + place - a)
                ends[place] = c + place - a
        else:
            starts.setdefault(a, c)
            ends[b] = d
    return starts, ends


class variants_placeholder(nodes.General, nodes.Element):  # noqa: N801 - as docutils names nodes
    """Where the tables of variants are put."""


class VariantsDirective(SphinxDirective):
    """The directive `wording-variants`, with the names of the variants to show, or all."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Note the place: the tables are made when all sources have been read."""
        names = self.arguments[0].split() if self.arguments else []
        kept(self.env)["pages"].add(self.env.docname)
        node = variants_placeholder(names=[], shown=names)
        self.set_source_info(node)
        return [node]


def kept(env: BuildEnvironment) -> dict[str, Any]:
    """What the environment keeps: the pages with tables, and the variants last shown."""
    if not hasattr(env, "wording_variants"):
        env.wording_variants = {"pages": set(), "shown": {}}  # type: ignore[attr-defined]
    found: dict[str, Any] = env.wording_variants  # type: ignore[attr-defined]
    return found


def update(
    env: BuildEnvironment, sources: list[Source], documents: dict[str, dict[str, Source]]
) -> list[str]:
    """Take note of the variants of this build.

    Args:
        env: The environment.
        sources: What was read.
        documents: Documents that are variants as a whole, by name and label.

    Returns:
        The pages whose tables are no longer what was written.
    """
    before, now = kept(env), collect(sources)
    for name, read in documents.items():
        texts = {label: tuple(s.text for s in source.sentences) for label, source in read.items()}
        now[name] = [Variant(label, shared) for label, shared in _shared(texts).items()]
    changed = before["shown"] != now
    before["shown"] = now
    return sorted(before["pages"] & env.found_docs) if changed else []


def _purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    kept(env)["pages"].discard(docname)


def _merge(_app: Sphinx, env: BuildEnvironment, docnames: set[str], other: Any) -> None:
    kept(env)["pages"] |= kept(other)["pages"] & set(docnames)


def _fill_in(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    variants: dict[str, list[Variant]] = kept(app.env)["shown"]
    for place in list(doctree.findall(variants_placeholder)):
        names = place["shown"] or list(variants)
        place.replace_self([table(variants[n], n) for n in names if len(variants.get(n, ())) > 1])


def table(variants: list[Variant], name: str) -> nodes.table:
    """Make the table of a name.

    Args:
        variants: At least two.
        name: What they are variants of.

    Returns:
        The table, whose caption names them.
    """
    rows = collate(variants)
    group = nodes.tgroup(cols=len(variants))
    group += [nodes.colspec(colwidth=1) for _variant in variants]
    head = nodes.row("", *(_entry(variant.label) for variant in variants))
    group += nodes.thead("", head)
    body = [nodes.row("", *(_entry(cell or _("not stated")) for cell in row)) for row in rows]
    if not rows:
        same = _entry(_("the wordings are the same"))
        same["morecols"] = len(variants) - 1
        body = [nodes.row("", same)]
    group += nodes.tbody("", *body)
    caption = name.replace("-", " ")
    title = nodes.title("", caption[:1].upper() + caption[1:])
    return nodes.table("", title, group, ids=[nodes.make_id(f"wording-{name}")])


def _entry(text: str) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", text))


def register(app: Sphinx) -> None:
    """Register the directive and what fills it.

    Args:
        app: The application of the build.
    """
    app.add_node(variants_placeholder)
    app.add_directive("wording-variants", VariantsDirective)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("doctree-resolved", _fill_in)
