"""What executions reach: the model, this server's own API, and nothing that isn't here."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, Make, maker


def _ended(http: httpx.Client, make: Make, agent: JSON, **task: Any) -> JSON:
    created = make(f"/agents/{agent['id']}/tasks", name="T", **task)
    execution = make(f"/tasks/{created['id']}/executions", input={})
    url = f"/executions/{execution['id']}"
    # The stream ends with the execution.
    http.get(f"{url}/transitions.stream")
    ended: JSON = http.get(url).json()
    return ended


def _tool(kind: str, **spec: Any) -> JSON:
    return {
        "main": [{"tool": "t"}],
        "tools": [{"name": "t", "type": kind, kind: spec}],
    }


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            _tool("integration", provider="browserbase", method="create_session"),
            "browserbase.create_session isn't available on the embedded server",
        ),
        (_tool("system", resource="job", operation="chat"), "not implemented for job.chat"),
        (_tool("system", resource="user", operation="get"), "needs the argument user_id"),
        (
            _tool("system", resource="user", operation="create"),
            "Validation error: name: Field required",
        ),
        (_tool("api_call", method="GET", url="$ 'nowhere://' + 'x'"), "begins with http://"),
    ],
)
def test_what_cannot_be_reached_fails_the_execution(
    http: httpx.Client, make: Make, agent: JSON, task: JSON, message: str
) -> None:
    """The error says what is missing or wrong."""
    ended = _ended(http, make, agent, **task)
    assert ended["status"] == "failed"
    assert message in ended["output"]


def test_a_search_without_text_fails_the_execution(lenient: httpx.Client) -> None:
    """A search step's fields are checked as those of a search request."""
    make = maker(lenient)
    agent = make("/agents", name="Ada")
    ended = _ended(lenient, make, agent, main=[{"search": {"text": "$ 5"}}])
    assert (ended["status"], "text: Input" in ended["output"]) == ("failed", True)


def test_a_task_searches_and_embeds(lenient: httpx.Client) -> None:
    """A step finds the agent's documents, by text or by a vector that a step before it made."""
    make = maker(lenient)
    agent = make("/agents", name="Ada")
    make(f"/agents/{agent['id']}/docs", title="Cats", content="They purr")
    steps: list[JSON] = [
        {"embed": {"text": "$ ['Title: Cats They purr', 'x']"}},
        {"search": {"vector": "$ _.vectors[0]", "include_embeddings": "$ False"}},
        {"evaluate": {"title": "$ _.docs[0].title", "vectors": "$ len(outputs[0].vectors)"}},
    ]
    done = _ended(lenient, make, agent, main=steps)
    assert done["output"] == {"title": "Cats", "vectors": 2}


def test_a_system_tool_chats(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON, session: JSON
) -> None:
    """What a task says in a session is answered and kept there."""
    server.replies.add("Hello, task")
    arguments = {"session_id": session["id"], "messages": [{"role": "user", "content": "hi"}]}
    steps: list[JSON] = [
        {"tool": "say", "arguments": arguments},
        {"evaluate": {"text": "$ _.choices[0].message.content"}},
    ]
    tools = [
        {"name": "say", "type": "system", "system": {"resource": "session", "operation": "chat"}}
    ]
    assert _ended(http, make, agent, main=steps, tools=tools)["output"] == {"text": "Hello, task"}
    entries = http.get(f"/sessions/{session['id']}/history").json()["entries"]
    assert [entry["role"] for entry in entries] == ["user", "assistant"]


def test_a_prompt_tells_the_model_of_tools(
    server: LocalServer, http: httpx.Client, make: Make, agent: JSON
) -> None:
    """Tools, choice and settings of the step go to the model."""
    server.replies.add("done")
    step = {
        "prompt": "hi",
        "unwrap": True,
        "tool_choice": "auto",
        "settings": {"temperature": 0.3, "model": "m"},
    }
    tools = [{"name": "look", "type": "function", "function": {"parameters": {"type": "object"}}}]
    assert _ended(http, make, agent, main=[step], tools=tools)["output"] == "done"
    asked = server.model_calls[-1]
    assert [tool["function"]["name"] for tool in asked["tools"]] == ["look"]
    assert (asked["tool_choice"], asked["temperature"], asked["model"]) == ("auto", 0.3, "m")


@pytest.mark.parametrize(
    ("resource", "arguments", "gives"),
    [
        ("user", {"metadata_filter": {"k": "$ 'it\\'s'"}, "limit": "$ 5"}, ["Joe"]),
        ("user", {"metadata_filter": {"flag": True}}, ["Joe"]),
        ("agent", {"metadata_filter": "$ {'n': 3}", "limit": 2, "direction": "asc"}, ["Eve"]),
        ("agent", {"metadata_filter": {"n": 4}}, []),
    ],
)
def test_a_system_tool_lists(
    lenient: httpx.Client, resource: str, arguments: JSON, gives: list[str]
) -> None:
    """Filters, numbers and flags of a list are what they were given as."""
    make = maker(lenient)
    agent = make("/agents", name="Eve", metadata={"n": 3})
    make("/users", name="Joe", metadata={"k": "it's", "flag": True})
    done = _ended(
        lenient,
        make,
        agent,
        main=[{"tool": "t", "arguments": arguments}, {"evaluate": {"n": "$ [x.name for x in _]"}}],
        tools=[
            {"name": "t", "type": "system", "system": {"resource": resource, "operation": "list"}}
        ],
    )
    assert set(done["output"]["n"]) == set(gives)


def test_a_system_tool_updates_without_a_name(make: Make, http: httpx.Client, agent: JSON) -> None:
    """What has a name keeps it."""
    user = make("/users", name="Joe", about="dev")
    arguments = {"user_id": user["id"], "data": {"about": "cook"}}
    done = _ended(
        http,
        make,
        agent,
        main=[{"tool": "t", "arguments": arguments}],
        tools=[
            {"name": "t", "type": "system", "system": {"resource": "user", "operation": "update"}}
        ],
    )
    assert (done["output"]["name"], done["output"]["about"]) == ("Joe", "cook")


def test_a_system_tool_takes_the_id_of_its_execution(
    make: Make, http: httpx.Client, agent: JSON
) -> None:
    """An id may be given as expressions have it."""
    arguments = {"execution_id": "$ execution.id"}
    spec = {"resource": "execution", "operation": "get"}
    done = _ended(
        http,
        make,
        agent,
        main=[
            {"tool": "t", "arguments": arguments},
            {"return": {"same": "$ _.id == str(execution.id)"}},
        ],
        tools=[{"name": "t", "type": "system", "system": spec}],
    )
    assert done["output"] == {"same": True}
