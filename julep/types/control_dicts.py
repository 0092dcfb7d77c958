"""Steps of workflows that hold other steps, as dicts, and all kinds together.

Keys that Python reserves keep these from being classes with a text below each key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required, TypeAlias, TypedDict

from .step_dicts import (
    EmbedStepDict,
    ErrorStepDict,
    EvaluateStepDict,
    GetStepDict,
    LogStepDict,
    PromptStepDict,
    ReturnStepDict,
    SearchStepDict,
    SetStepDict,
    SleepStepDict,
    StepBaseDict,
    ToolCallStepDict,
    WaitForInputStepDict,
    YieldStepDict,
)

_Else = TypedDict("_Else", {"if": Required[str], "else": "AnyStepDict | None"}, total=False)


class IfElseStepDict(_Else, StepBaseDict, total=False):
    """Take one of two ways: `if` is an expression, `then` and `else` are one step each."""

    then: Required[AnyStepDict]
    """The step when the condition holds."""


class CaseDict(TypedDict):
    """One way of a `switch`."""

    case: str
    """The condition, an expression; `_` holds unless the input is empty."""
    then: AnyStepDict
    """The step when it holds."""


class SwitchStepDict(StepBaseDict, total=False):
    """Take the first way whose condition holds."""

    switch: Required[Sequence[CaseDict | Mapping[str, Any]]]
    """The ways, at least one."""


_In = TypedDict("_In", {"in": str})


class ForeachDict(_In):
    """What to go over: `in` is an expression for at most 1000 items."""

    do: AnyStepDict
    """The step that each item is the input of."""


class ForeachStepDict(StepBaseDict, total=False):
    """Run a step for each item, one after the other."""

    foreach: Required[ForeachDict | Mapping[str, Any]]
    """The items and the step."""


class ParallelStepDict(StepBaseDict, total=False):
    """Run steps at the same time."""

    parallel: Required[Sequence[AnyStepDict]]
    """The steps, at most 100."""


class MapReduceStepDict(StepBaseDict, total=False):
    """Run a step for each item, and combine what they give."""

    over: Required[str]
    """Expression for the items."""
    map: Required[AnyStepDict]
    """The step that each item is the input of."""
    reduce: str | None
    """Expression that combines `results` with the next `_`; without it the output is the list."""
    initial: Any
    """What `results` is at first. Default an empty list."""
    parallelism: int | None
    """How many items are worked on at the same time, 1 to 100."""


StepDict: TypeAlias = (
    EvaluateStepDict
    | ToolCallStepDict
    | PromptStepDict
    | GetStepDict
    | SetStepDict
    | LogStepDict
    | EmbedStepDict
    | SearchStepDict
    | ReturnStepDict
    | SleepStepDict
    | ErrorStepDict
    | YieldStepDict
    | WaitForInputStepDict
    | IfElseStepDict
    | SwitchStepDict
    | ForeachStepDict
    | ParallelStepDict
    | MapReduceStepDict
)
"""A step of any kind."""
AnyStepDict: TypeAlias = StepDict | Mapping[str, Any]
"""The same, or a plain mapping."""
