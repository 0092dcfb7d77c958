"""A walk through every fluent method, on every face, against the embedded server."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias
from uuid import uuid4

import pytest

from julep import AsyncJulep, Julep
from julep._client.ping import Ping
from julep._faces import drive
from julep.local import LocalServer
from julep.types import (
    AddedDocs,
    Agent,
    Answer,
    ChunkChatResponse,
    Doc,
    DocSearchResponse,
    Done,
    EmbedQueryResponse,
    Execution,
    ExecutionStatusEvent,
    File,
    History,
    JobStatus,
    Listing,
    ListModelsResponse,
    ParsedAnswer,
    Project,
    RenderResponse,
    ResourceDeleted,
    ResourceUpdated,
    Run,
    Secret,
    Session,
    Task,
    Tool,
    Transition,
    User,
)
from julep.types.executions import FINAL_STATUSES
from tests.conftest import Face

from .walk import Walk, offered

RUN: Final[type[Run[Any]]] = Run
DONE: Final[type[Done[Any]]] = Done
PARSED: Final[type[ParsedAnswer[int]]] = ParsedAnswer
Scenario: TypeAlias = Callable[[Walk], Coroutine[Any, Any, None]]

WAITING: Final = [{"wait_for_input": {"info": {"q": "$ _.q"}}}, {"evaluate": {"a": "$ _.a"}}]
OF_THE_CLIENT: Final = {"aclose", "close", "local", "send", "usage", "with_options"}


async def _agents(walk: Walk) -> None:
    agent = await walk(Agent, "agents.create", name="Ada", about="helps", metadata={"walk": 1})
    assert (await walk(Agent, "agents.get", agent)).name == "Ada"
    put = await walk(Agent, "agents.create_or_update", uuid4(), name="Bea", about="", model="")
    assert (await walk(Agent, "agents.reset", put.id, name="Cleo")).name == "Cleo"
    patched = await walk(Agent, "agents.update", agent.id, about="rests")
    assert (patched.name, patched.about, patched.metadata) == ("Ada", "rests", {"walk": 1})
    assert agent.id in [one.id for one in await walk.each(Agent, "agents.list", page_size=1)]
    models = await walk(ListModelsResponse, "agents.list_models")
    assert models.models
    key = f"walk {uuid4()}"
    ensured = await walk(Agent, "agents.ensure", key, name="Dot")
    assert (await walk(Agent, "agents.ensure", key, name="Dot")).id == ensured.id
    assert (await walk(ResourceDeleted, "agents.delete", put.id)).id == put.id


async def _tools(walk: Walk) -> None:
    agent = await walk(Agent, "agents.create", name="Ada")
    function = {"description": "adds", "parameters": {"type": "object"}}
    tool = await walk(Tool, "agents.tools.create", agent, name="add", function=function)
    whole = {"name": "sum", "type": "function", "function": function}
    assert (await walk(Tool, "agents.tools.reset", agent, tool, **whole)).name == "sum"
    assert (await walk(Tool, "agents.tools.update", agent, tool, name="plus")).name == "plus"
    assert [one.name for one in await walk.each(Tool, "agents.tools.list", agent)] == ["plus"]
    ensured = await walk(list[Tool], "agents.tools.ensure", agent, [whole])
    assert [one.name for one in ensured] == ["sum"]
    await walk(ResourceDeleted, "agents.tools.delete", agent, tool)


async def _users(walk: Walk) -> None:
    user = await walk(User, "users.create", name="Joe", metadata={"tier": "gold"})
    assert (await walk(User, "users.get", user)).metadata == {"tier": "gold"}
    put = await walk(User, "users.create_or_update", uuid4(), name="Kim")
    assert (await walk(User, "users.reset", put, name="Lee")).name == "Lee"
    assert (await walk(User, "users.update", user, about="asks")).name == "Joe"
    key = f"walk {uuid4()}"
    ensured = await walk(User, "users.ensure", key, name="Dot")
    assert (await walk(User, "users.ensure", key, name="Dot")).id == ensured.id
    golden = await walk.each(User, "users.list", metadata_filter={"tier": "gold"})
    assert user.id in [one.id for one in golden]
    assert put.id not in [one.id for one in golden]
    await walk(ResourceDeleted, "users.delete", put)


async def _agent_docs(walk: Walk) -> None:
    agent = await walk(Agent, "agents.create", name="Ada")
    doc = await walk(Doc, "agents.docs.create", agent, title="Cats", content=["They purr", "meow"])
    assert (await walk(Doc, "docs.get", doc)).content == ["They purr", "meow"]
    assert [one.id for one in await walk.each(Doc, "agents.docs.list", agent)] == [doc.id]
    found = await walk(DocSearchResponse, "agents.docs.search", agent, text="purr")
    assert [hit.id for hit in found.docs] == [doc.id]
    kept = await walk(Doc, "agents.docs.create", agent, title="Dogs", content="They bark")
    await walk(ResourceDeleted, "agents.docs.delete", agent, doc)
    report = await walk(AddedDocs, "agents.docs.add", agent, "They swim", title="Fish")
    assert len(report.added) == 1
    gone = await walk(Listing[ResourceDeleted], "agents.docs.bulk_delete", agent, delete_all=True)
    assert {one.id for one in gone.items} == {kept.id, report.added[0].id}


async def _user_docs(walk: Walk) -> None:
    user = await walk(User, "users.create", name="Joe")
    doc = await walk(
        Doc, "users.docs.create", user, title="Tea", content="green", metadata={"k": "v"}
    )
    kept = await walk(Doc, "users.docs.create", user, title="Milk", content="white")
    assert len(await walk.each(Doc, "users.docs.list", user)) == 2
    vectors = (await walk(EmbedQueryResponse, "docs.embed", text="green tea")).vectors
    found = await walk(
        DocSearchResponse, "users.docs.search", user, vector=vectors[0], confidence=0
    )
    assert found.docs[0].id == doc.id
    gone = await walk(
        Listing[ResourceDeleted], "users.docs.bulk_delete", user, metadata_filter={"k": "v"}
    )
    assert [one.id for one in gone.items] == [doc.id]
    await walk(ResourceDeleted, "users.docs.delete", user, kept)
    report = await walk(AddedDocs, "users.docs.add", user, "black", title="Coffee")
    assert len(report.added) == 1


async def _sessions(walk: Walk) -> None:
    agent = await walk(Agent, "agents.create", name="Ada")
    session = await walk(Session, "sessions.create", agent=agent, situation="At work")
    assert (await walk(Session, "sessions.get", session)).situation == "At work"
    put = await walk(Session, "sessions.create_or_update", uuid4(), agent=agent, situation="At sea")
    assert (await walk(Session, "sessions.reset", put, situation="On land")).situation == "On land"
    patched = await walk(Session, "sessions.update", session, metadata={"m": 1})
    assert (patched.situation, patched.metadata) == ("At work", {"m": 1})
    assert {session.id, put.id} <= {one.id for one in await walk.each(Session, "sessions.list")}
    ensured = await walk(Session, "sessions.ensure", "walk", agent=agent)
    assert (await walk(Session, "sessions.ensure", "walk", agent=agent)).id == ensured.id
    rendered = await walk(RenderResponse, "sessions.render", session, "I am {{ agent.name }}")
    assert rendered.messages[-1].content == "I am Ada"
    await walk(ResourceDeleted, "sessions.delete", put)


async def _chat(walk: Walk) -> None:
    agent = await walk(Agent, "agents.create", name="Ada")
    session = await walk(Session, "sessions.create", agent=agent)
    answer = await walk(Answer, "sessions.chat", session, "hello there")
    assert "hello there" in answer.text
    walk.replies.add('{"value": 5}')
    counted = await walk(PARSED, "sessions.chat.parse", session, "how many?", int, save=False)
    assert counted.parsed == 5
    chunks = await walk.each(ChunkChatResponse, "sessions.chat.stream", session, "and again")
    assert len(chunks) > 1
    streamed = await walk.each(ChunkChatResponse, "sessions.chat", session, "third", stream=True)
    finishes = [choice.finish_reason for chunk in streamed for choice in chunk.choices]
    assert finishes[-1] == "stop"
    history = await walk(History, "sessions.history", session)
    assert [entry.role for entry in history.entries] == ["user", "assistant"] * 3
    await walk(ResourceDeleted, "sessions.history.delete", session)
    assert (await walk(History, "sessions.history", session)).entries == []


async def _tasks(walk: Walk) -> None:
    agent = await walk(Agent, "agents.create", name="Ada")
    main = [{"evaluate": {"n": "$ _.n + 1"}}]
    task = await walk(Task, "tasks.create", agent, name="Count", main=main, description="counts")
    assert (await walk(Task, "tasks.get", task)).name == "Count"
    put = await walk(Task, "tasks.create_or_update", agent, uuid4(), name="Count too", main=main)
    assert (await walk(Task, "tasks.reset", agent, put, name="Put", main=main)).name == "Put"
    patched = await walk(Task, "tasks.update", agent, task, metadata={"m": 1})
    assert (patched.description, patched.metadata) == ("counts", {"m": 1})
    assert {task.id, put.id} == {one.id for one in await walk.each(Task, "tasks.list", agent)}
    await walk(ResourceDeleted, "tasks.delete", agent, put)
    ensured = await walk(Task, "tasks.ensure", "walk", agent, name="Kept", main=main)
    again = await walk(Task, "tasks.ensure", "walk", agent, name="Kept", main=main)
    assert again.id == ensured.id


def _answer(question: Any) -> dict[str, Any]:
    return {"a": question["q"]}


async def _executions(walk: Walk) -> None:
    task = await _waiting_task(walk)
    one = await walk(Execution, "executions.create", task, input={"q": "?"})
    two = await walk(Execution, "tasks.executions.create", task, input={"q": "?"})
    await _until_it_waits(walk, one)
    await walk(ResourceUpdated, "executions.resume", one, input={"a": 42})
    events = await walk.each(ExecutionStatusEvent, "executions.status.stream", one)
    assert events[-1].status == "succeeded"
    assert (await walk(Execution, "executions.wait", one)).output == {"a": 42}
    done = await walk(Execution, "executions.get", one)
    assert (done.status, done.output) == ("succeeded", {"a": 42})
    assert (await walk(Execution, "executions.status.get", one)).status == "succeeded"
    run = await walk(RUN, "tasks.run", task, input={"q": "?"}, answer=_answer)
    assert run.output == {"a": "?"}
    assert (await walk(RUN, "tasks.follow", run.execution)).output == {"a": "?"}
    (mapped,) = await walk.each(DONE, "tasks.map", task, [{"q": "!"}], answer=_answer)
    assert mapped.run.output == {"a": "!"}
    listed = await walk.each(Execution, "executions.list", task)
    assert {one.id, two.id, run.execution.id, mapped.run.execution.id} == {
        execution.id for execution in listed
    }
    assert len(await walk.each(Execution, "tasks.executions.list", task, limit=1)) == 1
    await walk(ResourceUpdated, "executions.cancel", two, reason="enough")
    assert (await walk(Execution, "executions.get", two)).status == "cancelled"


async def _transitions(walk: Walk) -> None:
    task = await _waiting_task(walk)
    execution = await walk(Execution, "executions.create", task, input={"q": "?"})
    await _until_it_waits(walk, execution)
    await walk(ResourceUpdated, "executions.update", execution, status="running", input={"a": 1})
    streamed = await walk.each(Transition, "executions.transitions.stream", execution)
    listed = await walk.each(Transition, "executions.transitions.list", execution, direction="asc")
    assert [one.id for one in listed] == [one.id for one in streamed]
    assert [one.type for one in listed] == ["init", "wait", "step", "finish"]
    read = await walk(Transition, "executions.transitions.get", execution, listed[1])
    assert read.output == {"q": "?"}


async def _task_tokens(walk: Walk) -> None:
    task = await _waiting_task(walk)
    execution = await walk(Execution, "executions.create", task, input={"q": "?"})
    waiting = await _until_it_waits(walk, execution)
    resumed = await walk(
        ResourceUpdated,
        "executions.resume_with_task_token",
        task_token=waiting.task_token,
        input={"a": 1},
    )
    assert resumed.id == execution.id
    changed = await walk(Execution, "executions.create", task, input={"q": "?"})
    await walk(ResourceUpdated, "executions.change_status", changed, status="cancelled")
    events = await walk.each(ExecutionStatusEvent, "executions.status.stream", changed)
    assert events[-1].status in FINAL_STATUSES


async def _waiting_task(walk: Walk) -> Task:
    agent = await walk(Agent, "agents.create", name="Ada")
    return await walk(Task, "tasks.create", agent, name="Wait", main=WAITING)


async def _until_it_waits(walk: Walk, execution: Execution) -> Execution:
    while (now := await walk(Execution, "executions.get", execution)).status != "awaiting_input":
        assert now.status not in FINAL_STATUSES
    return now


async def _the_rest(walk: Walk) -> None:
    assert (await walk(Ping, "ping")).generation
    task = await _waiting_task(walk)
    execution = await walk(Execution, "executions.create", task, input={"q": "?"})
    assert (await walk(JobStatus, "jobs.get", execution.jobs[0])).id == execution.jobs[0]
    name = f"walk_{uuid4().hex}"
    project = await walk(Project, "projects.create", name=name, canonical_name=name)
    assert project.id in [one.id for one in await walk.each(Project, "projects.list")]
    secret = await walk(Secret, "secrets.create", name=name, value="s3cret")
    changed = await walk(Secret, "secrets.update", secret, name=name, value="t0p")
    assert changed.id in [one.id for one in await walk.each(Secret, "secrets.list")]
    await walk(ResourceDeleted, "secrets.delete", secret)


async def _files(walk: Walk) -> None:
    file = await walk(File, "files.create", name="a.txt", content=b"\x00text")
    assert (await walk(File, "files.get", file)).id == file.id
    assert file.id in [one.id for one in await walk.each(File, "files.list")]
    await walk(ResourceDeleted, "files.delete", file)
    sent = await walk(File, "files.upload", b"\x00more", name="b.txt")
    with TemporaryDirectory() as folder:
        stored = await walk(Path, "files.download", sent, to=folder)
        assert (stored.name, stored.read_bytes()) == ("b.txt", b"\x00more")


SCENARIOS: Final[tuple[Scenario, ...]] = (
    _agents,
    _tools,
    _users,
    _agent_docs,
    _user_docs,
    _sessions,
    _chat,
    _tasks,
    _executions,
    _transitions,
    _task_tokens,
    _the_rest,
    _files,
)


def _walk(face: Face, server: LocalServer, seen: set[str]) -> Walk:
    client = face.client(base_url=server.url, api_key=server.key)
    return Walk(face, client, seen, server.replies)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__.strip("_"))
async def test_methods_answer_with_their_types(
    scenario: Scenario, face: Face, server: LocalServer
) -> None:
    """Each method is answered by the embedded server, on every face, with what it promises."""
    await scenario(_walk(face, server, set()))


def test_the_walk_leaves_no_method_out(server: LocalServer) -> None:
    """What the clients offer and what the scenarios call are the same methods."""
    seen: set[str] = set()
    face = Face("sync")
    walk = _walk(face, server, seen)
    for scenario in SCENARIOS:
        drive(scenario(walk))
    for client in (Julep, AsyncJulep):
        assert offered(client(base_url=server.url, api_key="key")) - OF_THE_CLIENT == seen
    walk.client.close()
