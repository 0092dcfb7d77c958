"""A walk through the 52 documented operations, on both faces, against the embedded server."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, TypeAlias
from uuid import uuid4

import pytest

import julep
from julep import (
    AsyncJulepApi,
    DocsEmbedQueryRequest,
    DocsTextOnlyDocSearchRequest,
    DocsVectorDocSearchRequest,
    EntriesInputChatMlMessage,
    ExecutionsUpdateExecutionRequest_Cancelled,
    JulepApi,
    ToolsFunctionDef,
)
from julep._faces import drive
from julep.local import LocalServer
from julep.types import MessageChatResponse
from tests.conftest import AnyClient, Face
from tests.flat_client import OPERATIONS

from .walk import Walk

Call: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]
Scenario: TypeAlias = Callable[[Call], Coroutine[Any, Any, None]]

PAGE: Final[Mapping[str, Any]] = {
    "limit": 100,
    "offset": 0,
    "sort_by": "created_at",
    "direction": "asc",
    "metadata_filter": "{}",
}
AGENT: Final[Mapping[str, Any]] = {
    "name": "Ada",
    "about": "helps",
    "model": "",
    "instructions": ["be kind"],
}
SESSION: Final[Mapping[str, Any]] = {"situation": "At work", "render_templates": True}
STEPS: Final = [{"wait_for_input": {"info": {"q": "$ _.q"}}}]
TASK: Final[Mapping[str, Any]] = {
    "description": "waits",
    "main": STEPS,
    "tools": [],
    "inherit_tools": True,
}


async def _agents(call: Call) -> None:
    id = (await call("agents_route_create", **AGENT, metadata={"k": "v"})).id
    await call("agents_route_patch", id, about="rests")
    agent = await call("agents_route_get", id)
    assert (agent.name, agent.about, agent.metadata) == ("Ada", "rests", {"k": "v"})
    await call("agents_route_update", id, **{**AGENT, "name": "Bea"})
    put = await call("agents_route_create_or_update", str(uuid4()), **AGENT)
    names = {one.id: one.name for one in (await call("agents_route_list", **PAGE)).items}
    assert (names[id], names[put.id]) == ("Bea", "Ada")
    assert (await call("agents_route_delete", put.id)).id == put.id


async def _tools(call: Call) -> None:
    agent = (await call("agents_route_create", **AGENT)).id
    function = ToolsFunctionDef(name="add", description="adds", parameters={"type": "object"})
    # The documented operation has an agent's parameters: what makes a tool comes beside them.
    beside: dict[str, Any] = {"additional_body_parameters": {"type": "function", "function": {}}}
    bare: dict[str, Any] = {**AGENT, "name": "bare", "request_options": beside}
    tool = (await call("agent_tools_route_create", agent, **bare)).id
    await call("agent_tools_route_update", agent, tool, "function", "add", function=function)
    await call("agent_tools_route_patch", agent, tool, name="sum")
    (listed,) = (await call("agent_tools_route_list", agent, **PAGE)).items
    assert (listed.id, listed.name, listed.function.description) == (tool, "sum", "adds")
    await call("agent_tools_route_delete", agent, tool)


async def _users(call: Call) -> None:
    id = (await call("users_route_create", name="Joe", about="asks", metadata={"k": "v"})).id
    await call("users_route_patch", id, about="rests")
    user = await call("users_route_get", id)
    assert (user.name, user.about, user.metadata) == ("Joe", "rests", {"k": "v"})
    await call("users_route_update", id, name="Kim", about="")
    put = await call("users_route_create_or_update", str(uuid4()), name="Lee", about="")
    names = {one.id: one.name for one in (await call("users_route_list", **PAGE)).items}
    assert (names[id], names[put.id]) == ("Kim", "Lee")
    await call("users_route_delete", put.id)


async def _docs(call: Call) -> None:
    agent = (await call("agents_route_create", **AGENT)).id
    doc = (await call("agent_docs_route_create", agent, "Cats", ["They purr", "meow"])).id
    assert (await call("individual_docs_route_get", doc)).content == ["They purr", "meow"]
    assert [one.id for one in (await call("agent_docs_route_list", agent, **PAGE)).items] == [doc]
    query = DocsTextOnlyDocSearchRequest(text="purr")
    found = await call("agents_docs_search_route_search", agent, query)
    assert [hit.id for hit in found.docs] == [doc]
    await call("agent_docs_route_delete", agent, doc)


async def _user_docs(call: Call) -> None:
    user = (await call("users_route_create", name="Joe", about="")).id
    doc = (await call("user_docs_route_create", user, "Tea", "green leaves")).id
    embedded = await call("embed_route_embed", DocsEmbedQueryRequest(text="green leaves"))
    query = DocsVectorDocSearchRequest(vector=embedded.vectors[0], confidence=0)
    found = await call("user_docs_search_route_search", user, query)
    assert [hit.id for hit in found.docs] == [doc]
    assert [one.id for one in (await call("user_docs_route_list", user, **PAGE)).items] == [doc]
    await call("user_docs_route_delete", user, doc)


async def _sessions(call: Call) -> None:
    agent = (await call("agents_route_create", **AGENT)).id
    id = (await call("sessions_route_create", **SESSION, agent=agent)).id
    await call("sessions_route_patch", id, metadata={"m": 1})
    session = await call("sessions_route_get", id)
    assert (session.situation, session.metadata) == ("At work", {"m": 1})
    await call("sessions_route_update", id, situation="On land", render_templates=True)
    put = await call("sessions_route_create_or_update", str(uuid4()), **SESSION, agent=agent)
    listed = {one.id: one.situation for one in (await call("sessions_route_list", **PAGE)).items}
    assert (listed[id], listed[put.id]) == ("On land", "At work")
    await call("sessions_route_delete", put.id)


async def _chat(call: Call) -> None:
    agent = (await call("agents_route_create", **AGENT)).id
    session = (await call("sessions_route_create", **SESSION, agent=agent)).id
    message = EntriesInputChatMlMessage(role="user", content="hello there")
    for stream in (False, True):
        answer = await call(
            "chat_route_generate",
            session,
            remember=False,
            recall=True,
            save=True,
            stream=stream,
            messages=[message],
        )
        assert "hello there" in answer.choices[0].message.content
    history = await call("history_route_history", session)
    assert [entry.role for entry in history.entries] == ["user", "assistant"] * 2
    await call("history_route_delete", session)
    assert (await call("history_route_history", session)).entries == []


async def _tasks(call: Call) -> None:
    agent = (await call("agents_route_create", **AGENT)).id
    id = (await call("tasks_route_create", agent, name="Wait", **TASK)).id
    other = str(uuid4())
    await call(
        "tasks_create_or_update_route_create_or_update", agent, other, name="Also wait", **TASK
    )
    await call("tasks_route_patch", agent, id, metadata={"m": 1})
    await call("tasks_route_update", agent, other, **{**TASK, "description": "still waits"})
    listed = {one.id: one for one in (await call("tasks_route_list", agent, **PAGE)).items}
    assert (listed[id].name, listed[id].metadata) == ("Wait", {"m": 1})
    assert listed[other].description == "still waits"
    await call("tasks_route_delete", agent, other)


async def _executions(call: Call) -> None:
    agent = (await call("agents_route_create", **AGENT)).id
    task = (await call("tasks_route_create", agent, name="Wait", **TASK)).id
    created = await call("task_executions_route_create", task, {"q": "?"})
    assert (await call("job_route_get", created.jobs[0])).id == created.jobs[0]
    waiting = await _until(call, created.id, "awaiting_input")
    await call("executions_route_resume_with_task_token", waiting.task_token, input={"a": 1})
    assert (await _until(call, created.id, "succeeded")).output == {"a": 1}
    transitions = await call("execution_transitions_route_list", created.id, **PAGE)
    assert [one.type for one in transitions.items] == ["init", "wait", "finish"]
    second = await call("task_executions_route_create", task, {"q": "?"})
    cancel = ExecutionsUpdateExecutionRequest_Cancelled(reason="enough")
    await call("executions_route_update", second.id, cancel)
    listed = await call("task_executions_route_list", task, **PAGE)
    assert {one.id: one.status for one in listed.items} == {
        created.id: "succeeded",
        second.id: "cancelled",
    }


async def _until(call: Call, execution: str, status: str) -> Any:
    while (now := await call("executions_route_get", execution)).status != status:
        assert now.status in {"queued", "starting", "running", "awaiting_input"}
    return now


SCENARIOS: Final[tuple[Scenario, ...]] = (
    _agents,
    _tools,
    _users,
    _docs,
    _user_docs,
    _sessions,
    _chat,
    _tasks,
    _executions,
)


def _client(face: Face, server: LocalServer) -> AnyClient:
    api: Any = JulepApi if face.blocks else AsyncJulepApi
    return api(base_url=server.url, api_key=server.key, auth_key="unused")


def _caller(face: Face, client: AnyClient, seen: set[str]) -> Call:
    walk = Walk(face, client, seen)

    async def call(operation: str, *args: Any, **kwargs: Any) -> Any:
        documented: Any = getattr(julep, OPERATIONS[operation]["returns"])
        # Streamed or not, the operation answers with the whole message.
        kind = MessageChatResponse if operation == "chat_route_generate" else documented
        return await walk(kind, operation, *args, **kwargs)

    return call


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__.strip("_"))
async def test_operations_answer_with_their_types(
    scenario: Scenario, face: Face, server: LocalServer
) -> None:
    """Each operation is answered by the embedded server with the type that its document prints."""
    async with face.inside(_client(face, server)) as client:
        await scenario(_caller(face, client, set()))


def test_the_walk_leaves_no_operation_out(server: LocalServer) -> None:
    """The scenarios call all documented operations."""
    face, seen = Face("sync"), set[str]()
    with _client(face, server) as client:
        for scenario in SCENARIOS:
            drive(scenario(_caller(face, client, seen)))
    assert seen == set(OPERATIONS)
