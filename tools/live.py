"""Live preview: `make live`. Builds, serves, opens the browser, and builds again at every change.

Every build prints one line, and its findings. The browser shows the findings on every page, so that
nobody mistakes an old page for the new one.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import io
import os
import socket
import sys
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from sphinx.cmd.build import build_main
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

from tools.common import NOT_OURS, ROOT

OUT = ROOT / "_build" / "live"
FINDINGS = OUT / ".findings"
# The policy that pages carry would forbid this script.
POLICY = '<meta http-equiv="Content-Security-Policy"'
RELOAD = """
<script>
new WebSocket(`ws://${location.host}/websocket-reload`).onmessage = () => location.reload();
</script>
"""
BANNER = """
<pre role="alert" style="position: sticky; bottom: 0; z-index: 9999; margin: 0; padding: 1em;
  max-height: 40vh; overflow: auto; white-space: pre-wrap; background: #7a1f1f; color: #fff;
  font-size: 1rem">{}</pre>
"""


def build(changed_paths: Sequence[Path] = ()) -> None:
    """Build, print a line with the result, and keep the findings for the browser."""
    started = time.monotonic()
    # A file that was saved twice counts once.
    changed = sorted({os.path.relpath(path, ROOT) for path in changed_paths})
    printed = io.StringIO()
    arguments = ["-q", "-n", "--keep-going", "-b", "dirhtml", str(ROOT), str(OUT)]
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            code: object = build_main(arguments)
        except SystemExit as stop:
            code = stop.code
    findings = printed.getvalue().replace(f"{ROOT}{os.sep}", "").strip()
    if code and not findings:
        findings = str(code)
    result = "built" if not findings else "built with findings" if code == 0 else "NOT BUILT"
    what = ", ".join(changed[:3]) or "all pages"
    sys.stdout.write(f"{what}: {result} in {time.monotonic() - started:.1f} s\n")
    if findings:
        sys.stdout.write(f"{findings}\n")
    sys.stdout.flush()
    FINDINGS.parent.mkdir(parents=True, exist_ok=True)
    FINDINGS.write_text(
        findings if not code else f"This page is old:\n{findings}", encoding="utf-8"
    )


class Preview(StaticFiles):
    """Serves the built pages, each with the script that reloads it and with the findings."""

    def file_response(self, full_path: str | os.PathLike[str], *args: object) -> Response:
        """Return a file; a page gets the script and the findings at its end."""
        if not os.fspath(full_path).endswith(".html"):
            return super().file_response(full_path, *args)  # type: ignore[arg-type]
        page = Path(full_path).read_text(encoding="utf-8")
        head, policy, rest = page.partition(POLICY)
        if policy:
            page = head + rest.partition(">")[2]
        findings = FINDINGS.read_text(encoding="utf-8")
        banner = BANNER.format(html.escape(findings)) if findings else ""
        return HTMLResponse(page + banner + RELOAD, headers={"Cache-Control": "no-store"})


def free_port(port: int) -> int:
    """The first port from this one on that nobody uses."""
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
        port += 1


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="make live", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--port", type=int, default=8000, help="if it is in use, the next free one")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    options = parser.parse_args(arguments)
    build()
    folders = [ROOT / name for name in (*NOT_OURS, "tests", "packages")]
    ignored = IgnoreFilter([*map(str, folders)], [r"/\.[^/]", r"~$", r"/__pycache__/", r"\.pyc$"])
    server = RebuildServer([ROOT], ignored, change_callback=build)
    app = Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", server, name="reload"),
            Mount("/", app=Preview(directory=OUT, html=True)),
        ],
        lifespan=server.lifespan,
    )
    port = free_port(options.port)
    address = f"http://127.0.0.1:{port}/"
    sys.stdout.write(f"Preview: {address} (stop with Ctrl+C)\n")
    sys.stdout.flush()
    if not options.no_browser:
        webbrowser.open(address)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
    return 0


if __name__ == "__main__":
    sys.exit(main())
