"""Writes give the whole resource, also from servers that answer with its id only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import (
    Agent,
    Doc,
    Execution,
    NotFoundError,
    Request,
    ResourceCreated,
    ResourceUpdated,
    Session,
    Task,
    Tool,
    User,
)
from julep.resources.agents import Agents, replacement
from julep.resources.docs import AgentDocs, UserDocs
from julep.resources.executions import Executions
from julep.resources.sessions import Sessions
from julep.resources.tasks import Tasks
from julep.resources.tools import Tools
from julep.resources.users import Users

from .conftest import URL, Face
from .recorded import exchanges, recorded_2025

CREATED: dict[str, Any] = {"id": "x1", "created_at": "2024-09-09T00:00:00Z", "jobs": ["j1"]}
UPDATED: dict[str, Any] = {"id": "x1", "updated_at": "2024-09-09T00:00:00Z", "jobs": []}
MAIN: list[Any] = [{"evaluate": {"x": "1"}}]

# A write, what an old server answers, and what the result must hold besides the id.
WRITES: list[tuple[Request[Any], dict[str, Any], type[Any], dict[str, Any]]] = [
    (Agents.create(None, name="n", about="a"), CREATED, Agent, {"name": "n", "about": "a"}),
    (Agents.create_or_update(None, "x1", name="n"), CREATED, Agent, {"name": "n", "model": ""}),
    (replacement("x1", {"name": "n"}), UPDATED, Agent, {"name": "n"}),
    (Users.create(None, name="n", metadata={"k": 1}), CREATED, User, {"metadata": {"k": 1}}),
    (Users.create_or_update(None, "x1", name="n"), UPDATED, User, {"name": "n"}),
    (Users.reset(None, "x1", name="n"), UPDATED, User, {"name": "n"}),
    (Sessions.create(None, agent="a1", situation="s"), CREATED, Session, {"situation": "s"}),
    (Sessions.create_or_update(None, "x1", agent="a1"), CREATED, Session, {"agent": "a1"}),
    (Sessions.reset(None, "x1", situation="s"), UPDATED, Session, {"situation": "s"}),
    (AgentDocs.create(None, "a1", title="T", content="c"), CREATED, Doc, {"title": "T"}),
    (UserDocs.create(None, "u1", title="T", content=["c"]), CREATED, Doc, {"content": ["c"]}),
    (Tools.create(None, "a1", name="t"), CREATED, Tool, {"name": "t", "type": "function"}),
    (Tools.reset(None, "a1", "x1", name="t", type="function"), UPDATED, Tool, {"name": "t"}),
    (Tasks.create(None, "a1", name="t", main=MAIN), CREATED, Task, {"name": "t"}),
    (Tasks.create_or_update(None, "a1", "x1", name="t", main=MAIN), UPDATED, Task, {"name": "t"}),
    (
        Executions.create(None, "t1", input={"x": 1}),
        CREATED,
        Execution,
        {"input": {"x": 1}, "task_id": "t1", "status": "queued", "jobs": ["j1"]},
    ),
]


def named(value: Any) -> str:
    """The name of a case."""
    return f"{value.method} {value.path}" if isinstance(value, Request) else ""


@pytest.mark.parametrize(("request_", "answer", "kind", "held"), WRITES, ids=named)
async def test_a_receipt_is_completed_with_what_was_sent(
    face: Face,
    *,
    request_: Request[Any],
    answer: dict[str, Any],
    kind: type[Any],
    held: dict[str, Any],
    httpx_mock: HTTPXMock,
) -> None:
    """An answer of ids only becomes the resource as written, in one request."""
    httpx_mock.add_response(status_code=201, json=answer)
    resource: Any = await face.call(face.client().send, request_)

    assert type(resource) is kind
    assert resource.id == "x1"
    assert {name: getattr(resource, name) for name in held} == held
    assert resource.updated_at is not None


LATE: list[tuple[Request[Any], str]] = [
    (Agents.create(None, name="n", project="p"), "project"),
    (Agents.create(None, name="n", canonical_name="p"), "canonical_name"),
    (Agents.create(None, name="n", default_system_template="p"), "default_system_template"),
    (Users.create(None, name="n", project="p"), "project"),
    (Sessions.create(None, agent="a1", system_template="p"), "system_template"),
    (Sessions.create(None, agent="a1", forward_tool_calls=True), "forward_tool_calls"),
    (Sessions.create(None, agent="a1", recall_options={"mode": "text"}), "recall_options"),
    (Tools.create(None, "a1", name="t", description="p"), "description"),
    (Tasks.create(None, "a1", name="t", main=MAIN, canonical_name="p"), "canonical_name"),
]


@pytest.mark.parametrize(("request_", "field"), LATE)
async def test_nothing_is_claimed_that_an_old_server_does_not_store(
    face: Face, request_: Request[Any], field: str, httpx_mock: HTTPXMock
) -> None:
    """A receipt comes from a server of 2024, which ignores fields of a later date."""
    httpx_mock.add_response(status_code=201, json=CREATED)
    resource: Any = await face.call(face.client().send, request_)
    assert getattr(resource, field) is None


async def test_an_upload_holds_its_content(face: Face, httpx_mock: HTTPXMock) -> None:
    """Servers of 2025 answer with a place holder; what was sent is what they store."""
    answer = recorded_2025()["files_create"].answer
    assert "DUMMY" in answer["content"]
    httpx_mock.add_response(status_code=201, json=answer)
    file = await face.call(face.client().files.create, name="n", content=b"abc")
    assert (file.id, file.content) == (answer["id"], "YWJj")


async def test_a_full_answer_is_what_counts(face: Face, httpx_mock: HTTPXMock) -> None:
    """What the server says of the resource is not replaced by what was sent."""
    answer = {"id": "x1", "name": "Name", "about": "by the server", "model": "m"}
    httpx_mock.add_response(json=answer)
    agent = await face.call(face.client().agents.create, name="n", about="sent")
    assert (agent.name, agent.about) == ("Name", "by the server")


async def test_an_updated_task_is_fetched(face: Face, httpx_mock: HTTPXMock) -> None:
    """What was not sent is unknown, so a receipt for a part is followed by a GET."""
    httpx_mock.add_response(method="PATCH", json=UPDATED)
    task = {"id": "x1", "name": "n", "main": MAIN, "description": "d"}
    httpx_mock.add_response(method="GET", url=f"{URL}/tasks/x1", json=task)

    updated = await face.call(face.client().tasks.update, "a1", "x1", description="d")

    assert updated.name == "n"
    assert json.loads(httpx_mock.get_requests()[0].content) == {"description": "d"}


async def test_a_refused_update_fetches_nothing(face: Face, httpx_mock: HTTPXMock) -> None:
    """An error is raised as it is."""
    httpx_mock.add_response(method="PATCH", status_code=404, json={"error": {"message": "no"}})
    with pytest.raises(NotFoundError):
        await face.call(face.client().tasks.update, "a1", "x1", description="d")


@pytest.mark.parametrize(("status", "content"), [(200, b"null"), (200, b""), (204, b"")])
@pytest.mark.parametrize("method", ["resume", "cancel"])
async def test_null_is_the_id(
    face: Face, method: str, status: int, content: bytes, httpx_mock: HTTPXMock
) -> None:
    """Self-hosted servers answer to resume and cancel with nothing; the caller gets the id."""
    httpx_mock.add_response(status_code=status, content=content)
    answer = await face.call(getattr(face.client().executions, method), "e1")
    assert isinstance(answer, ResourceUpdated)
    assert answer.id == "e1"


async def test_a_receipt_can_be_asked_for(face: Face, httpx_mock: HTTPXMock) -> None:
    """A description read as another type is not completed."""
    httpx_mock.add_response(json=CREATED)
    plain = Agents.create(None, name="n").returning(ResourceCreated)
    created = await face.call(face.client().send, plain)
    assert type(created) is ResourceCreated
    assert created.extra == {}


RECORDED_WRITES = {
    "agents_create": Agents.create(None, name="n"),
    "users_create": Users.create(None, name="n"),
    "sessions_create": Sessions.create(None, agent="a1"),
    "docs_agent_create": AgentDocs.create(None, "a1", title="t", content="c"),
    "tools_create": Tools.create(None, "a1", name="t"),
    "tasks_create": Tasks.create(None, "a1", name="t", main=MAIN),
    "exec_ifelse_create": Executions.create(None, "t1", input={}),
}


@pytest.mark.parametrize("name", RECORDED_WRITES)
async def test_recorded_receipts_are_completed(
    face: Face, name: str, httpx_mock: HTTPXMock
) -> None:
    """What a server of 2024 answered to a create gives the whole resource with its id."""
    response = exchanges()[name]["response"]
    httpx_mock.add_response(status_code=response["status"], json=response["body"])
    resource = await face.call(face.client().send, RECORDED_WRITES[name])
    assert resource.id == response["body"]["id"]
    assert resource.to_dict()["jobs"] == response["body"]["jobs"]
