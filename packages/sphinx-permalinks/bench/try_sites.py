"""Try the extension on real documentation sites, and print what it changed and found as a table.

Each site is built as it is and with the extension, from a checkout in which nothing is generated
yet; its addresses are recorded, and looked for without a build. One page and one folder are renamed
with git, and the command `moved` writes their earlier addresses. The result is then served by
Python's plain file server, and asked for every page of the first build and for every line of the
ledger.

Takes names of sites; all of them by default. Sources and output are kept in the folder that
`--folder` names. Needs git, the network, and an environment with the projects and their extensions:
`make try-sites` makes one.
"""

from __future__ import annotations

import argparse
import http.server
import os
import re
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin

# The version that the manual's table is about, and the folder of conf.py.
SITES = {
    "attrs": ("26.1.0", "docs"),
    "cf-xarray": ("0.11.3", "doc"),  # autosummary generates most pages
    "click": ("8.5.1", "docs"),
    "emcee": ("3.1.6", "docs"),  # notebooks
    "flask": ("3.1.3", "docs"),
    "jinja2": ("3.1.6", "docs"),
    "urllib3": ("2.8.0", "docs"),
    "werkzeug": ("3.1.9", "docs"),
}
# Themes do not matter here; other projects' inventories need the network, and so do notebooks.
CONF = """
html_theme = "basic"
html_theme_options = html_sidebars = intersphinx_mapping = {}
nb_execution_mode = "off"
"""
EXTENDED = """
extensions += ["sphinx_permalinks"]
permalinks_ledger = "permalinks.txt"
"""
HEAD = (
    "| site | pages | CPU seconds without | with | other warnings | changed files | findings"
    " | only in the check | addresses | labels | moved | asked for | answered |\n"
    f"| --- |{' ---: |' * 5} --- |{' ---: |' * 6}"
)
TOWNCRIER = re.compile(r"""["']sphinxcontrib\.towncrier(\.ext)?["'],?""")  # needs a repository
FINDING = re.compile(r"\[permalinks\.(\w+)\]$", re.MULTILINE)
REFRESH = re.compile(r'http-equiv="refresh" content="0; url=([^"]*)"')


def source_of(name: str, folder: Path) -> Path:
    """Download and unpack a site's project; return the folder of its conf.py."""
    version, docs = SITES[name]
    unpacked = folder / name
    if not list(unpacked.glob("*.tar.gz")):
        options = ["--quiet", "--no-deps", f"--no-binary={name}", f"--dest={unpacked}"]
        pip = [sys.executable, "-m", "pip", "download", *options, f"{name}=={version}"]
        subprocess.run(pip, check=True)  # noqa: S603
    (archive,) = unpacked.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(unpacked, filter="data")
    (conf,) = unpacked.glob(f"*/{docs}/conf.py")
    settings = TOWNCRIER.sub("", conf.read_text(encoding="utf-8"))
    conf.write_text(settings + CONF, encoding="utf-8")
    git(conf.parent, "init", "-q")
    git(conf.parent, "add", "--force", ".")  # what the project ignores may be in its archive
    commit(conf.parent)
    return conf.parent


def git(folder: Path, *arguments: str) -> str:
    """Run git, and return what it prints."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603
    return done.stdout


def commit(folder: Path) -> None:
    """Commit what is staged."""
    identity = ["-c", "user.name=Trial", "-c", "user.email=trial@example.org"]
    git(folder, *identity, "commit", "-q", "-a", "-m", "Trial")


def run(module: str, *arguments: str | Path) -> tuple[float, str]:
    """Run a Python module; return the processor time that it took, and what it printed."""
    before = os.times()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", module, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    after = os.times()
    if done.returncode and module == "sphinx":
        raise SystemExit(done.stdout)
    seconds = after.children_user + after.children_system
    return seconds - before.children_user - before.children_system, done.stdout


def build(source: Path, out: Path, builder: str = "html") -> tuple[float, str]:
    """Build a site from the files that git has, with nothing generated yet; see `run`."""
    git(source, "clean", "-dfqx")
    return run("sphinx", "-q", "-b", builder, source, out)


def warnings(text: str) -> Counter[str]:
    """Count the warnings of a build that are not this extension's."""
    return Counter(
        line for line in text.splitlines() if "WARNING: " in line and not FINDING.search(line)
    )


def pages(out: Path) -> dict[str, bytes]:
    """Read the HTML files of an output folder."""
    return {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*.html")}


def rename(source: Path) -> None:
    """Rename the folder that has the most pages, and the first page outside it."""
    files = map(Path, git(source, "ls-files", "*.ipynb", "*.md", "*.rst").splitlines())
    found = [path for path in files if path.parts[0][0] != "_" and path.stem != "index"]
    folders = Counter(path.parts[0] for path in found if len(path.parts) > 1)
    renamed = [Path(name) for name, _pages in folders.most_common(1)]
    others = (path for path in found if Path(path.parts[0]) not in renamed and listed(source, path))
    renamed.append(min(others, key=lambda path: len(path.parts)))
    for path in renamed:
        git(source, "mv", str(path), str(path.with_name(f"renamed-{path.name}")))
    commit(source)


def listed(source: Path, page: Path) -> bool:
    """Whether the ledger has a page."""
    text = (source / "permalinks.txt").read_text(encoding="utf-8")
    return f"/{page.with_suffix('').as_posix()}" in text.splitlines()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder as `python -m http.server` does; yield its URL."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(folder))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def answers(url: str) -> bool:
    """Whether a page answers, after redirects, and has the anchor that was asked for."""
    place, fragment = urldefrag(url)
    for _hop in range(5):
        try:
            with urllib.request.urlopen(place) as response:  # noqa: S310
                text = response.read().decode()
        except urllib.error.HTTPError:
            return False
        refresh = REFRESH.search(text)
        if refresh is None:
            return not fragment or f'id="{fragment}"' in text
        place, _sign, own = urljoin(place, refresh[1]).partition("#")
        fragment = fragment or own
    return False


def tried(name: str, folder: Path) -> str:
    """Try one site; return its line of the table."""
    source = source_of(name, folder)
    plain, own, moved_out = (folder / f"{name}-{way}" for way in ("without", "with", "moved"))
    before, said = build(source, plain)
    with (source / "conf.py").open("a", encoding="utf-8") as file:
        file.write(EXTENDED)
    after, said_with = build(source, own)
    first, second = pages(plain), pages(own)
    findings = Counter(FINDING.findall(said_with))
    del findings["unrecorded_permalink"]  # one for each page, until they are recorded
    _seconds, recording = build(source, folder / f"{name}-record", "permalinks")
    git(source, "add", "permalinks.txt")
    commit(source)
    git(source, "clean", "-dfqx")
    _seconds, checked = run("sphinx_permalinks", "check", source)
    only_check = Counter(FINDING.findall(checked)) - findings
    rename(source)
    _seconds, moves = run("sphinx_permalinks", "moved", "--since", "HEAD~1", "--write", source)
    # What the command says of notebooks.
    by_hand = dict(re.findall(r"^ *\d+%  (\S+)  ->  (\S+)\.ipynb$", moves, re.MULTILINE))
    with (source / "conf.py").open("a", encoding="utf-8") as file:
        file.write(f"permalinks_redirects = {by_hand}\n")
    _seconds, said_moved = build(source, moved_out)
    ledger = (source / "permalinks.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in ledger if line.startswith("/")]
    labels = sum("#" in line for line in lines)
    with served(moved_out) as site:
        wanted = [*lines, *(f"/{file}" for file in first)]
        silent = [place for place in wanted if not answers(site + quote(place, safe="/#"))]
    log = [said_with, recording, checked, moves, said_moved, *(f"silent: {p}" for p in silent)]
    (folder / f"{name}.log").write_text("\n".join(log), encoding="utf-8")
    other = warnings(said_with) - warnings(said)
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(findings.items())) or "none"
    changed = sum(second.get(file) != content for file, content in first.items())
    number = re.search(r"(\d+) pages? moved", moves)
    cells = [
        f"{name} {SITES[name][0]}",
        *(len(first), f"{before:.1f}", f"{after:.1f}", other.total(), changed, kinds),
        *(only_check.total(), len(lines) - labels, labels, number[1] if number else "?"),
        *(len(wanted), len(wanted) - len(silent)),
    ]
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Read the options, try the sites, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sites", nargs="*", metavar="SITE", help=", ".join(SITES))
    parser.add_argument("--folder", type=Path, default=Path("_build") / "sites")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{HEAD}\n")
    for name in options.sites or SITES:
        sys.stdout.write(f"{tried(name, folder)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
