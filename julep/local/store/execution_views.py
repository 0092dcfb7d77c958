"""Executions and transitions as they are stored, and as readers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from julep.local.records import Agent, Task, Tool
from julep.local.workflow.ports import TargetView
from julep.types.executions import KnownExecutionStatus, KnownTransitionType


class Origin(TypedDict):
    """What an execution is made of, as it was then; later changes don't reach it."""

    task: Task
    agent: Agent
    agent_tools: Sequence[Tool]
    developer_id: NotRequired[str]


class TransitionView(TypedDict):
    """One line of an execution's history."""

    id: str
    execution_id: str
    type: KnownTransitionType
    current: TargetView
    next: TargetView | None
    output: object
    metadata: Mapping[str, object]
    step_label: str | None
    created_at: str
    updated_at: str


class ExecutionView(TypedDict):
    """An execution and its status.

    Attributes:
        transition_count: Unknown in the answer to its creation.
        task_token: What resumes it while it waits for input.
    """

    id: str
    task_id: str
    status: KnownExecutionStatus
    input: Mapping[str, object]
    output: object
    error: str | None
    created_at: str
    updated_at: str
    metadata: Mapping[str, object]
    transition_count: int | None
    task_token: NotRequired[str | None]
