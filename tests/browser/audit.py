"""Measure every page as a phone sees it, and print a table: `make audit-web`.

Weight and requests are those of the first view with nothing cached, compressed. The axe column
counts the rules broken in any of four views (light and dark, 1280 and 390 wide). Lighthouse, from
npm, judges the page as a middling phone on a slow network shows it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from tests.browser.served import AXE_RUN, FLAGS, find_chromium, page_paths, serve

LIGHTHOUSE = Path("node_modules/.bin/lighthouse")
CATEGORIES = {"performance": 0.98, "accessibility": 1.0, "best-practices": 1.0, "seo": 1.0}
WEIGHT, REQUESTS = 36.0, 7
VIEWS = [(colors, width) for colors in ("light", "dark") for width in (1280, 390)]

LOADED = """[...performance.getEntriesByType("navigation"),
...performance.getEntriesByType("resource")].map((entry) => entry.encodedBodySize)"""


class Measured(NamedTuple):
    """One page: kilobytes (1024 bytes), requests, other hosts, broken rules, scores."""

    path: str
    weight: float
    requests: int
    hosts: int
    broken: list[str]
    scores: dict[str, float]

    def good(self) -> bool:
        """Tell whether the page is as good as the handbook wants to be."""
        return (
            self.weight <= WEIGHT
            and self.requests <= REQUESTS
            and not self.hosts
            and not self.broken
            and all(self.scores[name] >= least for name, least in CATEGORIES.items())
        )

    def row(self) -> str:
        """Return the page's line of the table."""
        scores = " | ".join(f"{self.scores[name]:.2f}" for name in CATEGORIES)
        broken = ", ".join(self.broken) or "none"
        return (
            f"| {self.path} | {self.weight:.0f} | {self.requests} | {self.hosts} | {scores}"
            f" | {broken} |"
        )


def load(browser: Browser, address: str) -> tuple[float, int, int]:
    """Return the weight, the requests and the number of other hosts of a page's first view."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address, wait_until="networkidle")
    loaded: list[int] = page.evaluate(LOADED)
    context.close()
    hosts = {urlsplit(url).netloc for url in requested} - {"", urlsplit(address).netloc}
    return sum(loaded) / 1024, len(loaded), len(hosts)


def broken_rules(browser: Browser, address: str) -> list[str]:
    """Return the names of the axe rules that a page breaks in any of the views."""
    broken: set[str] = set()
    for colors, width in VIEWS:
        context = browser.new_context(
            viewport={"width": width, "height": 860},
            color_scheme="dark" if colors == "dark" else "light",
        )
        page = context.new_page()
        page.goto(address, wait_until="load")
        broken.update(rule.split(":")[0] for rule in page.evaluate(AXE_RUN))
        context.close()
    return sorted(broken)


def scores(address: str, runs: int) -> dict[str, float]:
    """Return Lighthouse's scores, from 0 to 1; the medians of several runs."""
    command = [
        *(str(LIGHTHOUSE), address, "--quiet", "--output=json", "--output-path=stdout"),
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags=--headless {' '.join(FLAGS)}",
    ]
    environment = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    found: dict[str, list[float]] = {name: [] for name in CATEGORIES}
    for _ in range(runs):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        for name, category in json.loads(done.stdout)["categories"].items():
            found[name].append(category["score"] or 0.0)
    return {name: statistics.median(values) for name, values in found.items()}


def measure(folder: Path, paths: list[str], runs: int) -> Iterator[Measured]:
    """Measure pages, one after the other."""
    with serve(folder) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS])
        for path in paths:
            address = site + path
            yield Measured(
                path, *load(browser, address), broken_rules(browser, address), scores(address, runs)
            )
        browser.close()


def main() -> int:
    """Print the table; return 1 if a page is not as good as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the built pages (builder dirhtml)")
    parser.add_argument("pages", nargs="*", help="paths such as /goals/; else all pages")
    parser.add_argument("--runs", type=int, default=1, help="of Lighthouse, for a median")
    given = parser.parse_args()
    if not LIGHTHOUSE.exists() or not find_chromium():
        sys.stderr.write("audit-web needs Chromium, and Node with `npm ci` for Lighthouse.\n")
        return 2
    sys.stdout.write(
        "| page | KB | requests | other hosts | performance | accessibility | best practices"
        " | SEO | axe |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    all_good = True
    for measured in measure(given.folder, given.pages or page_paths(given.folder), given.runs):
        sys.stdout.write(measured.row() + "\n")
        sys.stdout.flush()
        all_good &= measured.good()
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
