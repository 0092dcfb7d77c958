"""What models' servers send, normalized: of the types that the API has, whatever came.

A field of another type is left out: one odd field is not a reason to lose an answer.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeGuard, cast

from julep.local.errors import ModelFailed
from julep.local.json_text import to_json
from julep.local.records import Message
from julep.types._json import JsonObject, as_object, is_array, is_object, objects

from .completion_objects import Choice, Completion, Delta, message_choice
from .token_count import plain_text

_MOST_CHOICES = 128
"""As many as OpenAI makes; everybody waits while they are read."""
_TEXTS = ("role", "name", "refusal", "reasoning", "reasoning_content")


def as_completion(answer: JsonObject) -> Completion:
    """Return a server's completion in the form that can be passed on.

    Raises:
        ModelFailed: It has no choices with messages.
    """
    choices = [_choice(choice) for choice in objects(answer.get("choices"))[:_MOST_CHOICES]]
    if not choices:
        raise ModelFailed("The model's server answered without any choice")
    known = {"choices": choices, "usage": normalized_usage(answer.get("usage"))}
    return cast("Completion", {**answer, **known})


def normalized_index(index: object) -> int:
    """Return the place of a choice, the first one unless it is said."""
    return index if _is_whole(index) and index > 0 else 0


def normalized_reason(reason: object) -> str | None:
    """Say why an answer ended; None if that isn't said."""
    return reason if isinstance(reason, str) and reason else None


def normalized_usage(usage: object) -> JsonObject | None:
    """Return token counts as whole numbers; some servers count in floats."""
    if not is_object(usage):
        return None
    counts = {name: _count(count) for name, count in usage.items()}
    return {name: count for name, count in counts.items() if count is not None}


def normalized_logprobs(logprobs: object) -> JsonObject | None:
    """Return how likely each token was; None if that isn't said."""
    content = as_object(logprobs).get("content")
    is_sound = is_array(content) and len(objects(content)) == len(content)
    return as_object(logprobs) if is_sound else None


def normalized_delta(message: JsonObject) -> Delta:
    """Return a piece of a message in the form that can be passed on."""
    known = _with_texts(message, _TEXTS, {"content", "tool_calls"})
    if (content := message.get("content")) is not None:
        known["content"] = content if isinstance(content, str) else plain_text(content)
    if calls := [_call(call) for call in objects(message.get("tool_calls"))]:
        known["tool_calls"] = calls
    return cast("Delta", known)


def _choice(choice: JsonObject) -> Choice:
    if not is_object(said := choice.get("message")):
        raise ModelFailed("The model's server answered with a choice that has no message")
    message: Message = {"role": "assistant", "content": None, **normalized_delta(said)}
    known = message_choice(
        message,
        normalized_index(choice.get("index")),
        normalized_reason(choice.get("finish_reason")),
        normalized_logprobs(choice.get("logprobs")),
    )
    return cast("Choice", {**choice, **known})


def _call(call: JsonObject) -> JsonObject:
    """Read a call of a tool, or a piece of one; some servers send its arguments as an object."""
    known = _with_texts(call, ("id", "type"), {"index", "function"})
    if _is_whole(index := call.get("index")):
        known["index"] = index
    if is_object(function := call.get("function")):
        known["function"] = _function(function)
    return known


def _function(function: JsonObject) -> JsonObject:
    known = _with_texts(function, ("name",), {"arguments"})
    arguments = function.get("arguments")
    if arguments is not None:
        known["arguments"] = arguments if isinstance(arguments, str) else to_json(arguments)
    return known


def _with_texts(value: JsonObject, texts: Collection[str], others: Collection[str]) -> JsonObject:
    """Keep some fields of an object, without texts that are none.

    What the API doesn't know stays: some servers want it back, such as signatures of thoughts.
    """
    return {
        name: field
        for name, field in value.items()
        if name not in others and (name not in texts or isinstance(field, str))
    }


def _is_whole(number: object) -> TypeGuard[int]:
    # True is 1 in Python and not in JSON.
    return isinstance(number, int) and not isinstance(number, bool)


def _count(count: object) -> object:
    if is_object(count):
        return normalized_usage(count)
    return int(count) if isinstance(count, int | float) and not isinstance(count, bool) else None
