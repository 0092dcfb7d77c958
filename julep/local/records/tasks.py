"""Tasks, and the jobs behind requests."""

from __future__ import annotations

from typing import TypedDict

from julep.types._json import JsonObject

from .record import Record
from .tools import TaskTool


class TaskFields(TypedDict):
    """What is sent of a task, beside its workflows and tools; `canonical_name` as with agents."""

    name: str
    canonical_name: str | None
    description: str
    input_schema: JsonObject
    inherit_tools: bool
    metadata: JsonObject


class Task(TaskFields, Record):
    """What an agent can be told to do; each other key is a workflow.

    Attributes:
        tools: Its own ones, as they were sent.
    """

    agent_id: str
    tools: list[TaskTool]


class Job(Record):
    """What goes on behind a request; `state` is its status."""

    name: str
    has_progress: bool
    progress: float
    state: str
    reason: str
