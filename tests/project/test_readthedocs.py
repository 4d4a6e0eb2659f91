"""What .readthedocs.yaml says works: its build commands run here, with Read the Docs' variables.

They build a few pages with all of the handbook's settings, templates, and code. That
requirements.txt alone is enough is shown by `make handbook`, the first command of CI.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from string import Template

import pikepdf
import pytest
import yaml
from bs4 import BeautifulSoup

from tests.building import run
from tests.conftest import ROOT
from tests.hostile.test_places import ODD_NAME
from tools.common import repository_files

CANONICAL = "https://handbook.example.org/en/latest/"
FILES = {
    "index.md": "---\ntitle: Front\npermalink: /\nauthority: none\n---\n\n```{find}\n```\n\n"
    "```{toctree}\ngovernance/mission\n```\n",
    "governance/mission.md": "---\ntitle: Mission\npermalink: /mission\nauthority: none\n---\n\n"
    "![Mark](../_static/favicon.svg)\n\n" + "Text. " * 4000,
    "governance/sources.yml": "sources: [{short_name: X Y, title: Z, kind: published, gives: a}]",
    "permalinks.txt": "/\n/governance/mission\n/mission\n",
}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Read the Docs would publish: a fresh, shallow clone, and the very commands.

    Here its folder has an odd name, which Typst and git have to cope with, too.
    """
    base = tmp_path_factory.mktemp("readthedocs")
    clone, output = base / ODD_NAME, base / "output"
    if (ROOT / ".git").exists():
        command = ["git", "clone", "--quiet", "--depth=1", f"file://{ROOT}", str(clone)]
        subprocess.run(command, check=True)
    for name in repository_files():  # with what is not committed yet
        if name.endswith(".md"):
            (clone / name).unlink(missing_ok=True)
        elif not name.startswith("tests/"):
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_bytes((ROOT / name).read_bytes())
    for name, text in FILES.items():
        (clone / name).write_text(text, encoding="utf-8")
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", str(base)),
        "LANG": "C.UTF-8",
        "READTHEDOCS": "True",
        "READTHEDOCS_OUTPUT": str(output),
        "READTHEDOCS_CANONICAL_URL": CANONICAL,
        "READTHEDOCS_GIT_CLONE_URL": "https://github.com/example/handbook.git",
        "READTHEDOCS_GIT_IDENTIFIER": "main",
        "READTHEDOCS_LANGUAGE": "en",
        "READTHEDOCS_VERSION": "latest",
        "READTHEDOCS_VERSION_TYPE": "branch",
    }
    jobs = yaml.safe_load((ROOT / ".readthedocs.yaml").read_text())["build"]["jobs"]
    assert jobs["install"] == [
        "python -m pip install --no-cache-dir --require-hashes -r requirements.txt"
    ]
    (first, *others) = (command for job in jobs["build"].values() for command in job)
    # The first one shows that Python finds the code; loading it again for the others takes long.
    shell = ["sh", "-c", first]
    done = subprocess.run(
        shell, cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{first}\n{done.stdout}{done.stderr}"
    for command in others:
        words = [Template(word).substitute(environment) for word in shlex.split(command)]
        if words[:2] == ["python", "-m"]:
            with contextlib.chdir(clone):
                forked = run(words[2], words[3:], environment)
            assert forked.code == 0, f"{command}\n{forked.output}"
        else:
            subprocess.run(words, cwd=clone, check=True)
    return output


def test_pages_have_their_canonical_addresses(output: Path) -> None:
    page = output / "html" / "governance" / "mission" / "index.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    (canonical,) = soup.select("link[rel=canonical]")
    assert canonical["href"] == f"{CANONICAL}governance/mission/"


def test_the_shown_address_has_no_version(output: Path) -> None:
    page = output / "html" / "governance" / "mission" / "index.html"
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    (bookmark,) = soup.select("link[rel=bookmark]")
    assert bookmark["href"] == "https://handbook.example.org/page/mission"


def test_edit_link_leads_to_the_repository(output: Path) -> None:
    page = (output / "html" / "governance" / "mission" / "index.html").read_text(encoding="utf-8")
    assert 'href="https://github.com/example/handbook/edit/main/governance/mission.md"' in page


def test_the_front_page_says_how_long_the_pdf_is(output: Path) -> None:
    (pdf,) = (output / "pdf").iterdir()
    with pikepdf.open(pdf) as document:
        length = f"{len(document.pages)} pages"
    html = (output / "html" / "index.html").read_text(encoding="utf-8")
    found = BeautifulSoup(html, "html.parser").select_one(".find")
    assert found is not None
    assert length in found.get_text()


def test_the_epub_is_the_only_file_offered(output: Path) -> None:
    (epub,) = (output / "epub").iterdir()
    with zipfile.ZipFile(epub) as book:
        assert book.read("mimetype") == b"application/epub+zip"


def test_the_pdf_is_the_only_file_offered(output: Path) -> None:
    (pdf,) = (output / "pdf").iterdir()
    with pikepdf.open(pdf) as document:
        assert len(document.pages) > 5
        assert document.docinfo["/Title"] == "CASS Governance Handbook"
