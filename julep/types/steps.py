"""Steps of workflows, one class for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from ._model import Model, tagged
from ._plain import wire_name
from .docs import DocSearch, EmbedQuery
from .entries import Message
from .settings import ChatSettings
from .tools import NamedToolChoice

Expressions: TypeAlias = Mapping[str, Any]
"""Python expressions by name, or structures of them."""


@attrs.define(kw_only=True)
class Step(Model):
    """What all steps have in common.

    Attributes:
        kind_: Name of the kind, which the server fills in.
        label: Name that other steps can refer to this one by.
    """

    kind_: str | None = None
    label: str | None = None

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Read fields under their Python names, as servers send them in named workflows."""
        return {wire_name(name): item for name, item in fields.items()}


@tagged("kind_", "evaluate")
@attrs.define(kw_only=True)
class EvaluateStep(Step):
    """Compute values.

    Attributes:
        evaluate: The expressions to compute.
    """

    evaluate: Expressions


@tagged("kind_", "tool_call", key="tool")
@attrs.define(kw_only=True)
class ToolCallStep(Step):
    """Run a tool.

    Attributes:
        tool: Name of the tool; `function.name` on servers of 2024.
        arguments: Expressions for its arguments; "_" passes the output of the step before.
    """

    tool: str
    arguments: Expressions | str = "_"


@tagged("kind_", "prompt")
@attrs.define(kw_only=True)
class PromptStep(Step):
    """Ask the language model.

    Attributes:
        prompt: A template or an expression, or messages of them.
        settings: How the model is asked.
        tools: Tools that it may call: `all`, or a list of them.
        tool_choice: Which of them it may call.
        unwrap: Whether the output is the text alone.
        auto_run_tools: Whether the server runs the tools that the model calls.
        disable_cache: Whether the model is asked even where an earlier answer could be reused.
    """

    prompt: str | Sequence[Message]
    settings: ChatSettings | None = None
    tools: str | Sequence[Any] | None = None
    tool_choice: str | NamedToolChoice | None = None
    unwrap: bool | None = None
    auto_run_tools: bool | None = None
    disable_cache: bool | None = None


@tagged("kind_", "get")
@attrs.define(kw_only=True)
class GetStep(Step):
    """Read a stored value.

    Attributes:
        get: Its name.
    """

    get: str


@attrs.define(kw_only=True)
class SetKey(Model):
    """A name and a value, as documents of 2024 write `SetStep`. No server reads it so.

    Attributes:
        key: Name of the value.
        value: Expression for it.
    """

    key: str
    value: str


@tagged("kind_", "set")
@attrs.define(kw_only=True)
class SetStep(Step):
    """Store values.

    Attributes:
        set_: Expressions for the values, by name.
    """

    set_: Expressions | SetKey | Sequence[SetKey]


@tagged("kind_", "log")
@attrs.define(kw_only=True)
class LogStep(Step):
    """Write to the log.

    Attributes:
        log: Template of the text.
    """

    log: str


@tagged("kind_", "embed")
@attrs.define(kw_only=True)
class EmbedStep(Step):
    """Embed text.

    Attributes:
        embed: The text.
    """

    embed: EmbedQuery


@tagged("kind_", "search")
@attrs.define(kw_only=True)
class SearchStep(Step):
    """Search the agent's documents.

    Attributes:
        search: What to look for.
    """

    search: Mapping[str, Any] | DocSearch


@tagged("kind_", "return")
@attrs.define(kw_only=True)
class ReturnStep(Step):
    """End the workflow with a value.

    Attributes:
        return_: Expressions for the value.
    """

    return_: Expressions


@attrs.define(kw_only=True)
class SleepFor(Model):
    """A time span, the sum of its parts, at most 31 days.

    Attributes:
        seconds: Seconds, 0 to 60.
        minutes: Minutes, 0 to 60.
        hours: Hours, 0 to 24.
        days: Days, 0 to 30.
    """

    seconds: int = 0
    minutes: int = 0
    hours: int = 0
    days: int = 0


@tagged("kind_", "sleep")
@attrs.define(kw_only=True)
class SleepStep(Step):
    """Let time pass.

    Attributes:
        sleep: How long.
    """

    sleep: SleepFor


@tagged("kind_", "error")
@attrs.define(kw_only=True)
class ErrorStep(Step):
    """Fail the execution.

    Attributes:
        error: What is wrong.
    """

    error: str


@tagged("kind_", "yield", key="workflow")
@attrs.define(kw_only=True)
class YieldStep(Step):
    """Run another workflow of the task.

    Attributes:
        workflow: Its name.
        arguments: Expressions for its input; "_" passes the output of the step before.
    """

    workflow: str
    arguments: Expressions | str = "_"


@tagged("kind_", "wait_for_input")
@attrs.define(kw_only=True)
class WaitForInputStep(Step):
    """Wait until the execution is resumed.

    Attributes:
        wait_for_input: Under `info`, expressions for what to show meanwhile.
    """

    wait_for_input: Mapping[str, Any]
