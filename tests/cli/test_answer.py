"""`answer`."""

from __future__ import annotations

import json
import shlex
from uuid import uuid4

import pytest

from julep import Julep
from julep.types import Execution
from tests.cli.conftest import Terminal
from tests.cli.pseudo import typing
from tests.cli.test_run import KEYS


def left_by_run(terminal: Terminal, flow: str, *options: str) -> str:
    """What `run` says of an execution that nobody answers: its id."""
    done = terminal.run("run", flow, "-i", "n=1", "--json", *options)
    assert done.returncode == 4
    id: str = json.loads(done.stdout)["execution_id"]
    return id


@pytest.fixture
def asking(client: Julep) -> Execution:
    """An execution of somebody else's that asks twice."""
    agent = client.agents.create(name="Asker")
    ask = {"wait_for_input": {"info": {"question": "Shall I?"}}}
    execution = client.tasks.executions.create(
        client.tasks.create(agent, name="t", main=[ask, ask]), input={}
    )
    return client.executions.wait(execution, until="input", timeout=20)


def test_what_run_says_can_be_typed(terminal: Terminal, client: Julep, flow: str) -> None:
    """It answers the execution, follows it to its end, and puts the task away as `run` does."""
    said = terminal.run("run", flow, "-i", "n=1").stderr
    commands = [one for one in said.split("`") if one.startswith("julep answer")]
    done = terminal.run(*shlex.split(commands[1])[1:])
    assert (done.returncode, json.loads(done.stdout)) == (0, {"n": 2, "ok": {"approved": True}})
    agent = next(one for one in client.agents.list() if one.name == "julep-run")
    assert "Shall I?" not in str(list(client.tasks.list(agent)))


def test_options_that_name_the_server_are_said_too(terminal: Terminal, flow: str) -> None:
    """Without the key, which is nobody's business."""
    url, key = (terminal.environment[f"JULEP_{name}"] for name in ("BASE_URL", "API_KEY"))
    bare = {k: v for k, v in terminal.environment.items() if not k.startswith("JULEP_")}
    done = Terminal(bare).run("run", flow, "-i", "n=1", "--base-url", url, "--api-key", key)
    assert f" --base-url {url} --api-key KEY`" in done.stderr
    assert key not in done.stderr


def test_a_task_that_was_to_stay_stays(terminal: Terminal, client: Julep, flow: str) -> None:
    """After `run --keep`."""
    id = left_by_run(terminal, flow, "--keep")
    done = terminal.run("answer", id, "ok=true", "why=it is time", "--json", "-q")
    told = json.loads(done.stdout)
    assert (list(told), told["status"], done.stderr) == (KEYS, "succeeded", "")
    assert told["output"]["ok"] == {"ok": True, "why": "it is time"}
    assert client.tasks.get(told["task_id"]).name == "flow"


def test_what_is_asked_later_is_asked(terminal: Terminal, asking: Execution) -> None:
    """Of the pipe, where the command line has answered the first question; else it is status 4."""
    done = terminal.run("answer", asking.id, "first", "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (4, "awaiting_input")
    assert f"julep answer {asking.id}" in done.stderr
    done = terminal.run("answer", asking.id, typed="the second\n")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"answer": "the second"})


def test_a_terminal_is_asked(terminal: Terminal, asking: Execution) -> None:
    """Each question, as `run` asks it."""
    with typing(terminal.environment, "answer", asking.id) as tty:
        for answer in ("first", "second"):
            tty.expect("question: Shall I?")
            tty.expect("answer> ")
            tty.type(f"{answer}\n")
        tty.expect('"answer": "second"')
        assert tty.end() == 0


def test_an_answer_that_is_not_asked_for_is_refused(
    terminal: Terminal, client: Julep, asking: Execution
) -> None:
    """What has ended, and what nobody knows, takes none; without one, the end is told."""
    client.executions.cancel(asking)
    done = terminal.run("answer", asking.id, "yes")
    assert (done.returncode, "it is over (cancelled)" in done.stderr) == (1, True)
    done = terminal.run("answer", asking.id, "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (1, "cancelled")
    done = terminal.run("answer", str(uuid4()), "yes", "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (1, "error")
    done = terminal.run("answer", asking.id, "[1")
    assert (done.returncode, done.stdout, "it is not JSON" in done.stderr) == (2, "", True)


@pytest.mark.parametrize("command", ["logs", "show"])
def test_what_waits_says_how_to_answer(terminal: Terminal, asking: Execution, command: str) -> None:
    """Wherever people look at it; what programs read says nothing more."""
    assert f"julep answer {asking.id}" in terminal.run(command, asking.id).stderr
    assert terminal.run(command, asking.id, "--json").stderr == ""
