"""Steps of workflows, one class for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from ._model import Model
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


@attrs.define(kw_only=True)
class EvaluateStep(Step):
    """Compute values.

    Attributes:
        evaluate: The expressions to compute.
    """

    __tag__ = ("kind_", "evaluate")
    __key__ = "evaluate"

    evaluate: Expressions


@attrs.define(kw_only=True)
class ToolCallStep(Step):
    """Run a tool.

    Attributes:
        tool: Name of the tool; `function.name` on servers of 2024.
        arguments: Expressions for its arguments; "_" passes the output of the step before.
    """

    __tag__ = ("kind_", "tool_call")
    __key__ = "tool"

    tool: str
    arguments: Expressions | str = "_"


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
    """

    __tag__ = ("kind_", "prompt")
    __key__ = "prompt"

    prompt: str | Sequence[Message]
    settings: ChatSettings | None = None
    tools: str | Sequence[Any] | None = None
    tool_choice: str | NamedToolChoice | None = None
    unwrap: bool | None = None
    auto_run_tools: bool | None = None


@attrs.define(kw_only=True)
class GetStep(Step):
    """Read a stored value.

    Attributes:
        get: Its name.
    """

    __tag__ = ("kind_", "get")
    __key__ = "get"

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


@attrs.define(kw_only=True)
class SetStep(Step):
    """Store values.

    Attributes:
        set_: Expressions for the values, by name.
    """

    __tag__ = ("kind_", "set")
    __key__ = "set_"

    set_: Expressions | SetKey | Sequence[SetKey]


@attrs.define(kw_only=True)
class LogStep(Step):
    """Write to the log.

    Attributes:
        log: Template of the text.
    """

    __tag__ = ("kind_", "log")
    __key__ = "log"

    log: str


@attrs.define(kw_only=True)
class EmbedStep(Step):
    """Embed text.

    Attributes:
        embed: The text.
    """

    __tag__ = ("kind_", "embed")
    __key__ = "embed"

    embed: EmbedQuery


@attrs.define(kw_only=True)
class SearchStep(Step):
    """Search the agent's documents.

    Attributes:
        search: What to look for.
    """

    __tag__ = ("kind_", "search")
    __key__ = "search"

    search: Mapping[str, Any] | DocSearch


@attrs.define(kw_only=True)
class ReturnStep(Step):
    """End the workflow with a value.

    Attributes:
        return_: Expressions for the value.
    """

    __tag__ = ("kind_", "return")
    __key__ = "return_"

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


@attrs.define(kw_only=True)
class SleepStep(Step):
    """Let time pass.

    Attributes:
        sleep: How long.
    """

    __tag__ = ("kind_", "sleep")
    __key__ = "sleep"

    sleep: SleepFor


@attrs.define(kw_only=True)
class ErrorStep(Step):
    """Fail the execution.

    Attributes:
        error: What is wrong.
    """

    __tag__ = ("kind_", "error")
    __key__ = "error"

    error: str


@attrs.define(kw_only=True)
class YieldStep(Step):
    """Run another workflow of the task.

    Attributes:
        workflow: Its name.
        arguments: Expressions for its input; "_" passes the output of the step before.
    """

    __tag__ = ("kind_", "yield")
    __key__ = "workflow"

    workflow: str
    arguments: Expressions | str = "_"


@attrs.define(kw_only=True)
class WaitForInputStep(Step):
    """Wait until the execution is resumed.

    Attributes:
        wait_for_input: Under `info`, expressions for what to show meanwhile.
    """

    __tag__ = ("kind_", "wait_for_input")
    __key__ = "wait_for_input"

    wait_for_input: Mapping[str, Any]
