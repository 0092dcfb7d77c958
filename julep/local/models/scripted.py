"""A model that gives scripted replies first and remembers what it was asked."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio

from julep.local.errors import ModelFailed
from julep.local.json_types import JsonObject
from julep.local.models.completion_objects import as_chunks, completion
from julep.local.models.completions import Model
from julep.local.models.openai_http import refusal
from julep.local.scripting import Replies, Reply

_REMEMBERED = 500
_MOST_REMEMBERED = 16_000_000
_PER_MESSAGE = 400  # what an object takes without its text


class ScriptedModel:
    """Stands before another model.

    Args:
        replies: are given while there are any.
        calls: gets each request.
        model: answers the rest.
    """

    def __init__(self, replies: Replies, calls: list[JsonObject], model: Model) -> None:
        self._replies = replies
        self._calls = calls
        self._sizes: list[int] = []
        self._model = model
        self.label: str = model.label

    async def names(self) -> list[str]:
        """The other model's."""
        return await self._model.names()

    async def complete(self, request: JsonObject) -> JsonObject:
        """The next reply, or the other model's."""
        self._note(request)
        if reply := self._replies.take():
            return await _given(reply, request)
        return await self._model.complete(request)

    async def stream(self, request: JsonObject) -> AsyncGenerator[JsonObject]:
        """The next reply in chunks, or the other model's."""
        self._note(request)
        if reply := self._replies.take():
            for chunk in as_chunks(await _given(reply, request)):
                yield chunk
            return
        async with aclosing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _note(self, request: JsonObject) -> None:
        self._calls.append(request)
        self._sizes.append(sum(map(_size, request["messages"])))
        # A server that runs for long must not remember everything it was ever told. Whoever
        # reads the calls may remove some.
        del self._sizes[: len(self._sizes) - len(self._calls)]
        while len(self._calls) > _REMEMBERED or (
            len(self._calls) > 1 and sum(self._sizes) > _MOST_REMEMBERED
        ):
            del self._calls[:1], self._sizes[:1]

    async def aclose(self) -> None:
        """Close the other model."""
        await self._model.aclose()


def _size(message: JsonObject) -> int:
    content = message.get("content")
    return _PER_MESSAGE + len(content if isinstance(content, str) else json.dumps(content))


async def _given(reply: Reply, request: JsonObject) -> JsonObject:
    await anyio.sleep(reply.delay)
    if reply.error is not None:
        refused = refusal(reply.status, reply.error)
        # The next reply is meant for another request: nothing is to try this one again.
        raise ModelFailed(str(refused)) if isinstance(refused, ModelFailed) else refused
    calls = [_call(*each) for each in reply.tool_calls]
    return completion(request, {"content": reply.text, "tool_calls": calls or None})


def _call(name: str, arguments: str) -> JsonObject:
    function = {"name": name, "arguments": arguments}
    return {"id": f"call_{secrets.token_hex(12)}", "type": "function", "function": function}
