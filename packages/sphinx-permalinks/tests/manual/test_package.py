"""The package is whole, and a stranger who installs it can follow the tutorial."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from hatchling.build import build_sdist, build_wheel

import sphinx_permalinks
from tests.conftest import ROOT
from tests.manual.examples import MANUAL, Shell, follow, sections

VERSION = sphinx_permalinks.__version__
ADDRESSES = {"PERMALINKS_MANUAL_URL": "https://example.org/manual/", "PROJECT_SOURCE_URL": ""}
DIST_NAME = f"sphinx_permalinks-{VERSION}"
DIST_INFO = f"{DIST_NAME}.dist-info"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the source distribution, built from a copy of the sources."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    ignored = shutil.ignore_patterns("__pycache__", "_build")
    for name in ("src", "tests", "docs", "bench"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    with pytest.MonkeyPatch.context() as patch:
        for name, address in ADDRESSES.items():
            patch.setenv(name, address)
        # Like the command build: the wheel is made from the source distribution.
        patch.chdir(copy)
        with tarfile.open(copy / "dist" / build_sdist("dist")) as archive:
            archive.extractall(copy, filter="data")
        patch.chdir(copy / DIST_NAME)
        build_wheel(str(copy / "dist"))
    return copy / "dist"


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    [wheel] = dist.glob("*.whl")
    return wheel


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(f"{DIST_INFO}/METADATA"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"{DIST_NAME}-py3-none-any.whl"
    source = ROOT / "src" / "sphinx_permalinks"
    own = {
        path.relative_to(source.parent).as_posix()
        for path in source.rglob("*")
        if path.is_file() and path.suffix not in {".md", ".pyc"}
    }
    assert {"sphinx_permalinks/py.typed", "sphinx_permalinks/templates/permalink.html"} < own
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    made = {"METADATA", "WHEEL", "RECORD", "entry_points.txt"}
    made.add("licenses/LICENSE")
    assert names == own | {f"{DIST_INFO}/{name}" for name in made}


def test_the_source_distribution_holds_what_the_wheel_is_made_of(dist: Path) -> None:
    with tarfile.open(dist / f"{DIST_NAME}.tar.gz") as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    own = {name for name in names if not name.startswith(("src/", "tests/", "docs/", "bench/"))}
    assert own == {
        "pyproject.toml",
        "hatch_build.py",
        "PKG-INFO",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
    }
    for folder in ("src/sphinx_permalinks/", "tests/samples/", "docs/"):
        assert any(name.startswith(folder) for name in names)


def test_the_metadata_say_what_it_is(wheel: Path) -> None:
    said = metadata(wheel)
    assert said["Name"] == "sphinx-permalinks"
    assert said["Version"] == VERSION
    assert said["License-Expression"] == "BSD-3-Clause"
    assert said["Requires-Python"] == ">=3.11"
    assert said["Description-Content-Type"] == "text/markdown"
    assert "# sphinx-permalinks" in str(said.get_payload())
    assert set(said["Keywords"].split(",")) >= {"sphinx", "permalink", "redirect"}
    classifiers = set(said.get_all("Classifier", []))
    assert classifiers >= {
        "Framework :: Sphinx :: Extension",
        "Typing :: Typed",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.13",
    }
    # Settings of the release; without them no address is made up.
    assert said.get_all("Project-URL") == ["Documentation, https://example.org/manual/"]
    needs = [need for need in said.get_all("Requires-Dist", []) if "extra" not in need]
    assert {need.partition(">")[0] for need in needs} == {"sphinx", "pyyaml"}
    assert set(said.get_all("Provides-Extra", [])) == {"markdown", "docs"}


def test_the_license_is_one_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"{DIST_INFO}/licenses/LICENSE").decode()
    assert text.startswith("BSD 3-Clause License\n\nCopyright (c)")
    assert "Creative Commons" not in text


def test_a_stranger_follows_the_tutorial(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(wheel, home)
    # What the package needs is there, so that only the wheel is installed. Everything is found
    # by the Python of the environment that the tutorial makes.
    programs = tmp_path / "programs"
    programs.mkdir()
    # To install pip anew takes half the time; that of the tests installs the wheel as well.
    real = Path(sys.base_prefix, "bin", "python3")
    for name, command in {
        "sphinx-build": "python -m sphinx",
        "pip": "python -m pip",
        "python3": f'[ "$2" = venv ] && set -- "$@" --without-pip; exec {real}',
    }.items():
        (programs / name).write_text(f'#!/bin/sh\n{command} "$@"\n')
        (programs / name).chmod(0o755)
    own = Path(sys.prefix, "bin").resolve()
    path = [p for p in os.environ["PATH"].split(os.pathsep) if Path(p).resolve() != own]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
        "PATH": os.pathsep.join([str(programs), str(Path(sys.base_prefix, "bin")), *path]),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "LC_ALL": "C.UTF-8",
    }
    [tutorial] = sections(MANUAL / "tutorial.md", is_one=True)
    follow(tutorial, home, environment, has_own_sphinx=True)

    with Shell(home, environment) as shell:
        where = ".venv/bin/python -c 'import sphinx_permalinks as s; print(s.__file__)'"
        status, [file] = shell.run(where)
        assert status == 0
        assert file.startswith("/home/you/project/.venv/")
        status, printed = shell.run(".venv/bin/sphinx-permalinks --version")
        assert (status, printed) == (0, [VERSION])
