"""Completions and chunks, made here."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from julep.local.ids import new_id
from julep.local.json_types import JsonObject
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
