"""Where answers come from: any server that speaks OpenAI's chat completions, or an echo."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, Protocol

from julep.local.ids import new_id
from julep.local.json_types import JsonObject, objects
from julep.local.models.openai_http import Endpoint
from julep.local.models.token_count import count_messages, count_text, plain_text


class Model(Protocol):
    """Answers requests of the chat completions API, in its own terms."""

    @property
    def label(self) -> str:
        """What it is, for people to read."""
        ...

    async def names(self) -> list[str]:
        """The models that a request may ask for; the first one is used when it doesn't."""
        ...

    async def complete(self, request: JsonObject) -> JsonObject:
        """The whole completion.

        Raises:
            ModelRefused: the request is wrong.
            ModelFailed: the model's server failed or wasn't reached.
        """
        ...

    def stream(self, request: JsonObject) -> AsyncGenerator[JsonObject]:
        """The completion's chunks; raises as `complete` does."""
        ...

    async def aclose(self) -> None:
        """Close what is open."""
        ...


class EchoModel:
    """The offline stand-in: it repeats what was said last and says what it is."""

    label = "echo (an offline stand-in; set OPENAI_BASE_URL or OPENAI_API_KEY for a real model)"

    async def names(self) -> list[str]:
        """The one name it answers to."""
        return ["echo"]

    async def complete(self, request: JsonObject) -> JsonObject:
        """A completion that repeats the last message of a user."""
        messages = request["messages"]
        said = [m for m in messages if m["role"] in {"user", "tool"}] or messages
        text = f"[echo, the offline stand-in for a model] {plain_text(said[-1].get('content'))}"
        return completion(request, {"content": text})

    async def stream(self, request: JsonObject) -> AsyncGenerator[JsonObject]:
        """The same, word by word."""
        for chunk in as_chunks(await self.complete(request)):
            yield chunk

    async def aclose(self) -> None:
        """Nothing is open."""


class OpenAIModel:
    """A server of chat completions."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.label: str = endpoint.url

    async def names(self) -> list[str]:
        """What the server lists."""
        answer = await self._endpoint.call("GET", "/models")
        return [model["id"] for model in objects(answer.get("data"))]

    async def complete(self, request: JsonObject) -> JsonObject:
        """The server's completion."""
        return await self._endpoint.call("POST", "/chat/completions", await self._named(request))

    async def stream(self, request: JsonObject) -> AsyncGenerator[JsonObject]:
        """The server's chunks, the last one with the usage."""
        options = {"stream": True, "stream_options": {"include_usage": True}}
        body = {**await self._named(request), **options}
        async with aclosing(self._endpoint.events("/chat/completions", body)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    async def _named(self, request: JsonObject) -> JsonObject:
        if request.get("model"):
            return request
        names = await self.names()
        return {**request, "model": names[0] if names else ""}


def completion(request: JsonObject, message: Mapping[str, Any]) -> JsonObject:
    """A whole completion around one message, as often as the request's `n` says."""
    calls = message.get("tool_calls")
    choice = {
        "finish_reason": "tool_calls" if calls else "stop",
        "logprobs": None,
        "message": {"role": "assistant", "content": None, **message},
    }
    prompt = count_messages(request["messages"])
    answer = count_text(plain_text(message.get("content")))
    return {
        "id": f"chatcmpl-{new_id()}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.get("model") or "echo",
        "choices": [{"index": index, **choice} for index in range(request.get("n") or 1)],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": answer,
            "total_tokens": prompt + answer,
        },
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
