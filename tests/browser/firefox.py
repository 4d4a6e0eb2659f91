"""The system's Firefox for Playwright, which otherwise drives a Firefox of its own making.

Playwright speaks WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/) with `moz-firefox`, but
sends one command that Firefox ESR does not know, and can set neither scripts nor print there. So
its messages pass through here, and what pages are shown with is set by the browser's own means.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

NAMES = ("firefox-esr", "firefox")
_LISTENING = re.compile(r"(?<=WebDriver BiDi listening on )ws://\S+")
_TABS = '"type":"window"', '"type":"tab"'  # take half the time of windows
_QUICK_ACK = getattr(socket, "TCP_QUICKACK", None)  # Linux has it; others wait for 40 ms
_UNKNOWN = "emulation.setMediaFeaturesOverride"
# One process shows all pages, since starting another takes longer than showing a page. And 20
# frames a second are enough; the whole window is drawn for each.
_PREFERENCES = """\
user_pref("app.normandy.enabled", false);
user_pref("browser.newtabpage.enabled", false);
user_pref("browser.sessionhistory.max_total_viewers", 0);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("dom.events.testing.asyncClipboard", true);
user_pref("dom.ipc.processPrelaunch.enabled", false);
user_pref("extensions.enabledScopes", 0);
user_pref("fission.webContentIsolationStrategy", 0);
user_pref("layout.frame_rate", 20);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
user_pref("ui.useOverlayScrollbars", 1);
"""

# Playwright's names, the fields of a browsing context in Firefox, and what is usual.
_FIELDS = {
    "color_scheme": ("prefersColorSchemeOverride", "light"),
    "reduced_motion": ("prefersReducedMotionOverride", "none"),
    "forced_colors": ("forcedColorsOverride", "none"),
    "media": ("mediumOverride", "screen"),
    "scripts": ("allowJavascript", True),
}

# Runs in the browser's window; holds for the pages that are open and for those opened later.
_SHOW_PAGES = """(given, pointer) => {
  for (const which of ["all", "primary"]) {
    Services.prefs.setIntPref(`ui.${which}PointerCapabilities`, pointer);
  }
  const show = (one) => {
    if (one.isContent && one === one.top) Object.assign(one, given);
  };
  for (const { browsingContext } of gBrowser.browsers) show(browsingContext);
  if (window.showNew) Services.obs.removeObserver(showNew, "browsing-context-attached");
  window.showNew = show;
  Services.obs.addObserver(showNew, "browsing-context-attached");
}"""


def find_firefox() -> str | None:
    """Return the path of a Firefox: the one that FIREFOX names, or the system's."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """What Playwright and a running Firefox tell each other."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._firefox: ClientConnection
        self._ids = itertools.count(2**40)  # above all of Playwright's
        self._answers: dict[int, Future[dict[str, Any]]] = {}

    def pass_on(self, playwright: ServerConnection) -> None:
        """Pass on what Playwright says, until it hangs up."""
        with connect(f"{self._address}/session", max_size=None) as self._firefox:
            threading.Thread(target=self._answer, args=[playwright], daemon=True).start()
            for message in map(str, playwright):
                if _UNKNOWN in message:
                    answer = {"type": "success", "id": json.loads(message)["id"], "result": {}}
                    playwright.send(json.dumps(answer))
                else:
                    self._firefox.send(message.replace(*_TABS))

    def _answer(self, playwright: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            for message in self._firefox:
                if _QUICK_ACK:  # Firefox sends the next message only then (Nagle's algorithm)
                    self._firefox.socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
                answer = json.loads(message)
                if waiting := self._answers.pop(answer.get("id"), None):
                    waiting.set_result(answer)
                else:
                    playwright.send(message)
        playwright.close()

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._answers[number] = Future()
        waiting = self._answers[number]
        self._firefox.send(json.dumps({"id": number, "method": method, "params": params}))
        answer = waiting.result(timeout=30)
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def show_pages(self, *, phone: bool = False, **options: Any) -> None:
        """Show all pages with some of `_FIELDS` as given, and the others as usual.

        Raises:
            RuntimeError: Firefox refuses it.
        """
        given = {field: options.get(name, usual) for name, (field, usual) in _FIELDS.items()}
        pointer = 1 if phone else 6  # a finger, or a mouse, which is finer and hovers
        windows = self._send("browsingContext.getTree", **{"moz:scope": "chrome", "maxDepth": 0})
        done = self._send(
            "script.evaluate",
            expression=f"({_SHOW_PAGES})({json.dumps(given)}, {pointer})",
            target={"context": windows["contexts"][0]["context"]},
            awaitPromise=False,
        )
        if done["type"] == "exception":
            raise RuntimeError(done["exceptionDetails"]["text"])


@contextlib.contextmanager
def start(program: str, folder: Path) -> Iterator[tuple[Firefox, Path]]:
    """Start Firefox with an empty profile, and end it; also gives what Playwright is to run.

    Raises:
        RuntimeError: It does not start.
    """
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text(_PREFERENCES)
    arguments = [
        *("--headless", "--no-remote", "--profile", str(profile)),
        *("--remote-debugging-port=0", "--remote-allow-system-access"),
    ]
    with subprocess.Popen(
        [program, *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        found = next(filter(None, map(_LISTENING.search, process.stderr or ())), None)
        if not found:
            process.terminate()
            raise RuntimeError(f"{program} did not start")
        try:
            reaper = threading.Thread(target=process.communicate, daemon=True)
            reaper.start()
            firefox = Firefox(found[0])
            with serve(firefox.pass_on, "127.0.0.1", 0, max_size=None) as server:
                threading.Thread(target=server.serve_forever, daemon=True).start()
                host, port = server.socket.getsockname()
                stand_in = folder / "firefox"
                said = f"WebDriver BiDi listening on ws://{host}:{port}"
                wait = f"while kill -0 {process.pid}; do sleep 0.1; done"
                stand_in.write_text(f"#!/bin/sh\necho '{said}' >&2\n{wait} 2>/dev/null\n")
                stand_in.chmod(0o700)
                yield firefox, stand_in
        finally:
            process.terminate()
            reaper.join()
