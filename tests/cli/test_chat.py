"""`chat`."""

from __future__ import annotations

import json
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from pytest_httpx import HTTPXMock

from julep import Julep
from julep.local import LocalServer
from julep.types import Agent
from tests.cli.conftest import HOSTILE, Terminal, variables
from tests.cli.pseudo import CTRL_C, CTRL_D, typing
from tests.conftest import URL


@pytest.fixture
def agent(client: Julep) -> Agent:
    """Someone to talk with."""
    return client.agents.create(name=f"Ada {uuid4()}")


def name_of(agent: Agent) -> str:
    """What they are called."""
    assert agent.name
    return agent.name


def test_a_text_is_answered_and_gone_on_with(
    terminal: Terminal, server: LocalServer, agent: Agent
) -> None:
    """`-c` finds the last session, with or without the agent; typed text is no template."""
    server.replies.add("Hello", "Indeed", "Bye")
    assert terminal.run("chat", name_of(agent), "Hi", "there").stdout == "Hello\n"
    assert terminal.run("chat", "-c", "{{ 1 + 1 }}").stdout == "Indeed\n"
    assert terminal.run("chat", agent.id, "-c", "so long").stdout == "Bye\n"
    asked = [one["content"] for one in server.model_calls[-1]["messages"] if one["role"] == "user"]
    assert asked == ["Hi there", "{{ 1 + 1 }}", "so long"]


def test_lines_of_a_pipe_are_messages(
    terminal: Terminal, server: LocalServer, agent: Agent
) -> None:
    """One each, or all of them as one with `-`."""
    server.replies.add("One", "Two", "All")
    done = terminal.run("chat", name_of(agent), typed="a\n\nb\n")
    assert (done.stdout, done.stderr) == ("One\nTwo\n", "")
    done = terminal.run("chat", name_of(agent), "-", "--json", typed="a\n\nb\n")
    told = json.loads(done.stdout)
    assert list(told) == ["session_id", "text", "tool_calls", "finish_reason", "usage", "docs"]
    assert told["text"] == "All"
    asked = [call["messages"][-1]["content"] for call in server.model_calls[-3:]]
    assert asked == ["a", "b", "a\n\nb"]


def test_a_session_that_renders_templates_is_not_given_any(
    terminal: Terminal, client: Julep, server: LocalServer, agent: Agent
) -> None:
    """What would be run is refused unless it is asked for."""
    session = client.sessions.create(agent=agent)
    done = terminal.run("chat", "--session", session.id, "{{ 1 + 1 }}")
    assert (done.returncode, "--templates allows it" in done.stderr) == (1, True)
    server.replies.add("Two")
    assert terminal.run("chat", "--session", session.id, "--templates", "{{ 1 + 1 }}").stdout
    assert server.model_calls[-1]["messages"][-1]["content"] == "2"


def test_there_may_be_nothing_to_go_on_with(terminal: Terminal, agent: Agent) -> None:
    """Neither here nor with this agent."""
    done = terminal.run("chat", name_of(agent), "-c")
    assert (done.returncode, "no session to go on with" in done.stderr) == (1, True)


@pytest.mark.parametrize("options", [["-c", "--session", "x"], ["-c", "--user", "x"]])
def test_options_that_say_nothing_are_refused(terminal: Terminal, options: list[str]) -> None:
    """A session that is gone on with has been chosen, and so has who talks in it."""
    done = terminal.run("chat", *options, "Hello")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_terminal_converses(terminal: Terminal, server: LocalServer, agent: Agent) -> None:
    """Line by line, with what tools give typed in, until Ctrl-D; a failure is no end."""
    server.replies.add(tool_calls=[("weather", {"city": "Rome"})])
    server.replies.add(f"Sunny{HOSTILE}")
    server.replies.add(error="the model is gone")
    with typing(terminal.environment, "chat", name_of(agent)) as tty:
        tty.expect("you> ")
        tty.type("Weather?\n")
        tty.expect('calls weather({"city": "Rome"})')
        tty.expect("leave it open)> ")
        tty.type("21 degrees\n")
        tty.expect("Sunny")
        tty.expect("you> ")
        tty.type("and now?\n")
        tty.expect("the model is gone")
        tty.expect("you> ")
        tty.type(CTRL_D)
        assert tty.end() == 0
    assert "\x1b]0;" not in tty.shown
    results = [one for one in server.model_calls[-1]["messages"] if one["role"] == "tool"]
    assert [one["content"] for one in results] == ["21 degrees"]


@pytest.mark.slow
def test_ctrl_c_ends_it_while_the_answer_comes(
    terminal: Terminal, server: LocalServer, agent: Agent
) -> None:
    """In a line, with status 130, and so it does before anything is typed."""
    server.replies.add("word " * 1000, chunk_delay=0.1)
    with typing(terminal.environment, "chat", name_of(agent), "Talk") as tty:
        tty.expect("word word")
        tty.type(CTRL_C)
        assert tty.end() == 130
    assert tty.shown.endswith("julep: interrupted\r\n")
    with typing(terminal.environment, "chat", name_of(agent)) as tty:
        tty.expect("you> ")
        tty.type(CTRL_C)
        assert tty.end() == 130
    assert tty.shown.endswith("julep: interrupted\r\n")


def test_what_breaks_off_is_an_error(terminal: Terminal, server: LocalServer, agent: Agent) -> None:
    """What came is written, and why there is no more."""
    server.replies.add("one two three four")
    server.faults.add(path="/sessions/*/chat", cut_after=2)
    done = terminal.run("chat", name_of(agent), "Count")
    assert done.returncode == 1
    assert done.stderr.startswith("julep: ")
    assert done.stderr.count("\n") == 1


def test_a_server_that_has_no_streams_answers_whole(httpx_mock: HTTPXMock) -> None:
    """As those of 2024 do."""
    agent, session = str(uuid4()), str(uuid4())
    made = {"id": session, "created_at": "2024-09-09T00:00:00Z"}
    message = {"role": "assistant", "content": "Hello"}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    answer = {"id": session, "created_at": made["created_at"], "choices": [choice]}
    httpx_mock.add_response(url=f"{URL}/healthz", status_code=404)
    httpx_mock.add_response(url=f"{URL}/agents?limit=1", json={"items": []})
    httpx_mock.add_response(url=f"{URL}/sessions", status_code=201, json=made)
    httpx_mock.add_response(url=f"{URL}/sessions/{session}/chat", json=answer)
    with TemporaryDirectory() as home:
        terminal = Terminal(variables(JULEP_BASE_URL=URL, JULEP_API_KEY="key", HOME=home))
        assert terminal.run("chat", agent, "Hi") == (0, "Hello\n", "")
    assert not json.loads(httpx_mock.get_requests()[-1].content).get("stream")
