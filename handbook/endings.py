"""Ends a build that cannot go on with one line, and repairs what an interrupted build left.

Sphinx answers a full disk, or a page that nests too deep, with a traceback and asks for a bug
report. What a person can fix is said here in one line; the traceback of an error in a program
stays, and `-v` or `-T` bring all of them back.

A build that failed or was killed may leave half of a page, and a search that misses pages; Sphinx
takes both for complete. So the next build writes everything again.
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

ADVICE = "The output is not complete; fix this and build again."


def reason(error: BaseException, place: str) -> str | None:
    """Say what ended a build; None if only a program can be wrong.

    Args:
        error: The error.
        place: What was being read or written, if it is known.
    """
    if isinstance(error, ExtensionError):
        return reason(error.orig_exc, place) if error.orig_exc else str(error)
    if isinstance(error, SphinxParallelError):
        # All that came over from the other process is the last line of its traceback.
        known = ("OSError: ", "PermissionError: ", "RecursionError: ", "NotADirectoryError: ")
        return error.message if error.message.startswith(known) else None
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename2 or error.filename or place}: {error.strerror}"
    if isinstance(error, RecursionError):
        return f"{place}: something on it nests too deep"
    return str(error) if isinstance(error, SphinxError) else None


def _mark(app: Sphinx) -> Path:
    """Name the file that exists as long as a build has not finished."""
    return Path(app.doctreedir) / f"unfinished-{app.builder.name}"


def on_builder_inited(app: Sphinx) -> None:
    """Note that a build has begun, and whether the one before it was interrupted.

    Raises:
        SystemExit: The output folder cannot be written.
    """
    mark = _mark(app)
    try:
        app.handbook_previous_build_interrupted = mark.exists()  # type: ignore[attr-defined]
        mark.touch()
    except OSError as error:
        raise SystemExit(f"{error.filename}: {error.strerror}. {ADVICE}") from error
    build_info = Path(app.outdir) / ".buildinfo"
    if build_info.is_file() and not build_info.stat().st_size:
        build_info.unlink()  # a full disk left it empty; Sphinx ends in a traceback over it


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Let all pages be written if the build before was interrupted."""
    interrupted = getattr(app, "handbook_previous_build_interrupted", False)
    return set(env.found_docs) if interrupted else set()


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Replace an error by one line.

    Raises:
        SystemExit: With that line; Sphinx has then no chance to print a traceback.
    """
    if exception is None:
        _mark(app).unlink(missing_ok=True)
    if exception is None or app.verbosity or "-T" in sys.argv:
        return
    place = getattr(app.env.current_document, "docname", "") if app.env else ""
    reported = reason(exception, place or app.builder.name)
    if reported:
        raise SystemExit(one_line(f"{reported}. {ADVICE}"))


def setup(app: Sphinx) -> None:
    """Register the listeners, the last one after all others."""
    app.connect("builder-inited", on_builder_inited)
    app.connect("env-updated", on_env_updated)
    app.connect("build-finished", on_build_finished, priority=999)
