"""Run `make lint` before every commit: `make hooks` writes git's hook, for this environment."""

from __future__ import annotations

import sys
from pathlib import Path

from handbook.git import GitError, git
from tools.common import ROOT

MARK = "# Written by `make hooks` of the CASS governance handbook."


def main() -> int:
    """Write the hook. Returns 1 if there is another one, or no repository."""
    try:
        hook = ROOT / git(ROOT, "rev-parse", "--git-path", "hooks/pre-commit").strip()
    except GitError as error:
        sys.stderr.write(f"no hook was written: {error}\n")
        return 1
    if hook.exists() and MARK not in hook.read_text(encoding="utf-8"):
        sys.stderr.write(f"{hook} is another hook; add `make lint` to it, or remove it\n")
        return 1
    # Git runs hooks with its own sh on every system; the interpreter is the one that runs this.
    python = Path(sys.executable).as_posix().replace("'", "'\\''")
    hook.parent.mkdir(parents=True, exist_ok=True)
    text = f"#!/bin/sh\n{MARK}\nexec '{python}' -m tools.lint\n"
    hook.write_text(text, encoding="utf-8", newline="\n")
    hook.chmod(0o755)
    sys.stdout.write(f"`make lint` now runs before every commit; to stop it, remove {hook}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
