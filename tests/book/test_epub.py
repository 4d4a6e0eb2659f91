"""The EPUB has the PDF's chapters, follows its format, and is the same every time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

import conf
from tests.conftest import build_once

CHECKERS = ("/usr/share/java/epubcheck.jar", "/usr/share/epubcheck/epubcheck.jar")
SECTIONS = ".//{*}main/{*}section//{*}section"


@pytest.fixture(scope="session")
def book_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handbook's EPUB."""
    return build_once(tmp_path_factory, "epub") / "cass-handbook.epub"


@pytest.fixture
def book(book_file: Path) -> Iterator[zipfile.ZipFile]:
    """Its content."""
    with zipfile.ZipFile(book_file) as opened:
        yield opened


def read(book: zipfile.ZipFile, name: str) -> BeautifulSoup:
    return BeautifulSoup(book.read(name), "html.parser")


def test_epubcheck_finds_nothing(book_file: Path) -> None:
    jar = os.environ.get("EPUBCHECK") or next(filter(os.path.exists, CHECKERS), None)
    if not jar or not shutil.which("java"):
        reason = "no epubcheck found (apt install epubcheck; EPUBCHECK may name its .jar file)"
        if os.environ.get("REQUIRE_EPUBCHECK") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # compiles less of itself
    command = ["java", *quick, "-jar", jar, str(book_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "0 fatals / 0 errors / 0 warnings" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_the_navigation_has_every_section_of_every_page(book: zipfile.ZipFile) -> None:
    nav = read(book, "nav.xhtml").find("nav", role="doc-toc")
    assert nav is not None
    listed = {str(link["href"]) for link in nav.find_all("a")}
    pages = [name for name in book.namelist() if name.endswith(".xhtml") and name != "nav.xhtml"]
    sections = {
        f"{name}#{section.attrib['id']}"
        for name in pages
        for section in ET.fromstring(book.read(name)).iterfind(SECTIONS)  # noqa: S314 - our own
    }
    assert sections
    assert listed == {*pages, *sections}


def test_pages_that_only_make_sense_on_the_web_are_left_out(book: zipfile.ZipFile) -> None:
    names = book.namelist()
    for docname in conf.accessiblepdf_exclude:
        assert f"{docname}.xhtml" not in names
    assert {Path(name).suffix for name in names} <= {
        "",
        ".css",
        ".ncx",
        ".opf",
        ".png",
        ".svg",
        ".xhtml",
        ".xml",
    }
    text = "".join(book.read(name).decode() for name in names if name.endswith(".xhtml"))
    assert not re.search(r"<(?:script|button|form|input)\b", text)


def test_cover_identifier_and_standing_are_set(book: zipfile.ZipFile) -> None:
    package = BeautifulSoup(book.read("content.opf"), "xml")
    (identifier,) = package.select("identifier")
    assert identifier.text == conf.epub_identifier
    (cover,) = package.select("item[properties=cover-image]")
    assert book.read(str(cover["href"])).startswith(b"\x89PNG")
    assert "CASS" in package.select("description")[0].text


def test_the_archive_is_packed_in_the_order_and_with_the_dates_of_the_format(
    book: zipfile.ZipFile,
) -> None:
    first, *others = book.infolist()
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert {entry.date_time for entry in others} == {first.date_time}
