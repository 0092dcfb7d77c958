"""What is sent when a task is written: from keywords, or from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Final, TypeAlias, TypeGuard

import attrs

from julep._keywords.elsewhere import keyword_elsewhere
from julep._keywords.misspelt import MisspeltKey, refuse_misspelt
from julep._paths import Id, path
from julep._reply import Reply
from julep._request import Request
from julep._task_files.created import remember
from julep._task_files.loading import is_text, load_task
from julep._task_files.task import LoadedTask
from julep._tools.toolbox import AnyFunction, described
from julep.errors import APIError
from julep.types.control import WorkflowStep
from julep.types.control_dicts import StepDict
from julep.types.task_dicts import TaskDict
from julep.types.tasks import Task, TaskTool
from julep.types.tool_dicts import ToolDict
from julep.types.tools import CreateTool

from .ensuring import without_omitted

Steps: TypeAlias = Sequence[StepDict | WorkflowStep]
"""The steps of a workflow, as dicts or as the step classes."""
TaskTools: TypeAlias = Iterable[ToolDict | TaskTool | CreateTool | Mapping[str, Any] | AnyFunction]
"""The tools of a task, as dicts or as models; functions are described, as for chats."""
TaskSource: TypeAlias = TaskDict | Mapping[str, Any] | PathLike[str] | str
"""What `load_task` gave, or a path or text that it takes; a plain mapping too."""

ALL: Final = "/agents/{agent_id}/tasks"
_FIELDS: Final = TaskDict.__annotations__.keys() - {"main"}
"""What of a task is no workflow."""


@attrs.frozen
class FromFile(Request[Task]):
    """The creation of a loaded task: errors say where in the file, and so do those of its executions."""

    task: LoadedTask = attrs.field(kw_only=True, repr=False)

    def decode(self, reply: Reply) -> Task:
        """Read the answer, or raise the error it carries, with the places of what is wrong."""
        try:
            created = super().decode(reply)
        except APIError as error:
            raise self.task.with_places(error) from None
        remember(created.id, self.task)
        return created


def creation(
    agent_id: Id, whole: Sequence[TaskSource], keywords: Mapping[str, Any]
) -> Request[Task]:
    """Describe the creation of a task, from a whole one or from keywords; it may read a file.

    Raises:
        TypeError: A field is missing, a further one is not a list of steps, or there is too much.
        ValueError: Two tools have the same name.
        TaskFileError: The file holds no task.
    """
    __tracebackhide__ = True
    given = without_omitted(keywords)
    tools = given.pop("tools", None) if whole else None
    if len(whole) > 1 or (whole and given):
        raise TypeError(_too_much(whole[0], given))
    source = whole[0] if whole else given
    task = source if isinstance(source, Mapping) else load_task(source)
    where = path(ALL, agent_id=agent_id)
    if isinstance(task, LoadedTask):
        fields = _with_tools(_checked_file(task), tools)
        return FromFile("POST", where, Task, body=fields, written=fields, task=task)
    for name in ("name", "main"):
        if name not in task:
            raise TypeError(f"missing keyword {name!r}")
    fields = checked_fields(_with_tools(task, tools))
    return Request("POST", where, Task, body=fields, written=fields)


def _too_much(source: TaskSource, given: Mapping[str, Any]) -> str:
    if not given:
        return "pass one task at a time"
    task = (
        "task"
        if isinstance(source, Mapping)
        else f"load_task({'text' if is_text(source) else 'file'})"
    )
    changed = ", ".join(f"{name!r}: …" for name in given)
    return (
        "of the keywords, tools alone may come with a whole task; others change a copy of it: "
        f"tasks.create(agent, {{**{task}, {changed}}})"
    )


def _with_tools(task: Mapping[str, Any], tools: TaskTools | None) -> dict[str, Any]:
    """Return the fields of a whole task, with further tools beside its own."""
    if tools is None:
        return dict(task)
    tools = list(tools) if _is_many(tools) else tools
    refuse_misspelt(tools, TaskTools, "tools")
    return {**task, "tools": described(task.get("tools") or (), tools)}


def _checked_file(task: LoadedTask) -> dict[str, Any]:
    """Return the fields of a loaded task, in which a misspelt key is told with its place."""
    try:
        _refuse_misspelt(task)
    except MisspeltKey as error:
        raise TypeError(str(task.problem(error.where, error.reason))) from None
    return dict(task)


def checked_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a task that are given, after a look at its workflows and tools.

    Raises:
        TypeError: A workflow is not a list of steps, a key in one is misspelt, or a function can't
            be a tool.
    """
    given = without_omitted(fields)
    for name, steps in given.items():
        if name in _FIELDS:
            continue
        if steps is not None and not _is_list(steps):
            raise TypeError(
                f"{name!r} is neither a field of a task nor, as a list of steps, a workflow"
                f"{keyword_elsewhere(name)}"
            )
    tools = given.get("tools")
    if _is_many(tools):
        given["tools"] = list(tools)
    _refuse_misspelt(given)
    if tools is not None:
        given["tools"] = described(given["tools"])
    return given


def _refuse_misspelt(task: Mapping[str, Any]) -> None:
    for name, steps in task.items():
        if name not in _FIELDS:
            refuse_misspelt(steps, Steps, name)
    refuse_misspelt(task.get("tools"), TaskTools, "tools")


def _is_many(value: object) -> TypeGuard[Iterable[Any]]:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
