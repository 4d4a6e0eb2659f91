"""Measure how long `make live` takes from saving a page to the refreshed page: `make bench-live`.

Starts the preview of a copy of the repository, changes a chapter there, waits for the message that
makes browsers reload, and fetches the page with the new sentence. Prints the seconds on the clock,
and those of the processor, which say more on a busy machine.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from websockets.sync.client import connect

from tools.common import ROOT, repository_files

PAGES = {
    "governance/decisions.md": "governance/decisions/",
    "members/joining.md": "members/joining/",
    "index.md": "",
}
LIMIT = 300  # seconds


def copy_to(folder: Path) -> None:
    """Copy the repository's files."""
    for name in repository_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())


def processor_seconds(pid: int) -> float:
    """The seconds of the processor that a process and its ended children have used (Linux only)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, address: str, pid: int) -> list[tuple[float, float]]:
    """Change each page once; return the seconds on the clock and of the processor."""
    results = []
    with connect(f"{address.replace('http', 'ws', 1)}websocket-reload") as socket:
        for number, (name, path) in enumerate(PAGES.items()):
            sentence = f"This is sentence number {number} of a measurement."
            file = folder / name
            text = file.read_text(encoding="utf-8")
            before = processor_seconds(pid)
            started = time.monotonic()
            file.write_text(f"{text}\n{sentence}\n", encoding="utf-8")
            socket.recv(LIMIT)
            with urlopen(f"{address}{path}") as page:  # noqa: S310 - our own server
                if sentence not in page.read().decode():
                    raise SystemExit(f"{name}: the browser was told to reload the old page")
            seconds = time.monotonic() - started
            time.sleep(0.2)  # until the process that built has ended
            used = processor_seconds(pid) - before
            sys.stdout.write(f"{name}: {seconds:.2f} s, of the processor {used:.2f} s\n")
            sys.stdout.flush()
            results.append((seconds, used))
    return results


def main() -> int:
    """Measure in a copy, so that nothing of the repository changes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_to(folder)
        paths = [folder, *sorted(folder.glob("packages/*/src"))]
        with subprocess.Popen(
            [sys.executable, "-m", "tools.live", "--no-browser", "--port=8700"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
            stdout=subprocess.PIPE,
            text=True,
        ) as live:
            try:
                printed = ""
                while "Preview:" not in printed:
                    if not (line := live.stdout.readline()):  # type: ignore[union-attr]
                        raise SystemExit(f"the preview did not start: {printed}")
                    printed += line
                match = re.search(r"http://\S+", printed)
                assert match  # noqa: S101
                time.sleep(2)  # until it serves and watches
                measure(folder, match[0], live.pid)
            finally:
                live.send_signal(signal.SIGINT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
