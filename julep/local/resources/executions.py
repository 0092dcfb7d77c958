"""Executions: tasks at work, and the streams that tell how far they are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncGenerator, Mapping

from julep.local.clock import now, seconds
from julep.local.errors import BadRequest, NotFound, missing
from julep.local.fields import Field, Form, invalid, mapping, one_of, optional, text
from julep.local.ids import new_id
from julep.local.json_types import JsonObject, as_object
from julep.local.resources.jobs import Jobs
from julep.local.resources.tasks import Tasks
from julep.local.resources.tools import Tools
from julep.local.sandbox.isolated import input_problem
from julep.local.store.changes import Changes
from julep.local.store.execution_rows import NewExecution
from julep.local.store.page import Page, read_page
from julep.local.store.store import Store
from julep.local.workflow import Engine, read_task_token
from julep.types.executions import FINAL_STATUSES, FINAL_TRANSITIONS

_LONGEST_PAGE = 100
START = Form[JsonObject]({"input": Field(mapping), "metadata": Field(optional(mapping), dict)})
CHANGE = Form[JsonObject](
    {
        "status": Field(one_of("running", "cancelled"), "running"),
        "input": Field(optional(mapping), None),
        "reason": Field(optional(text()), None),
    }
)
_EVENT = ("status", "updated_at", "error", "transition_count", "metadata")


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
        store.log.watch(self.changes.notify)

    async def create(self, task_id: str, body: JsonObject) -> JsonObject:
        """The new execution, which is on its way; `metadata.jobs` has the id of its job."""
        request = START.read(body)
        schema = self._tasks.stored(task_id)["input_schema"]
        if problem := await input_problem(schema, request["input"]):
            raise BadRequest(f"Invalid request arguments schema: {problem}")
        task = self._tasks.stored(task_id)  # it may have gone meanwhile
        if (agent := self._store.agents.get(task["agent_id"])) is None:
            raise missing("Agent", "create")
        origin = {"task": task, "agent": agent, "agent_tools": self._tools.of_agent(agent["id"])}
        metadata = as_object(request["metadata"])
        with self._store.transaction():
            job_id, id = self._jobs.add("task_execution", "in_progress"), new_id()
            moment = seconds()
            self._rows.insert(
                NewExecution(id, task_id, job_id, request["input"], metadata, origin, moment)
            )
        # Only this answer tells of jobs, in the place of the metadata; it knows of no transition.
        unknown = {"output": None, "transition_count": None, "metadata": {"jobs": [job_id]}}
        execution = {**self.get(id), **unknown}
        self._engine.start(id)
        return execution

    def get(self, id: str) -> JsonObject:
        """The execution of this id."""
        if (execution := self._rows.get(id)) is None:
            raise missing("Execution")
        return execution

    def list(self, task_id: str, query: Mapping[str, str]) -> JsonObject:
        """A page of the task's executions, under `items`."""
        page = read_page(query, least=1, most=_LONGEST_PAGE)
        return {"items": self._rows.page(page, task_id)}

    def update(self, id: str, body: JsonObject) -> None:
        """Resume a waiting execution, or cancel one that isn't over.

        Raises:
            NotFound: it isn't there, or is to be resumed and doesn't wait.
            BadRequest: it is to be cancelled and is over.
        """
        # Only a cancellation has a reason.
        request = CHANGE.read({"status": "cancelled", **body} if "reason" in body else body)
        execution = self.get(id)
        if request["status"] == "cancelled":
            # Once more is no mistake: the first answer may have been lost on its way.
            if execution["status"] != "cancelled" and not self._engine.cancel(id):
                raise BadRequest(f"Execution is over already: it has {execution['status']}")
        elif not self._engine.resume(id, request["input"]):
            raise NotFound(f"Execution isn't waiting for input: it is {execution['status']}")

    def resume_with_task_token(self, query: Mapping[str, str], body: JsonObject) -> JsonObject:
        """Resume at the wait that a token names; the execution's id and the time.

        Raises:
            NotFound: the token is none, or was used before.
        """
        if not (token := query.get("task_token")):
            raise invalid("missing", "Field required", "query.task_token")
        request = CHANGE.read(body)
        named = read_task_token(token)
        if named is None or not self._engine.resume(named[0], request["input"], task_token=token):
            raise NotFound("No execution waits with this task token")
        return {"id": named[0], "updated_at": now(), "jobs": []}

    def transitions(self, id: str, query: Mapping[str, str]) -> JsonObject:
        """A page of the execution's transitions, under `items`; none of an unknown one."""
        page = read_page(query)
        return {"items": self._rows.transitions(id, page, query.get("scope_id"))}

    def transition(self, id: str, transition_id: str) -> JsonObject:
        """One transition."""
        if (transition := self._rows.transition(id, transition_id)) is None:
            raise NotFound("Transition not found")
        return transition

    async def transition_stream(
        self, id: str, query: Mapping[str, str]
    ) -> AsyncGenerator[JsonObject]:
        """Each transition in order as it happens, up to the final one.

        A token of an event, given as `next_page_token`, goes on behind it.
        """
        self.get(id)
        return self._transition_events(id, _read_token(query.get("next_page_token")))

    async def status_stream(self, id: str) -> AsyncGenerator[JsonObject]:
        """The execution's status now and at each change, up to the final one."""
        self.get(id)
        return self._status_events(id)

    async def _transition_events(self, id: str, offset: int) -> AsyncGenerator[JsonObject]:
        while not self.changes.closed:
            page = Page(limit=_LONGEST_PAGE, offset=offset, direction="asc")
            for transition in self._rows.transitions(id, page, None):
                offset += 1
                over = transition["type"] in FINAL_TRANSITIONS
                token = None if over else _token(offset)
                yield {"transition": transition, "next_page_token": token}
                if over:
                    return
            if self._rows.get(id) is None:
                return
            if not self._rows.transitions(id, Page(offset=offset, limit=1, direction="asc"), None):
                await self.changes.wait(id)

    async def _status_events(self, id: str) -> AsyncGenerator[JsonObject]:
        last: JsonObject | None = None
        while not self.changes.closed and (execution := self._rows.get(id)):
            event = {"execution_id": id, **{name: execution[name] for name in _EVENT}}
            if event != last:
                yield event
            elif event["status"] in FINAL_STATUSES:
                return
            else:
                await self.changes.wait(id)
            last = event


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode()


def _read_token(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error):
        raise BadRequest("next_page_token isn't a token of this stream") from None
