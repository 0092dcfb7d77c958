"""What a chat request may contain."""

from __future__ import annotations

from typing import Any, TypedDict

from julep.local.errors import Invalid
from julep.local.fields import (
    Check,
    Field,
    Form,
    Problems,
    boolean,
    described,
    either,
    identifier,
    mapping,
    number,
    one_of,
    optional,
    sequence,
    text,
    values,
)
from julep.local.records import Message, ToolDefinition
from julep.local.resources.settings import SAMPLING
from julep.local.resources.tools import read_tool
from julep.types._json import JsonObject, is_object

_PART = Form[JsonObject]({"type": Field(one_of("text", "image_url", "tool_result"))}, open=True)
# The rest of a chat takes up to 0.1 ms for each of them, and holds everybody meanwhile.
_MOST_AT_ONCE = 5_000
_PARTS = sequence(either(Text=text(), Part=_PART), 0, _MOST_AT_ONCE)
_CONTENT = optional(either(Text=text(), Parts=_PARTS, Object=mapping))
_MESSAGE = Form[JsonObject](
    {
        "role": Field(one_of("user", "assistant", "system", "tool", "developer")),
        "content": Field(_CONTENT, None),
        "name": Field(optional(text()), None),
        "tool_calls": Field(optional(sequence(mapping)), None),
        "tool_call_id": Field(optional(text()), None),
    }
)
_FORMAT = Form[JsonObject]({"type": Field(one_of("text", "json_object", "json_schema"))}, open=True)
_CHOICE = either(
    Word=one_of("auto", "none", "required"),
    Function=Form[JsonObject]({"function": Field(mapping)}, open=True),
)
_CHOICES_AT_MOST = 16  # each is a whole answer that the model makes, and that is held here


@described(type="object", properties={"name": {"type": "string"}})
def _tool(value: Any, loc: str, problems: Problems) -> Any:
    if not is_object(value):
        return mapping(value, loc, problems)
    # The first clients sent a function's name inside of it alone.
    function = value.get("function")
    name = value.get("name") or (function.get("name") if is_object(function) else None)
    try:
        return read_tool({**value, "name": name} if name else value)
    except Invalid as error:
        problems.extend({**each, "loc": f"{loc}.{each['loc']}"} for each in error.details)
        return value


SETTINGS: dict[str, Field] = {
    **SAMPLING,
    "model": Field(optional(text(0, 120)), None),
    "stop": Field(optional(sequence(text(), 0, 4)), None),
    "seed": Field(optional(number(-1, 1000, whole=True)), None),
    "max_tokens": Field(optional(number(1, whole=True)), None),
    "logit_bias": Field(optional(values(number(-100, 100))), None),
    "response_format": Field(optional(_FORMAT), None),
    "n": Field(optional(number(1, _CHOICES_AT_MOST, whole=True)), None),
}
"""The fields of a chat request that go to the model as they are."""

_TOOLS: Check = optional(sequence(_tool))


class ChatSettings(TypedDict):
    """The fields of `SETTINGS`; null for what isn't sent."""

    frequency_penalty: float | None
    presence_penalty: float | None
    temperature: float | None
    top_p: float | None
    repetition_penalty: float | None
    length_penalty: float | None
    min_p: float | None
    model: str | None
    stop: list[str] | None
    seed: int | None
    max_tokens: int | None
    logit_bias: dict[str, float] | None
    response_format: JsonObject | None
    n: int | None


class ChatRequest(ChatSettings):
    """The fields of `CHAT`, with their defaults.

    Attributes:
        tool_choice: A word, or an object that names a function.
    """

    messages: list[Message]
    tools: list[ToolDefinition] | None
    tool_choice: str | JsonObject | None
    recall: bool
    save: bool
    remember: bool
    auto_run_tools: bool
    recall_tools: bool
    stream: bool
    agent: str | None
    metadata: JsonObject | None


CHAT = Form[ChatRequest](
    {
        "messages": Field(sequence(_MESSAGE, 1, _MOST_AT_ONCE)),
        "tools": Field(_TOOLS, None),
        "tool_choice": Field(optional(_CHOICE), None),
        "recall": Field(boolean, True),
        "save": Field(boolean, True),
        "remember": Field(boolean, False),
        # As on servers of June 2025, the caller runs what the model calls.
        "auto_run_tools": Field(boolean, False),
        "recall_tools": Field(boolean, True),
        "stream": Field(boolean, False),
        "agent": Field(optional(identifier), None),
        "metadata": Field(optional(mapping), None),
        **SETTINGS,
    }
)
"""The body of chat and render requests."""


def sent_settings(request: ChatRequest) -> JsonObject:
    """Return the settings that a request gives."""
    sent = request.items()
    return {name: value for name, value in sent if name in SETTINGS and value is not None}
