"""The form of a task, and what is wrong with its fields and tools."""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.fields import Field, Form, Problems, boolean, mapping, or_empty, text
from julep.local.records import TaskFields
from julep.local.strictness import Strictness
from julep.local.workflow import TASK_FIELDS
from julep.types._json import JsonObject, as_object

from .names import CANONICAL_FIELD, DISPLAY, METADATA_FIELD
from .tools import problems_of_tools

# Every other key is a workflow, so what answers have besides must not become one when sent back.
_READ_ONLY = {"id", "agent_id", "created_at", "updated_at", "jobs", "project", "version"}
TASK = Form[TaskFields](
    {
        "name": Field(DISPLAY),
        "canonical_name": CANONICAL_FIELD,
        "description": Field(text(), ""),
        "input_schema": Field(or_empty(mapping), dict),
        "inherit_tools": Field(boolean, False),
        "metadata": METADATA_FIELD,
    },
    open=True,
)


def read_task(body: Mapping[str, object], strictness: Strictness) -> tuple[JsonObject, Problems]:
    """Return a task as it was sent, with defaults, and what is wrong with its fields and tools."""
    sent = {key: value for key, value in body.items() if key not in _READ_ONLY}
    problems: Problems = []
    task = as_object(TASK(sent, "", problems))
    # A key that is null is one that wasn't sent: no workflow is null.
    task = {key: value for key, value in task.items() if key in TASK_FIELDS or value is not None}
    return task, problems + problems_of_tools(task.get("tools"), strictness)
