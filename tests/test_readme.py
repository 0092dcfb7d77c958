"""The README and the guide, run: their Python blocks section by section, and what commands name."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from julep.local import LocalServer

from .imitated_server import ImitatedServer
from .traced import no_provider_yet

pytest_plugins = ["pytester"]

ROOT: Final = Path(__file__).parent.parent
GUIDE: Final = "examples/GUIDE.md"
PAGES: Final = ("README.md", GUIDE)
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str
    place: tuple[str, int]
    """Its page, and the line where its text starts."""


class Section(NamedTuple):
    """What stands below a heading."""

    page: str
    heading: str
    text: str
    blocks: list[Block]
    """Those that begin the page, and then its own."""


def sections(page: str) -> list[Section]:
    """The sections of a page. What it begins with, above them, belongs to each."""
    source = (ROOT / page).read_text(encoding="utf-8")
    starts = [match.start() for match in _HEADING.finditer(source)]
    opening = _blocks(page, source, 0, starts[0])
    return [
        Section(page, match[1], source[start:end], opening + _blocks(page, source, start, end))
        for start, end in zip(starts, [*starts[1:], len(source)], strict=True)
        if (match := _HEADING.match(source, start))
    ]


def _blocks(page: str, source: str, start: int, end: int) -> list[Block]:
    return [
        Block(match[1], match[2], (page, source.count("\n", 0, match.start(2)) + 1))
        for match in _BLOCK.finditer(source, start, end)
    ]


SECTIONS: Final = [section for page in PAGES for section in sections(page)]
PROGRAMS: Final = [
    section for section in SECTIONS if any(block.language == "python" for block in section.blocks)
]


def lines_of_shell() -> list[str]:
    """The shell commands of all pages, as they stand there."""
    shell = [block for one in SECTIONS for block in one.blocks if block.language == "sh"]
    return [line for block in shell for line in block.text.splitlines()]


def run(section: Section, capsys: pytest.CaptureFixture[str], server: str | None = None) -> None:
    """Run a section's blocks in order, and compare what they print with the text below them.

    Where they start a server in memory, they use the given one, the arguments of a client, instead.
    """
    names: dict[str, Any] = {"__name__": "shown"}
    printed = ""
    try:
        for language, text, (page, line) in section.blocks:
            if language == "python":
                source = text.replace("Julep.local()", f"Julep({server})") if server else text
                path = str(ROOT / page)  # with the page's own lines in tracebacks
                exec(compile("\n" * (line - 1) + source, path, "exec", dont_inherit=True), names)
                printed = capsys.readouterr().out
            elif language == "text":
                assert printed == text, f"{page}:{line}"
    finally:
        names["client"].close()


@pytest.fixture(autouse=True)
def _no_real_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "JULEP_MODEL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_traces() -> Iterator[None]:
    with no_provider_yet():
        yield


@pytest.mark.parametrize("section", PROGRAMS, ids=lambda one: f"{one.page}: {one.heading}")
def test_a_section_prints_what_stands_in_it(
    section: Section, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each runs on its own after the page's opening, and text tells what the block above prints."""
    run(section, capsys)


@pytest.mark.slow
def test_another_address_is_all_that_a_server_of_2025_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same blocks print the same on an imitated server, which resets, refuses and delays."""
    for section in PROGRAMS:
        with LocalServer() as embedded, ImitatedServer(embedded) as server:
            run(section, capsys, f'base_url="{server.url}", api_key="{embedded.key}"')
            asked = {(one.method, one.target) for one in server.seen}
        resumed = any(method == "PUT" and "/executions/" in target for method, target in asked)
        assert resumed or "Asking" not in section.heading


@pytest.mark.slow
def test_tests_that_are_shown_pass(pytester: pytest.Pytester) -> None:
    """The example of a test file is one, and its tests pass."""
    shown = [block.text for one in SECTIONS for block in one.blocks if "def test_" in block.text]
    (pytester.path / "test_shown.py").write_text("\n\n".join(shown), encoding="utf-8")
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider")
    result.assert_outcomes(passed="".join(shown).count("def test_"))


def test_commands_name_what_is_there() -> None:
    """Each script and module that a command runs exists, and nothing else is run."""
    commands = [shlex.split(part) for line in lines_of_shell() for part in line.split("&&")]
    scripts = [words[-1] for words in commands if words[-1].endswith(".py")]
    modules = {words[words.index("-m") + 1] for words in commands if "-m" in words}
    assert scripts
    assert all((ROOT / script).is_file() for script in scripts)
    assert modules == {"pip", "julep", "tests"}


def test_continuous_integration_runs_the_test_command() -> None:
    """The README's test command stands in `.ci/run`, word for word."""
    (command,) = [line for line in lines_of_shell() if line.endswith("python -m tests")]
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert command in [line.strip() for line in lines]


def test_the_readme_is_read_to_its_end() -> None:
    """It is short; what it does not say stands in the guide."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 160


@pytest.mark.parametrize("section", sections(GUIDE), ids=lambda one: str(one.heading))
def test_a_section_of_the_guide_names_its_example(section: Section) -> None:
    """Each ends with a program that does what it tells."""
    *_, last = section.text.strip().split("\n\n")
    assert last.startswith("Example: [`")
