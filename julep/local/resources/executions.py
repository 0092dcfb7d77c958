"""Executions: tasks at work, and the streams of their transitions and statuses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Literal, TypedDict

from julep.local.clock import now, seconds
from julep.local.errors import BadRequest, NotFound, missing
from julep.local.fields import Field, Form, invalid, mapping, one_of, optional, text
from julep.local.ids import new_id
from julep.local.sandbox.isolated import input_problem
from julep.local.store.changes import Changes
from julep.local.store.execution_rows import NewExecution
from julep.local.store.execution_views import ExecutionView, Origin, TransitionView
from julep.local.store.page import read_page
from julep.local.store.store import Store
from julep.local.workflow import Engine, read_task_token
from julep.types._json import JsonObject

from .answers import Items
from .execution_streams import (
    ExecutionStreams,
    StatusEvent,
    TransitionEvent,
    read_token,
)
from .jobs import Jobs
from .tasks import Tasks
from .tools import Tools

_LONGEST_PAGE = 100


class Start(TypedDict):
    """What begins an execution."""

    input: JsonObject
    metadata: JsonObject | None


class Change(TypedDict):
    """What ends an execution or lets it go on."""

    status: Literal["running", "cancelled"]
    input: JsonObject | None
    reason: str | None


class Resumed(TypedDict):
    """The answer to who resumed an execution by its token."""

    id: str
    updated_at: str
    jobs: list[str]


START = Form[Start]({"input": Field(mapping), "metadata": Field(optional(mapping), dict)})
CHANGE = Form[Change](
    {
        "status": Field(one_of("running", "cancelled"), "running"),
        "input": Field(optional(mapping), None),
        "reason": Field(optional(text()), None),
    }
)


class Executions:
    """All executions."""

    def __init__(
        self, store: Store, tasks: Tasks, tools: Tools, jobs: Jobs, engine: Engine
    ) -> None:
        self._store = store
        self._rows = store.executions
        self._tasks = tasks
        self._tools = tools
        self._jobs = jobs
        self._engine = engine
        self.changes: Changes = Changes()
        self._streams = ExecutionStreams(store.executions, self.changes)
        store.log.watch(self.changes.notify)

    async def create(self, task_id: str, body: Mapping[str, object]) -> ExecutionView:
        """Start an execution; `metadata.jobs` has the id of its job."""
        request = START.read(body)
        schema = self._tasks.stored(task_id)["input_schema"]
        if problem := await input_problem(schema, request["input"]):
            raise BadRequest(f"Invalid request arguments schema: {problem}")
        task = self._tasks.stored(task_id)  # it may have gone meanwhile
        if (agent := self._store.agents.get(task["agent_id"])) is None:
            raise missing("Agent", "create")
        tools, metadata = self._tools.of_agent(agent["id"]), request["metadata"] or {}
        origin: Origin = {"task": {**task}, "agent": agent, "agent_tools": tools}
        with self._store.transaction():
            job_id, id = self._jobs.add("task_execution", "in_progress"), new_id()
            moment = seconds()
            self._rows.insert(
                NewExecution(id, task_id, job_id, request["input"], metadata, origin, moment)
            )
        # Only this answer tells of jobs, in the place of the metadata; it knows of no transition.
        execution = self.get(id)
        execution["output"] = execution["transition_count"] = None
        execution["metadata"] = {"jobs": [job_id]}
        self._engine.start(id)
        return execution

    def get(self, id: str) -> ExecutionView:
        """Return the execution of this id."""
        if (execution := self._rows.get(id)) is None:
            raise missing("Execution")
        return execution

    def list(self, task_id: str, query: Mapping[str, str]) -> Items[ExecutionView]:
        """Return a page of the task's executions, under `items`."""
        page = read_page(query, least=1, most=_LONGEST_PAGE)
        return {"items": self._rows.page(page, task_id)}

    def update(self, id: str, body: Mapping[str, object]) -> None:
        """Resume a waiting execution, or cancel one that isn't over.

        Raises:
            NotFound: It isn't there, or is to be resumed and doesn't wait.
            BadRequest: It is to be cancelled and is over.
        """
        # Only a cancellation has a reason.
        request = CHANGE.read({"status": "cancelled", **body} if "reason" in body else body)
        execution = self.get(id)
        if request["status"] == "cancelled":
            # Once more is not a mistake: the first answer may have been lost on its way.
            if execution["status"] != "cancelled" and not self._engine.cancel(id):
                raise BadRequest(f"Execution is over already: it has {execution['status']}")
        elif not self._engine.resume(id, request["input"]):
            raise NotFound(f"Execution isn't waiting for input: it is {execution['status']}")

    def resume_with_task_token(
        self, query: Mapping[str, str], body: Mapping[str, object]
    ) -> Resumed:
        """Resume at the wait that a token names; return the execution's id and the time.

        Raises:
            NotFound: It is not a token, or was used before.
        """
        if not (token := query.get("task_token")):
            raise invalid("missing", "Field required", "query.task_token")
        request = CHANGE.read(body)
        named = read_task_token(token)
        if named is None or not self._engine.resume(named[0], request["input"], task_token=token):
            raise NotFound("No execution waits with this task token")
        return {"id": named[0], "updated_at": now(), "jobs": []}

    def transitions(self, id: str, query: Mapping[str, str]) -> Items[TransitionView]:
        """Return a page of the execution's transitions, under `items`; none of an unknown one."""
        page = read_page(query)
        return {"items": self._rows.transitions(id, page, query.get("scope_id"))}

    def transition(self, id: str, transition_id: str) -> TransitionView:
        """Return one transition."""
        if (transition := self._rows.transition(id, transition_id)) is None:
            raise NotFound("Transition not found")
        return transition

    async def transition_stream(
        self, id: str, query: Mapping[str, str]
    ) -> AsyncGenerator[TransitionEvent]:
        """Stream each transition in order as it happens, up to the final one.

        A token of an event, given as `next_page_token`, goes on behind it.
        """
        self.get(id)
        return self._streams.transitions(id, read_token(query.get("next_page_token")))

    async def status_stream(self, id: str) -> AsyncGenerator[StatusEvent]:
        """Stream the execution's status now and at each change, up to the final one."""
        self.get(id)
        return self._streams.statuses(id)
