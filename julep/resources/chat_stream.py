"""A chat's answer while it is being written."""

from __future__ import annotations

from typing import Any

import attrs

from julep._codec import structure
from julep._faces import FaceT, Resource
from julep._request import Request
from julep._stream import Stream
from julep.types._tool_calls import ToolCallPieces
from julep.types.chat import ChatOutputChunk, ChunkChatResponse, CompletionUsage
from julep.types.docs import DocReference
from julep.types.entries import Message
from julep.types.tools import ToolCall


@attrs.define
class Draft:
    """What has been said so far."""

    role: str = "assistant"
    text: list[str] = attrs.field(factory=list[str])
    calls: ToolCallPieces = attrs.field(factory=ToolCallPieces)

    def add(self, choice: ChatOutputChunk) -> None:
        """Take in the next piece."""
        delta = choice.delta
        self.role = delta.role or self.role
        self.text.append(delta.text)
        self.calls.add(delta.tool_calls or [])

    def message(self) -> Message:
        """The message that the pieces make."""
        calls = [structure(call, ToolCall) for call in self.calls.as_dicts()]
        text = "".join(self.text)
        return Message(role=self.role, content=text or None, tool_calls=calls or None)


class ChatStream(Stream[FaceT, ChunkChatResponse]):
    """A chat's answer while it is being written: iterate over its chunks.

    While and after iterating, `text`, `message`, `usage` and `docs` tell what has come so far.

    Attributes:
        usage: Tokens used, once the server has told; None before.
        docs: The documents that were recalled for the answer.
        finish_reason: Why the model stopped: `stop`, `length`, `content_filter` or `tool_calls`.
    """

    usage: CompletionUsage | None
    docs: list[DocReference]
    finish_reason: str | None

    def __init__(self, resource: Resource[FaceT], request: Request[Any]) -> None:
        super().__init__(resource, request, ChunkChatResponse)
        self.usage = None
        self.docs = []
        self.finish_reason = None
        self._draft = Draft()

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._draft.text)

    @property
    def message(self) -> Message:
        """The message so far, tool calls included."""
        return self._draft.message()

    async def _next(self) -> ChunkChatResponse | None:
        left_early = self._ended
        chunk = await super()._next()
        if chunk is not None:
            self._take_in(chunk)
        elif not left_early and self.finish_reason is None and self.usage is None:
            raise self._interrupted("the body stopped before the model did")
        return chunk

    def _take_in(self, chunk: ChunkChatResponse) -> None:
        self.docs = chunk.docs or self.docs
        self.usage = chunk.usage or self.usage
        for choice in chunk.choices:
            if choice.index == 0:
                self._draft.add(choice)
                # Servers of 2025 say `stop` from the first chunk on, so the last one counts.
                self.finish_reason = choice.finish_reason

    def _partial(self) -> Message:
        return self._draft.message()
