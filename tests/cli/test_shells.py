"""What shells complete, asked as they ask."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from julep import Julep
from tests.cli.conftest import HOSTILE, Terminal, variables


def completed(terminal: Terminal, shell: str, typed: str) -> list[str]:
    """What a shell is given for what is typed: the values, without what is said of them."""
    *words, begun = typed.split(" ")
    position = begun if shell == "fish" else str(len(words))
    asked = {
        "_JULEP_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(words) if shell == "fish" else typed,
        "COMP_CWORD": position,
    }
    done = Terminal(terminal.environment | asked).start()
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    if shell == "zsh":
        return lines[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in lines if line]


@pytest.mark.parametrize(
    ("shell", "typed", "values"),
    [
        ("bash", "julep ch", {"chat", "check"}),
        ("zsh", "julep ls ta", {"tasks"}),
        ("fish", "julep show --kind ta", {"task"}),
        ("bash", "julep run --ag", {"--agent"}),
        ("zsh", "julep completion z", {"zsh"}),
    ],
)
def test_words_are_completed(terminal: Terminal, shell: str, typed: str, values: set[str]) -> None:
    """Commands, options and kinds."""
    assert set(completed(terminal, shell, typed)) == values


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_things_of_the_server_are_completed(terminal: Terminal, client: Julep, shell: str) -> None:
    """Agents by name where that is one word, all else by id; of answers, what waits for one."""
    name, strange = f"ada-{uuid4()}", f"two words {HOSTILE}\n{uuid4()}"
    agent, other = (client.agents.create(name=one) for one in (name, strange))
    ask: dict[str, Any] = {"wait_for_input": {"info": {"q": "?"}}}
    asks, ends = (
        client.tasks.create(agent, name="t", main=[step])
        for step in (ask, {"return": {"n": "$ 1"}})
    )
    waiting = client.executions.wait(client.executions.create(asks), until="input")
    done = client.executions.wait(client.executions.create(ends))
    for typed in ("chat ", "ls docs --agent "):
        assert {name, other.id} <= set(completed(terminal, shell, f"julep {typed}"))
    assert completed(terminal, shell, f"julep chat {name} ") == []
    assert {waiting.id, done.id} <= set(completed(terminal, shell, "julep logs "))
    offered = completed(terminal, shell, "julep answer ")
    assert waiting.id in offered
    assert done.id not in offered
    assert completed(terminal, shell, f"julep show --kind task {asks.id[:-1]}") == [asks.id]


@pytest.mark.parametrize("address", [{}, {"JULEP_BASE_URL": "http://127.0.0.1:1"}])
def test_a_shell_is_told_no_errors(address: dict[str, str]) -> None:
    """Where no server is named, or none is there, nothing is offered."""
    assert completed(Terminal(variables(**address)), "bash", "julep logs ") == []
