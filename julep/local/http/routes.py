"""Which operation answers which method and path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from julep.local.services import Services

_OK, _CREATED, _ACCEPTED = 200, 201, 202


@attrs.frozen
class Operation:
    """One line of the API.

    Attributes:
        call: gets the path's ids in their order, and by name `body` and `query` if it has them.
        status: of its answer when all goes well.
        written: the answer is a resource as it was written, which tells of `jobs` too.
    """

    method: str
    path: str
    call: Callable[..., Any]
    status: int = _OK
    written: bool = False


def operations(services: Services) -> list[Operation]:
    """All operations; fixed paths stand before those with an id in their place."""
    s = services
    return [
        Operation("GET", "/healthz", s.health),
        Operation("GET", "/agents/models", s.list_models),
        *_collection("/agents", s.agents),
        *_collection("/users", s.users),
        *_collection("/sessions", s.sessions),
        *_docs("/agents", s.agent_docs, s),
        *_docs("/users", s.user_docs, s),
        *_tools(s),
        Operation("GET", "/docs/{doc_id}", s.agent_docs.get),
        Operation("POST", "/embed", s.embedder.embed),
        Operation("POST", "/sessions/{session_id}/chat", s.chat.chat, _CREATED),
        Operation("POST", "/sessions/{session_id}/render", s.chat.render),
        Operation("GET", "/sessions/{session_id}/history", s.history.get),
        Operation("DELETE", "/sessions/{session_id}/history", s.history.delete, _ACCEPTED),
        *_tasks(s),
        *_executions(s),
        Operation("GET", "/jobs/{job_id}", s.jobs.get),
        Operation("GET", "/projects", s.projects.list),
        Operation("POST", "/projects", s.projects.create, _CREATED),
        Operation("GET", "/files", s.files.list),
        Operation("POST", "/files", s.files.create, _CREATED),
        Operation("GET", "/files/{file_id}", s.files.get),
        Operation("DELETE", "/files/{file_id}", s.files.delete, _ACCEPTED),
        Operation("GET", "/secrets", s.secrets.list),
        Operation("POST", "/secrets", s.secrets.create, _CREATED),
        Operation("PUT", "/secrets/{secret_id}", s.secrets.update),
        Operation("DELETE", "/secrets/{secret_id}", s.secrets.delete, _ACCEPTED),
    ]


def _collection(path: str, resource: Any) -> list[Operation]:
    one = f"{path}/{{{path[1:-1]}_id}}"
    return [
        Operation("GET", path, resource.list),
        Operation("POST", path, resource.create, _CREATED, written=True),
        Operation("GET", one, resource.get),
        Operation("POST", one, resource.create_or_update, _CREATED, written=True),
        Operation("PUT", one, resource.update, written=True),
        Operation("PATCH", one, resource.patch, written=True),
        Operation("DELETE", one, resource.delete, _ACCEPTED),
    ]


def _docs(path: str, docs: Any, services: Services) -> list[Operation]:
    owner = f"{path}/{{{path[1:-1]}_id}}"
    return [
        Operation("GET", f"{owner}/docs", docs.list),
        Operation("POST", f"{owner}/docs", docs.create, _CREATED),
        Operation("DELETE", f"{owner}/docs", docs.bulk_delete, _ACCEPTED),
        Operation("DELETE", f"{owner}/docs/{{doc_id}}", docs.delete, _ACCEPTED),
        Operation("POST", f"{owner}/search", services.search.of_owner),
    ]


def _tools(services: Services) -> list[Operation]:
    many, tools = "/agents/{agent_id}/tools", services.tools
    one = f"{many}/{{tool_id}}"
    return [
        Operation("GET", many, tools.list),
        Operation("POST", many, tools.create, _CREATED, written=True),
        Operation("GET", one, tools.get),
        Operation("PUT", one, tools.update, written=True),
        Operation("PATCH", one, tools.patch, written=True),
        Operation("DELETE", one, tools.delete),
    ]


def _tasks(services: Services) -> list[Operation]:
    many, tasks = "/agents/{agent_id}/tasks", services.tasks
    one = f"{many}/{{task_id}}"
    return [
        Operation("GET", many, tasks.list),
        Operation("POST", many, tasks.create, _CREATED, written=True),
        Operation("GET", "/tasks/{task_id}", tasks.get),
        Operation("POST", one, tasks.create_or_update, _CREATED, written=True),
        Operation("PUT", one, tasks.update, written=True),
        Operation("PATCH", one, tasks.patch, written=True),
        Operation("DELETE", one, tasks.delete, _ACCEPTED),
    ]


def _executions(services: Services) -> list[Operation]:
    executions = services.executions
    many, one = "/tasks/{task_id}/executions", "/executions/{execution_id}"
    return [
        Operation("GET", many, executions.list),
        Operation("POST", many, executions.create, _CREATED),
        Operation("POST", "/executions", executions.resume_with_task_token),
        Operation("GET", one, executions.get),
        Operation("PUT", one, executions.update),
        Operation("GET", f"{one}/transitions", executions.transitions),
        Operation("GET", f"{one}/transitions/{{transition_id}}", executions.transition),
        Operation("GET", f"{one}/transitions.stream", executions.transition_stream),
        Operation("GET", f"{one}/status.stream", executions.status_stream),
    ]
