"""Which operation answers which method and path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import attrs

from julep.local.chat.request import CHAT
from julep.local.fields import Check
from julep.local.http.bodies import MOST_BYTES
from julep.local.resources.docs import DELETION, DOC
from julep.local.resources.executions import CHANGE, START
from julep.local.resources.files import FILE
from julep.local.resources.secrets import SECRET
from julep.local.resources.tasks import TASK
from julep.local.resources.tools import TOOL
from julep.local.search.embedder import EMBEDDING
from julep.local.search.search import SEARCH
from julep.local.services import Services
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

_OK, _CREATED, _ACCEPTED = 200, 201, 202
_MOST_ASKED, _MOST_SAID, _MOST_IN_FILE = 1_000_000, 8_000_000, 80_000_000
_PAGE = ("limit", "offset", "sort_by", "direction", "metadata_filter")


@attrs.frozen
class Operation:
    """One line of the API.

    Attributes:
        call: gets the path's ids in their order, and by name `body` and `query` if it has them.
        answer: the type of its answer when all goes well.
        body: the check of its body, if it takes one.
        query: the parameters that it heeds.
        status: of its answer when all goes well.
        written: the answer is a resource as it was written, which tells of `jobs` too.
        most_bytes: how long its body may be.
        streams: whether it answers with events, `always`, `never` or when the body `asks` for it.
    """

    method: str
    path: str
    call: Callable[..., Any]
    answer: Any
    body: Check | None = None
    query: Sequence[str] = ()
    status: int = _OK
    written: bool = False
    most_bytes: int = MOST_BYTES
    streams: Literal["always", "never", "asks"] = "never"


def operations(services: Services) -> list[Operation]:
    """All operations; fixed paths stand before those with an id in their place."""
    s = services
    return [
        Operation("GET", "/healthz", s.health, dict[str, str]),
        Operation("GET", "/agents/models", s.list_models, ListModelsResponse),
        *_collection("/agents", s.agents, Agent),
        *_collection("/users", s.users, User),
        *_collection("/sessions", s.sessions, Session),
        *_docs("/agents", s.agent_docs, s),
        *_docs("/users", s.user_docs, s),
        *_tools(s),
        Operation("GET", "/docs/{doc_id}", s.agent_docs.get, Doc, query=("include_embeddings",)),
        Operation(
            "POST",
            "/embed",
            s.embedder.embed,
            EmbedQueryResponse,
            EMBEDDING,
            most_bytes=_MOST_ASKED,
        ),
        *_chat(s),
        *_tasks(s),
        *_executions(s),
        Operation("GET", "/jobs/{job_id}", s.jobs.get, JobStatus),
        Operation("GET", "/projects", s.projects.list, Listing[Project], query=_PAGE),
        Operation("POST", "/projects", s.projects.create, Project, s.projects.form, (), _CREATED),
        *_files_and_secrets(s),
    ]


def _collection(path: str, resource: Any, kind: Any) -> list[Operation]:
    one, form = f"{path}/{{{path[1:-1]}_id}}", resource.form
    upsert = resource.create_or_update
    return [
        Operation("GET", path, resource.list, Listing[kind], query=_PAGE),
        Operation("POST", path, resource.create, kind, form, (), _CREATED, written=True),
        Operation("GET", one, resource.get, kind),
        Operation("POST", one, upsert, kind, form, (), _CREATED, written=True),
        Operation("PUT", one, resource.update, kind, form, written=True),
        Operation("PATCH", one, resource.patch, kind, form, written=True),
        Operation("DELETE", one, resource.delete, ResourceDeleted, status=_ACCEPTED),
    ]


def _docs(path: str, docs: Any, services: Services) -> list[Operation]:
    owner, find = f"{path}/{{{path[1:-1]}_id}}", services.search.of_owner
    one, page = f"{owner}/docs/{{doc_id}}", (*_PAGE, "include_embeddings")
    gone = Listing[ResourceDeleted]
    return [
        Operation("GET", f"{owner}/docs", docs.list, Listing[Doc], query=page),
        Operation("POST", f"{owner}/docs", docs.create, Doc, DOC, (), _CREATED),
        Operation("DELETE", f"{owner}/docs", docs.bulk_delete, gone, DELETION, (), _ACCEPTED),
        Operation("DELETE", one, docs.delete, ResourceDeleted, status=_ACCEPTED),
        Operation(
            "POST", f"{owner}/search", find, DocSearchResponse, SEARCH, most_bytes=_MOST_ASKED
        ),
    ]


def _tools(services: Services) -> list[Operation]:
    many, tools = "/agents/{agent_id}/tools", services.tools
    one = f"{many}/{{tool_id}}"
    return [
        Operation("GET", many, tools.list, Listing[Tool], query=_PAGE),
        Operation("POST", many, tools.create, Tool, TOOL, (), _CREATED, written=True),
        Operation("GET", one, tools.get, Tool),
        Operation("PUT", one, tools.update, Tool, TOOL, written=True),
        Operation("PATCH", one, tools.patch, Tool, TOOL, written=True),
        Operation("DELETE", one, tools.delete, ResourceDeleted),
    ]


def _chat(services: Services) -> list[Operation]:
    one, history = "/sessions/{session_id}", "/sessions/{session_id}/history"
    chat, render, past = services.chat.chat, services.chat.render, services.history
    answer = MessageChatResponse
    return [
        Operation(
            "POST",
            f"{one}/chat",
            chat,
            answer,
            CHAT,
            (),
            _CREATED,
            most_bytes=_MOST_SAID,
            streams="asks",
        ),
        Operation("POST", f"{one}/render", render, RenderResponse, CHAT, most_bytes=_MOST_SAID),
        Operation("GET", history, past.get, History),
        Operation("DELETE", history, past.delete, ResourceDeleted, status=_ACCEPTED),
    ]


def _tasks(services: Services) -> list[Operation]:
    many, tasks = "/agents/{agent_id}/tasks", services.tasks
    one = f"{many}/{{task_id}}"
    return [
        Operation("GET", many, tasks.list, Listing[Task], query=_PAGE),
        Operation("POST", many, tasks.create, Task, TASK, (), _CREATED, written=True),
        Operation("GET", "/tasks/{task_id}", tasks.get, Task),
        Operation("POST", one, tasks.create_or_update, Task, TASK, (), _CREATED, written=True),
        Operation("PUT", one, tasks.update, Task, TASK, written=True),
        Operation("PATCH", one, tasks.patch, Task, TASK, written=True),
        Operation("DELETE", one, tasks.delete, ResourceDeleted, status=_ACCEPTED),
    ]


def _executions(services: Services) -> list[Operation]:
    own, many = services.executions, "/tasks/{task_id}/executions"
    one, resume = "/executions/{execution_id}", own.resume_with_task_token
    steps, step = f"{one}/transitions", f"{one}/transitions/{{transition_id}}"
    told, news, token = f"{one}/transitions.stream", f"{one}/status.stream", ("next_page_token",)
    event, status = own.transition_stream, own.status_stream
    page = (*_PAGE, "scope_id")
    return [
        Operation("GET", many, own.list, Listing[Execution], query=_PAGE),
        Operation("POST", many, own.create, Execution, START, (), _CREATED, most_bytes=_MOST_SAID),
        Operation(
            "POST", "/executions", resume, Execution, CHANGE, ("task_token",), most_bytes=_MOST_SAID
        ),
        Operation("GET", one, own.get, Execution),
        Operation("PUT", one, own.update, None, CHANGE, most_bytes=_MOST_SAID),
        Operation("GET", steps, own.transitions, Listing[Transition], query=page),
        Operation("GET", step, own.transition, Transition),
        Operation("GET", told, event, Transition, query=token, streams="always"),
        Operation("GET", news, status, ExecutionStatusEvent, streams="always"),
    ]


def _files_and_secrets(services: Services) -> list[Operation]:
    files, secrets = services.files, services.secrets
    file, secret = "/files/{file_id}", "/secrets/{secret_id}"
    return [
        Operation("GET", "/files", files.list, list[File]),
        Operation(
            "POST", "/files", files.create, File, FILE, (), _CREATED, most_bytes=_MOST_IN_FILE
        ),
        Operation("GET", file, files.get, File),
        Operation("DELETE", file, files.delete, ResourceDeleted, status=_ACCEPTED),
        Operation("GET", "/secrets", secrets.list, list[Secret], query=_PAGE),
        Operation("POST", "/secrets", secrets.create, Secret, SECRET, (), _CREATED),
        Operation("PUT", secret, secrets.update, Secret, SECRET),
        Operation("DELETE", secret, secrets.delete, ResourceDeleted, status=_ACCEPTED),
    ]
