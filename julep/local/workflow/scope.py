"""The names that expressions find, and the history of a workflow's run that they speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from attrs import define, field

from julep.local.sandbox.isolated import Sources
from julep.local.workflow.ports import Execution, Target, Transition
from julep.local.workflow.position import MAIN, StepContext, ends_step
from julep.local.workflow.step_records import Step
from julep.types._json import JsonObject, as_object, objects

_BACKTICK = "`"


@define
class Scope:
    """What one run of a named workflow, with all its branches, has done so far."""

    workflow: str = ""
    input: object = None
    outputs: dict[int, object] = field(factory=dict[int, object])
    state: JsonObject = field(factory=JsonObject)

    def apply(self, transition: Transition) -> None:
        """Takes a transition of this scope into account."""
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
        """Returns the inputs of the steps so far, the running one's too."""
        return {0: self.input} | {index + 1: output for index, output in self.outputs.items()}

    def steps(self, definitions: Sequence[Mapping[str, object]]) -> dict[int | str, object]:
        """Returns input and output of the steps so far, by index and by label."""
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


def names_at(execution: Execution, scope: Scope, at: StepContext[Step]) -> Sources:
    """Returns the names that a step's expressions find."""
    task = execution.task
    return {
        "_": lambda: at.input,
        "inputs": scope.inputs,
        "outputs": lambda: scope.outputs,
        "steps": lambda: scope.steps(objects(task.get(scope.workflow))),
        "state": lambda: scope.state,
        "agent": lambda: execution.agent,
        "agent_tools": lambda: execution.agent_tools,
        "arguments": lambda: execution.input,
        "current_input": lambda: at.input,
        "current_scope_id": lambda: at.frame.scope_id,
        "current_step": lambda: at.step,
        "current_workflow": lambda: {"name": at.frame.workflow, "steps": at.frame.steps},
        "cursor": lambda: wire_target(at.target),
        "developer_id": lambda: execution.developer_id,
        "execution": lambda: _wire_execution(execution),
        "is_first_step": lambda: at.index == 0,
        "is_last_step": lambda: at.is_last,
        "is_main": lambda: at.frame.workflow == MAIN,
        "loaded": lambda: True,
        "session": lambda: None,
        "task": lambda: task,
        "user": lambda: None,
    }


def wire_target(target: Target) -> JsonObject:
    """Returns a target as the API shows it."""
    return {"workflow": target.workflow, "step": target.step, "scope_id": target.scope_id}


def _wire_execution(execution: Execution) -> JsonObject:
    return {
        # As on the hosted server it is no text: a step's output needs `str(execution.id)`.
        "id": UUID(execution.id),
        "task_id": execution.task.get("id"),
        "input": execution.input,
        "metadata": execution.metadata,
        "created_at": execution.created_at,
    }
