"""Firefox, driven by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/).

Playwright drives a Firefox of its own making, which no distribution packages.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def find_firefox() -> str | None:
    """Return the path of a Firefox: the one that FIREFOX names, or the system's."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """A browser with one tab. `complaints` are the errors and warnings that pages logged."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self.complaints: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self._tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command; return its result.

        Raises:
            RuntimeError: Firefox refuses it.
        """
        number = next(self._ids)
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._connection.recv(timeout=30))
            if message.get("method") == "log.entryAdded":
                entry = message["params"]
                if entry["level"] in {"error", "warn"}:
                    self.complaints.append(entry["text"])
            elif message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                result: dict[str, Any] = message["result"]
                return result

    def open(self, url: str, width: int = 1280) -> None:
        """Open a page and wait until all of it is there."""
        viewport = {"width": width, "height": 860}
        self.send("browsingContext.setViewport", context=self._tab, viewport=viewport)
        self.send("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, function: str, *given: object) -> Any:
        """Call a function in the page, with JSON values; return what it returns, as JSON."""
        arguments = ", ".join(map(json.dumps, given))
        done = self.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({function})({arguments}) ?? null))()",
            target={"context": self._tab},
            awaitPromise=True,
        )
        if done["type"] == "exception":
            raise RuntimeError(done["exceptionDetails"]["text"])
        return json.loads(done["result"]["value"])

    def press(self, key: str) -> None:
        """Press and release a key."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self.send("input.performActions", context=self._tab, actions=[source])


@contextlib.contextmanager
def start(program: str, profile: Path) -> Iterator[Firefox]:
    """Start Firefox with an empty profile, and end it.

    Raises:
        RuntimeError: It does not start.
    """
    arguments = [
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        "--remote-debugging-port=0",
    ]
    with subprocess.Popen(
        [program, *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        try:
            found = next(filter(None, map(_LISTENING.search, process.stderr or ())), None)
            if not found:
                raise RuntimeError(f"{program} did not start")
            with connect(f"{found[1]}/session", max_size=None) as connection:
                yield Firefox(connection)
        finally:
            process.terminate()
