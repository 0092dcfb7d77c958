"""`logs`."""

from __future__ import annotations

import json
import threading

import pytest

from julep import ExecutionFailed, Julep
from tests.cli.conftest import HOSTILE, Terminal
from tests.cli.pseudo import CTRL_C, typing


def test_what_an_execution_did_is_told(terminal: Terminal, client: Julep) -> None:
    """Oldest first, each with its output; how it stands is said in the end."""
    agent = client.agents.create(name="Logger")
    task = client.tasks.create(agent, name="t", main=[{"return": {"x": HOSTILE}}])
    done = client.tasks.run(task).execution
    told = terminal.run("logs", done.id)
    lines = told.stdout.splitlines()
    assert ["begins" in lines[0], "main[0] (return) done" in lines[1]] == [True, True]
    assert "\\u001b]0;owned" in lines[1]
    assert told.stderr == "succeeded\n"
    objects = [
        json.loads(line) for line in terminal.run("logs", done.id, "--json").stdout.splitlines()
    ]
    assert [one["type"] for one in objects] == ["init", "finish"]
    assert objects[1]["output"] == {"x": HOSTILE}


def test_the_expression_that_failed_is_told(terminal: Terminal, client: Julep) -> None:
    """Most errors of expressions don't say which one it was."""
    agent = client.agents.create(name="Logger")
    task = client.tasks.create(agent, name="t", main=[{"evaluate": {"x": "$ _['n']"}}])
    with pytest.raises(ExecutionFailed) as failed:
        client.tasks.run(task)
    told = terminal.run("logs", failed.value.execution.id).stdout.splitlines()[-1]
    said = "main[0] (evaluate) failed  \"EvaluateError: 'n'\" in expression \"$ _['n']\""
    assert told.endswith(said)


@pytest.mark.slow
def test_an_execution_is_followed(terminal: Terminal, client: Julep) -> None:
    """`-f` goes on until it ends; Ctrl-C leaves it."""
    agent = client.agents.create(name="Logger")
    task = client.tasks.create(
        agent, name="t", main=[{"wait_for_input": {"info": {"a": "b"}}}, {"return": {"x": "$ 1"}}]
    )
    execution = client.tasks.executions.create(task)
    with typing(terminal.environment, "logs", "-f", execution.id) as tty:
        tty.expect("waits for input")
        tty.type(CTRL_C)
        assert tty.end() == 130
    assert tty.shown.endswith("julep: interrupted\r\n")
    with typing(terminal.environment, "logs", "-f", execution.id) as tty:
        tty.expect("waits for input")
        threading.Thread(target=client.executions.resume, args=(execution,)).start()
        tty.expect("succeeded")
        assert tty.end() == 0
