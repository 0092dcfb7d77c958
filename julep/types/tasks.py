"""Tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import attrs

from ._json import is_array
from ._model import Model
from .control import WorkflowStep
from .steps import Step
from .tools import CreateTool


@attrs.define(kw_only=True)
class TaskTool(CreateTool):
    """A tool of a task.

    Attributes:
        inherited: Whether it is the agent's.
    """

    inherited: bool | None = None


@attrs.define(kw_only=True)
class CreateTask(Model):
    """What a task is made from. Fields beyond these are workflows that its steps can run.

    Attributes:
        name: Display name, 1 to 255 characters.
        main: Steps of the workflow that an execution begins with, at least one.
        description: What the task does.
        input_schema: JSON Schema of the input; None lets anything in.
        tools: Tools for this task alone.
        inherit_tools: Whether the agent's tools can be used too.
        metadata: Data attached by the developer.
        canonical_name: Unique name, 1 to 255 letters, digits and underscores.
    """

    __extra_form__: ClassVar[Any] = list[WorkflowStep]
    __late__: ClassVar[frozenset[str]] = frozenset({"canonical_name"})

    name: str
    main: list[WorkflowStep]
    description: str = ""
    input_schema: dict[str, Any] | None = None
    tools: list[TaskTool] = attrs.field(factory=list[TaskTool])
    inherit_tools: bool | None = None
    metadata: dict[str, Any] | None = None
    canonical_name: str | None = None

    @property
    def workflows(self) -> Mapping[str, Sequence[WorkflowStep]]:
        """The workflows by name: `main` and the others."""
        return {"main": self.main} | {n: s for n, s in self.extra.items() if _is_workflow(s)}


def _is_workflow(value: Any) -> bool:
    # What has no steps is a list of another kind, such as the jobs of an answer to a write.
    return (
        is_array(value) and bool(value) and all(isinstance(step, (Step, Mapping)) for step in value)
    )


@attrs.define(kw_only=True)
class Task(CreateTask):
    """A program of steps that executions run.

    Attributes:
        id: Id of the task.
        agent_id: Id of the agent that it belongs to, where the server says so.
        project: Canonical name of its project, where the server says so.
        version: How often it was written, where the server says so.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    agent_id: str | None = None
    project: str | None = None
    version: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
