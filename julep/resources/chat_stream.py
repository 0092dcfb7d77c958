"""A chat's answer while it is being written."""

from __future__ import annotations

from typing import Any

from julep._faces import FaceT, Resource
from julep._request import Request
from julep._stream import Stream
from julep.types.chat import ChunkChatResponse, CompletionUsage, FinishReason
from julep.types.docs import DocReference
from julep.types.entries import Message
from julep.types.tools import ToolCall

from .chat_draft import ChatDraft


class ChatStream(Stream[FaceT, ChunkChatResponse]):
    """A chat's answer while it is being written: iterate over its chunks.

    While and after iterating, `text`, `message`, `usage`, `docs` and `finish_reason` tell what has
    come so far.

    An answer that is not whole raises `StreamInterrupted`, with the message so far as its `partial`:
    when the connection breaks, the server tells of an error, or the stream ends before the model
    did. Servers of 2025 say `stop` from the first chunk on; there an answer whose use of tokens is
    never told counts as one that the model broke off. They also lose all but the first piece of the
    arguments of a tool call. That raises at the end of the stream; ask without streaming instead.
    """

    def __init__(self, resource: Resource[FaceT], request: Request[Any]) -> None:
        super().__init__(resource, request, ChunkChatResponse)
        self._draft = ChatDraft()

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._draft.first.text)

    @property
    def message(self) -> Message:
        """The message so far, tool calls included."""
        return self._draft.first.message()

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The tool calls that the answer asks for, so far."""
        return self.message.tool_calls or []

    @property
    def usage(self) -> CompletionUsage | None:
        """Tokens used, once the server has told; None before."""
        return self._draft.usage

    @property
    def docs(self) -> list[DocReference]:
        """The documents that were recalled for the answer."""
        return self._draft.docs

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the model stopped: `stop`, `length`, `content_filter` or `tool_calls`.

        It is final when the stream is over: servers of 2025 say `stop` until then.
        """
        return self._draft.first.finish_reason

    def _make(self, value: Any) -> ChunkChatResponse:
        return self._draft.read(value)

    def _check_end(self, *, is_told: bool) -> None:
        if fault := self._draft.fault(is_told=is_told):
            raise self._interrupted(fault)

    def _partial(self) -> Message:
        return self.message
