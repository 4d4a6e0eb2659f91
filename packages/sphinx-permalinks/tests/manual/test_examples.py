"""Every example of the manual does what its page says, to the letter.

The tutorial is followed by test_package.py, in an environment of its own.
"""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

import sphinx_permalinks
from sphinx_permalinks.findings import Subtype
from sphinx_permalinks.settings import SETTINGS
from tests.conftest import ROOT
from tests.hostile.builds import run
from tests.manual.examples import (
    MANUAL,
    Command,
    File,
    Other,
    Section,
    follow,
    has_commands,
    is_like,
    parts,
    sections,
)

TUTORIAL = "tutorial"
# Pages that are followed from top to bottom, in one folder.
IN_ONE_FOLDER = {
    *(TUTORIAL, "from-jekyll", "from-hugo", "from-mkdocs-redirects"),
    *("checks", "read-the-docs", "renaming", "from-other-extensions"),
}
# Blocks that are no example.
SPHINXS_OWN = ("{include}", "{toctree}")
PAGES = sorted(MANUAL.glob("*.md"))
EXAMPLES = [
    pytest.param(section, id=f"{page.stem}-{section.heading or 'page'}")
    for page in PAGES
    if page.stem != TUTORIAL
    for section in sections(page, is_one=page.stem in IN_ONE_FOLDER)
]


def page_sections(name: str) -> dict[str, Section]:
    page = MANUAL / f"{name}.md"
    return {s.heading: s for s in sections(page, is_one=name in IN_ONE_FOLDER)}


def printed(section: Section) -> str:
    return "\n".join(
        line for step in section.steps if isinstance(step, Command) for line in step.printed
    )


@pytest.mark.parametrize("section", EXAMPLES)
def test_example_does_what_the_page_says(
    section: Section, tmp_path: Path, environment: dict[str, str]
) -> None:
    follow(section, tmp_path, environment)


def test_there_are_examples_of_every_page() -> None:
    with_examples = {
        page.stem for page in PAGES if sections(page, is_one=page.stem in IN_ONE_FOLDER)
    }
    prose = {"index", "how-it-works", "speed", "sites", "bench", "changelog"}
    assert {page.stem for page in PAGES} - with_examples == prose
    assert len(EXAMPLES) > 20


def untried(page: Path, *, is_one: bool) -> list[str]:
    """The headings of the parts of a page that show something which no command makes use of."""
    return [
        part.heading
        for number, part in enumerate(parts(page, is_one=is_one))
        if any(isinstance(s, Other) and not s.info.startswith(SPHINXS_OWN) for s in part.steps)
        or (any(isinstance(s, File) for s in part.steps) and not has_commands(part) and number)
    ]


def test_nothing_that_the_manual_shows_goes_untried() -> None:
    for page in PAGES:
        assert untried(page, is_one=page.stem in IN_ONE_FOLDER) == [], page


def test_what_goes_untried_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    other, file = "```sh\nx\n```\n", "```{code-block} sh\n:caption: x\n\nx\n```\n"
    page.write_text(f"{file}\n## A\n\n{other}\n## B\n\n{file}\n## C\n\nx\n", encoding="utf-8")
    assert untried(page, is_one=False) == ["A", "B"]


def test_every_setting_has_an_example() -> None:
    documented = page_sections("settings")
    assert list(documented) == [f"`{name}`" for name in SETTINGS]
    for name, section in documented.items():
        files = [s for s in section.steps if isinstance(s, File) and s.name == "conf.py"]
        assert any(name.strip("`") in file.text for file in files)


def test_every_warning_has_an_example_that_gives_it() -> None:
    documented = page_sections("warnings")
    assert set(documented) == {f"`permalinks.{subtype.value}`" for subtype in Subtype}
    for heading, section in documented.items():
        assert f"[{heading.strip('`')}]" in printed(section)


def test_the_changelog_names_this_version_and_every_warning() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## (\d\S+), (?:\d{4}-\d\d-\d\d|not yet released)$", text, re.MULTILINE)
    assert newest[0] == sphinx_permalinks.__version__
    assert set(re.findall(r"`permalinks\.(\w+)`", text)) >= {s.value for s in Subtype}


def test_the_readme_says_what_the_tutorial_does() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(\w+)\n(.*?)\n```", text, re.DOTALL))
    assert blocks.keys() == {"yaml", "sh", "python", "console"}
    [tutorial] = sections(MANUAL / f"{TUTORIAL}.md", is_one=True)
    commands = [step.text for step in tutorial.steps if isinstance(step, Command)]
    files = "".join(step.text for step in tutorial.steps if isinstance(step, File))
    assert blocks["sh"] in commands
    assert blocks["python"] in files


@pytest.mark.parametrize(
    ("page", "name", "schema"),
    [
        ("checks", ".github/workflows/docs.yml", "github-workflows"),
        ("read-the-docs", ".readthedocs.yaml", "readthedocs"),
    ],
)
def test_a_services_file_is_what_the_service_wants(page: str, name: str, schema: str) -> None:
    from jsonschema.validators import validator_for  # noqa: PLC0415 - takes long to import

    package = find_spec("check_jsonschema")  # which takes seconds to import
    assert package is not None
    assert package.origin is not None
    vendored = Path(package.origin).parent / "builtin_schemas" / "vendor" / f"{schema}.json"
    rules = json.loads(vendored.read_text(encoding="utf-8"))
    validator = validator_for(rules)(rules)
    [section] = page_sections(page).values()
    [shown] = [s for s in section.steps if isinstance(s, File) and s.name == name]
    wrong = shown.text.replace("os: ", "oss: ").replace("jobs:", "job:")
    assert validator.is_valid(loaded(shown.text))
    assert not validator.is_valid(loaded(wrong))


def loaded(text: str) -> Any:
    """Read YAML as services do, to which "on" is text."""
    return {"on" if name is True else name: value for name, value in yaml.safe_load(text).items()}


def test_the_workflow_runs_what_the_page_shows() -> None:
    [section] = page_sections("checks").values()
    [shown] = [s for s in section.steps if isinstance(s, File) and s.name.endswith("docs.yml")]
    steps = yaml.safe_load(shown.text)["jobs"]["docs"]["steps"]
    commands = [s.text.partition(" ||")[0] for s in section.steps if isinstance(s, Command)]
    runs = [step["run"] for step in steps if "run" in step]
    assert runs[1:] == [command for command in commands if command in runs]


def test_the_manual_is_built_strictly(tmp_path: Path, environment: dict[str, str]) -> None:
    options = ["-n", "-W", "--keep-going", "-q", "-b", "dirhtml"]
    made = run("sphinx", [*options, str(MANUAL), str(tmp_path)], env=environment)
    assert (made.code, made.output) == (0, "")


PAGE = """\
# A page

```{code-block} text
:caption: one.txt

one
```

## First

````{code-block} text
:caption: added to one.txt

```two
````

```console
$ cat one.txt
one
```two
$ mkdir deep; cd deep
$ A=3; false || echo $A
3
```

## Second

```{code-block} text
:caption: deep/one.txt

three
```

```console
$ cat one.txt deep/*
one
three
```
""".replace("one\n```two\n$", "one\n...\n$")


def follow_all(found: list[Section], where: Path, environment: dict[str, str]) -> None:
    for section in found:
        folder = where / section.heading
        folder.mkdir()
        follow(section, folder, environment)


def test_examples_are_read_and_followed(tmp_path: Path, environment: dict[str, str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    found = sections(page)
    assert [section.heading for section in found] == ["First", "Second"]
    follow_all(found, tmp_path, environment)


@pytest.mark.parametrize(
    ("old", "new", "reported"),
    [
        ("3\n```\n", "4\n```\n", r"line 22: \$ A=3"),
        ("$ cat one.txt\n", "$ cat one.txt; false\n", "exit status 1"),
        ("$ cat one.txt\n", "$ exit 3\n", "the shell ended at: exit 3"),
        ("$ cat one.txt deep/*\none\n", "$ cat one.txt deep/*\n", r"shown:\nthree\nreal:\none"),
    ],
)
def test_an_example_that_is_wrong_is_found(
    old: str, new: str, reported: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    page = tmp_path / "page.md"
    assert old in PAGE
    page.write_text(PAGE.replace(old, new), encoding="utf-8")
    with pytest.raises(AssertionError, match=reported):
        follow_all(sections(page), tmp_path, environment)


@pytest.mark.parametrize(
    ("real", "shown", "alike"),
    [
        ("", "", True),
        ("a", "", False),
        ("a\nb\nc", "a\n...\nc", True),
        ("a\nc", "a\n...\nc", True),
        ("a\nc", "...", True),
        ("a\nc", "a", False),
        ("took 3 s", "took ... s", True),
        ("took 3\n s", "took ... s", False),
        ("permalinks......Failed", "permalinks......Failed", True),
        ("permalinks.....Failed", "permalinks......Failed", False),
    ],
)
def test_what_stands_for_anything(real: str, shown: str, alike: bool) -> None:
    assert is_like(real, shown) is alike
