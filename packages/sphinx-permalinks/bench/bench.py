"""Measure what the extension costs: sites of many pages, built with it and without, in one run.

`make bench` runs this and prints a table. Beside it stand `bench.json`, with every single
measurement, and `bench.svg`, a plot of the cost against the number of pages. Times are wall-clock
seconds of a whole process, start-up included. The ways of building take turns, so that a machine
that grows slower in the meantime slows them all.

One disturbance is not random by itself: now and then Python's garbage collector looks at all
objects, which takes half a second on 10,000 pages, and a handful of objects more or less decides
whether one more such look, or one less, falls into a build. So each round keeps another number of
objects from the start, the same for every way of building; and the median counts, since the fastest
round would tell who was lucky.

The pages lie in folders of fifty. In one long toctree Sphinx itself would take time that grows with
the square of the number of pages, and hide what is to be measured.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PER_FOLDER = 50
MEGABYTE = 1024  # kilobytes, the unit of ru_maxrss on Linux

SPHINX = """\
import sys
from sphinx.cmd.build import main
kept = [[] for _ in range(int(sys.argv[1]))]
sys.exit(main(sys.argv[2:]))
"""
KEPT = 5_000  # more in each round

WAYS = {
    "without": "",
    "with": 'extensions.append("sphinx_permalinks")\npermalinks_ledger = "permalinks.txt"\n',
}
LOST = "redirect pages lost"
CONF = """\
project = "Benchmark"
extensions = ["myst_parser"]
myst_title_to_header = True
html_theme = "basic"
html_copy_source = False
suppress_warnings = ["permalinks"]
"""
# What reading the pages and parsing their front matter takes at the least.
BARE_CHECK = """\
import pathlib, sys, yaml
for file in pathlib.Path(sys.argv[1]).rglob("*.md"):
    text = file.read_bytes().decode()
    if text.startswith("---"):
        yaml.load(text.split("---", 2)[1], Loader=yaml.CSafeLoader)
"""


# The handbook's chapters and what they need to be read, but none of its own extensions.
CHAPTERS = ("governance", "principles", "members", "reference", "extension")
BARE_CONF = f"""\
project = "Handbook"
extensions = ["myst_parser", "sphinx_design", "sphinxcontrib.datatemplates"]
include_patterns = ["index.md", *(f"{{chapter}}/**" for chapter in {CHAPTERS})]
exclude_patterns = [".*", "_*", "src", "tests", "node_modules", "dist"]
templates_path = ["."]
myst_enable_extensions = ["colon_fence", "deflist", "attrs_block", "attrs_inline", "tasklist"]
myst_title_to_header = True
myst_heading_anchors = 3
html_theme = "sphinx_book_theme"
"""


@dataclass
class Measurement:
    """Times of one way of doing one thing.

    Attributes:
        pages: Number of pages of the site.
        phase: What was done.
        way: How.
        seconds: Each round's wall-clock time.
        peak: Most memory that a process used, in megabytes.
    """

    pages: int
    phase: str
    way: str
    seconds: list[float] = field(default_factory=list)
    peak: float = 0

    @property
    def typical(self) -> float:
        """The median of the rounds, in seconds."""
        return statistics.median(self.seconds)


class Bench:
    """Runs commands and keeps what they cost."""

    def __init__(self, folder: Path, jobs: str) -> None:
        self.folder = folder
        self.jobs = jobs
        self.results: dict[tuple[int, str, str], Measurement] = {}

    def run(self, pages: int, phase: str, way: str, command: list[str]) -> None:
        """Run a command and add its time to the measurements.

        Raises:
            SystemExit: The command failed; its output tells why.
        """
        sys.stderr.write(f"\r\033[K{pages} pages, {phase}, {way} ...")
        sys.stderr.flush()
        log = self.folder / "log.txt"
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / '_ext'}"}
        with log.open("wb") as output:
            started = time.perf_counter()
            process = subprocess.Popen(  # noqa: S603
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT
            )
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
        code = process.returncode = os.waitstatus_to_exitcode(status)
        # The check ends with 1, because the collisions are there to be found.
        printed = log.read_text(encoding="utf-8")
        found = code == 1 and "permalinks.duplicate_permalink" in printed
        if code != 0 and not found:
            sys.stderr.write(f"\n{printed}")
            raise SystemExit(f"{' '.join(command)} failed with exit code {code}")
        result = self.results.setdefault((pages, phase, way), Measurement(pages, phase, way))
        result.seconds.append(seconds)
        result.peak = max(result.peak, usage.ru_maxrss / MEGABYTE)

    def sphinx(  # noqa: PLR0913, PLR0917 - what, how, and where
        self, pages: int, phase: str, way: str, source: Path, out: Path, number: int = 0
    ) -> None:
        """Build the site's HTML, in the round of this number."""
        command = [sys.executable, "-c", SPHINX, str(number * KEPT)]
        options = ["-q", "-b", "dirhtml", "-j", self.jobs]
        self.run(pages, phase, way, [*command, *options, str(source), str(out)])

    def typical(self, pages: int, phase: str, way: str) -> float:
        """The median of a measurement's rounds, in seconds."""
        return self.results[pages, phase, way].typical


def write_site(folder: Path, pages: int) -> None:
    """Write a site of short pages: all with permalinks, a tenth with earlier addresses.

    One page in a hundred claims the permalink of the page before it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    names = [f"part-{n // PER_FOLDER}/page-{n}" for n in range(pages)]
    parts = sorted({name.split("/")[0] for name in names}, key=lambda part: int(part[5:]))
    for part in parts:
        (folder / part).mkdir(parents=True)
        own = "\n".join(name.split("/")[1] for name in names if name.startswith(f"{part}/"))
        text = f"# Folder {part}\n\n```{{toctree}}\n{own}\n```\n"
        (folder / part / "index.md").write_text(text)
    listed = "\n".join(f"{part}/index" for part in parts)
    (folder / "index.md").write_text(f"# Benchmark\n\n```{{toctree}}\n{listed}\n```\n")
    for number, name in enumerate(names):
        claimed = number - 1 if number % 100 == 99 else number  # noqa: PLR2004
        earlier = f"redirect_from: /old/{number}\n" if number % 10 == 0 else ""
        following = names[(number + 1) % pages]
        (folder / f"{name}.md").write_text(
            f"---\ntitle: Page number {number}\npermalink: /p/{claimed}\n{earlier}---\n\n"
            f"Some words about subject {number}, and a link to [the next](../{following}.md).\n\n"
            "## A section\n\nMore words, **strong** ones, and a list:\n\n- one\n- two\n"
        )


def measure_site(bench: Bench, pages: int, rounds: int) -> None:
    """Build one site in both ways: cold, unchanged, and with one page changed."""
    source = bench.folder / f"site-{pages}"
    write_site(source, pages)
    record(bench, pages, source)
    outs = {}
    for number in range(rounds):
        for way in in_turn(number):
            # Nothing is removed meanwhile: file systems take long to use such room again.
            outs[way] = bench.folder / f"out-{pages}-{way}-{number}"
            configure(source, way)
            bench.sphinx(pages, "cold", way, source, outs[way], number)
    for number in range(2 * rounds):  # these are short
        rebuild(bench, pages, source, outs, number)
    bare = [sys.executable, "-c", BARE_CHECK, str(source)]
    check = [sys.executable, "-m", "sphinx_permalinks", "check", str(source)]
    for _ in range(2 * rounds):
        bench.run(pages, "check", "without", bare)
        bench.run(pages, "check", "with", check)
    for left in (*bench.folder.glob("out-*"), *bench.folder.glob("lost-*"), source):
        shutil.rmtree(left)


def record(bench: Bench, pages: int, source: Path) -> None:
    """Write the site's ledger. This warms the machine up, and is no part of the result."""
    configure(source, "with")
    out = bench.folder / "out-record"
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "permalinks", "-j", bench.jobs]
    bench.run(pages, "ledger", "with", [*command, str(source), str(out)])
    del bench.results[pages, "ledger", "with"]


def in_turn(number: int) -> list[str]:
    """Give the ways of building, every other round from the last to the first."""
    return list(WAYS) if number % 2 == 0 else list(reversed(WAYS))


def configure(source: Path, way: str) -> None:
    """Set a site to be built in one way."""
    (source / "conf.py").write_text(CONF + WAYS[way])


def rebuild(bench: Bench, pages: int, source: Path, outs: dict[str, Path], number: int) -> None:
    """Build a site again, unchanged, with one page changed, and with the redirect pages lost."""
    for way in in_turn(number):
        configure(source, way)
        bench.sphinx(pages, "unchanged", way, source, outs[way], number)
    page = source / "part-0" / "page-7.md"
    page.write_text(page.read_text() + f"\nChanged {time.time_ns()}.\n")
    for way in in_turn(number):
        configure(source, way)
        bench.sphinx(pages, "one page changed", way, source, outs[way], number)
    configure(source, "with")
    for published in ("p", "old"):
        (outs["with"] / published).rename(bench.folder / f"lost-{number}-{published}")
    bench.sphinx(pages, LOST, "with", source, outs["with"], number)


def measure_handbook(bench: Bench, rounds: int) -> None:
    """Build the handbook itself, and its pages by Sphinx with the theme as it comes."""
    bare = bench.folder / "bare"
    bare.mkdir(exist_ok=True)
    (bare / "conf.py").write_text(BARE_CONF)
    for template in (ROOT / "_templates").glob("*.jinja"):
        shutil.copy(template, bare)
    pages = sum(1 for folder in CHAPTERS for _ in (ROOT / folder).rglob("*.md")) + 1
    out = bench.folder / "handbook"
    build = [sys.executable, "-m", "sphinx", "-q", "-j", bench.jobs]
    for _ in range(rounds):
        for way, options in (("without", ["-c", str(bare)]), ("with", [])):
            shutil.rmtree(out, ignore_errors=True)
            html = [*build, "-b", "dirhtml", *options, str(ROOT), str(out)]
            bench.run(pages, "handbook, HTML cold", way, html)
            bench.run(pages, "handbook, HTML unchanged", way, html)
        # Of a PDF, Sphinx's own share is to read the pages.
        for way, options in (
            ("without", ["-b", "dummy", "-c", str(bare)]),
            ("with", ["-b", "accessiblepdf"]),
        ):
            shutil.rmtree(out)
            bench.run(pages, "handbook, PDF cold", way, [*build, *options, str(ROOT), str(out)])
    shutil.rmtree(out)
    shutil.rmtree(bare)


def rows(bench: Bench) -> Iterator[tuple[str, ...]]:
    """Make the table's rows: each phase with the extension beside the same without it."""
    for (pages, phase, way), result in sorted(
        bench.results.items(), key=lambda item: (item[0][1].startswith("handbook"), item[0][0])
    ):
        if way == "without" or phase == LOST:
            continue
        base = bench.results[pages, phase, "without"]
        yield (
            str(pages),
            phase,
            f"{base.typical:.2f}",
            f"{result.typical:.2f}",
            f"{result.typical / base.typical:.3f}",
            f"{base.peak:.0f}",
            f"{result.peak:.0f}",
        )


def redirects(pages: int) -> int:
    """How many redirect pages a site has: one for each permalink that a page holds, and more."""
    return pages - pages // 100 + pages // 10


def table(header: tuple[str, ...], body: list[tuple[str, ...]]) -> str:
    """Set rows as a Markdown table."""
    lines = [header, tuple("---" for _ in header), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def growth(bench: Bench, sizes: list[int]) -> Iterator[str]:
    """Say what of a cold build is the writing of redirect pages, and how the cost grows."""
    for pages in sizes:
        writing = bench.typical(pages, LOST, "with") - bench.typical(pages, "unchanged", "with")
        cold, without = (
            bench.typical(pages, "cold", "with"),
            bench.typical(pages, "cold", "without"),
        )
        each = writing / redirects(pages) * 1000  # milliseconds
        yield (
            f"- {pages} pages: writing {redirects(pages)} redirect pages takes {writing:.2f} s,"
            f" {each:.3f} ms each. Without that, the ratio of the cold build"
            f" is {(cold - writing) / without:.3f}."
        )
    for small, large in itertools.pairwise(sizes):
        times = [
            bench.typical(large, "cold", way) / bench.typical(small, "cold", way) / (large / small)
            for way in WAYS
        ]
        yield (
            f"- From {small} to {large} pages the time of a cold build grows {times[1]:.2f} times"
            f" as fast as the number of pages; without the extension {times[0]:.2f} times."
        )


def plot(bench: Bench, sizes: list[int]) -> str:
    """Draw the seconds of a cold build against the number of pages, as SVG, both logarithmic."""
    width, height, left, bottom = 640, 400, 70, 50
    seconds = [bench.typical(n, "cold", way) for n in sizes for way in WAYS]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def across(pages: int) -> float:
        share = (math.log10(pages) - first) / ((last - first) or 1)
        return left + share * (width - left - 30)

    def up(value: float) -> float:
        share = (math.log10(value) - low) / ((high - low) or 1)
        return height - bottom - share * (height - bottom - 60)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="t d" font-family="sans-serif" font-size="13" fill="#1b2a33">',
        '<title id="t">Seconds of a cold build against pages</title>',
        '<desc id="d">One line for each way of building; the numbers are in the table.</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<text x="20" y="24" font-weight="bold">Cold build, seconds (both axes logarithmic)</text>',
    ]
    for power in range(low, high + 1):
        y = up(10.0**power)
        parts.append(f'<path d="M{left} {y:.1f}H{width - 30}" stroke="#c9d2d8"/>')
        parts.append(
            f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    for pages in sizes:
        x = across(pages)
        parts.append(f'<text x="{x:.1f}" y="{height - 26}" text-anchor="middle">{pages:,}</text>')
    parts.append(f'<text x="{width / 2}" y="{height - 8}" text-anchor="middle">pages</text>')
    lines = (
        ("without", "without the extension", "#5b6b75", "none"),
        ("with", "with it", "#0b5268", "6 4"),
    )
    for number, (way, name, colour, dashes) in enumerate(lines):
        points = " ".join(f"{across(n):.1f},{up(bench.typical(n, 'cold', way)):.1f}" for n in sizes)
        style = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        y = 40 + 16 * number
        parts.append(
            f'<polyline points="{points}" {style}/><path d="M{left + 10} {y - 4}h34" {style}/>'
            f'<text x="{left + 52}" y="{y}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def machine() -> str:
    """Describe the machine in one line, without its name."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}"


def write_report(bench: Bench, sizes: list[int]) -> None:
    """Print the table, and write it with data and plot."""
    header = (
        "pages",
        "phase",
        "seconds without",
        "seconds with",
        "ratio",
        "peak MB without",
        "peak MB with",
    )
    report = [
        f"{machine()}, {time.strftime('%Y-%m-%d', time.gmtime())}, -j {bench.jobs}\n",
        table(header, list(rows(bench))),
        "\n".join(growth(bench, sizes)),
    ]
    sys.stdout.write("\n".join(report) + "\n")
    figure = "![Seconds of a cold build against pages: see the table](bench.svg)"
    (bench.folder / "bench.md").write_text("\n".join([*report, "", figure, ""]), encoding="utf-8")
    data = {"machine": machine(), "measurements": [asdict(m) for m in bench.results.values()]}
    (bench.folder / "bench.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    (bench.folder / "bench.svg").write_text(plot(bench, sizes), encoding="utf-8")
    (bench.folder / "log.txt").unlink(missing_ok=True)


def main() -> None:
    """Read the options, measure, and write table, data and plot."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="of the largest site's cold builds; twice as many of others",
    )
    parser.add_argument("--jobs", default="2", help="processes of Sphinx")
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "bench")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.out, options.jobs)
    sizes = sorted(options.sizes)
    for pages in sizes:
        measure_site(bench, pages, options.rounds if pages == sizes[-1] else 2 * options.rounds)
    measure_handbook(bench, options.rounds)
    sys.stderr.write("\r\033[K")
    write_report(bench, sizes)


if __name__ == "__main__":
    main()
