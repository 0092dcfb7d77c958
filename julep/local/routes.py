"""The operations of the API: where each stands over HTTP, what it takes, and what tasks call it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Literal

import attrs

from julep.local.chat.request import CHAT
from julep.local.resources.agents import Agents
from julep.local.resources.docs import DELETION, DOC, Docs
from julep.local.resources.executions import CHANGE, START
from julep.local.resources.files import FILE
from julep.local.resources.secrets import SECRET
from julep.local.resources.sessions import Sessions
from julep.local.resources.task_form import TASK
from julep.local.resources.tools import TOOL
from julep.local.resources.users import Users
from julep.local.search.embedder import EMBEDDING
from julep.local.search.search import SEARCH
from julep.types.agents import Agent, ListModelsResponse
from julep.types.chat import MessageChatResponse
from julep.types.common import Listing, ResourceDeleted
from julep.types.docs import Doc, DocSearchResponse, EmbedQueryResponse
from julep.types.entries import History
from julep.types.executions import Execution, ExecutionStatusEvent, Transition
from julep.types.files import File
from julep.types.jobs import JobStatus
from julep.types.projects import Project
from julep.types.secrets import Secret
from julep.types.sessions import RenderResponse, Session
from julep.types.tasks import Task
from julep.types.tools import Tool
from julep.types.users import User

from .fields import Check
from .services import Services

_OK, _CREATED, _ACCEPTED = 200, 201, 202
# Bytes of a body, all of which is checked and written while everybody waits.
_MOST_BYTES = 3_000_000
_MOST_ASKED, _MOST_SAID, _MOST_IN_FILE = 1_000_000, 8_000_000, 80_000_000
_PAGE = ("limit", "offset", "sort_by", "direction", "metadata_filter")
_VECTORS = ("include_embeddings",)


@attrs.frozen
class Operation:
    """One line of the API.

    Attributes:
        call: Gets the path's ids in their order, and by name a `body` and a `query` if it has them.
        answer: The type of its answer when all goes well.
        system: Its name for system tools; empty where they can't call it.
        body: The check of its body, if it takes one.
        query: The parameters that it heeds; without any, it takes no query.
        status: Of its answer when all goes well.
        written: The answer is a resource as it was written, with `jobs`.
        most_bytes: How long its body may be.
        streams: Whether it answers with events, `always`, `never` or when the body `asks` for it.
    """

    method: str
    path: str
    call: Callable[..., object]
    answer: object
    system: str = ""
    body: Check | None = None
    query: Sequence[str] = ()
    status: int = _OK
    written: bool = attrs.field(default=False, kw_only=True)
    most_bytes: int = attrs.field(default=_MOST_BYTES, kw_only=True)
    streams: Literal["always", "never", "asks"] = attrs.field(default="never", kw_only=True)

    @cached_property
    def ids(self) -> Sequence[str]:
        """The names of the ids in its path."""
        return re.findall(r"{(\w+)}", self.path)


# What many lines of the table have in common: `_short` and `_long` take bodies of such a length.
_write = partial(Operation, written=True)
_short = partial(Operation, most_bytes=_MOST_ASKED)
_long = partial(Operation, most_bytes=_MOST_SAID)
_stream = partial(Operation, "GET", streams="always")
_delete = partial(Operation, "DELETE", answer=ResourceDeleted, status=_ACCEPTED)


def list_operations(services: Services) -> list[Operation]:
    """Return all operations; fixed paths stand before those with an id in their place."""
    s = services
    embed, one_doc = s.embedder.embed, "/docs/{doc_id}"
    return [
        Operation("GET", "/healthz", s.health, dict[str, str]),
        Operation("GET", "/agents/models", s.list_models, ListModelsResponse),
        *_collection("agent", s.agents, Agent, Listing[Agent]),
        *_collection("user", s.users, User, Listing[User]),
        *_collection("session", s.sessions, Session, Listing[Session]),
        *_docs("agent", s.agent_docs, s),
        *_docs("user", s.user_docs, s),
        *_tools(s),
        Operation("GET", one_doc, s.agent_docs.get, Doc, "doc.get", query=_VECTORS),
        _short("POST", "/embed", embed, EmbedQueryResponse, "doc.embed", EMBEDDING),
        *_chat(s),
        *_tasks(s),
        *_executions(s),
        Operation("GET", "/jobs/{job_id}", s.jobs.get, JobStatus, "job.get"),
        *_projects_and_files(s),
        *_secrets(s),
    ]


def _collection(
    name: str, resource: Agents | Users | Sessions, model: object, listing: object
) -> list[Operation]:
    many, one, form = f"/{name}s", f"/{name}s/{{{name}_id}}", resource.form
    upsert = resource.create_or_update
    return [
        Operation("GET", many, resource.list, listing, f"{name}.list", query=_PAGE),
        _write("POST", many, resource.create, model, f"{name}.create", form, status=_CREATED),
        Operation("GET", one, resource.get, model, f"{name}.get"),
        _write("POST", one, upsert, model, f"{name}.create_or_update", form, status=_CREATED),
        _write("PUT", one, resource.update, model, f"{name}.update", form),
        _write("PATCH", one, resource.patch, model, f"{name}.patch", form),
        _delete(one, resource.delete, system=f"{name}.delete"),
    ]


def _docs(name: str, docs: Docs, services: Services) -> list[Operation]:
    owner, find = f"/{name}s/{{{name}_id}}", services.search.of_owner
    many, page = f"{owner}/docs", (*_PAGE, *_VECTORS)
    gone = Listing[ResourceDeleted]
    return [
        Operation("GET", many, docs.list, Listing[Doc], f"{name}.doc.list", query=page),
        Operation("POST", many, docs.create, Doc, f"{name}.doc.create", DOC, status=_CREATED),
        Operation("DELETE", many, docs.bulk_delete, gone, body=DELETION, status=_ACCEPTED),
        _delete(f"{many}/{{doc_id}}", docs.delete, system=f"{name}.doc.delete"),
        _short("POST", f"{owner}/search", find, DocSearchResponse, f"{name}.doc.search", SEARCH),
    ]


def _tools(services: Services) -> list[Operation]:
    many, tools = "/agents/{agent_id}/tools", services.tools
    one, gone = f"{many}/{{tool_id}}", ResourceDeleted
    return [
        Operation("GET", many, tools.list, Listing[Tool], "agent.tool.list", query=_PAGE),
        _write("POST", many, tools.create, Tool, "agent.tool.create", TOOL, status=_CREATED),
        Operation("GET", one, tools.get, Tool),
        _write("PUT", one, tools.update, Tool, "agent.tool.update", TOOL),
        _write("PATCH", one, tools.patch, Tool, "agent.tool.patch", TOOL),
        Operation("DELETE", one, tools.delete, gone, "agent.tool.delete"),
    ]


def _chat(services: Services) -> list[Operation]:
    one, chat, past = "/sessions/{session_id}", services.chat, services.history
    say, answer = f"{one}/chat", MessageChatResponse
    return [
        _long(
            "POST", say, chat.chat, answer, "session.chat", CHAT, status=_CREATED, streams="asks"
        ),
        _long("POST", f"{one}/render", chat.render, RenderResponse, "", CHAT),
        Operation("GET", f"{one}/history", past.get, History, "session.history"),
        _delete(f"{one}/history", past.delete),
    ]


def _tasks(services: Services) -> list[Operation]:
    many, tasks = "/agents/{agent_id}/tasks", services.tasks
    one, upsert = f"{many}/{{task_id}}", tasks.create_or_update
    return [
        Operation("GET", many, tasks.list, Listing[Task], "task.list", query=_PAGE),
        _write("POST", many, tasks.create, Task, "task.create", TASK, status=_CREATED),
        Operation("GET", "/tasks/{task_id}", tasks.get, Task, "task.get"),
        _write("POST", one, upsert, Task, "task.create_or_update", TASK, status=_CREATED),
        _write("PUT", one, tasks.update, Task, "task.update", TASK),
        _write("PATCH", one, tasks.patch, Task, "task.patch", TASK),
        _delete(one, tasks.delete, system="task.delete"),
    ]


def _executions(services: Services) -> list[Operation]:
    own, many, one = (
        services.executions,
        "/tasks/{task_id}/executions",
        "/executions/{execution_id}",
    )
    steps, resume = f"{one}/transitions", own.resume_with_task_token
    pages, page, token = Listing[Transition], (*_PAGE, "scope_id"), ("next_page_token",)
    return [
        Operation("GET", many, own.list, Listing[Execution], "execution.list", query=_PAGE),
        _long("POST", many, own.create, Execution, "execution.create", START, status=_CREATED),
        _long("POST", "/executions", resume, Execution, "", CHANGE, ("task_token",)),
        Operation("GET", one, own.get, Execution, "execution.get"),
        _long("PUT", one, own.update, None, "execution.change_status", CHANGE),
        Operation("GET", steps, own.transitions, pages, "execution.transition.list", query=page),
        Operation("GET", f"{steps}/{{transition_id}}", own.transition, Transition),
        _stream(f"{steps}.stream", own.transition_stream, Transition, query=token),
        _stream(f"{one}/status.stream", own.status_stream, ExecutionStatusEvent),
    ]


def _projects_and_files(services: Services) -> list[Operation]:
    projects, files, one = services.projects, services.files, "/files/{file_id}"
    create, add, room = projects.create, files.create, _MOST_IN_FILE
    return [
        Operation("GET", "/projects", projects.list, Listing[Project], query=_PAGE),
        Operation("POST", "/projects", create, Project, body=projects.form, status=_CREATED),
        Operation("GET", "/files", files.list, list[File]),
        Operation("POST", "/files", add, File, body=FILE, status=_CREATED, most_bytes=room),
        Operation("GET", one, files.get, File),
        _delete(one, files.delete),
    ]


def _secrets(services: Services) -> list[Operation]:
    many, one, secrets = "/secrets", "/secrets/{secret_id}", services.secrets
    return [
        Operation("GET", many, secrets.list, list[Secret], query=_PAGE),
        Operation("POST", many, secrets.create, Secret, body=SECRET, status=_CREATED),
        Operation("PUT", one, secrets.update, Secret, body=SECRET),
        _delete(one, secrets.delete),
    ]
