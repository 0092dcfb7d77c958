"""What is said, and what a history keeps of it."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from julep.types._json import JsonObject


class FunctionCall(TypedDict):
    """A function that a model calls; the arguments are JSON text, or an object from some servers."""

    name: str
    arguments: NotRequired[object]


class ToolCall(TypedDict):
    """A call of a tool that a model asks for."""

    id: str
    type: str
    function: FunctionCall


class Message(TypedDict):
    """Something said, as the chat completions API has it.

    Attributes:
        content: Text, a list of parts, or null.
        tool_calls: The calls that it makes, each with `id`, `type` and `function`.
        tool_call_id: The call whose result it is.
    """

    role: str
    content: object
    name: NotRequired[str | None]
    tool_calls: NotRequired[list[JsonObject] | None]
    tool_call_id: NotRequired[str | None]
    refusal: NotRequired[str | None]


class Entry(Message):
    """A message that a session's history keeps.

    Attributes:
        summary_id: The entry that stands in its place since the history was summed up.
        source: `api_request`, `api_response` or `summarizer`.
    """

    id: str
    session_id: str
    source: str
    model: str
    tokenizer: str
    token_count: int
    created_at: str
    timestamp: str
    summary_id: NotRequired[str]
