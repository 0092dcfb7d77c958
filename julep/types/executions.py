"""Executions of tasks, and the transitions that they go through."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import attrs

from ._model import Model
from .common import Listing, with_jobs

KnownExecutionStatus: TypeAlias = Literal[
    "queued", "starting", "running", "awaiting_input", "succeeded", "failed", "cancelled"
]
KnownTransitionType: TypeAlias = Literal[
    "init",
    "init_branch",
    "finish",
    "finish_branch",
    "wait",
    "resume",
    "error",
    "step",
    "cancelled",
]
ExecutionStatus: TypeAlias = KnownExecutionStatus | str
TransitionType: TypeAlias = KnownTransitionType | str

FINAL_STATUSES: Final[frozenset[KnownExecutionStatus]] = frozenset(
    {"succeeded", "failed", "cancelled"}
)
"""The statuses that an execution stays in."""
FINAL_TRANSITIONS: Final[frozenset[KnownTransitionType]] = frozenset(
    {"finish", "error", "cancelled"}
)
"""The transitions that end an execution."""


@attrs.define(kw_only=True)
class Execution(Model):
    """One run of a task.

    Attributes:
        id: Id of the execution.
        task_id: Id of the task.
        status: Current status; `succeeded`, `failed` and `cancelled` are final.
        input: What it was started with.
        output: Its result, once it succeeded.
        error: What went wrong, when it failed.
        metadata: Data attached by the developer.
        transition_count: How many transitions it has gone through.
        task_token: What resumes it while it waits for input, where the server shows it.
        jobs: Ids of the background jobs that run it.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    task_id: str
    status: ExecutionStatus
    input: dict[str, Any]
    output: Any = None
    error: str | None = None
    metadata: dict[str, Any] | None = None
    transition_count: int | None = None
    task_token: str | None = None
    jobs: list[str] = attrs.field(factory=list[str])
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Find what servers of 2025 keep elsewhere: jobs in the metadata, an error in the output."""
        fields = with_jobs(fields)
        output = fields.get("output")
        if fields.get("status") != "failed" or fields.get("error") is not None or output is None:
            return fields
        return {**fields, "error": output if isinstance(output, str) else str(output)}


@attrs.define(kw_only=True)
class TransitionTarget(Model):
    """A place in a workflow.

    Attributes:
        workflow: Name of the workflow.
        step: Which step of it, from 0.
        scope_id: Id of the scope that the step runs in.
    """

    workflow: str
    step: int
    scope_id: str | None = None


@attrs.define(kw_only=True)
class Transition(Model):
    """One step of an execution, taken.

    Attributes:
        type: What happened.
        output: What the step gave.
        id: Id of the transition. Streamed ones have none.
        execution_id: Id of the execution.
        current: Where it happened.
        next: Where it goes on; None at the end.
        step_label: Label of the step.
        metadata: Data attached by the server, such as the token that resumes a wait.
        created_at: When it happened.
        updated_at: When it last changed.
    """

    type: TransitionType
    output: Any
    id: str | None = None
    execution_id: str | None = None
    current: TransitionTarget | None = None
    next: TransitionTarget | None = None
    step_label: str | None = None
    metadata: dict[str, Any] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@attrs.define(kw_only=True)
class TransitionGroup(Model):
    """Transitions in a listing, as older documents nest them.

    Attributes:
        transitions: The transitions.
    """

    transitions: list[Transition]


@attrs.define(kw_only=True)
class TransitionListing(Listing[Transition]):
    """One page of transitions, with the nesting of older documents beside the flat list."""

    @property
    def results(self) -> Any:
        """The transitions as a list with one group of them."""
        return [TransitionGroup(transitions=self.items)]


@attrs.define(kw_only=True)
class ResumeExecution(Model):
    """Go on with an execution that waits.

    Attributes:
        input: What the waiting step receives.
        status: Always `running`.
    """

    input: dict[str, Any] | None = None
    status: str = "running"


@attrs.define(kw_only=True)
class StopExecution(Model):
    """End an execution.

    Attributes:
        reason: Why.
        status: Always `cancelled`.
    """

    reason: str | None = None
    status: str = "cancelled"


UpdateExecution: TypeAlias = ResumeExecution | StopExecution


@attrs.define(kw_only=True)
class ExecutionStatusEvent(Model):
    """News of an execution, as its status stream brings it.

    Attributes:
        execution_id: Id of the execution.
        status: Current status.
        updated_at: When that was.
        error: What went wrong, when it failed.
        transition_count: How many transitions it has gone through.
        metadata: Data attached by the developer.
    """

    execution_id: str
    status: ExecutionStatus
    updated_at: datetime | None = None
    error: str | None = None
    transition_count: int | None = None
    metadata: dict[str, Any] | None = None
