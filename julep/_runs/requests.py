"""What is asked about tasks and executions, by what users call and by what follows executions for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from julep._codec import OMIT
from julep._engine import Engine
from julep._faces import Async, Resource
from julep._pages import ListOptions, Pages
from julep._paths import Id, id_of, path
from julep._request import Request
from julep._server_errors.hints import EMBEDDED
from julep.types.common import ResourceUpdated
from julep.types.executions import Execution, Transition
from julep.types.tasks import Task

OF_TASK = "/tasks/{task_id}/executions"
STATUS_STREAM = "/status.stream"
TRANSITIONS = "/transitions"
OVERLAP: Final = 50
"""Known transitions that are read again with the new ones: parallel steps may be listed before them."""
_ONE = "/executions/{execution_id}"


def fetching_task(task_id: Id) -> Request[Task]:
    """Describe a look at a task."""
    return Request("GET", path("/tasks/{task_id}", task_id=task_id), Task)


def where_of(execution_id: Id, part: str = "") -> str:
    """Return the path of an execution, or of a part of it, such as `/transitions`."""
    return path(_ONE, execution_id=execution_id) + part


def fetching(execution_id: Id) -> Request[Execution]:
    """Describe a look at an execution."""
    return Request("GET", where_of(execution_id), Execution)


def starting(
    task_id: Id, input: Mapping[str, Any], metadata: Mapping[str, Any] | None
) -> Request[Execution]:
    """Describe the start of a task."""
    body = {"input": input, "metadata": metadata}
    written = {**body, "task_id": id_of("task_id", task_id), "status": "queued"}
    return Request("POST", path(OF_TASK, task_id=task_id), Execution, body=body, written=written)


def changing(
    execution_id: Id,
    status: Literal["running", "cancelled"],
    *,
    input: Mapping[str, Any] | None = OMIT,
    reason: str | None = OMIT,
) -> Request[ResourceUpdated]:
    """Describe that an execution is resumed or cancelled."""
    return Request(
        "PUT",
        where_of(execution_id),
        ResourceUpdated,
        body={"status": status, "input": input, "reason": reason},
        # A resume that is sent twice would feed the next step that waits.
        repeatable=status == "cancelled",
        null={"id": id_of("execution_id", execution_id)},
    )


def resuming_by_token(
    task_token: str, input: Mapping[str, Any] | None = OMIT
) -> Request[ResourceUpdated]:
    """Describe that whatever waits under a token is resumed.

    Raises:
        ValueError: The token is empty.
    """
    if not task_token:
        raise ValueError("task_token is empty; a waiting execution shows its own")
    return Request(
        "POST",
        "/executions",
        ResourceUpdated,
        query={"task_token": task_token},
        body={"status": "running", "input": input},
        missing=EMBEDDED,
    )


async def transitions_of(
    engine: Engine, execution_id: Id, options: ListOptions
) -> list[Transition]:
    """Fetch what an execution did, as far as the options ask for it."""
    where = where_of(execution_id, TRANSITIONS)
    return await Pages(Resource(Async(), engine), where, Transition, options).to_list()
