"""Executions: the runs of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation, part, workflow
from julep._keywords import shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._runs.follower import Follower
from julep._runs.requests import OF_TASK, changing, fetching, resuming_by_token, starting
from julep._task_files.inputs import check_input
from julep.types.common import ResourceUpdated
from julep.types.executions import Execution

from .status import Status
from .transitions import Transitions

NO_INPUT: Mapping[str, Any] = MappingProxyType({})


class TaskExecutions(Resource[FaceT]):
    """The runs of a task."""

    @shows_keywords
    def list(self, task_id: Id, **options: Unpack[ListOptions]) -> Pages[FaceT, Execution]:
        """List the executions of a task, newest first. Pages are fetched as they are needed.

        Args:
            task_id: The task, or its id.
            **options: `limit` (most items in all), `page_size` (1 to 100), `offset`, `sort_by`,
                `direction`; no server filters executions by metadata. Lists of servers of 2024
                leave out `output` and `error`.
        """
        __tracebackhide__ = True
        return Pages(self, path(OF_TASK, task_id=task_id), Execution, options)

    @operation
    def create(
        self,
        task_id: Id,
        *,
        input: Mapping[str, Any] = NO_INPUT,
        metadata: Mapping[str, Any] | None = OMIT,
    ) -> Request[Execution]:
        """Start a task. The answer comes at once; the task runs on the server.

        Args:
            task_id: The task, or its id.
            input: What the first step gets; must match the task's `input_schema`. An empty object
                when not given. Given a `Task`, and the extra `julep-sdk[local]`, it is checked before
                it is sent.
            metadata: Data of your own.

        Returns:
            The execution, `queued` or `starting`.

        Raises:
            BadRequestError: The input does not match; `InputMismatch` when nothing was sent.
            NotFoundError: There is no such task (`BadRequestError` on servers of 2024).
        """
        check_input(task_id, input)
        return starting(task_id, input, metadata)


class Executions(TaskExecutions[FaceT]):
    """Runs of tasks: look at one, wait for it, cancel it, give it the input it waits for."""

    @part
    def transitions(self) -> Transitions[FaceT]:
        """What an execution did, step by step."""
        return Transitions(self._face, self._engine)

    @part
    def status(self) -> Status[FaceT]:
        """The status of an execution: fetch it, or stream its changes."""
        return Status(self._face, self._engine)

    @operation
    def get(self, execution_id: Id) -> Request[Execution]:
        """Fetch one execution.

        Args:
            execution_id: The execution, or its id.

        Raises:
            NotFoundError: There is no such execution.
        """
        return fetching(execution_id)

    @workflow
    async def wait(
        self,
        execution_id: Id,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - the blocking face has no scopes
        until: Literal["end", "input"] = "end",
    ) -> Execution:
        """Wait until an execution has ended, or waits for input itself.

        If the server goes away meanwhile, this waits up to 60 seconds for it to come back. If it was
        never there, this gives up after 2 seconds and the client's own retries.

        Args:
            execution_id: The execution, or its id.
            timeout: Seconds to wait, at most. None sets no limit.
            until: `end` waits for success; `input` also returns at a step that waits for input.

        Returns:
            The execution: `succeeded`, or with `until="input"` perhaps `awaiting_input`.

        Raises:
            ExecutionFailed: A step of it failed; `.step` and `.reason` tell more.
            ExecutionCancelled: It was cancelled.
            ExecutionTimeout: It did not end in time. It continues on the server.
            ExecutionAwaitsInput: It waits for input, and `until` is `end`.
        """
        __tracebackhide__ = True
        if until not in ("end", "input"):
            raise ValueError(f"until must be 'end' or 'input', not {until!r}")
        follower = Follower(self._engine, execution_id, timeout)
        return await follower.follow(until_input=until == "input")

    @operation
    def update(
        self,
        execution_id: Id,
        *,
        status: Literal["running", "cancelled"],
        input: Mapping[str, Any] | None = OMIT,
        reason: str | None = OMIT,
    ) -> Request[ResourceUpdated]:
        """Resume an execution, or stop it. `resume` and `cancel` are shorter.

        Args:
            execution_id: The execution, or its id.
            status: `running` resumes one that waits for input, `cancelled` stops one.
            input: What the waiting step gets, with `running`.
            reason: Why, with `cancelled`.

        Returns:
            Its id. Self-hosted servers answer with nothing; `get` tells how it stands.

        Raises:
            NotFoundError: It is not waiting (`BadRequestError` on servers of 2024).
        """
        return changing(execution_id, status, input=input, reason=reason)

    change_status = update
    """The same as `update`, under the name that later documents use."""

    @operation
    def cancel(self, execution_id: Id, *, reason: str | None = OMIT) -> Request[ResourceUpdated]:
        """Stop an execution. Servers of June 2025 can't, and answer with a 500.

        Args:
            execution_id: The execution, or its id.
            reason: Why.

        Raises:
            APIError: It has ended already.
        """
        return changing(execution_id, "cancelled", reason=reason)

    @operation
    def resume(
        self, execution_id: Id, *, input: Mapping[str, Any] | None = OMIT
    ) -> Request[ResourceUpdated]:
        """Give an execution the input that it waits for. The client never repeats this by itself.

        On self-hosted servers it takes effect a moment later: status, output and transitions stay the
        old ones for up to 0.2 seconds after this returns, and another resume within that time is a
        500. The next transition shows that the input has arrived.

        Args:
            execution_id: The execution, or its id.
            input: What the waiting step gets.

        Raises:
            NotFoundError: It is not waiting (`BadRequestError` on servers of 2024).
        """
        return changing(execution_id, "running", input=input)

    @operation
    def resume_with_task_token(
        self, *, task_token: str, input: Mapping[str, Any] | None = OMIT
    ) -> Request[ResourceUpdated]:
        """Give input to whichever execution waits under a token, without knowing its id.

        Only the embedded server does it, and shows the token in `Execution.task_token`: the API
        describes it, and no self-hosted server offers it.

        Args:
            task_token: The token.
            input: What the waiting step gets.
        """
        return resuming_by_token(task_token, input)
