"""Where answers come from: any server that speaks OpenAI's chat completions, or an echo."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

import anyio

from julep.types._json import objects

from .completion_objects import (
    Chunk,
    Completion,
    CompletionRequest,
    as_chunks,
    completion,
)
from .completion_stream import read_chunks
from .normalized import as_completion
from .openai_http import Endpoint
from .token_count import plain_text

_PATH = "/chat/completions"


class Model(Protocol):
    """Answers requests of the chat completions API, in its own terms."""

    @property
    def label(self) -> str:
        """What it is, for people to read."""
        ...

    async def names(self) -> list[str]:
        """Return the models that a request may ask for; the first one is used when it doesn't."""
        ...

    async def complete(self, request: CompletionRequest) -> Completion:
        """Return the whole completion.

        Raises:
            ModelRefused: The request is wrong.
            ModelFailed: The model's server failed or wasn't reached.
        """
        ...

    def stream(self, request: CompletionRequest) -> AsyncGenerator[Chunk]:
        """Yield the completion's chunks; raise as `complete` does."""
        ...

    async def aclose(self) -> None:
        """Close what is open."""
        ...


class EchoModel:
    """The offline stand-in: it repeats what was said last and says what it is."""

    label = "echo (an offline stand-in; set OPENAI_BASE_URL or OPENAI_API_KEY for a real model)"

    async def names(self) -> list[str]:
        """Return the one name it answers to."""
        return ["echo"]

    async def complete(self, request: CompletionRequest) -> Completion:
        """Return a completion that repeats the last message of a user."""
        messages = request["messages"]
        said = (message for message in reversed(messages) if message["role"] in {"user", "tool"})
        last = next(said, messages[-1])
        text = f"[echo, the offline stand-in for a model] {plain_text(last['content'])}"
        return completion(request, text)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Chunk]:
        """Yield the same, word by word."""
        for chunk in as_chunks(await self.complete(request)):
            yield chunk

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


class OpenAIModel:
    """A server of chat completions."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._first: str | None = None
        self._asking = anyio.Lock()
        self.label: str = endpoint.url

    async def names(self) -> list[str]:
        """Return what the server lists."""
        answer = await self._endpoint.call("GET", "/models")
        return [str(model["id"]) for model in objects(answer.get("data")) if model.get("id")]

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask the server for a completion."""
        body = await self._named(request)
        return as_completion(await self._endpoint.call("POST", _PATH, body))

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Chunk]:
        """Yield the server's chunks, the last one with the usage."""
        options = {"stream": True, "stream_options": {"include_usage": True}}
        body = {**await self._named(request), **options}
        async with (
            self._endpoint.stream(_PATH, body) as pieces,
            aclosing(read_chunks(pieces, self._endpoint)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    async def _named(self, request: CompletionRequest) -> CompletionRequest:
        if request.get("model"):
            return request
        return {**request, "model": await self._first_name()}

    async def _first_name(self) -> str:
        async with self._asking:
            if self._first is None:
                self._first = next(iter(await self.names()), "")
            return self._first
