"""Lets a build that cannot go on end with a sentence.

Sphinx answers a full disk, or a page that nests too deep, with a traceback and asks for a bug
report. What a person can mend is said here in one sentence; the traceback of an error in a program
stays, and `-v` or `-T` bring back all of them.

A build that came to no end, because it failed or was killed, may leave half of a page, and a search
that does not know all pages; Sphinx takes both for finished. So the next one writes all anew.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError, SphinxError, SphinxParallelError

from handbook.policy.log import one_line

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

MEND = "What was built is not complete; mend this and build again."


def sentence(error: BaseException, place: str) -> str | None:
    """Say what ended a build.

    Args:
        error: The error.
        place: What was being read or written, if it is known.

    Returns:
        The sentence, or None if only a program can be wrong.
    """
    if isinstance(error, ExtensionError):
        return sentence(error.orig_exc, place) if error.orig_exc else str(error)
    if isinstance(error, SphinxParallelError):
        # All that came over from the other process is the last line of its traceback.
        known = ("OSError: ", "PermissionError: ", "RecursionError: ", "NotADirectoryError: ")
        told = error.message
        return told if told.startswith(known) else None
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename2 or error.filename or place}: {error.strerror}"
    if isinstance(error, RecursionError):
        return f"{place}: something lies too deep in other things"
    return str(error) if isinstance(error, SphinxError) else None


def _mark(app: Sphinx) -> Path:
    """Name the file that is there as long as a build has not come to its end."""
    return Path(app.doctreedir) / f"unfinished-{app.builder.name}"


def on_builder_inited(app: Sphinx) -> None:
    """Note that a build has begun."""
    mark = _mark(app)
    app.handbook_came_to_no_end = mark.exists()  # type: ignore[attr-defined]
    mark.touch()


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Let all pages be written, if the build before came to no end."""
    return set(env.found_docs) if getattr(app, "handbook_came_to_no_end", False) else set()


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Replace an error by its sentence.

    Raises:
        SystemExit: With the sentence; Sphinx has then no chance to print a traceback.
    """
    if exception is None:
        _mark(app).unlink(missing_ok=True)
    if exception is None or app.verbosity or "-T" in sys.argv:
        return
    place = getattr(app.env.current_document, "docname", "") if app.env else ""
    told = sentence(exception, place or app.builder.name)
    if told:
        raise SystemExit(one_line(f"{told}. {MEND}"))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the listeners, the last one after all others."""
    app.connect("builder-inited", on_builder_inited)
    app.connect("env-updated", on_env_updated)
    app.connect("build-finished", on_build_finished, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
