"""`run`."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from pytest_httpx import HTTPXMock

from julep import Julep
from julep.local import LocalServer
from tests.cli.conftest import HOSTILE, Terminal
from tests.cli.pseudo import CTRL_C, CTRL_D, typing

KEYS = ["status", "execution_id", "task_id", "output", "error", "question", "seconds"]


def plain(tmp_path: Path, step: str) -> str:
    """A file with a task of one step."""
    file = tmp_path / "plain.yaml"
    file.write_text(f"name: plain\nmain:\n- {step}\n")
    return str(file)


def test_questions_are_answered_by_a_pipe(terminal: Terminal, client: Julep, flow: str) -> None:
    """A line of JSON each; steps are told on stderr, and the task has gone afterwards."""
    done = terminal.start("run", flow, "--input", '{"n": 1}', typed=b'{"yes": true}\n')
    assert (done.returncode, json.loads(done.stdout)) == (0, {"n": 2, "ok": {"yes": True}})
    assert "main[0] 'more' (evaluate) done" in done.stderr
    agent = next(one for one in client.agents.list() if one.name == "julep-run")
    assert "Shall I?" not in str(list(client.tasks.list(agent)))


def test_calls_of_functions_are_asked_like_questions(terminal: Terminal, tmp_path: Path) -> None:
    """The command has no functions: who runs it gives what they would."""
    file = tmp_path / "stock.yaml"
    tool = "{name: stock, type: function, function: {parameters: {type: object}}}"
    file.write_text(f"name: n\ntools: [{tool}]\nmain:\n- tool: stock\n")
    done = terminal.run("run", str(file), "--quiet", typed='{"units": 3}\n')
    assert (done.returncode, json.loads(done.stdout)) == (0, {"units": 3})
    assert '{"result": "..."}' in terminal.run("run", str(file), "--quiet").stderr


def test_a_program_is_given_one_object(terminal: Terminal, client: Julep, flow: str) -> None:
    """Under an agent that is named, the task stays, once however often it runs."""
    agent = client.agents.create(name="Runner")
    for _ in range(2):
        done = terminal.run(
            "run", flow, "--agent", "Runner", "-i", "n=1", "--json", "-q", typed="true\n"
        )
        told = json.loads(done.stdout)
        assert (list(told), told["status"], done.stderr) == (KEYS, "succeeded", "")
        assert told["output"] == {"n": 2, "ok": {"answer": True}}
    (task,) = client.tasks.list(agent)
    assert len(list(client.tasks.executions.list(task))) == 2


def test_a_question_that_nobody_answers_is_status_4(
    terminal: Terminal, client: Julep, flow: str
) -> None:
    """The execution waits on, and how to answer it is told."""
    done = terminal.run("run", flow, "-i", "n=1", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (4, "awaiting_input")
    assert told["question"] == {"question": "Shall I?"}
    assert f"`julep answer {told['execution_id']}` asks you for it" in done.stderr
    assert client.executions.get(told["execution_id"]).status == "awaiting_input"
    done = terminal.run("run", flow, "-i", "n=1", "--json", "--keep", "--cancel")
    execution = client.executions.get(json.loads(done.stdout)["execution_id"])
    assert (done.returncode, execution.status) == (4, "cancelled")
    assert "julep answer" not in done.stderr


@pytest.mark.parametrize(
    ("step", "options", "status", "exit_status"),
    [
        ("error: it broke", [], "failed", 1),
        ("sleep: {seconds: 60}", ["--timeout", "0.5"], "timed_out", 3),
        ("sleep: {seconds: 60}", ["--timeout", "0.5", "--cancel"], "timed_out", 3),
        ("evalate: {}", [], "error", 2),
        ("sleep: {seconds: 1}", ["-i", "n=NaN"], "error", 2),
        ("sleep: {seconds: 1}", ["--timeout", "nan"], "error", 2),
    ],
)
def test_how_it_ends_is_the_exit_status(  # noqa: PLR0917 - one for each part of a case
    terminal: Terminal,
    client: Julep,
    tmp_path: Path,
    step: str,
    options: list[str],
    status: str,
    exit_status: int,
) -> None:
    """Failures, time limits and files that no server takes; what is cancelled is put away."""
    done = terminal.run("run", plain(tmp_path, step), "--json", *options)
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (exit_status, status)
    assert "Traceback" not in done.stderr
    assert ("`julep run --keep` leaves them" in done.stderr) is (status == "failed")
    if status == "timed_out":
        found = {task.id for agent in client.agents.list() for task in client.tasks.list(agent)}
        assert (told["task_id"] in found) is ("--cancel" not in options)


def test_a_server_that_deletes_no_tasks_keeps_it(
    terminal: Terminal, server: LocalServer, tmp_path: Path
) -> None:
    """As real ones do: that is told, and no failure."""
    server.faults.add(method="DELETE", path="/agents/*/tasks/*", status=405)
    done = terminal.run("run", plain(tmp_path, "return: {n: $ 1}"), "-q")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"n": 1})
    assert "is left there" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-i", "[1]"], "must be a JSON object"),
        (["-i", "3"], "not of the form name=value"),
        (["-i", "n=[1"], "n: it is not JSON"),
        (["-i", "{"], "it is not JSON"),
        (["-i", "@/nowhere.json"], "can't be read"),
        (["--timeout", "0"], "0"),
        (["--agent", "Nobody at all"], "no agent is called"),
    ],
)
def test_wrong_usage_is_told(
    terminal: Terminal, flow: str, arguments: list[str], message: str
) -> None:
    """In a line or two, before anything is run."""
    done = terminal.run("run", flow, *arguments)
    assert done.returncode in {1, 2}
    assert message in done.stderr
    assert done.stdout == ""


def test_what_is_interrupted_before_it_runs_is_an_object_too(
    terminal: Terminal, httpx_mock: HTTPXMock, tmp_path: Path
) -> None:
    """Whenever Ctrl-C comes, a program reads how it ended."""
    httpx_mock.add_callback(lambda _: signal.raise_signal(signal.SIGINT))
    done = terminal.run("run", plain(tmp_path, "return: {n: $ 1}"), "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (130, "interrupted")


def test_a_terminal_asks_and_goes_on(terminal: Terminal, flow: str) -> None:
    """An answer that can't be read is asked for again."""
    with typing(terminal.environment, "run", flow, "-i", "n=1") as tty:
        tty.expect("question: Shall I?")
        tty.expect("answer> ")
        tty.type("{oops\n")
        tty.expect("not JSON")
        tty.type("ok=true why='it is time'\n")
        tty.expect('"why": "it is time"')
        assert tty.end() == 0


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--timeout", "60"]])
@pytest.mark.parametrize(("key", "status"), [(CTRL_C, 130), (CTRL_D, 4)])
def test_a_question_may_be_left(
    terminal: Terminal, flow: str, options: list[str], key: str, status: int
) -> None:
    """By Ctrl-C or Ctrl-D; it says how to answer later, in order."""
    with typing(terminal.environment, "run", flow, "-i", "n=1", *options) as tty:
        tty.expect("answer> ")
        tty.type(key)
        tty.expect("julep answer ")
        assert tty.end() == status
    said = tty.shown.partition("answer> ")[2].replace("^C", "").replace("^D\b\b", "")
    assert said.lstrip(" ").startswith("\r\njulep: i")
    assert "Traceback" not in tty.shown
    assert "Fatal" not in tty.shown


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_cancels_where_that_is_wanted(
    terminal: Terminal, client: Julep, tmp_path: Path, number: signal.Signals
) -> None:
    """With `--cancel` nothing is left there."""
    file = plain(tmp_path, "sleep: {seconds: 59}")
    with typing(terminal.environment, "run", file, "--cancel") as tty:
        tty.expect("execution ")
        if number == signal.SIGINT:
            tty.type(CTRL_C)
        else:
            tty.process.send_signal(number)
        tty.expect("interrupted")
        assert tty.end() == 130
    assert "goes on" not in tty.shown
    agent = next(one for one in client.agents.list() if one.name == "julep-run")
    assert [task for task in client.tasks.list(agent) if "59" in str(task.main)] == []


def test_a_terminal_is_not_commanded_by_questions(
    terminal: Terminal, server: LocalServer, tmp_path: Path
) -> None:
    """What a task asks is text, whatever is in it."""
    file = plain(tmp_path, f"wait_for_input: {{info: {json.dumps({HOSTILE: HOSTILE})}}}")
    with typing(terminal.environment, "run", file) as tty:
        tty.expect("answer> ")
        tty.type("{}\n")
        assert tty.end() == 0
    assert not set("\x07\x9b\u202e") & set(tty.shown)
    assert "\x1b]0;" not in tty.shown
