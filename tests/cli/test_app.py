"""What all commands have in common."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from julep.cli.app import COMMANDS
from tests.cli.conftest import COMMAND, Done, Terminal, variables


def test_help_names_commands_and_statuses(terminal: Terminal) -> None:
    """What there is, how a server is named, and what the exit status says."""
    told = terminal.run("--help").stdout
    for word in ("serve", "ls", "JULEP_BASE_URL", "130  Ctrl-C", "completion"):
        assert word in told


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(terminal: Terminal, command: str) -> None:
    """In words, whose breaks of lines are meant."""
    done = terminal.run(command, "--help")
    assert done.returncode == 0
    assert "\\b" not in done.stdout
    assert "--help" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["shw"],
        ["ls", "agnts"],
        ["logs", "nope"],
        ["show", "--kind", "x", "y"],
        ["chat"],
        ["check", "\x1b[31m"],
        ["--nope"],
        ["chat", "--session"],
    ],
)
def test_wrong_usage_is_one_line(terminal: Terminal, arguments: list[str]) -> None:
    """Without the usage before it, and without what was typed being obeyed."""
    done = terminal.run(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("julep: ")
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["shw"], "did you mean 'show'?"),
        (["--base-url", "http://x", "ls"], "goes after the command: `julep ls --base-url ...`"),
        (["--base-url=http://x", "ls"], "--base-url goes after the command"),
        (["--json", "ls"], "--json goes after the command"),
        (["ls", "agent"], "did you mean 'agents'?"),
        (["ls", "Agents"], "did you mean 'agents'?"),
        (["ls", "nope"], "there are agents, users, "),
        (["show", "--kind", "tasks", "x"], "did you mean 'task'?"),
        (["logs", "nope"], "`julep ls executions` lists those"),
        (["chat", "--session", "nope", "Hi"], "`julep ls sessions` lists those"),
        (["search", "--user", "nope", "tea"], "`julep ls users` lists those"),
    ],
)
def test_what_was_meant_is_told(terminal: Terminal, arguments: list[str], hint: str) -> None:
    """Of commands, kinds and ids."""
    done = terminal.run(*arguments)
    assert (done.returncode, hint in done.stderr) == (2, True)


def test_a_server_that_is_not_named_is_asked_for() -> None:
    """How to start one, and where its address goes; that is a matter of usage."""
    done = Terminal(variables()).run("ls")
    assert (done.returncode, "JULEP_BASE_URL" in done.stderr) == (2, True)


def test_a_server_that_is_not_there_is_one_line(terminal: Terminal) -> None:
    """No traceback, and status 1."""
    done = terminal.start("ls", "--base-url", "http://127.0.0.1:1")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_a_wrong_key_is_not_shown(terminal: Terminal) -> None:
    """The error says that it is wrong, and not what it is."""
    done = terminal.run("ls", "--api-key", "s3cret")
    assert done.returncode == 1
    assert "403" in done.stderr
    assert "s3cret" not in done.stderr
    assert "the key came from --api-key" in done.stderr
    assert "`julep serve` prints its key" in done.stderr


def without(package: str, arguments: list[str], environment: dict[str, str]) -> Done:
    """Run a command where a package is not installed."""
    code = f"import sys; sys.modules['{package}'] = None; from julep.__main__ import main"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; sys.exit(main({arguments!r}))"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def task(tmp_path: Path) -> str:
    """A file with a task."""
    file = tmp_path / "task.json"
    file.write_text('{"name": "x", "main": [{"evaluate": {"n": "$ 1"}}]}')
    return str(file)


@pytest.mark.parametrize(("package", "arguments"), [("click", ["--version"]), ("rich", ["run"])])
def test_what_is_not_installed_is_named(
    terminal: Terminal, package: str, arguments: list[str], task: str
) -> None:
    """In one line that says what to install, with status 2."""
    done = without(package, [*arguments, task], terminal.environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"the command needs {package}" in done.stderr
    assert 'pip install "julep-sdk[cli]"' in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "package"), [("serve", "uvicorn"), ("check", "jsonschema"), ("ls", "uvicorn")]
)
def test_what_needs_the_server_says_how_to_install_it(
    command: str, package: str, task: str
) -> None:
    """In one line, and of no package that people don't know; so does what says how to start one."""
    done = without(package, [command, *([task] * (command == "check"))], variables())
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert 'pip install "julep-sdk[cli,local]"' in done.stderr
    assert package not in done.stderr


def test_the_help_says_what_needs_the_server(terminal: Terminal) -> None:
    """Of each command that does, and what to install."""
    told = terminal.run("--help").stdout
    marked = [line.split()[0] for line in told.splitlines() if "(extra `local`)" in line]
    assert marked == ["serve", "check"]
    assert 'pip install "julep-sdk[cli,local]"' in told


def test_a_reader_that_goes_is_no_fault() -> None:
    """`julep … | head` ends quietly."""
    script = f"{' '.join(COMMAND)} completion bash | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=variables(), check=False
    )
    assert (done.returncode, done.stderr) in [(141, ""), (0, "")]


@pytest.mark.parametrize(
    ("redirection", "statuses"), [(">&-", {0}), ("2>&- <&-", {0}), (">/dev/full", {1})]
)
def test_streams_that_are_closed_or_full_are_no_fault_of_its_own(
    redirection: str, statuses: set[int]
) -> None:
    """What can't be written is told in a line, if anybody is there to be told."""
    script = f"{' '.join(COMMAND)} completion bash {redirection}"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=variables(), check=False
    )
    assert done.returncode in statuses
    assert done.stderr.count("\n") <= 1


def test_what_is_not_utf_8_is_told(terminal: Terminal) -> None:
    """Neither arguments nor stdin can be sent as anything else."""
    done = terminal.start("check", "-", typed=b"\xff\n")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "not text in UTF-8" in done.stderr


def test_json_is_json_where_stdout_takes_ascii_alone(terminal: Terminal) -> None:
    """Letters are escaped as JSON has it."""
    environment = {**terminal.environment, "PYTHONIOENCODING": "ascii"}
    file = Path(terminal.environment["HOME"], "é👩.yaml")
    file.touch()
    done = Terminal(environment).start("check", "--json", str(file))
    assert json.loads(done.stdout)["file"] == str(file)
