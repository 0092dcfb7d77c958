"""Tasks that are known by a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from julep._engine import Engine
from julep._paths import Id, id_of
from julep._runs.requests import fetching_task
from julep._task_files.created import remember
from julep.types.steps import Step
from julep.types.tasks import CreateTask, Task

from .ensuring import Keyed, id_for, without_omitted
from .task_writes import FromFile, TaskSource, creation

_ABSENT: Final[Mapping[str, Any]] = {
    "description": "",
    "tools": [],
    "inherit_tools": False,
    "input_schema": None,
    "metadata": None,
}
"""What a whole task has of the fields that it does not name."""


class _KeyedTask(Keyed[Task]):
    """A task that is known by a key."""

    def is_as(self, found: Task) -> bool:
        """Tell whether it is as it should be, without other workflows."""
        flows = found.workflows.items()
        names = {name for name, steps in flows if any(isinstance(step, Step) for step in steps)}
        return names <= self.given.keys() and super().is_as(_as_written(found))

    def kept(self, found: Task) -> dict[str, Any]:
        """Return the fields of what was found that are to stay."""
        return super().kept(_as_written(found))


def keyed(
    engine: Engine, key: str, agent_id: Id, whole: Sequence[TaskSource], keywords: Mapping[str, Any]
) -> Keyed[Task]:
    """Describe a task that is to be there, from a whole one or from keywords; it may read a file.

    Raises:
        TypeError: As for `creation`.
        ValueError: The key is empty.
        TaskFileError: The file holds no task.
    """
    id = id_for("task", key, id_of("agent_id", agent_id).lower())
    request = creation(agent_id, whole, keywords)
    if isinstance(request, FromFile):
        remember(id, request.task)  # it may be there as it should be, so that nothing is created
    given = {**(_ABSENT if whole else {}), **without_omitted(request.body)}
    return _KeyedTask(
        engine,
        "task",
        key,
        id,
        fetch=fetching_task(id),
        form=CreateTask,
        creation=request,
        given=given,
        settled=frozenset({"canonical_name"}),
    )


def _as_written(task: Task) -> Task:
    """Return a task with its own tools alone, each once: servers add inherited ones, and repeat them."""
    own = {
        tool.name: attrs.evolve(tool, inherited=None) for tool in task.tools if not tool.inherited
    }
    return attrs.evolve(task, tools=[*own.values()])
