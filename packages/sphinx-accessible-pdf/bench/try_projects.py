"""Build the PDFs of real projects, and print what it cost and what is wrong with them as a table.

Takes names of projects; all of them by default. Sources and PDFs are kept in the folder that
`--folder` names. Needs the network, and an environment with the projects and their extensions:
`make try-projects` makes one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any, NamedTuple


class Project(NamedTuple):
    """A project whose source distribution has its documentation.

    Attributes:
        version: The version that the manual's table is about.
        docs: The folder of its conf.py.
    """

    version: str
    docs: str


PROJECTS = {
    "sphinx": Project("9.0.4", "doc"),
    "werkzeug": Project("3.1.9", "docs"),
    "flask": Project("3.1.3", "docs"),
    "jinja2": Project("3.1.6", "docs"),
    "click": Project("8.5.1", "docs"),
    "attrs": Project("26.1.0", "docs"),
    "urllib3": Project("2.8.0", "docs"),
}
NAMES = {"jinja2": "Jinja", "attrs": "attrs", "urllib3": "urllib3"}
# Themes do not matter here, other projects' inventories need the network, and towncrier needs the
# project's repository.
CONF = """
left_out = {"sphinx.ext.intersphinx", "sphinxcontrib.towncrier"}
extensions = [name for name in extensions if name not in left_out] + ["sphinx_accessible_pdf"]
html_theme, html_theme_options = "basic", {}
accessiblepdf_documents = [{"name": "book"}]
"""
HEAD = (
    "| project | pages | CPU seconds | of them to compile | ms a page | memory, MB | warnings "
    "| rules broken | overlaps |\n| --- " + "| ---: " * 8 + "|"
)


def source_of(name: str, folder: Path) -> Path:
    """Download and unpack a project; return the folder of its conf.py."""
    project = PROJECTS[name]
    unpacked = folder / name
    if not unpacked.is_dir():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:"]
        requirement = f"{name}=={project.version}"
        subprocess.run([*pip, f"--dest={unpacked}", requirement], check=True)  # noqa: S603
        (archive,) = unpacked.glob("*.tar.gz")
        with tarfile.open(archive) as file:
            file.extractall(unpacked, filter="data")
        (conf,) = unpacked.glob(f"*/{project.docs}/conf.py")
        with conf.open("a", encoding="utf-8") as file:
            file.write(CONF)
    (conf,) = unpacked.glob(f"*/{project.docs}/conf.py")
    return conf.parent


def built(source: Path, out: Path) -> dict[str, Any]:
    """Build a project in a process of its own, and measure it."""
    command = [sys.executable, __file__, "--build", str(source), str(out)]
    with out.with_suffix(".log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    text = out.with_suffix(".log").read_text(encoding="utf-8")
    compiling = re.search(r"^compiling took (\S+) s", text, re.MULTILINE)
    return {
        "code": process.returncode,
        "seconds": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss // 1024,
        "compiling": float(compiling[1]) if compiling else 0.0,
        "warnings": re.findall(r"WARNING: .*?(?:\[([\w.]+)\])?$", text, re.MULTILINE),
    }


def build(source: str, out: str) -> int:
    """Build in this process, and print the processor time that compiling took."""
    from sphinx.cmd.build import build_main  # noqa: PLC0415

    from sphinx_accessible_pdf.builder import AccessiblePdfBuilder  # noqa: PLC0415

    compile_book = AccessiblePdfBuilder._compile

    def timed(self: AccessiblePdfBuilder, *arguments: Any) -> None:
        started = time.process_time()
        compile_book(self, *arguments)
        sys.stdout.write(f"compiling took {time.process_time() - started:.2f} s\n")

    AccessiblePdfBuilder._compile = timed  # type: ignore[method-assign]
    return build_main(["-q", "-E", "-b", "accessiblepdf", source, out])


def tried(name: str, folder: Path) -> dict[str, Any]:
    """Build a project, and look for what is wrong with its PDF."""
    import page  # noqa: PLC0415
    import pypdfium2  # noqa: PLC0415

    from sphinx_accessible_pdf.testing.layout import overlaps  # noqa: PLC0415

    source = source_of(name, folder)
    result = built(source, folder / f"{name}-pdf")
    pdf = folder / f"{name}-pdf" / "book.pdf"
    if result["code"] or not pdf.is_file():
        return result | {"pages": 0, "rules": [], "overlaps": []}
    rules = {
        (failure.rule_id, failure.message)
        for profile in ("ua1", "2a")
        for failure in page.validate_pdf(pdf, profile=profile).failures
    }
    return result | {
        "pages": len(pypdfium2.PdfDocument(pdf)),
        "rules": sorted(rules),
        "overlaps": [f"{o.page}: {o.first!r} {o.second!r}" for o in overlaps(pdf)],
    }


def row(name: str, result: dict[str, Any]) -> str:
    """Write a line of the table."""
    title = f"{NAMES.get(name, name.capitalize())} {PROJECTS[name].version}"
    if not result["pages"]:
        return f"| {title} | no PDF: see {name}-pdf.log |"
    cells = (
        title,
        result["pages"],
        f"{result['seconds']:.0f}",
        f"{result['compiling']:.1f}",
        f"{1000 * result['compiling'] / result['pages']:.0f}",
        result["memory"],
        len(result["warnings"]),
        len(result["rules"]),
        len(result["overlaps"]),
    )
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    """Try the projects; return 1 if one has no PDF, breaks a rule, or has overlapping text."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="projects")
    parser.add_argument("--folder", type=Path, default=Path("_build/projects"))
    parser.add_argument("--build", nargs=2, metavar=("SOURCE", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        return build(*options.build)
    options.folder.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{HEAD}\n")
    bad = False
    for name in options.names or PROJECTS:
        result = tried(name, options.folder)
        sys.stdout.write(f"{row(name, result)}\n")
        sys.stdout.flush()
        report = json.dumps(result, indent=1, default=str)
        (options.folder / f"{name}.json").write_text(report, encoding="utf-8")
        bad = bad or not result["pages"] or bool(result["rules"] or result["overlaps"])
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
