"""A mistake is an error that names the parameter, and nothing is sent."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpx import HTTPXMock

from julep import Agent, ConfigurationError, Julep, Request, Session, Task
from julep._paths import path
from julep.resources.agents import Agents
from julep.resources.executions import Executions
from julep.resources.sessions import Sessions
from julep.resources.tools import Tools

from .conftest import URL, Face

AGENT = Agent(id="a1", name="Ada")


@pytest.mark.parametrize(
    ("id_", "quoted"),
    [
        ("a1", "a1"),
        (" a1\n", "a1"),
        (AGENT, "a1"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ("a/b", "a%2Fb"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a b%2F", "a%20b%252F"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("../users", "..%2Fusers"),
        ("{agent_id}", "%7Bagent_id%7D"),
        ("\u00e9\n\u20ac", "%C3%A9%0A%E2%82%AC"),
    ],
)
def test_an_id_stays_one_part_of_the_path(id_: Any, quoted: str) -> None:
    """Ids are opaque text, a UUID or the resource itself, and can't change where a call goes."""
    assert Agents.get(None, id_).path == f"/agents/{quoted}"


@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_any_id_is_one_part_of_the_path(id_: str) -> None:
    """No text adds a part, a query or a fragment to the path, or climbs out of it."""
    quoted = path("/agents/{agent_id}/tools", agent_id=id_)
    _, agents, middle, tools = quoted.split("/")
    assert (agents, tools) == ("agents", "tools")
    assert middle.strip(".")
    assert not set("?#\\ ") & set(middle)


async def test_a_climbing_id_arrives_where_it_was_meant_to(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """What is quoted stays quoted on the wire."""
    httpx_mock.add_response(json={"id": "..", "name": "n"})
    await face.call(face.client().agents.get, "..")
    assert httpx_mock.get_requests()[0].url.raw_path == b"/api/agents/%2E%2E"


# What is called, with what, and which parameter the error names.
BAD_IDS: list[tuple[str, tuple[Any, ...], str]] = [
    ("agents.get", ("",), "agent_id is empty; pass the id of an existing resource"),
    ("agents.get", ("  \n",), "agent_id is empty"),
    (
        "agents.get",
        (None,),
        "agent_id must be an id, a UUID or a resource with an id, not NoneType",
    ),
    ("agents.get", (5,), "agent_id must be an id, a UUID or a resource with an id, not int"),
    ("agents.get", ({"id": "a1"},), "not dict"),
    ("agents.get", (b"a1",), "not bytes"),
    ("agents.delete", ("",), "agent_id"),
    ("agents.tools.update", ("a1", ""), "tool_id"),
    ("agents.docs.delete", ("a1", None), "doc_id"),
    ("users.docs.delete", ("", "d1"), "user_id"),
    ("docs.get", ("",), "doc_id"),
    ("sessions.chat", ("", "hi"), "session_id"),
    ("sessions.chat.stream", ("", "hi"), "session_id"),
    ("sessions.history", (None,), "session_id"),
    ("sessions.history.delete", ("",), "session_id"),
    ("tasks.get", ("",), "task_id"),
    ("tasks.executions.list", ("",), "task_id"),
    ("executions.get", ("",), "execution_id"),
    ("executions.cancel", ("",), "execution_id"),
    ("executions.transitions.list", ("",), "execution_id"),
    ("executions.transitions.stream", ("",), "execution_id"),
    ("executions.transitions.get", ("e1", ""), "transition_id"),
    ("executions.status.stream", ("",), "execution_id"),
    ("jobs.get", ("",), "job_id"),
    ("files.get", ("",), "file_id"),
    ("secrets.delete", ("",), "secret_id"),
]
WITH_BODY: dict[str, dict[str, Any]] = {"agents.tools.update": {"name": "t", "type": "function"}}


async def refused(face: Face, method: str, *args: Any, **kwargs: Any) -> str:
    """The text of the error that a call ends with before anything is sent."""
    call: Any = face.client()
    for name in method.split("."):
        call = getattr(call, name)
    with pytest.raises((TypeError, ValueError)) as caught:
        await face.call(call, *args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(("method", "ids", "message"), BAD_IDS)
async def test_a_bad_id_is_named(
    face: Face, method: str, ids: tuple[Any, ...], message: str, httpx_mock: HTTPXMock
) -> None:
    """An empty, missing or mistyped id is refused by its parameter's name."""
    assert message in await refused(face, method, *ids, **WITH_BODY.get(method, {}))
    assert httpx_mock.get_requests() == []


BAD_CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("agents.create", (), {"name": "n", "modle": "m"}, "'modle'"),
    ("agents.create", (), {}, "'name'"),
    (
        "agents.create",
        (),
        {"name": "n", "default_settings": {"temprature": 1}},
        "default_settings: unknown key 'temprature'; did you mean 'temperature'?",
    ),
    ("agents.update", ("a1",), {"default_settings": {"max_token": 1}}, "mean 'max_tokens'?"),
    ("agents.tools.create", ("a1",), {"name": "t", "function": {"paramters": {}}}, "'parameters'?"),
    ("agents.tools.update", ("a1", "t1"), {"function": {"descripton": ""}}, "'description'?"),
    ("sessions.create", (), {"agent": "a", "recall_options": {"confidense": 1}}, "'confidence'?"),
    ("sessions.chat", ("s1", "hi"), {"response_format": {"json_shema": {}}}, "'json_schema'?"),
    (
        "sessions.chat",
        ("s1", ["hi", {"role": "user", "contnt": "x"}]),
        {},
        "messages[1]: unknown key 'contnt'; did you mean 'content'?",
    ),
    (
        "sessions.chat",
        ("s1", {"role": "user", "content": ["hi", {"type": "image_url", "image_rul": {}}]}),
        {},
        "messages[0].content[1]: unknown key 'image_rul'; did you mean 'image_url'?",
    ),
    (
        "sessions.chat",
        ("s1", "hi"),
        {"tools": [{"name": "t"}, {"name": "t", "type": "system", "sytem": {}}]},
        "tools[1]: unknown key 'sytem'; did you mean 'system'?",
    ),
    (
        "agents.tools.create",
        ("a1",),
        {"name": "t", "type": "api_call", "api_call": {"method": "GET", "heades": {}}},
        "api_call: unknown key 'heades'; did you mean 'headers'?",
    ),
    ("agents.create", (), {"name": "n", "tools": []}, "; agents.tools.create gives an agent"),
    ("agents.create", (), {"name": "n", "extra_body": {}}, "; client.send(Request(…, body=…))"),
    ("agents.get", ("a1",), {"extra_headers": {}}, "; client.with_options(headers=…)"),
    ("agents.get", ("a1",), {"timeout": 5}, "; client.with_options(timeout=…)"),
    ("users.update", ("u1",), {"extra_query": {}}, "; client.send(Request(…, query=…))"),
    ("sessions.render", ("s1", "hi"), {"timeout": 5}, "; client.with_options(timeout=…)"),
    ("sessions.render", ("s1", "hi"), {"max_turns": 5}, "unknown keyword 'max_turns'"),
    ("sessions.chat", ("s1", "hi"), {"timeout": "5"}, "timeout must be seconds"),
    ("sessions.chat", ("s1", "hi"), {"max_turns": 0}, "max_turns must be 1 or more, not 0"),
    ("sessions.chat", ("s1", "hi"), {"max_turn": 2}, "did you mean 'max_turns'?"),
    ("sessions.chat", ("s1", "hi"), {"on_call": "x"}, "on_call must be a function, not str"),
    ("sessions.chat", ("s1", "hi"), {"on_tool_error": "x"}, "must be 'tell' or 'raise', not 'x'"),
    ("sessions.chat", ("s1", "hi"), {"tools": [5]}, "tools[0] must be a function, a dict or a"),
    ("sessions.chat", ("s1", "hi"), {"tools": "f"}, "tools must be a list of functions or tools"),
    ("sessions.chat", ("s1", "hi"), {"tools": [id]}, "is positional-only"),
    ("sessions.chat.stream", ("s1", "hi"), {"tools": [id]}, "is positional-only"),
    ("tasks.create", ("a1",), {"name": "n", "main": [], "extra_body": {}}, "; client.send("),
    ("agents.get", (), {"id": "a1"}, "unknown keyword 'id'; did you mean 'agent_id'?"),
    ("sessions.create", (), {"agent_id": "a1"}, "did you mean 'agent'?"),
    ("secrets.delete", (), {"name": "key"}, "; a secret goes by its id, which secrets.list()"),
    ("secrets.update", (), {"name": "a", "new_name": "b"}, "; secrets.update(secret_id, name=…)"),
    ("agents.create", ("n",), {}, "Agents.create takes keywords alone: name=…, about=…, model=…"),
    ("sessions.chat.parse", ("s1", "hi"), {"type": int}, "output=…) takes the type of the answer"),
    ("sessions.chat.parse", ("s1", "hi"), {"outptu": int}, "'outptu'; did you mean 'output'?"),
    (
        "sessions.chat",
        ("s1", "hi"),
        {"response_model": int},
        "chat.parse(session, messages, output",
    ),
    ("tasks.run", ("t1", {"n": 1}), {}, "takes task_id by position, the rest by keyword: input=…"),
    ("executions.create", ("t1", {}), {}, "the rest by keyword: input=…, metadata=…"),
    ("sessions.chat", ("s1", "hi", 3), {}, "Chat takes session_id, messages by position"),
    (
        "agents.update",
        ("a1", "n"),
        {},
        "Agents.update takes agent_id by position, the rest by keyword: about=…",
    ),
    (
        "executions.wait",
        ("e1", 3),
        {},
        "takes execution_id by position, the rest by keyword: timeout=…",
    ),
    (
        "executions.wait",
        ("e1",),
        {"timeot": 3},
        "unknown keyword 'timeot'; did you mean 'timeout'?",
    ),
    ("agents.get", ("a1", "x"), {}, "Agents.get takes agent_id alone"),
    ("agents.tools.ensure", ("a1", [], True), {}, "Tools.ensure takes agent_id, tools alone"),
    ("ping", (1,), {}, "ping takes no arguments"),
    ("agents.reset", ("a1",), {"nmae": "n"}, "unknown keyword 'nmae'; did you mean 'name'?"),
    ("agents.reset", ("a1",), {"about": "x"}, "missing keyword 'name'"),
    (
        "agents.update",
        ("a1",),
        {"zzz": 1},
        "unknown keyword 'zzz'; there are about, canonical_name",
    ),
    ("agents.tools.create", ("a1",), {"name": "t", "fuction": {}}, "'fuction'"),
    ("agents.docs.create", ("a1",), {"title": "t", "content": "c", "metdata": {}}, "'metadata'?"),
    ("agents.docs.search", ("a1",), {"text": "x", "limt": 3}, "did you mean 'limit'?"),
    ("agents.docs.search", ("a1",), {}, "search for text=…, vector=… or both"),
    ("users.docs.search", ("u1",), {"limit": 3}, "search for text=…, vector=… or both"),
    ("sessions.create", (), {}, "pass either agent=… or agents=[…]"),
    ("sessions.create", (), {"agent": "a1", "agents": ["a2"]}, "pass either agent=… or agents=[…]"),
    ("sessions.create", (), {"agent": None, "user": "u1"}, "pass either agent"),
    ("sessions.create", (), {"agent": ""}, "agent is empty"),
    ("sessions.create", (), {"agents": ["a1", ""]}, "agents[1] is empty"),
    ("sessions.create", (), {"agents": "a1"}, "agents must be a list of ids, not one text"),
    ("sessions.create", (), {"agents": []}, "agents"),
    ("sessions.create", (), {"agent": "a1", "users": ["u1", 5]}, "users[1] must be an id"),
    ("sessions.create", (), {"agent": "a1", "situaton": "s"}, "did you mean 'situation'?"),
    ("sessions.chat", ("s1", []), {}, "messages is empty; a chat needs at least one"),
    ("sessions.chat", ("s1", [5]), {}, "messages[0] must be text, a dict or a Message, not int"),
    ("sessions.chat", ("s1", 5), {}, "messages must be text, a dict, a Message or a list of"),
    ("sessions.chat", ("s1", None), {}, "messages must be text"),
    ("sessions.chat", ("s1", "hi"), {"temprature": 1}, "did you mean 'temperature'?"),
    ("sessions.chat.stream", ("s1", "hi"), {"temprature": 1}, "did you mean 'temperature'?"),
    ("sessions.render", ("s1", "hi"), {"modell": "m"}, "did you mean 'model'?"),
    (
        "tasks.create",
        ("a1",),
        {"name": "t", "main": [{"if": "_", "then": {"prompt": "p", "unwarp": True}}]},
        "main[0].then: unknown key 'unwarp'; did you mean 'unwrap'?",
    ),
    (
        "tasks.create_or_update",
        ("a1", "t1"),
        {"name": "t", "main": [], "other": [{"foreach": {"in": "_", "do": {"evaluat": {}}}}]},
        "other[0].foreach.do: unknown key 'evaluat'; did you mean 'evaluate'?",
    ),
    (
        "tasks.create",
        ("a1", {"name": "t", "main": [{"prompt": [{"role": "user", "contnt": ""}]}]}),
        {},
        "main[0].prompt[0]: unknown key 'contnt'; did you mean 'content'?",
    ),
    (
        "tasks.update",
        ("a1", "t1"),
        {"tools": [{"name": "t", "type": "integration", "integraton": {}}]},
        "tools[0]: unknown key 'integraton'; did you mean 'integration'?",
    ),
    ("tasks.create", ("a1",), {"name": "t"}, "'main'"),
    ("tasks.create", ("a1",), {"name": "t", "main": [], "descripton": "d"}, "'descripton'"),
    ("tasks.create", ("a1",), {"name": "t", "main": "steps"}, "'main'"),
    (
        "tasks.update",
        ("a1", "t1"),
        {"descripton": "d"},
        "'descripton' is neither a field of a task",
    ),
    ("executions.resume_with_task_token", (), {"task_token": ""}, "task_token is empty"),
    ("executions.transitions.list", ("e1",), {"scope": "x"}, "did you mean 'scope_id'?"),
    ("agents.docs.list", ("a1",), {"include_embedings": False}, "'include_embeddings'?"),
]


@pytest.mark.parametrize(("method", "args", "kwargs", "message"), BAD_CALLS)
async def test_a_bad_call_is_named(
    face: Face,
    *,
    method: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    message: str,
    httpx_mock: HTTPXMock,
) -> None:
    """An unknown, missing or contradicting keyword is refused, with the likely one."""
    assert message in await refused(face, method, *args, **kwargs)
    assert httpx_mock.get_requests() == []


@pytest.mark.parametrize(
    ("metadata", "place"),
    [
        ({"k": object()}, "metadata.k"),
        ({"k": [1, {"deep": {1j}}]}, "metadata.k[1].deep"),
        ({"k": lambda: 1}, "metadata.k"),
        ({"k": b"\xff"}, "metadata.k"),
    ],
)
async def test_what_json_can_not_carry_is_named(
    face: Face, metadata: Any, place: str, httpx_mock: HTTPXMock
) -> None:
    """The error names the parameter and the path inside of it."""
    said = await refused(face, "agents.create", name="n", metadata=metadata)
    assert place in said
    assert httpx_mock.get_requests() == []


async def test_a_body_without_end_is_refused(face: Face) -> None:
    """A structure that contains itself can't be sent."""
    loop: dict[str, Any] = {}
    loop["self"] = loop
    said = await refused(face, "agents.create", name="n", metadata=loop)
    assert said == "metadata: contains itself, or is nested too deeply for JSON"


def test_a_filter_without_end_is_refused() -> None:
    """Neither can a query that contains itself."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(TypeError, match=r"^query: contains itself"):
        Request("GET", "/x", Any, query={"q": loop}).target()


class _Named(StrEnum):
    ADA = "a1"


def test_resources_stand_for_their_ids() -> None:
    """Wherever an id goes, the object goes too; a member of an Enum is its value."""
    session, task = Session(id="s1"), Task(id="t1", name="n", main=[])
    assert Tools.delete(None, AGENT, UUID(int=1)).path == f"/agents/a1/tools/{UUID(int=1)}"
    assert Agents.get(None, _Named.ADA).path == "/agents/a1"
    assert Sessions.get(None, session).path == "/sessions/s1"
    written = Executions.create(None, task, input={}).written
    assert written is not None
    assert written["task_id"] == "t1"


def test_a_resource_of_another_kind_is_refused() -> None:
    """The id of an agent would find no session, or somebody else's."""
    with pytest.raises(TypeError, match=r"^session_id must be a Session or its id, not an? Agent$"):
        Sessions.get(None, AGENT)
    with pytest.raises(TypeError, match=r"^agent_id must be an? Agent or its id, not an? Session$"):
        Agents.get(None, Session(id="s1"))


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding", "Host"])
def test_headers_that_the_request_decides_are_refused(name: str) -> None:
    """A wrong length would let two programs on the way see different requests."""
    with pytest.raises(ConfigurationError, match=f"{name} follows from the request itself"):
        Julep(base_url=URL, headers={name: "5"})


async def test_a_base_url_with_a_path_keeps_it(face: Face, httpx_mock: HTTPXMock) -> None:
    """Paths are put behind the base URL, whatever is in it."""
    httpx_mock.add_response(url=f"{URL}/agents/a1", json={"id": "a1", "name": "n"})
    await face.call(face.client(base_url=f"{URL}/").agents.get, "a1")
