"""What models' servers send, made sound: of the types that the API has, whatever came.

A field of another type is left out: one odd field is no reason to lose an answer.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from julep.local.errors import ModelFailed
from julep.local.json_text import to_json
from julep.local.json_types import JsonObject, as_object, is_array, is_object, objects
from julep.local.models.token_count import plain_text

_TEXTS = ("role", "name", "refusal", "reasoning", "reasoning_content")


def as_completion(answer: JsonObject) -> JsonObject:
    """A server's completion, sound enough to be passed on.

    Raises:
        ModelFailed: it has no choices with messages.
    """
    choices = [_sound_choice(choice) for choice in objects(answer.get("choices"))]
    if not choices:
        raise ModelFailed("The model's server answered without any choice")
    return {**answer, "choices": choices, "usage": sound_usage(answer.get("usage"))}


def sound_index(index: Any) -> int:
    """The place of a choice, the first one unless it is said."""
    return index if _is_whole(index) and index > 0 else 0


def sound_reason(reason: Any) -> str | None:
    """Why an answer ended; None if that isn't said."""
    return reason if isinstance(reason, str) and reason else None


def sound_usage(usage: Any) -> JsonObject | None:
    """Token counts as whole numbers; some servers count in floats."""
    if not is_object(usage):
        return None
    counts = {name: _sound_count(count) for name, count in usage.items()}
    return {name: count for name, count in counts.items() if count is not None}


def sound_logprobs(logprobs: Any) -> JsonObject | None:
    """How likely each token was; None if that isn't said."""
    content = as_object(logprobs).get("content")
    return logprobs if is_array(content) and len(objects(content)) == len(content) else None


def sound_message(message: JsonObject) -> JsonObject:
    """A message, or a piece of one."""
    told = _with_texts(message, _TEXTS, {"content", "tool_calls"})
    if (content := message.get("content")) is not None:
        told["content"] = content if isinstance(content, str) else plain_text(content)
    if calls := [_sound_call(call) for call in objects(message.get("tool_calls"))]:
        told["tool_calls"] = calls
    return told


def _sound_choice(choice: JsonObject) -> JsonObject:
    if not is_object(choice.get("message")):
        raise ModelFailed("The model's server answered with a choice that has no message")
    message = {"role": "assistant", "content": None, **sound_message(choice["message"])}
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    return {
        **choice,
        "index": sound_index(choice.get("index")),
        "finish_reason": sound_reason(choice.get("finish_reason")) or reason,
        "logprobs": sound_logprobs(choice.get("logprobs")),
        "message": message,
    }


def _sound_call(call: JsonObject) -> JsonObject:
    """A call of a tool, or a piece of one; some servers send its arguments as an object."""
    told = _with_texts(call, ("id", "type"), {"index", "function"})
    if _is_whole(call.get("index")):
        told["index"] = call["index"]
    if is_object(function := call.get("function")):
        told["function"] = _sound_function(function)
    return told


def _sound_function(function: JsonObject) -> JsonObject:
    told = _with_texts(function, ("name",), {"arguments"})
    arguments = function.get("arguments")
    if arguments is not None:
        told["arguments"] = arguments if isinstance(arguments, str) else to_json(arguments)
    return told


def _with_texts(value: JsonObject, texts: Collection[str], others: Collection[str]) -> JsonObject:
    """The fields of an object without the others, and without texts that are none.

    What the API doesn't know stays: some servers want it back, such as signatures of thoughts.
    """
    return {
        name: field
        for name, field in value.items()
        if name not in others and (name not in texts or isinstance(field, str))
    }


def _is_whole(number: Any) -> bool:
    # True is 1 in Python and not in JSON.
    return isinstance(number, int) and not isinstance(number, bool)


def _sound_count(count: Any) -> Any:
    if is_object(count):
        return sound_usage(count)
    return int(count) if isinstance(count, int | float) and not isinstance(count, bool) else None
