"""Measure what the extension costs: sites of many pages, built with it and without, in turns.

Prints a table, and writes it with every measurement to `bench.md` and `bench.json` in the folder
that `--out` names. Times are those of the processor, user and system, that a process and its
children take, start-up included; the median of the rounds counts. Builds with and without the
extension take turns, so that a machine that slows down slows both.

The pages are in folders of fifty. In one long toctree Sphinx itself would take time that grows with
the square of the number of pages, and hide what is to be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PER_FOLDER = 50
MEGABYTE = 1024  # kilobytes, the unit of ru_maxrss on Linux
PHASES = ("cold", "unchanged", "one page changed", "check", "prefixes", "moved", "export")

CONF = """\
project = "Benchmark"
extensions = ["myst_parser"]
myst_title_to_header = True
html_theme = "basic"
html_copy_source = False
suppress_warnings = ["permalinks"]
"""
WAYS = {
    "without": "",
    "with": 'extensions.append("sphinx_permalinks")\npermalinks_ledger = "permalinks.txt"\n',
}
# What reading the pages and parsing their front matter takes at the least.
BARE_CHECK = """\
import pathlib, sys, yaml
for file in pathlib.Path(sys.argv[1]).rglob("*.md"):
    text = file.read_bytes().decode()
    if text.startswith("---"):
        yaml.load(text.split("---", 2)[1], Loader=yaml.CSafeLoader)
"""


class Bench:
    """Runs commands, and keeps the seconds and the peak megabytes of each way and phase."""

    def __init__(self, folder: Path, jobs: str) -> None:
        self.folder = folder
        self.jobs = jobs
        self.seconds: dict[tuple[int, str, str], list[float]] = defaultdict(list)
        self.peak: dict[tuple[int, str, str], float] = defaultdict(float)

    def run(self, what: tuple[int, str, str], command: list[str]) -> None:
        """Run a command and add what it cost; end the program if it fails."""
        sys.stderr.write(f"\r\033[K{' '.join(map(str, what))} ...")
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        # Installed packages are compiled, and so must be the one that is measured.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        process = subprocess.Popen(  # noqa: S603
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        printed = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and "sphinx_permalinks" not in command:  # which finds something
            raise SystemExit(f"{' '.join(command)} failed:\n{printed.decode()}")
        self.seconds[what].append(usage.ru_utime + usage.ru_stime)
        self.peak[what] = max(self.peak[what], usage.ru_maxrss / MEGABYTE)

    def build(self, what: tuple[int, str, str], source: Path, out: Path, more: str = "") -> None:
        """Build a site in one way."""
        (source / "conf.py").write_text(CONF + WAYS[what[2]] + more)
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "dirhtml", "-j", self.jobs]
        self.run(what, [*command, str(source), str(out)])


def write_site(folder: Path, pages: int) -> None:
    """Write short pages with permalinks; one in ten has an earlier address, one in 100 collides."""
    shutil.rmtree(folder, ignore_errors=True)
    names = [f"part-{n // PER_FOLDER}/page-{n}" for n in range(pages)]
    parts: dict[str, list[str]] = defaultdict(list)
    for name in names:
        parts[name.split("/")[0]].append(name.split("/")[1])
    for part, own in parts.items():
        (folder / part).mkdir(parents=True)
        text = "# Folder {}\n\n```{{toctree}}\n{}\n```\n".format(part, "\n".join(own))
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


def measure(bench: Bench, pages: int, rounds: int, cold: int) -> None:
    """Measure every phase of one site, in both ways; cold builds only in the first rounds."""
    source = bench.folder / f"site-{pages}"
    write_site(source, pages)
    (source / "conf.py").write_text(CONF + WAYS["with"])
    record = [sys.executable, "-m", "sphinx", "-q", "-b", "permalinks", "-j", bench.jobs]
    bench.run((pages, "record", "with"), [*record, str(source), str(bench.folder / "record")])
    page = source / "part-0" / "page-7.md"
    for number in range(rounds):
        ways = list(WAYS) if number % 2 == 0 else list(reversed(WAYS))
        last = min(number, cold - 1)
        outs = {way: bench.folder / f"out-{pages}-{way}-{last}" for way in WAYS}
        for way in ways if number < cold else ():
            bench.build((pages, "cold", way), source, outs[way])
        for way in ways:
            bench.build((pages, "unchanged", way), source, outs[way])
        page.write_text(page.read_text() + f"\nChanged {time.time_ns()}.\n")
        for way in ways:
            bench.build((pages, "one page changed", way), source, outs[way])
        bench.run((pages, "check", "without"), [sys.executable, "-c", BARE_CHECK, str(source)])
        check = [sys.executable, "-m", "sphinx_permalinks", "check", str(source)]
        bench.run((pages, "check", "with"), check)
        measure_rest(bench, pages, source, outs)
    for left in (*bench.folder.glob("out-*"), bench.folder / "record", source):
        shutil.rmtree(left)


def measure_rest(bench: Bench, pages: int, source: Path, outs: dict[str, Path]) -> None:
    """Measure what is used now and then, against the least that it could take."""
    parts = sorted(path.name for path in source.glob("part-*"))
    prefixes = {f"/was/{part}/*": f"/{part}/*" for part in parts}
    for way, more in (("without", ""), ("with", f"permalinks_redirects = {prefixes}\n")):
        bench.build((pages, "prefixes", way), source, outs[way], more)
    # So that the next round's unchanged build follows one with the same settings.
    bench.build((pages, "prefixes removed", "with"), source, outs["with"])
    listed = str(outs["with"] / "permalinks.json")
    load = "import json, sys; json.load(open(sys.argv[1]))"
    bench.run((pages, "export", "without"), [sys.executable, "-c", load, listed])
    own = [sys.executable, "-m", "sphinx_permalinks"]
    bench.run((pages, "export", "with"), [*own, "export", "nginx", listed])
    git = ["git", "-C", str(source), "-c", "user.name=B", "-c", "user.email=b@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "B"], ["mv", "part-1", "new"]):
        subprocess.run([*git, *command], check=True)  # noqa: S603
    bench.run((pages, "moved", "without"), [*git, "diff", "-M", "--name-status", "HEAD"])
    bench.run((pages, "moved", "with"), [*own, "moved", str(source)])
    shutil.rmtree(source / ".git")
    (source / "new").rename(source / "part-1")


def report(bench: Bench, sizes: list[int]) -> str:
    """Write the results as a Markdown table."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    day = time.strftime("%Y-%m-%d", time.gmtime())
    lines = [
        f"{system}, Python {platform.python_version()}, {day}, -j {bench.jobs}\n",
        "| pages | phase | CPU seconds without | with | ratio | peak MB without | with |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for pages in sizes:
        for phase in PHASES:
            keys = [(pages, phase, way) for way in WAYS]
            without, own = (statistics.median(bench.seconds[key]) for key in keys)
            low, high = (bench.peak[key] for key in keys)
            row = f"| {without:.2f} | {own:.2f} | {own / without:.3f} | {low:.0f} | {high:.0f} |"
            lines.append(f"| {pages} | {phase} {row}")
    return "\n".join([*lines, ""])


def main() -> None:
    """Read the options, measure, and write the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cold", type=int, default=3, help="rounds that begin with a cold build")
    parser.add_argument("--jobs", default="2", help="processes of Sphinx")
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "bench")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.out, options.jobs)
    sizes = sorted(options.sizes)
    for pages in sizes:
        measure(bench, pages, options.rounds, options.cold)
    text = report(bench, sizes)
    sys.stdout.write(f"\n{text}")
    (options.out / "bench.md").write_text(text, encoding="utf-8")
    listed = {" ".join(map(str, key)): seconds for key, seconds in bench.seconds.items()}
    (options.out / "bench.json").write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
