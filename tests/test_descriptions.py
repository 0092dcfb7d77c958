"""What each method sends, read off its description: no client, no server."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Unpack
from uuid import UUID

import pytest

from julep import Agent, Answer, Julep, Message, Request
from julep._documents.search import search_request
from julep.resources.agents import Agents, replacement
from julep.resources.any_docs import Docs
from julep.resources.chat import Messages
from julep.resources.chat_options import ChatOptions
from julep.resources.docs import AgentDocs, UserDocs
from julep.resources.executions import Executions, TaskExecutions
from julep.resources.files import Files
from julep.resources.history import SessionHistory
from julep.resources.jobs import Jobs
from julep.resources.projects import Projects
from julep.resources.secrets import Secrets
from julep.resources.sessions import Sessions
from julep.resources.status import Status
from julep.resources.tasks import Tasks
from julep.resources.tools import Tools
from julep.resources.transitions import Transitions
from julep.resources.users import Users

from .conftest import KEY, URL

CLIENT = Julep(api_key=KEY, base_url=URL)
MAIN: list[Any] = [{"evaluate": {"x": "1"}}]


def chat(messages: Messages, **options: Unpack[ChatOptions]) -> Request[Answer]:
    """What a chat asks first."""
    return CLIENT.sessions.chat._loop("s1", messages, options).exchange.request(Answer)


HI = [{"role": "user", "content": "hi"}]
ADA = {"name": "Ada", "about": "", "model": ""}

# The description, `METHOD target`, and the body as JSON; None when none is sent.
CALLS: list[tuple[Request[Any], str, Any]] = [
    (Agents.create(None, name="Ada"), "POST /agents", ADA),
    (
        Agents.create(
            None, name="Ada", about="a", model="m", instructions=["i"], metadata={"k": 1}
        ),
        "POST /agents",
        {"name": "Ada", "about": "a", "model": "m", "instructions": ["i"], "metadata": {"k": 1}},
    ),
    (Agents.create(None, name="Ada", metadata=None), "POST /agents", {**ADA, "metadata": None}),
    (
        Agents.create(None, name="n", default_settings={"top_k": 5, "stop": ["."]}),
        "POST /agents",
        {"name": "n", "about": "", "model": "", "default_settings": {"top_k": 5, "stop": ["."]}},
    ),
    (Agents.get(None, "a1"), "GET /agents/a1", None),
    (Agents.create_or_update(None, "a1", name="Ada"), "POST /agents/a1", ADA),
    (replacement("a1", {"name": "Ada"}), "PUT /agents/a1", {"name": "Ada"}),
    (Agents.delete(None, "a1"), "DELETE /agents/a1", None),
    (Agents.list_models(None), "GET /agents/models", None),
    (
        Tools.create(None, "a1", name="t", function={"parameters": {}}),
        "POST /agents/a1/tools",
        {"name": "t", "type": "function", "function": {"parameters": {}, "name": "t"}},
    ),
    (
        Tools.create(None, "a1", name="t", type="system", system={"resource": "agent"}),
        "POST /agents/a1/tools",
        {"name": "t", "type": "system", "system": {"resource": "agent"}},
    ),
    (
        Tools.reset(None, "a1", "t1", name="t", type="function"),
        "PUT /agents/a1/tools/t1",
        {"name": "t", "type": "function"},
    ),
    (Tools.delete(None, "a1", "t1"), "DELETE /agents/a1/tools/t1", None),
    (
        AgentDocs.create(None, "a1", title="T", content="c", metadata={"k": 1}),
        "POST /agents/a1/docs",
        {"title": "T", "content": "c", "metadata": {"k": 1}},
    ),
    (AgentDocs.delete(None, "a1", "d1"), "DELETE /agents/a1/docs/d1", None),
    (search_request("/agents/a1/search", "x", {}), "POST /agents/a1/search", {"text": "x"}),
    (
        search_request("/agents/a1/search", None, {"vector": [0.5], "limit": 3, "confidence": 0.7}),
        "POST /agents/a1/search",
        {"vector": [0.5], "limit": 3, "confidence": 0.7},
    ),
    (
        AgentDocs.bulk_delete(None, "a1", metadata_filter={"k": 1}),
        "DELETE /agents/a1/docs",
        {"metadata_filter": {"k": 1}},
    ),
    (
        UserDocs.create(None, "u1", title="T", content=["c", "d"]),
        "POST /users/u1/docs",
        {"title": "T", "content": ["c", "d"]},
    ),
    (UserDocs.delete(None, "u1", "d1"), "DELETE /users/u1/docs/d1", None),
    (
        search_request("/users/u1/search", "x", {"vector": [1.0], "alpha": 0.2}),
        "POST /users/u1/search",
        {"text": "x", "vector": [1.0], "alpha": 0.2},
    ),
    (
        UserDocs.bulk_delete(None, "u1", delete_all=True),
        "DELETE /users/u1/docs",
        {"delete_all": True},
    ),
    (Docs.get(None, "d1"), "GET /docs/d1", None),
    (
        Docs.get(None, "d1", include_embeddings=False),
        "GET /docs/d1?include_embeddings=false",
        None,
    ),
    (Docs.embed(None, text=["a", "b"]), "POST /embed", {"text": ["a", "b"]}),
    (Users.create(None, name="Joe"), "POST /users", {"name": "Joe", "about": ""}),
    (Users.get(None, "u1"), "GET /users/u1", None),
    (Users.create_or_update(None, "u1", name="Joe"), "POST /users/u1", {"name": "Joe"}),
    (Users.reset(None, "u1", name="Joe"), "PUT /users/u1", {"name": "Joe"}),
    (Users.delete(None, "u1"), "DELETE /users/u1", None),
    (Sessions.create(None, agent="a1"), "POST /sessions", {"agent": "a1"}),
    (
        Sessions.create(None, agents=["a1", "a2"], user="u1", situation="s"),
        "POST /sessions",
        {"agents": ["a1", "a2"], "user": "u1", "situation": "s"},
    ),
    (
        Sessions.create(None, agent=Agent(id="a1", name="Ada"), users=[UUID(int=1)]),
        "POST /sessions",
        {"agent": "a1", "users": ["00000000-0000-0000-0000-000000000001"]},
    ),
    (Sessions.get(None, "s1"), "GET /sessions/s1", None),
    (
        Sessions.create_or_update(None, "s1", agent="a1", metadata={"k": 1}),
        "POST /sessions/s1",
        {"agent": "a1", "metadata": {"k": 1}},
    ),
    (Sessions.reset(None, "s1", situation="s"), "PUT /sessions/s1", {"situation": "s"}),
    (Sessions.delete(None, "s1"), "DELETE /sessions/s1", None),
    (Sessions.render(None, "s1", "hi"), "POST /sessions/s1/render", {"messages": HI}),
    (chat("hi"), "POST /sessions/s1/chat", {"messages": HI}),
    (
        chat(["hi", {"role": "system", "content": "x"}]),
        "POST /sessions/s1/chat",
        {"messages": [*HI, {"role": "system", "content": "x"}]},
    ),
    (
        chat(Message(role="user", content="hi"), temperature=0.5, recall=False),
        "POST /sessions/s1/chat",
        {"messages": HI, "temperature": 0.5, "recall": False},
    ),
    (
        chat("hi", agent=Agent(id="a1", name="Ada")),
        "POST /sessions/s1/chat",
        {"messages": HI, "agent": "a1"},
    ),
    (
        CLIENT.sessions.chat.stream("s1", "hi")._request,
        "POST /sessions/s1/chat",
        {"messages": HI, "stream": True},
    ),
    (
        CLIENT.sessions.chat("s1", "hi", stream=True, save=False)._request,
        "POST /sessions/s1/chat",
        {"messages": HI, "save": False, "stream": True},
    ),
    (SessionHistory._read(None, "s1"), "GET /sessions/s1/history", None),
    (SessionHistory.delete(None, "s1"), "DELETE /sessions/s1/history", None),
    (
        Tasks.create(None, "a1", name="t", main=MAIN, inherit_tools=True),
        "POST /agents/a1/tasks",
        {"name": "t", "main": MAIN, "inherit_tools": True},
    ),
    (
        Tasks.create(None, "a1", name="t", main=MAIN, other=MAIN),
        "POST /agents/a1/tasks",
        {"name": "t", "main": MAIN, "other": MAIN},
    ),
    (Tasks.get(None, "t1"), "GET /tasks/t1", None),
    (
        Tasks.create_or_update(None, "a1", "t1", name="t", main=MAIN),
        "POST /agents/a1/tasks/t1",
        {"name": "t", "main": MAIN},
    ),
    (Tasks.reset(None, "a1", "t1", main=MAIN), "PUT /agents/a1/tasks/t1", {"main": MAIN}),
    (
        Tasks.update(None, "a1", "t1", description="d"),
        "PATCH /agents/a1/tasks/t1",
        {"description": "d"},
    ),
    (Tasks.delete(None, "a1", "t1"), "DELETE /agents/a1/tasks/t1", None),
    (
        TaskExecutions.create(None, "t1", input={"x": 1}),
        "POST /tasks/t1/executions",
        {"input": {"x": 1}},
    ),
    (
        Executions.create(None, "t1", input={}, metadata={"k": 1}),
        "POST /tasks/t1/executions",
        {"input": {}, "metadata": {"k": 1}},
    ),
    (Executions.get(None, "e1"), "GET /executions/e1", None),
    (
        Executions.update(None, "e1", status="running", input={"x": 1}),
        "PUT /executions/e1",
        {"status": "running", "input": {"x": 1}},
    ),
    (
        Executions.change_status(None, "e1", status="cancelled", reason="r"),
        "PUT /executions/e1",
        {"status": "cancelled", "reason": "r"},
    ),
    (Executions.cancel(None, "e1"), "PUT /executions/e1", {"status": "cancelled"}),
    (
        Executions.resume(None, "e1", input={"x": 1}),
        "PUT /executions/e1",
        {"status": "running", "input": {"x": 1}},
    ),
    (
        Executions.resume_with_task_token(None, task_token="t/1", input={"x": 1}),
        "POST /executions?task_token=t%2F1",
        {"status": "running", "input": {"x": 1}},
    ),
    (Transitions.get(None, "e1", "x1"), "GET /executions/e1/transitions/x1", None),
    (
        CLIENT.executions.transitions.stream("e1")._request,
        "GET /executions/e1/transitions",
        None,
    ),
    (Status.get(None, "e1"), "GET /executions/e1", None),
    (CLIENT.executions.status.stream("e1")._request, "GET /executions/e1/status.stream", None),
    (Jobs.get(None, "j1"), "GET /jobs/j1", None),
    (
        Files.create(None, name="f", content=b"abc", mime_type="text/plain"),
        "POST /files",
        {"name": "f", "content": "YWJj", "mime_type": "text/plain"},
    ),
    (Files.get(None, "f1"), "GET /files/f1", None),
    (Files.delete(None, "f1"), "DELETE /files/f1", None),
    (Projects.create(None, name="p"), "POST /projects", {"name": "p"}),
    (Secrets.create(None, name="n", value="v"), "POST /secrets", {"name": "n", "value": "v"}),
    (
        Secrets.update(None, "x1", name="n", value="v"),
        "PUT /secrets/x1",
        {"name": "n", "value": "v"},
    ),
    (Secrets.delete(None, "x1"), "DELETE /secrets/x1", None),
]

LISTS: list[tuple[Any, str]] = [
    (CLIENT.agents.list(), "/agents"),
    (CLIENT.agents.tools.list("a1"), "/agents/a1/tools"),
    (CLIENT.agents.docs.list("a1"), "/agents/a1/docs"),
    (
        CLIENT.agents.docs.list("a1", include_embeddings=False),
        "/agents/a1/docs?include_embeddings=false",
    ),
    (CLIENT.users.docs.list("u1", direction="asc"), "/users/u1/docs?direction=asc"),
    (CLIENT.users.list(sort_by="updated_at"), "/users?sort_by=updated_at"),
    (CLIENT.sessions.list(), "/sessions"),
    (CLIENT.tasks.list("a1"), "/agents/a1/tasks"),
    (CLIENT.tasks.executions.list("t1"), "/tasks/t1/executions"),
    (CLIENT.executions.list("t1"), "/tasks/t1/executions"),
    (
        CLIENT.executions.transitions.list("e1", scope_id="x"),
        "/executions/e1/transitions?scope_id=x",
    ),
    (CLIENT.files.list(), "/files"),
    (CLIENT.projects.list(), "/projects"),
    (CLIENT.secrets.list(), "/secrets"),
]


def _name(value: object) -> str | None:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("request_", "called", "body"), CALLS, ids=_name)
def test_a_method_describes_its_call(request_: Request[Any], called: str, body: Any) -> None:
    """Method, path, query and body are the API's, with only what was given."""
    content = request_.content()

    assert f"{request_.method} {request_.target()}" == called
    assert (None if content is None else json.loads(content)) == body


@pytest.mark.parametrize(("pages", "target"), LISTS, ids=_name)
def test_a_list_describes_its_call(pages: Any, target: str) -> None:
    """A list reads its own path, with only the options that were given."""
    assert pages._request.method == "GET"
    assert pages._request.target() == target


REPEATABLE_POSTS = {
    "POST /agents/a1",
    "POST /users/u1",
    "POST /sessions/s1",
    "POST /agents/a1/tasks/t1",
    "POST /agents/a1/search",
    "POST /users/u1/search",
    "POST /embed",
}


@pytest.mark.parametrize(("request_", "called", "body"), CALLS, ids=_name)
def test_only_calls_that_do_no_more_when_doubled_are_repeatable(
    request_: Request[Any], called: str, body: Any
) -> None:
    """Creates, chats, starts and resumes are not; reads, overwrites and deletes are."""
    is_resume = body is not None and body.get("status") == "running"
    expected = (request_.method != "POST" or called in REPEATABLE_POSTS) and not is_resume
    assert request_.is_repeatable is expected


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    """A `Path` is read, encoded in base64, and its type is guessed."""
    page = tmp_path / "page.html"
    page.write_bytes(b"<p>\xff")
    body = Files.create(None, name="f", content=page).body
    assert base64.b64decode(body["content"]) == b"<p>\xff"
    assert body["mime_type"] == "text/html"
