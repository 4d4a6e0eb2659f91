"""What readers ask, where the handbook answers it, and what they would search for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("questions.yml")


@dataclass(frozen=True)
class Question:
    """An entry of `questions.yml`, which says what the fields mean."""

    question: str
    page: str
    answer: list[str]
    search: str
    anchor: str = ""
    clause: str = ""

    @property
    def path(self) -> str:
        """The path of the page on the web."""
        folder = self.page.removesuffix("index").strip("/")
        return f"/{folder}/" if folder else "/"


QUESTIONS = [Question(**entry) for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))]
