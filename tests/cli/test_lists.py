"""`ls` and `show`."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from julep import Julep
from julep.local import LocalServer
from tests.cli.conftest import HOSTILE, Terminal


def test_the_newest_of_each_kind_are_listed(terminal: Terminal, client: Julep) -> None:
    """A line has kind, id, name and time, with tabs in between; values of secrets don't appear."""
    agent = client.agents.create(name="Ada")
    task = client.tasks.create(agent, name="count", main=[{"evaluate": {"n": "$ 1"}}])
    execution = client.tasks.executions.create(task)
    secret = client.secrets.create(name="token", value="hunter2")
    listed = terminal.run("ls").stdout
    lines = [line.split("\t") for line in listed.splitlines()]
    assert ["agent", agent.id, "Ada", ""] in [line[:4] for line in lines]
    kinds = {line[1]: line[0] for line in lines}
    made = [task.id, execution.id, secret.id]
    assert [kinds[id] for id in made] == ["task", "execution", "secret"]
    assert "hunter2" not in listed
    (first, *_) = terminal.run("ls", "secrets", "--json").stdout.splitlines()
    assert "value" not in json.loads(first)


def test_lists_as_json_have_what_the_api_has(terminal: Terminal, client: Julep) -> None:
    """An object a line, and its kind; contents and secrets are left out."""
    agent = client.agents.create(name=f"Json {uuid4()}")
    client.agents.docs.create(agent, title="Manual", content="long")
    assert agent.name
    (line,) = terminal.run("ls", "docs", "--agent", agent.name, "--json").stdout.splitlines()
    doc = json.loads(line)
    assert (doc["kind"], doc["title"]) == ("doc", "Manual")
    assert "content" not in doc


def test_what_an_id_belongs_to_is_found(terminal: Terminal, client: Julep) -> None:
    """Of whichever kind it is, its fields are shown."""
    user = client.users.create(name="Bob", about="likes\ntea")
    assert terminal.run("show", user.id).stdout.startswith(
        f"user\nname: Bob\nid: {user.id}\nabout: |\n  likes\n  tea\n"
    )
    file = client.files.create(name="a.txt", content=b"abc")
    shown = json.loads(terminal.run("show", file.id, "--json").stdout)
    assert (shown["kind"], shown["content"]) == ("file", "YWJj")


def test_an_id_that_nothing_has_is_told(terminal: Terminal) -> None:
    """In one line, with status 1."""
    done = terminal.run("show", str(uuid4()))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("julep: there is nothing with the id")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nope"], "or an id of any of these: agent, user, session, doc, task, execution,"),
        (["nope", "--kind", "task"], "only agents are known by name"),
    ],
)
def test_what_can_be_shown_is_told(terminal: Terminal, arguments: list[str], told: str) -> None:
    """Where something is neither an id nor the name of an agent."""
    done = terminal.run("show", *arguments)
    assert (done.returncode, done.stderr.count("\n"), told in done.stderr) == (1, 1, True)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_terminal_is_not_commanded_by_names(
    terminal: Terminal, client: Julep, form: list[str]
) -> None:
    """Escape sequences of servers come out as text."""
    agent = client.agents.create(name=HOSTILE)
    for command in (["ls", "agents"], ["show", agent.id]):
        written = terminal.run(*command, *form).stdout
        assert not set(HOSTILE) & set(written) - set("]0;owned31m")
        assert "owned" in written


def test_an_option_that_says_nothing_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    """What would be ignored is wrong usage."""
    done = terminal.run("ls", "agents", "--task", str(uuid4()))
    assert (done.returncode, "--task says nothing of agents" in done.stderr) == (2, True)
    assert terminal.run("ls", "docs", "--agent", "").returncode == 2


def test_what_a_server_lacks_is_left_out_and_what_fails_is_told(
    terminal: Terminal, client: Julep, server: LocalServer
) -> None:
    """The other kinds are listed all the same."""
    user = client.users.create(name="Eve")
    server.faults.add(path="/files", status=404)
    assert terminal.run("ls").returncode == 0
    server.faults.add(path="/files", status=503, times=3, headers={"Retry-After": "0"})
    done = terminal.run("ls")
    assert (done.returncode, user.id in done.stdout) == (1, True)
    assert done.stderr.startswith("julep: files can't be listed: 503")
    server.faults.add(path="*", status=501, times=20, headers={"Retry-After": "0"})
    assert terminal.run("ls").stderr.count("\n") == 1
