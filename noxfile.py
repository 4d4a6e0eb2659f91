"""The handbook's tasks, on every system: `nox -l` lists them, `nox -s NAME` runs one.

`make NAME` does the same where there is make, and installs nox first. All tasks share one
environment, made from the lock files: .venv, or the folder that the variable VENV names.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import nox

ROOT = Path(__file__).parent.resolve()
PACKAGES = sorted(folder.parent for folder in ROOT.glob("packages/*/pyproject.toml"))
VENV = ROOT / os.environ.get("VENV", ".venv")
BIN = "Scripts" if os.name == "nt" else "bin"
BUILD = Path("_build")
STRICT = ["-q", "-n", "-W", "--keep-going", "-j", "auto"]
# Files with few tests take the longest here, and xdist would begin with those that have many.
PYTEST = ["--quiet", "--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder"]
PYTEST += ["-p", "no:anyio"]  # a plugin that no test uses, and that takes long to load
NOTHING_FOUND = 5  # pytest's exit code
LOCK = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate"]

# What an edit of a page or of the data can break, but for the PDF: without the tests of code alone.
QUICK = [
    *("tests/text", "tests/data", "-k", "not pdf"),
    *("--ignore=tests/text/test_authority.py", "--ignore=tests/text/test_bad_input.py"),
    *("--ignore=tests/text/test_style_rules.py", "--ignore=tests/data/test_roster.py"),
    "--ignore=tests/data/test_shown.py",
]

BUILDING = "requirements.txt"
CHECKING = "requirements/dev.txt"
RELEASING = "requirements/release.txt"

nox.options.sessions = ["handbook"]
task = partial(nox.session, python=False)


def environment(session: nox.Session, lock: str, venv: Path = VENV) -> Path:
    """Install a lock file, unless it is installed already, and return the environment's Python."""
    if sys.version_info < (3, 11):  # noqa: UP036 - nox itself runs on older ones
        session.error("The handbook needs Python 3.11 or later; run nox with a newer one.")
    python = venv / BIN / ("python.exe" if os.name == "nt" else "python")
    if not python.exists():
        session.run(sys.executable, "-m", "venv", str(venv), external=True, log=False)
    stamp = venv / f".{Path(lock).stem}.sha256"
    digest = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        session.log(f"Installing {lock} ...")
        pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        session.run(str(python), *pip, "-r", lock, external=True, log=False)
        stamp.write_text(digest)
    return python


def python(
    session: nox.Session,
    *arguments: str,
    lock: str = CHECKING,
    cwd: Path = ROOT,
    success_codes: Iterable[int] = (0,),
) -> None:
    """Run Python in the shared environment, where it finds the handbook's code and the packages."""
    search = os.pathsep.join(map(str, [ROOT, *(package / "src" for package in PACKAGES)]))
    command = [str(environment(session, lock)), *arguments]
    # mypy asks for its own variable. Windows would print in an encoding of its own.
    env = {"PYTHONPATH": search, "MYPYPATH": search, "PYTHONUTF8": "1"}
    with contextlib.chdir(cwd):
        session.run(*command, env=env, external=True, log=False, success_codes=success_codes)


def release(session: nox.Session, module: str, *arguments: str) -> None:
    """Run a tool of the release, which has an environment of its own."""
    python = environment(session, RELEASING, VENV.with_name(f"{VENV.name}-release"))
    session.run(str(python), "-m", module, *arguments, external=True, log=False)


def pytest(session: nox.Session, *arguments: str, cwd: Path = ROOT) -> None:
    """Run tests; if arguments select some, a folder may have none of them."""
    done = [0, NOTHING_FOUND] if session.posargs else [0]
    command = ["-m", "pytest", *PYTEST, *arguments, *session.posargs]
    python(session, *command, cwd=cwd, success_codes=done)


def online(session: nox.Session) -> None:
    """Stop where there is no network, rather than report everything as broken."""
    try:
        socket.getaddrinfo("cass.community", 443)
    except OSError:
        session.error("There is no network here; try again with one, or run the weekly workflow.")


def sphinx(session: nox.Session, builder: str, *options: str, source: str = ".", out: str) -> None:
    """Build with Sphinx; a warning fails the build after everything was built."""
    try:  # Sphinx would end in a traceback
        (ROOT / out).mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=ROOT / out).close()
    except OSError as error:
        session.error(f"{out} cannot be written ({error.strerror}); free that place, or remove it")
    python(session, "-m", "sphinx", *STRICT, *options, "-b", builder, source, out, lock=BUILDING)


@task
def handbook(session: nox.Session) -> None:
    """Build the web pages, the PDF, and the EPUB."""
    pdf(session)  # these two first: the pages link to them
    epub(session)
    html(session)
    session.log(f"Web pages: open {BUILD / 'html' / 'index.html'} (with working links: live)")
    session.log(f"PDF:       open {BUILD / 'pdf' / 'cass-handbook.pdf'}")
    session.log(f"EPUB:      open {BUILD / 'epub' / 'cass-handbook.epub'}")


@task
def html(session: nox.Session) -> None:
    """Build the web pages only."""
    sphinx(session, "dirhtml", *session.posargs, out=str(BUILD / "html"))


@task
def pdf(session: nox.Session) -> None:
    """Build the PDF only."""
    sphinx(session, "accessiblepdf", *session.posargs, out=str(BUILD / "pdf"))


@task
def epub(session: nox.Session) -> None:
    """Build the EPUB only."""
    # What the PDF's build has read, if there was one, need not be read again.
    read = f"--doctree-dir={BUILD / 'pdf' / '.doctrees'}"
    sphinx(session, "epub", read, *session.posargs, out=str(BUILD / "epub"))


@task
def live(session: nox.Session) -> None:
    """Live preview in a browser, rebuilt at every change."""
    python(session, "-m", "tools.live", *session.posargs)


@task
def lint(session: nox.Session) -> None:
    """Everything that is checked without a build."""
    python(session, "-m", "tools.lint", *session.posargs)


@task
def types(session: nox.Session) -> None:
    """Check the types of the handbook's code and the packages'."""
    options = ["--no-error-summary", "--num-workers=auto"]
    options += [f"--cache-dir={ROOT / '.mypy_cache'}"]  # Sphinx and docutils are read once for all
    for folder in (ROOT, *PACKAGES):
        python(session, "-m", "mypy", *options, cwd=folder)


@task
def test(session: nox.Session) -> None:
    """Lint, types and all tests, of the handbook and of each package."""
    python(session, "-m", "tools.lint")
    types(session)
    for folder in (ROOT, *PACKAGES):
        session.log(f"Tests of {folder.name}")
        pytest(session, cwd=folder)


@task(name="test-quick")
def test_quick(session: nox.Session) -> None:
    """Lint and the tests of pages and data: for everyday edits."""
    python(session, "-m", "tools.lint")
    pytest(session, *QUICK)


@task
def ledger(session: nox.Session) -> None:
    """Record new permanent addresses in permalinks.txt."""
    options = ["-q", "-b", "permalinks", ".", str(BUILD / "ledger")]
    python(session, "-m", "sphinx", *options, lock=BUILDING)


@task(name="new-page")
def new_page(session: nox.Session) -> None:
    """Start a page: asks, or takes CHAPTER, TITLE, PERMALINK, and CLAUSE."""
    given = [
        argument
        for name in ("chapter", "title", "permalink", "clause")
        if (value := os.environ.get(name.upper()))
        for argument in (f"--{name}", value)
    ]
    python(session, "-m", "tools.new_page", *given, *session.posargs, lock=BUILDING)


@task(name="record-pages")
def record_pages(session: nox.Session) -> None:
    """Write the pages of new members and working groups."""
    python(session, "-m", "tools.record_pages", lock=BUILDING)


@task
def stale(session: nox.Session) -> None:
    """List data that nobody has reviewed for more than a year."""
    python(session, "-m", "tools.stale", lock=BUILDING)


@task
def roster(session: nox.Session) -> None:
    """Compare the members data with the public site's own (`-- --write` takes it over)."""
    python(session, "-m", "tools.roster", *session.posargs, lock=BUILDING)


@task
def manuals(session: nox.Session) -> None:
    """Build the packages' manuals, as web pages and, with our own builder, as PDFs."""
    for package in PACKAGES:
        source, out = str(package / "docs"), BUILD / "manuals" / package.name
        sphinx(session, "dirhtml", source=source, out=str(out / "html"))
        # A manual need not know the builder.
        extensions = ["myst_parser", package.name.replace("-", "_"), "sphinx_accessible_pdf"]
        option = f"--define=extensions={','.join(dict.fromkeys(extensions))}"
        sphinx(session, "accessiblepdf", option, source=source, out=str(out / "pdf"))


@task
def linkcheck(session: nox.Session) -> None:
    """Open every link to another site (needs the network)."""
    online(session)
    sphinx(session, "linkcheck", out=str(BUILD / "linkcheck"))


@task
def hooks(session: nox.Session) -> None:
    """Run lint before every commit."""
    python(session, "-m", "tools.hook")


@task
def lock(session: nox.Session) -> None:
    """Pin what changed in requirements.in and requirements/*.in (`-- --upgrade`: everything)."""
    for name in ("requirements", "requirements/nox", "requirements/release", "requirements/dev"):
        files = [f"{name}.in", "-o", f"{name}.txt"]
        command = ["-m", "uv", "pip", "compile", "--quiet", *LOCK, "--no-emit-index-url"]
        python(session, *command, *session.posargs, *files)


@task
def dist(session: nox.Session) -> None:
    """Build the packages' wheels in dist/."""
    for package in PACKAGES:
        python(session, "-m", "build", "--no-isolation", "--outdir=dist", str(package))


@task
def edition(session: nox.Session) -> None:
    """Check whether an edition can be published, and print the commands."""
    python(session, "-m", "tools.edition")


@task
def changes(session: nox.Session) -> None:
    """Compare two editions; takes FROM and TO, such as v1.0.0 and HEAD."""
    given = [os.environ["FROM"], os.environ.get("TO") or "HEAD"] if os.environ.get("FROM") else []
    python(session, "-m", "tools.changes", *given, *session.posargs)


@task
def sbom(session: nox.Session) -> None:
    """Write the software bill of materials of what builds the handbook, to dist/."""
    Path("dist").mkdir(exist_ok=True)
    options = ["--output-reproducible", "--output-file", "dist/sbom.cdx.json"]
    release(session, "cyclonedx_py", "requirements", *options, BUILDING)


@task
def audit(session: nox.Session) -> None:
    """Compare the pinned requirements with known vulnerabilities (needs the network)."""
    online(session)
    options = ["--strict", "--disable-pip", "--require-hashes", "--progress-spinner=off"]
    release(session, "pip_audit", *options, *session.posargs, "-r", BUILDING, "-r", CHECKING)


@task(name="audit-web")
def audit_web(session: nox.Session) -> None:
    """Weight, Lighthouse and axe of every page; `-- --runs 3 /search/` for some."""
    if not (npm := shutil.which("npm")):
        session.error("audit-web needs Node and npm, for Lighthouse: nodejs.org")
    session.run(npm, "ci", "--silent", "--ignore-scripts", external=True, log=False)
    html(session)
    python(session, "-m", "tests.browser.audit", str(BUILD / "html"), *session.posargs)


# For each extension: Pythons, the versions for the oldest of them, what its tests need, the tests.
MATRIX = {
    "sphinx-permalinks": (
        ["3.11", "3.12", "3.13", "3.14"],
        ["sphinx==8.1.*", "myst-parser==4.*"],
        ["hypothesis", "beautifulsoup4", "pre-commit", "sphinxcontrib-typstbuilder"],
        ["tests/unit", "tests/site"],
    ),
    "sphinx-accessible-pdf": (
        ["3.11", "3.12", "3.13"],
        ["sphinx==8.2.*", "myst-parser>=5"],
        [
            *("page-validation", "sphinx-design", "justmytype-intl-cjk", "myst-nb"),
            *("sphinx-copybutton", "sphinx-tabs", "sphinx-togglebutton"),
            *("sphinxcontrib-bibtex", "sphinxcontrib-mermaid", "nbsphinx", "pypandoc-binary"),
        ],
        ["tests"],
    ),
}


@nox.session(name="test-matrix", venv_backend="venv", reuse_venv=True)
@nox.parametrize(
    ("python", "package"),
    [(python, package) for package, (pythons, *_) in MATRIX.items() for python in pythons],
)
def test_matrix(session: nox.Session, package: str) -> None:
    """Run the extensions' tests with the oldest and newest Sphinx (needs the network)."""
    pythons, oldest, tools, paths = MATRIX[package]
    versions = oldest if session.python == pythons[0] else ["sphinx", "myst-parser"]
    extras = "[math,testing]" if package == "sphinx-accessible-pdf" else ""
    folder = ROOT / "packages" / package
    session.install("pytest", *tools, *versions, f"{folder}{extras}")
    with session.chdir(folder):
        session.run("python", "-m", "pytest", "--quiet", *paths)


@nox.session(name="try-projects", venv_backend="venv", reuse_venv=True)
def try_projects(session: nox.Session) -> None:
    """Build the PDFs of real Sphinx projects, and list what is wrong (needs the network)."""
    package = ROOT / "packages" / "sphinx-accessible-pdf"
    bench = package / "bench"
    session.install("-r", str(bench / "requirements.txt"), f"{package}[math,testing]")
    folder = f"--folder={BUILD / 'projects'}"
    session.run("python", str(bench / "try_projects.py"), folder, *session.posargs)


@task(name="ten-edits")
def ten_edits(session: nox.Session) -> None:
    """Make ten valid edits in copies, and test the content after each."""
    python(session, "-m", "tests.project.ten_edits", *session.posargs)


@task
def fuzz(session: nox.Session) -> None:
    """Try many times as much hostile input as the tests do, and other edits."""
    os.environ["FUZZ"] = "20"
    python(session, "-m", "pytest", "--quiet", "tests/hostile/test_policy.py")
    folder = ROOT / "packages" / "sphinx-permalinks"
    tests = ["hostile/test_fuzz.py", "site/test_rebuild.py", "site/test_interrupted.py"]
    python(session, "-m", "pytest", *PYTEST, *(f"tests/{test}" for test in tests), cwd=folder)


@task
def bench(session: nox.Session) -> None:
    """Measure what the handbook's code and the permalinks extension cost (half an hour)."""
    python(session, "-m", "tools.bench")
    python(session, "packages/sphinx-permalinks/bench/bench.py", *session.posargs)


@task(name="bench-live")
def bench_live(session: nox.Session) -> None:
    """Measure the time from saving a page to the refreshed preview."""
    python(session, "-m", "tools.time_live")


@nox.session(name="try-sites", venv_backend="venv", reuse_venv=True)
def try_sites(session: nox.Session) -> None:
    """Try the permalinks extension on real documentation sites (needs the network)."""
    package = ROOT / "packages" / "sphinx-permalinks"
    session.install("-r", str(package / "bench" / "requirements.txt"), str(package))
    script = str(package / "bench" / "try_sites.py")
    session.run("python", script, f"--folder={BUILD / 'sites'}", *session.posargs)


@task
def clean(_: nox.Session) -> None:
    """Remove what was built."""
    shutil.rmtree(BUILD, ignore_errors=True)
