"""What happened between a question and its answer when the model called functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, Literal, TypeAlias, TypeVar, cast

import attrs

from ._as_dict import AsDict
from .chat import CompletionUsage, MessageChatResponse
from .entries import Message
from .tools import ToolCall

T = TypeVar("T")

CallState: TypeAlias = Literal["open", "started", "done", "failed"]


@attrs.define
class Call(AsDict):
    """A call that a model asked for.

    Attributes:
        name: Name of the tool.
        arguments: What it is called with, as the model wrote it; empty if that was not an object.
        id: Id of the call, which its result refers to.
        state: `open` until something is done about it here, then `started`, in the end `done` or
            `failed`. Calls of tools that are not functions stay `open`.
        result: What the function gave, once it is `done`.
        error: Why there is no result, in the words that the model is told, once it has `failed`.
        seconds: How long it took.
    """

    name: str
    arguments: dict[str, Any] = attrs.field(factory=dict[str, Any])
    id: str | None = None
    state: CallState = "open"
    result: Any = None
    error: str | None = None
    seconds: float = 0.0


@attrs.define
class Turn(AsDict):
    """One answer of the model, and the calls that it asked for.

    Attributes:
        text: What it said.
        calls: What it called, in its order.
        usage: How many tokens it took, where the server says so.
    """

    text: str
    calls: list[Call] = attrs.field(factory=list[Call])
    usage: CompletionUsage | None = None


@attrs.define(kw_only=True)
class Answer(MessageChatResponse):
    """The answer to a chat, with all turns that led to it.

    What it has of `MessageChatResponse` is the last turn's, but for `usage`: the tokens of all.

    Attributes:
        turns: Each answer of the model, the last one included.
        results: Results of functions that were called beside tools whose calls are open: send them
            together with yours.
    """

    turns: list[Turn] = attrs.field(init=False, factory=list[Turn])
    results: list[Message] = attrs.field(init=False, factory=list[Message])

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The tool calls that the first choice asks for, but for those that `results` answers."""
        return without_results(super().tool_calls, self.results)

    def __shown__(self) -> dict[str, Any]:
        """Return what there is to show; a single turn is the answer itself."""
        held = super().__shown__()
        return {
            name: value for name, value in held.items() if name != "turns" or len(self.turns) > 1
        }


@attrs.define(kw_only=True)
class ParsedAnswer(Answer, Generic[T]):
    """The answer to a chat, read as a value of a type.

    Attributes:
        parsed: The value.
    """

    parsed: T = attrs.field(init=False, default=cast("Any", None))


def without_results(calls: Iterable[ToolCall], results: Iterable[Message]) -> list[ToolCall]:
    """Return the calls that are open still."""
    made = {message.tool_call_id for message in results}
    return [call for call in calls if call.id not in made]


def sum_of(usages: Iterable[CompletionUsage | None]) -> CompletionUsage | None:
    """Add up how many tokens several answers took; None where no server said."""
    told = [usage for usage in usages if usage is not None]
    if len(told) < 2:
        return told[0] if told else None
    return CompletionUsage(
        completion_tokens=_sum(usage.completion_tokens for usage in told),
        prompt_tokens=_sum(usage.prompt_tokens for usage in told),
        total_tokens=_sum(usage.total_tokens for usage in told),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    told = [count for count in counts if count is not None]
    return sum(told) if told else None
