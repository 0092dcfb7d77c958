"""What a step of each kind holds, once it was checked and all defaults are filled in.

`step_kinds` has the checks and the defaults; a test holds the fields of both together.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict, TypeVar

from julep.types._json import JsonObject

Arguments: TypeAlias = JsonObject | Literal["_"]
"""Expressions by name, or the current input as it is."""


class Step(TypedDict):
    """What steps of all kinds have."""

    kind_: str
    label: str | None


StepT_co = TypeVar("StepT_co", bound=Step, covariant=True)


class EvaluateStep(Step):
    """Computes values."""

    evaluate: JsonObject


class ToolCallStep(Step):
    """Calls a tool."""

    tool: str
    arguments: Arguments


class PromptMessage(TypedDict):
    """A message of a prompt, with expressions in it."""

    role: NotRequired[object]
    content: NotRequired[object]
    name: NotRequired[object]
    tool_calls: NotRequired[list[JsonObject] | None]
    tool_call_id: NotRequired[str | None]


class PromptStep(Step):
    """Asks a model."""

    prompt: str | list[PromptMessage]
    tools: Literal["all"] | list[JsonObject]
    tool_choice: object
    settings: JsonObject | None
    unwrap: bool
    auto_run_tools: bool
    disable_cache: bool


class GetStep(Step):
    """Reads a value of the state."""

    get: str


class SetStep(Step):
    """Puts values into the state."""

    set: JsonObject


class LogStep(Step):
    """Notes a text."""

    log: str


class EmbedStep(Step):
    """Makes vectors."""

    embed: JsonObject


class SearchStep(Step):
    """Searches documents."""

    search: JsonObject


class SleepStep(Step):
    """Waits, for so many seconds, minutes, hours and days together."""

    sleep: dict[str, int]


class ErrorStep(Step):
    """Fails the execution."""

    error: str


class YieldStep(Step):
    """Runs another workflow of the task."""

    workflow: str
    arguments: Arguments


class Question(TypedDict):
    """What a step that waits shows to the client."""

    info: JsonObject


class WaitForInputStep(Step):
    """Waits for the client."""

    wait_for_input: Question


class Case(TypedDict):
    """A condition, and the step that is run if it holds."""

    case: object
    then: Step


class SwitchStep(Step):
    """Runs the step of the first case that holds."""

    switch: list[Case]


class ParallelStep(Step):
    """Runs several steps at the same time."""

    parallel: list[Step]


class MapReduceStep(Step):
    """Runs a step for each item, and folds what came of it."""

    over: object
    map: Step
    reduce: str | None
    initial: object
    parallelism: int | None


# Fields whose names Python reserves.
ReturnStep = TypedDict("ReturnStep", {"kind_": str, "label": "str | None", "return": JsonObject})
IfElseStep = TypedDict(
    "IfElseStep",
    {"kind_": str, "label": "str | None", "if": object, "then": Step, "else": "Step | None"},
)
Loop = TypedDict("Loop", {"in": object, "do": Step})


class ForeachStep(Step):
    """Runs a step for each item, one after the other."""

    foreach: Loop
