"""Tasks, and the jobs behind requests."""

from __future__ import annotations

from typing import TypedDict

from julep.local.records.record import Record
from julep.types._json import JsonObject


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
        tools: its own ones, as they were sent.
    """

    agent_id: str
    tools: list[JsonObject]


class Job(Record):
    """What goes on behind a request; `state` says how far it is."""

    name: str
    has_progress: bool
    progress: float
    state: str
    reason: str
