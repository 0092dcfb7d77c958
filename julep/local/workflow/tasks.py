"""A task's parts: its fields and, under every other key, its workflows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from julep.types._json import JsonObject

from .step_kinds import complete
from .step_records import Step

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


def workflows(task: Mapping[str, object]) -> JsonObject:
    """Return `main` and the sub-workflows of a task, by name."""
    return {name: steps for name, steps in task.items() if name not in TASK_FIELDS}


def steps_of(task: Mapping[str, object]) -> Mapping[str, Sequence[Step]]:
    """Return the workflows of a task that `completed` gave."""
    return cast("Mapping[str, Sequence[Step]]", workflows(task))


def completed(task: Mapping[str, object]) -> JsonObject:
    """Return a valid task whose steps are as answers show them, with all defaults filled."""
    steps = {name: [complete(step) for step in each] for name, each in steps_of(task).items()}
    return {**task, **steps}
