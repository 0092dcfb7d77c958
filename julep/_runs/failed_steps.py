"""What is said of the step that an execution failed at."""

from __future__ import annotations

from typing import Final

from julep._task_files.created import loaded_as
from julep.errors import ExecutionFailed
from julep.types._repr import cut
from julep.types.executions import Execution, Transition
from julep.types.runs import FailedStep

_LONGEST: Final = 200
"""Characters of an expression in a message."""


def failure(execution: Execution, told: Transition | None) -> ExecutionFailed:
    """Make the error of an execution that failed, of the transition that tells so."""
    step = FailedStep.of(told) if told else None
    reason = execution.error or (str(told.output) if told and told.output is not None else "")
    at = f" at {_place(execution, step)}" if step else ""
    why = f": {reason}{expression_of(step, reason)}" if reason else ""
    return ExecutionFailed(f"it failed{at}{why}", execution=execution, step=step, reason=reason)


def _place(execution: Execution, step: FailedStep) -> str:
    """Return where it is in the task, and in its file if that is known."""
    loaded = loaded_as(execution.task_id)
    place = loaded.where(step.place, step.expression) if loaded is not None else None
    return str(step).replace(step.place, place, 1) if place else str(step)


def expression_of(step: FailedStep | None, reason: str) -> str:
    """Return which expression it was, to stand behind the reason, unless that quotes it already."""
    if step is None or step.expression is None or " expression '" in reason:
        return ""
    return f" in expression {cut(repr(step.expression), _LONGEST)}"
