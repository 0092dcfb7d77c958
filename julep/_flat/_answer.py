"""A chat's answer as a whole, also from a server that sends it in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import attrs

from julep._codec import Misfit, decode_json, structure, to_plain
from julep._reply import Reply
from julep._request import Request
from julep._sse import EventDecoder
from julep.errors import StreamInterrupted
from julep.resources.chat_stream import Draft
from julep.types.chat import ChatChoice, ChunkChatResponse, MessageChatResponse

R = TypeVar("R")


@attrs.frozen
class WholeAnswer(Request[R]):
    """A chat whose answer is one value, however the server sends it."""

    def parse(self, reply: Reply) -> Any:
        """The JSON value of an answer, put together when it came in pieces.

        Raises:
            UnexpectedResponse: It is not JSON, or a piece is not what the API describes.
            StreamInterrupted: The pieces ended before the model did.
        """
        if not reply.headers.get("content-type", "").startswith("text/event-stream"):
            return super().parse(reply)
        chunks = self._chunks(reply)
        answer = _joined(chunks) if chunks else None
        if answer is None or not _is_finished(answer):
            raise StreamInterrupted(
                "the stream ended early: the body stopped before the model did",
                method=self.method,
                url=reply.url,
                partial=answer and answer.message,
            )
        return to_plain(answer)

    def _chunks(self, reply: Reply) -> list[ChunkChatResponse]:
        decoder = EventDecoder()
        events = [*decoder.feed(reply.content), *decoder.end()]
        try:
            return [structure(decode_json(one.data.encode()), ChunkChatResponse) for one in events]
        except (ValueError, Misfit) as misfit:
            reason = f"an event of the stream: {misfit}"
            raise self.unexpected(reply, reason, reply.content.decode(errors="replace")) from None


def _joined(chunks: Sequence[ChunkChatResponse]) -> MessageChatResponse:
    drafts: dict[int, Draft] = {}
    reasons: dict[int, str | None] = {}
    for choice in (choice for chunk in chunks for choice in chunk.choices):
        drafts.setdefault(choice.index, Draft()).add(choice)
        # Servers of 2025 say `stop` from the first chunk on, so the last one counts.
        reasons[choice.index] = choice.finish_reason
    usages = [chunk.usage for chunk in chunks if chunk.usage]
    docs = [chunk.docs for chunk in chunks if chunk.docs]
    return MessageChatResponse(
        id=chunks[0].id,
        created_at=chunks[0].created_at,
        usage=usages[-1] if usages else None,
        jobs=chunks[0].jobs,
        docs=docs[-1] if docs else [],
        choices=[
            ChatChoice(index=index, message=draft.message(), finish_reason=reasons[index])
            for index, draft in sorted(drafts.items())
        ],
    )


def _is_finished(answer: MessageChatResponse) -> bool:
    return answer.usage is not None or any(choice.finish_reason for choice in answer.choices)
