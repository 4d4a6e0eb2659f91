"""The built pages as a web site, and a browser to look at them: for the tests and the audit."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import importlib.resources
import os
import re
import shutil
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.pages import is_redirect

# The shells draw no window around the page, which takes two thirds of the time of all others.
NAMES = (
    *("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome"),
)
HAS_DIGEST = re.compile(r"\.[0-9a-f]{8}\.\w+$")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)

AXE = Path(str(importlib.resources.files("axe_playwright_python").joinpath("axe.min.js")))
AXE_PATH = "/axe.js"  # on the pages' own host, from which their policy allows scripts
AXE_RUN = f"async (given) => {{ window.axe ?? await import('{AXE_PATH}');"
AXE_RUN += """
  // Contrast is measured once, against AAA's 7:1; axe's own settings leave what is below 4.5:1,
  // or 3:1 for large letters, to another rule.
  const contrastRatio = {
    normal: { expected: 7, minThreshold: 0 }, large: { expected: 4.5, minThreshold: 0 },
  };
  const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const inside = given?.inside ? { include: window[given.inside] } : document;
  const { violations } = await axe.run(inside, {
    preload: { assets: ["media"] }, resultTypes: ["violations"], runOnly: given?.only ?? standards,
    rules: {
      "color-contrast": { enabled: false },
      "color-contrast-enhanced": { enabled: true },
      ...Object.fromEntries((given?.but ?? []).map((rule) => [rule, { enabled: false }])),
    },
    checks: { "color-contrast-enhanced": { options: { contrastRatio } } },
  });
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join("; ")}`);
}"""


def find_chromium() -> str | None:
    """Return the path of a Chromium: the one that CHROMIUM names, or the system's."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def page_paths(folder: Path) -> list[str]:
    """Return the paths of all pages, generated ones too, but not of those that only redirect."""
    return [
        f"/{page.parent.relative_to(folder).as_posix()}/".replace("/./", "/")
        for page in sorted(folder.rglob("index.html"))
        if not is_redirect(page)
    ]


@functools.cache
def content(file: Path, zipped: bool) -> bytes:
    """Return what is sent for a file."""
    return gzip.compress(file.read_bytes(), 9) if zipped else file.read_bytes()


class Site(http.server.SimpleHTTPRequestHandler):
    """Sends files compressed, and the 404 page for what is not there, as Read the Docs does."""

    protocol_version = "HTTP/1.1"  # which keeps connections
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Send a file."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and not self.path.split("?")[0].endswith("/"):
            super().do_GET()  # a redirect to the address with a slash
            return
        page = path / "index.html" if path.is_dir() else path
        if self.path == AXE_PATH:
            self.send(AXE, HTTPStatus.OK)
        elif page.is_file():
            self.send(page, HTTPStatus.OK)
        else:
            self.send(Path(self.directory) / "404" / "index.html", HTTPStatus.NOT_FOUND)

    def send(self, file: Path, status: HTTPStatus) -> None:
        """Send one file, compressed if the browser knows how to read that."""
        self.send_response(status)
        self.send_header(
            "Content-Type", "font/woff2" if file.suffix == ".woff2" else self.guess_type(file)
        )
        zipped = "gzip" in self.headers.get("Accept-Encoding", "") and file.suffix != ".woff2"
        body = content(file, zipped) if file.is_file() else b""
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        lasting = HAS_DIGEST.search(file.name) or file == AXE
        keep = "max-age=31536000, immutable" if lasting else "no-cache"
        self.send_header("Cache-Control", keep)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


class Server(http.server.ThreadingHTTPServer):
    """A server that says nothing when a browser leaves a page before all of it has come."""

    def handle_error(self, *_: Any) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder; gives the address without a slash at its end."""
    with Server(("127.0.0.1", 0), functools.partial(Site, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
