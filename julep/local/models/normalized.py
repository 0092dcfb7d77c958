"""What models' servers send, normalized: of the types that the API has, whatever came.

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
    """A server's completion, in the form that can be passed on.

    Raises:
        ModelFailed: it has no choices with messages.
    """
    choices = [_normalized_choice(choice) for choice in objects(answer.get("choices"))]
    if not choices:
        raise ModelFailed("The model's server answered without any choice")
    return {**answer, "choices": choices, "usage": normalized_usage(answer.get("usage"))}


def normalized_index(index: Any) -> int:
    """The place of a choice, the first one unless it is said."""
    return index if _is_whole(index) and index > 0 else 0


def normalized_reason(reason: Any) -> str | None:
    """Why an answer ended; None if that isn't said."""
    return reason if isinstance(reason, str) and reason else None


def normalized_usage(usage: Any) -> JsonObject | None:
    """Token counts as whole numbers; some servers count in floats."""
    if not is_object(usage):
        return None
    counts = {name: _normalized_count(count) for name, count in usage.items()}
    return {name: count for name, count in counts.items() if count is not None}


def normalized_logprobs(logprobs: Any) -> JsonObject | None:
    """How likely each token was; None if that isn't said."""
    content = as_object(logprobs).get("content")
    return logprobs if is_array(content) and len(objects(content)) == len(content) else None


def normalized_message(message: JsonObject) -> JsonObject:
    """A message, or a piece of one."""
    told = _with_texts(message, _TEXTS, {"content", "tool_calls"})
    if (content := message.get("content")) is not None:
        told["content"] = content if isinstance(content, str) else plain_text(content)
    if calls := [_normalized_call(call) for call in objects(message.get("tool_calls"))]:
        told["tool_calls"] = calls
    return told


def _normalized_choice(choice: JsonObject) -> JsonObject:
    if not is_object(choice.get("message")):
        raise ModelFailed("The model's server answered with a choice that has no message")
    message = {"role": "assistant", "content": None, **normalized_message(choice["message"])}
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    return {
        **choice,
        "index": normalized_index(choice.get("index")),
        "finish_reason": normalized_reason(choice.get("finish_reason")) or reason,
        "logprobs": normalized_logprobs(choice.get("logprobs")),
        "message": message,
    }


def _normalized_call(call: JsonObject) -> JsonObject:
    """A call of a tool, or a piece of one; some servers send its arguments as an object."""
    told = _with_texts(call, ("id", "type"), {"index", "function"})
    if _is_whole(call.get("index")):
        told["index"] = call["index"]
    if is_object(function := call.get("function")):
        told["function"] = _normalized_function(function)
    return told


def _normalized_function(function: JsonObject) -> JsonObject:
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


def _normalized_count(count: Any) -> Any:
    if is_object(count):
        return normalized_usage(count)
    return int(count) if isinstance(count, int | float) and not isinstance(count, bool) else None
