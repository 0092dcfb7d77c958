"""A task's parts: its fields and, under every other key, its workflows."""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.json_types import JsonValue
from julep.local.workflow.step_kinds import complete

TASK_FIELDS = frozenset(
    {
        "id",
        "agent_id",
        "name",
        "canonical_name",
        "description",
        "input_schema",
        "tools",
        "inherit_tools",
        "metadata",
        "created_at",
        "updated_at",
        "project",
        "version",
    }
)


def workflows(task: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Returns `main` and the sub-workflows of a task, by name."""
    return {name: steps for name, steps in task.items() if name not in TASK_FIELDS}


def completed(task: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Returns a valid task whose steps are as answers show them, with all defaults filled."""
    steps = {name: [complete(step) for step in each] for name, each in workflows(task).items()}
    return {**task, **steps}
