"""Completions and chunks: making them, and making sound ones of what servers send."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from julep.local.errors import ModelFailed
from julep.local.ids import new_id
from julep.local.json_text import to_json
from julep.local.json_types import JsonObject, as_object, is_object, objects
from julep.local.models.token_count import count_messages, count_text, plain_text


def completion(request: JsonObject, message: Mapping[str, Any]) -> JsonObject:
    """A whole completion around one message, as often as the request's `n` says."""
    calls = message.get("tool_calls")
    choice = {
        "finish_reason": "tool_calls" if calls else "stop",
        "logprobs": None,
        "message": {"role": "assistant", "content": None, **message},
    }
    return {
        "id": f"chatcmpl-{new_id()}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.get("model") or "echo",
        "choices": [{"index": index, **choice} for index in range(request.get("n") or 1)],
        "usage": counted_usage(request["messages"], plain_text(message.get("content"))),
    }


def counted_usage(messages: Iterable[JsonObject], text: str) -> JsonObject:
    """The use of tokens for an answer to some messages, where no server has told it."""
    prompt, answer = count_messages(messages), count_text(text)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
    }


def as_chunks(whole: JsonObject) -> list[JsonObject]:
    """A completion cut into chunks: its texts by words, its tool calls one by one."""
    head = {**whole, "object": "chat.completion.chunk", "usage": None}
    chunks: list[JsonObject] = []
    for choice in whole["choices"]:
        for delta, finish in _deltas(choice):
            part = {"index": choice["index"], "delta": delta, "finish_reason": finish}
            chunks.append({**head, "choices": [{**part, "logprobs": None}]})
    return [*chunks, {**head, "choices": [], "usage": whole["usage"]}]


def _deltas(choice: JsonObject) -> list[tuple[JsonObject, str | None]]:
    message = choice["message"]
    deltas: list[JsonObject] = [{"role": "assistant", "content": ""}]
    words = plain_text(message.get("content")).split(" ")
    deltas += [{"content": f" {word}" if at else word} for at, word in enumerate(words)]
    for index, call in enumerate(message.get("tool_calls") or []):
        deltas.append({"tool_calls": [{"index": index, **call}]})
    return [*((delta, None) for delta in deltas), ({}, choice["finish_reason"])]


def as_completion(answer: JsonObject) -> JsonObject:
    """A server's completion, sound enough to be passed on.

    Raises:
        ModelFailed: it has no choices with messages.
    """
    choices = [_sound_choice(choice) for choice in objects(answer.get("choices"))]
    if not choices:
        raise ModelFailed("The model's server answered without any choice")
    return {**answer, "choices": choices, "usage": sound_usage(answer.get("usage"))}


def sound_usage(usage: Any) -> JsonObject | None:
    """Token counts as whole numbers; some servers count in floats."""
    if not is_object(usage):
        return None
    return {
        name: int(count) if isinstance(count, float) else count for name, count in usage.items()
    }


def sound_calls(calls: Any) -> list[JsonObject]:
    """Tool calls, or pieces of them, with their arguments as text; some servers send objects."""
    return [
        {**call, "function": _sound_function(call["function"])} if call.get("function") else call
        for call in objects(calls)
    ]


def _sound_function(function: Any) -> JsonObject:
    arguments = as_object(function).get("arguments")
    if arguments is None or isinstance(arguments, str):
        return as_object(function)
    return {**function, "arguments": to_json(arguments)}


def _sound_choice(choice: JsonObject) -> JsonObject:
    message = choice.get("message")
    if not is_object(message):
        raise ModelFailed("The model's server answered with a choice that has no message")
    calls = sound_calls(message.get("tool_calls"))
    reason = choice.get("finish_reason") or ("tool_calls" if calls else "stop")
    told = {"tool_calls": calls} if calls else {}
    return {**choice, "finish_reason": reason, "message": {**message, **told}}
