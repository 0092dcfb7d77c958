"""Steps of workflows that hold other steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from ._model import Model, tagged
from .steps import (
    EmbedStep,
    ErrorStep,
    EvaluateStep,
    GetStep,
    LogStep,
    PromptStep,
    ReturnStep,
    SearchStep,
    SetStep,
    SleepStep,
    Step,
    ToolCallStep,
    WaitForInputStep,
    YieldStep,
)


@tagged("kind_", "if_else", key="if")
@attrs.define(kw_only=True)
class IfElseStep(Step):
    """Take one of two ways.

    Attributes:
        if_: The condition, an expression.
        then: The step when it holds.
        else_: The step when it doesn't.
    """

    if_: str
    then: WorkflowStep
    else_: WorkflowStep | None = None


@attrs.define(kw_only=True)
class CaseThen(Model):
    """One way of a `SwitchStep`.

    Attributes:
        case: The condition, an expression; "_" holds unless the input is empty.
        then: The step when it holds.
    """

    case: str
    then: WorkflowStep


@tagged("kind_", "switch")
@attrs.define(kw_only=True)
class SwitchStep(Step):
    """Take the first way whose condition holds.

    Attributes:
        switch: The ways, at least one.
    """

    switch: Sequence[CaseThen]


@attrs.define(kw_only=True)
class ForeachDo(Model):
    """What to do with each item.

    Attributes:
        in_: Expression for the items, at most 1000.
        do: The step that each item is the input of.
    """

    in_: str
    do: WorkflowStep


@tagged("kind_", "foreach")
@attrs.define(kw_only=True)
class ForeachStep(Step):
    """Run a step for each item, one after the other.

    Attributes:
        foreach: The items and the step.
    """

    foreach: ForeachDo


@tagged("kind_", "parallel")
@attrs.define(kw_only=True)
class ParallelStep(Step):
    """Run steps at the same time.

    Attributes:
        parallel: The steps, at most 100.
    """

    parallel: Sequence[WorkflowStep]


@attrs.define(kw_only=True)
class MapOver(Model):
    """Items and a workflow, as documents of 2024 write `MapReduceStep`. No server reads it so.

    Attributes:
        over: Expression for the items.
        workflow: Name of the workflow that each item is the input of.
    """

    over: str
    workflow: str


@tagged("kind_", "map_reduce", key="over")
@attrs.define(kw_only=True)
class MapReduceStep(Step):
    """Run a step for each item and combine what they give.

    Attributes:
        map_: The step that each item is the input of.
        over: Expression for the items.
        reduce: Expression that combines `results` with the next `_`; None gives the list.
        initial: What `results` is at first.
        parallelism: How many items are worked on at the same time, 1 to 100.
    """

    map_: WorkflowStep | MapOver
    over: str | None = None
    reduce: str | None = None
    initial: Any = None
    parallelism: int | None = None


# In the order in which servers read a step that has the keys of several kinds. What is none of
# them, such as a kind of a newer server, stays a mapping.
WorkflowStep: TypeAlias = (
    EvaluateStep
    | ToolCallStep
    | PromptStep
    | GetStep
    | SetStep
    | LogStep
    | EmbedStep
    | SearchStep
    | ReturnStep
    | SleepStep
    | ErrorStep
    | YieldStep
    | WaitForInputStep
    | IfElseStep
    | SwitchStep
    | ForeachStep
    | ParallelStep
    | MapReduceStep
    | Mapping[str, Any]
)
