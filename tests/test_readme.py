"""The README, run: each of its Python blocks in order, and what its commands name is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from julep.local import LocalServer

from .real_server import RealServer

pytest_plugins = ["pytester"]

ROOT: Final = Path(__file__).parent.parent
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of the README."""

    language: str
    text: str
    line: int
    """Where its text starts in the file."""


def blocks(source: str) -> list[Block]:
    """All fenced blocks, in order."""
    return [
        Block(match[1], match[2], source.count("\n", 0, match.start(2)) + 1)
        for match in _BLOCK.finditer(source)
    ]


def lines_of_shell() -> list[str]:
    """The shell commands, as they stand there."""
    shell = [block for block in blocks(README) if block.language == "sh"]
    return [line for block in shell for line in block.text.splitlines()]


def run(block: Block, names: dict[str, Any]) -> None:
    """Run a Python block, with the README's own lines in tracebacks."""
    padding = "\n" * (block.line - 1)
    path = str(ROOT / "README.md")
    exec(compile(padding + block.text, path, "exec", dont_inherit=True), names)


def run_all(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the Python blocks in order, and compare what they print with the text below them."""
    names: dict[str, Any] = {"__name__": "readme"}
    printed = ""
    try:
        for block in blocks(text):
            if block.language == "python":
                run(block, names)
                printed = capsys.readouterr().out
            elif block.language == "text":
                assert printed == block.text, f"README.md:{block.line}"
    finally:
        names["client"].close()


@pytest.fixture(autouse=True)
def _no_real_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "JULEP_MODEL"):
        monkeypatch.delenv(name, raising=False)


def test_python_blocks_print_what_stands_below_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Run in order, every block works, and a block of text tells what the one above it prints."""
    run_all(README, capsys)


@pytest.mark.slow
def test_another_address_is_all_that_a_real_server_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same blocks print the same on a server that resets, refuses and delays as in 2025."""
    with LocalServer() as embedded, RealServer(embedded) as server:
        address = f'(base_url="{server.url}", api_key="{embedded.key}")'
        text = README.replace(" Julep.local()", f" Julep{address}")
        run_all(text.replace("AsyncJulep.local()", f"AsyncJulep{address}"), capsys)
        asked = {(one.method, one.target) for one in server.seen}
    assert any(method == "PUT" and "/executions/" in target for method, target in asked)


@pytest.mark.slow
def test_tests_that_are_shown_pass(pytester: pytest.Pytester) -> None:
    """The README's example of a test file is one, and its tests pass."""
    (shown,) = [block.text for block in blocks(README) if block.text.startswith("def test_")]
    pytester.makepyfile(shown)
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=shown.count("def test_"))


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


def test_links_inside_the_readme_lead_somewhere() -> None:
    """Each link to a section names one of the headings."""
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", README)) <= anchors
