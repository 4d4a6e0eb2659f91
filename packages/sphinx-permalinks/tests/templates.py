"""Templates that are compiled once.

Compiling the templates takes half the time of a small build.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import jinja2
import sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class CompiledTemplates(jinja2.FileSystemBytecodeCache):
    """Keeps compiled templates in a folder of the user's; a changed one is compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):  # some tests fill the disk
            super().dump_bytecode(bucket)


def keep_templates() -> None:
    """Let the builds of this process use the compiled templates."""
    cache = CompiledTemplates(pattern=f"sphinx-{sphinx.__version__}-%s")
    prepare = BuiltinTemplateLoader.init

    def init(loader: BuiltinTemplateLoader, *arguments: Any) -> None:
        prepare(loader, *arguments)
        loader.environment.bytecode_cache = cache

    BuiltinTemplateLoader.init = init  # type: ignore[method-assign, assignment]
