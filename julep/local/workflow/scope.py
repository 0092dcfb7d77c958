"""The names that expressions find, and the history of a workflow's run that they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias
from uuid import UUID

from attrs import define, field

from julep.local.sandbox.isolated import LazyNames
from julep.types._json import JsonObject, as_object, objects

from .ports import Execution, Target, TargetView, Transition
from .position import MAIN, StepContext, ends_step
from .step_records import Step

_BACKTICK = "`"


@define
class Scope:
    """What one run of a named workflow, with all its branches, has done so far."""

    workflow: str = ""
    input: object = None
    outputs: dict[int, object] = field(factory=dict[int, object])
    state: JsonObject = field(factory=JsonObject)

    def apply(self, transition: Transition) -> None:
        """Take a transition of this scope into account."""
        is_branch = _BACKTICK in transition.current.workflow
        if transition.type in {"init", "init_branch"} and not is_branch:
            self.workflow, self.input = transition.current.workflow, transition.output
        if not ends_step(transition):
            return
        if transition.metadata.get("step_type") == "SetStep":
            self.state.update(as_object(transition.output))
        if not is_branch:
            self.outputs[transition.current.step] = transition.output

    def inputs(self) -> dict[int, object]:
        """Return the inputs of the steps so far, the running one's too."""
        return {0: self.input} | {index + 1: output for index, output in self.outputs.items()}

    def steps(self, definitions: Sequence[Mapping[str, object]]) -> dict[int | str, object]:
        """Return input and output of the steps so far, by index and by label."""
        inputs = self.inputs()
        steps: dict[int | str, object] = {}
        for index, step in enumerate(definitions):
            if index > len(self.outputs):
                break
            entry = {"input": inputs[index]}
            if index in self.outputs:
                entry["output"] = self.outputs[index]
            steps[index] = entry
            if label := step.get("label"):
                steps[str(label)] = entry
        return steps


def names_at(execution: Execution, scope: Scope, at: StepContext[Step]) -> LazyNames:
    """Return the names that a step's expressions find."""
    return {name: partial(make, execution, scope, at) for name, make in _NAMES.items()}


def wire_target(target: Target) -> TargetView:
    """Return a target as the API shows it."""
    return {"workflow": target.workflow, "step": target.step, "scope_id": target.scope_id}


def _wire_execution(execution: Execution) -> JsonObject:
    return {
        # As on servers of 2025 it is no text: a step's output needs `str(execution.id)`.
        "id": UUID(execution.id),
        "task_id": execution.task.get("id"),
        "input": execution.input,
        "metadata": execution.metadata,
        "created_at": execution.created_at,
    }


_Made: TypeAlias = Mapping[str, Callable[[Execution, Scope, StepContext[Step]], object]]
_OF_HISTORY: _Made = {
    "_": lambda _, __, at: at.input,
    "inputs": lambda _, scope, __: scope.inputs(),
    "outputs": lambda _, scope, __: scope.outputs,
    "steps": lambda execution, scope, _: scope.steps(objects(execution.task.get(scope.workflow))),
    "state": lambda _, scope, __: scope.state,
}
_OF_CONTEXT: _Made = {
    "agent": lambda execution, _, __: execution.agent,
    "agent_tools": lambda execution, _, __: execution.agent_tools,
    "arguments": lambda execution, _, __: execution.input,
    "current_input": lambda _, __, at: at.input,
    "current_scope_id": lambda _, __, at: at.frame.scope_id,
    "current_step": lambda _, __, at: at.step,
    "current_workflow": lambda _, __, at: {"name": at.frame.workflow, "steps": at.frame.steps},
    "cursor": lambda _, __, at: wire_target(at.target),
    "developer_id": lambda execution, _, __: execution.developer_id,
    "execution": lambda execution, _, __: _wire_execution(execution),
    "is_first_step": lambda _, __, at: at.index == 0,
    "is_last_step": lambda _, __, at: at.is_last,
    "is_main": lambda _, __, at: at.frame.workflow == MAIN,
    "loaded": lambda _, __, ___: True,
    "session": lambda _, __, ___: None,
    "task": lambda execution, _, __: execution.task,
    "user": lambda _, __, ___: None,
}
_NAMES: _Made = {**_OF_HISTORY, **_OF_CONTEXT}
HISTORY_NAMES = frozenset(_OF_HISTORY)
"""The names of what the steps before gave."""
CONTEXT_NAMES = frozenset(_OF_CONTEXT)
"""The names of what an execution is part of: servers of 2025 know them at run time alone."""
