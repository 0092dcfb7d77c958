"""Completions and chunks, as the API of chat completions has them, and how they are made here."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from julep.local.ids import new_id
from julep.local.records import Message
from julep.types._json import JsonObject

from .counted import tokens_of
from .token_count import count_text, plain_text


class CompletionRequest(TypedDict):
    """What a model is asked. Beside these are settings, whatever the model takes."""

    messages: list[Message]
    model: NotRequired[str]
    n: NotRequired[int]
    tools: NotRequired[list[JsonObject]]
    tool_choice: NotRequired[object]


class Choice(TypedDict):
    """One answer of a model."""

    index: int
    finish_reason: str
    logprobs: JsonObject | None
    message: Message


class Completion(TypedDict):
    """All answers of a model to one request, and what else its server says."""

    choices: list[Choice]
    usage: JsonObject | None
    id: NotRequired[str]
    object: NotRequired[str]
    created: NotRequired[int]
    model: NotRequired[str]


class Delta(TypedDict, total=False):
    """A piece of a message."""

    role: str
    content: str | None
    name: str | None
    tool_calls: list[JsonObject] | None
    tool_call_id: str | None
    refusal: str | None


class ChunkChoice(TypedDict):
    """A piece of one answer."""

    index: int
    delta: Delta
    finish_reason: str | None
    logprobs: JsonObject | None


class Chunk(TypedDict):
    """What one event of a stream brings, and what else its server says."""

    choices: list[ChunkChoice]
    usage: NotRequired[JsonObject | None]


def completion_request(
    settings: Mapping[str, object],
    messages: list[Message],
    tools: Sequence[JsonObject],
    tool_choice: object,
) -> CompletionRequest:
    """Make a request with these settings; without tools there is nothing to choose."""
    body: JsonObject = {**settings, "messages": messages}
    if tools:
        body["tools"] = list(tools)
        if tool_choice is not None:
            body["tool_choice"] = tool_choice
    return cast("CompletionRequest", body)


def message_choice(
    message: Message, index: int, reason: str | None, logprobs: JsonObject | None
) -> Choice:
    """Make a choice of a message; without a reason for its end, the message shows which."""
    found = "tool_calls" if message.get("tool_calls") else "stop"
    return {
        "index": index,
        "finish_reason": reason or found,
        "logprobs": logprobs,
        "message": message,
    }


def completion(
    request: CompletionRequest, content: str | None, calls: list[JsonObject] | None = None
) -> Completion:
    """Make a whole completion of one message, repeated as often as the request's `n` says."""
    message: Message = {"role": "assistant", "content": content}
    if calls:
        message["tool_calls"] = calls
    count = request.get("n") or 1
    return {
        "id": f"chatcmpl-{new_id()}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.get("model") or "echo",
        "choices": [message_choice(message, index, None, None) for index in range(count)],
        "usage": counted_usage(request["messages"], content or ""),
    }


def counted_usage(messages: list[Message], text: str) -> JsonObject:
    """Count the tokens of an answer to some messages, where no server has reported them."""
    prompt, answer = tokens_of(messages), count_text(text)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
    }


def as_chunks(whole: Completion) -> list[Chunk]:
    """Cut a completion into chunks: its texts by words, its tool calls one by one."""
    pieces = [piece for choice in whole["choices"] for piece in _pieces(choice)]
    chunks = [_chunk(whole, [piece], None) for piece in pieces]
    return [*chunks, _chunk(whole, [], whole["usage"])]


def _chunk(whole: Completion, choices: list[ChunkChoice], usage: JsonObject | None) -> Chunk:
    chunk = {**whole, "object": "chat.completion.chunk", "choices": choices, "usage": usage}
    return cast("Chunk", chunk)


def _pieces(choice: Choice) -> Iterator[ChunkChoice]:
    message = choice["message"]
    yield chunk_choice(choice["index"], {"role": "assistant", "content": ""})
    for at, word in enumerate(plain_text(message["content"]).split(" ")):
        yield chunk_choice(choice["index"], {"content": f" {word}" if at else word})
    for at, call in enumerate(message.get("tool_calls") or ()):
        yield chunk_choice(choice["index"], {"tool_calls": [{"index": at, **call}]})
    yield chunk_choice(choice["index"], {}, choice["finish_reason"])


def chunk_choice(index: int, delta: Delta, reason: str | None = None) -> ChunkChoice:
    """Make a piece of an answer, of which no likelihoods are known."""
    return {"index": index, "delta": delta, "finish_reason": reason, "logprobs": None}
