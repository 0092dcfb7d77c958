"""A model that gives scripted replies first and remembers what it was asked."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from copy import deepcopy
from functools import partial
from typing import Any, TypeAlias

import anyio
import anyio.to_thread

from julep.local.errors import ModelFailed, ModelRefused
from julep.local.scripting import Reply, Script
from julep.types._json import JsonObject

from .completion_objects import (
    Chunk,
    Completion,
    CompletionRequest,
    as_chunks,
    completion,
)
from .completions import Model
from .counted import size_of
from .openai_http import refusal

Sleep: TypeAlias = Callable[[float], Awaitable[None]]


class ScriptedModel:
    """Stands before another model.

    Args:
        script: Its replies are given while there are any, and it gets each request.
        model: Answers the rest.
        sleep: Waits for so many seconds.
    """

    def __init__(self, script: Script, model: Model, sleep: Sleep = anyio.sleep) -> None:
        self._replies = script.replies
        self._calls = script.model_calls
        self._model = model
        self._sleep = sleep
        self.label: str = model.label

    async def names(self) -> list[str]:
        """Return the other model's names."""
        return await self._model.names()

    async def complete(self, request: CompletionRequest) -> Completion:
        """Return the next reply, or the other model's."""
        self._note(request)
        if reply := self._replies.take():
            return await self._given(reply, request)
        return await self._model.complete(request)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Chunk]:
        """Yield the next reply in chunks, or the other model's."""
        self._note(request)
        if reply := self._replies.take():
            for chunk in as_chunks(await self._given(reply, request)):
                if reply.chunk_delay and _is_piece(chunk):
                    await self._sleep(reply.chunk_delay)
                yield chunk
            return
        async with aclosing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _note(self, request: CompletionRequest) -> None:
        self._calls.note(dict(request), size_of(request["messages"]))

    async def _given(self, reply: Reply, request: CompletionRequest) -> Completion:
        if reply.delay:
            await self._sleep(reply.delay)
        if reply.error is not None:
            refused = refusal(reply.status, reply.error)
            # The next reply is meant for another request: nothing is to try this one again.
            raise ModelFailed(str(refused)) if isinstance(refused, ModelFailed) else refused
        spoken = await _spoken(reply, request)
        calls = [_call(*each) for each in spoken.tool_calls]
        return completion(request, spoken.text, calls)

    async def aclose(self) -> None:
        """Close the other model."""
        await self._model.aclose()


async def _spoken(reply: Reply, request: CompletionRequest) -> Reply:
    if reply.speaker is None:
        return reply
    # It is the program's own: it may take long, and may ask this server something.
    messages: list[Any] = deepcopy(request["messages"])
    speak = partial(reply.spoken, messages)
    try:
        return await anyio.to_thread.run_sync(speak, abandon_on_cancel=True)
    except Exception as error:
        message = f"The function of a scripted reply failed: {type(error).__name__}: {error}"
        raise ModelRefused(message) from error


def _is_piece(chunk: Chunk) -> bool:
    deltas = [choice["delta"] for choice in chunk["choices"]]
    return any(delta.get("content") or delta.get("tool_calls") for delta in deltas)


def _call(name: str, arguments: str) -> JsonObject:
    function = {"name": name, "arguments": arguments}
    return {"id": f"call_{secrets.token_hex(12)}", "type": "function", "function": function}
