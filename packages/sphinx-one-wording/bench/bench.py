"""Measure the check on sites that grow tenfold: `python bench/bench.py`.

The pages are made of words that are as frequent as English words are. One sentence in a hundred
is copied from another page, and one in a hundred is copied with one word changed: the benchmark
fails if the check finds more or fewer. Times are processor seconds of one core, without start-up.
"""

from __future__ import annotations

import itertools
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sphinx_one_wording import comparing, project

WORDS_ON_PAGE, WORDS_IN_SENTENCE, VOCABULARY = 300, 15, 20_000
DEFAULTS = {"source_suffix": None, "include_patterns": ("**",), "exclude_patterns": ()}


def main() -> int:
    """Print a table; return 1 if planted copies were missed or others were found."""
    sys.stdout.write(
        f"{os.cpu_count()} cores\n  pages      words  read s  compare s  found  peak MB\n"
    )
    return max(measure(pages) for pages in (100, 1_000, 10_000))


def measure(pages: int) -> int:
    """Measure a site of so many pages and print a line of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        planted = write_site(folder, pages)
        values = {**DEFAULTS, **project.SETTINGS}
        started = time.process_time()
        sources = project.read_sources(folder, project.find_sources(folder, values), values)
        read = time.process_time()
        found = comparing.find(sources, project.rules_from(values))
        ended = time.process_time()
    subtypes = Counter(finding.subtype for finding in found)
    right = subtypes[comparing.Subtype.COPIED] == subtypes[comparing.Subtype.DRIFTED] == planted
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{pages:>7,} {pages * WORDS_ON_PAGE:>10,} {read - started:>7.2f} {ended - read:>10.2f}"
        f" {len(found):>6,} {peak:>8,}{'' if right else f'  expected {2 * planted:,}'}\n"
    )
    return int(not right)


def write_site(folder: Path, pages: int) -> int:
    """Write a site; return how many copies, and how many changed copies, are in it."""
    chance = random.Random(pages)  # noqa: S311 - it must be the same each time
    vocabulary = [
        f"{a}{b}{number}"
        for number, (a, b) in enumerate(
            itertools.islice(
                itertools.cycle(itertools.product("bdfgklmnprstvz", "aeiou")), VOCABULARY
            )
        )
    ]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    sentences = [
        chance.choices(vocabulary, cum_weights=weights, k=WORDS_IN_SENTENCE)
        for _ in range(pages * WORDS_ON_PAGE // WORDS_IN_SENTENCE)
    ]
    on_page = WORDS_ON_PAGE // WORDS_IN_SENTENCE
    for start in range(0, len(sentences) - 100, 100):  # every hundredth, some pages later
        sentences[start + 2 * on_page] = sentences[start].copy()
        sentences[start + 3 * on_page + 1] = [
            *sentences[start + 1][:7],
            "changed",
            *sentences[start + 1][8:],
        ]
    for page in range(pages):
        lines = (" ".join(s).capitalize() + "." for s in sentences[page * on_page :][:on_page])
        folder.joinpath(f"p{page:05}.md").write_text(
            f"---\ntitle: Page {page}\n---\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8"
        )
    return len(range(0, len(sentences) - 100, 100))


if __name__ == "__main__":
    sys.exit(main())
