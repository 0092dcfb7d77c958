"""A chat's answer as a whole, also from a server that sends it in pieces."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

import attrs

from julep._codec import to_plain
from julep._events import ServerFault, is_end, is_silent, read_event
from julep._reply import EVENT_STREAM, Reply, media_type
from julep._request import Request
from julep._sse import Event, EventDecoder
from julep.errors import StreamInterrupted
from julep.resources.chat_draft import ChatDraft
from julep.types.chat import ChatChoice, ChunkChatResponse, MessageChatResponse

R = TypeVar("R")


@attrs.frozen
class WholeAnswer(Request[R]):
    """A chat whose answer is one value, however the server sends it."""

    def parse(self, reply: Reply) -> Any:
        """The JSON value of an answer, put together when it came in pieces.

        Raises:
            UnexpectedResponse: It is not JSON, or a piece is not what the API describes.
            StreamInterrupted: The pieces ended before the model did, or tell of an error.
        """
        if media_type(reply.headers) != EVENT_STREAM:
            return super().parse(reply)
        draft, chunks, is_told = ChatDraft(), list[ChunkChatResponse](), False
        decoder = EventDecoder()
        whole, cut = decoder.feed(reply.content), decoder.end()
        for event in [*whole, *cut]:
            is_told = is_told or is_end(event)
            if not (is_told or is_silent(event)):
                chunks.append(self._chunk(event, draft, reply, is_cut=event in cut))
        fault = draft.fault(is_told=is_told)
        if fault or not chunks:
            self._break_off(reply, draft, fault or "the body has no answer")
        return to_plain(_joined(chunks[0], draft))

    def _chunk(
        self, event: Event, draft: ChatDraft, reply: Reply, *, is_cut: bool
    ) -> ChunkChatResponse:
        try:
            return read_event(event, draft.read)
        except ServerFault as fault:
            reason = f"the server says: {fault}"
        except Exception as misfit:  # noqa: BLE001 - what servers send must not fail in other ways
            if not is_cut:
                text = reply.content.decode(errors="replace")
                raise self.unexpected(reply, f"an event of the stream: {misfit}", text) from None
            reason = "the body stopped within an event"
        return self._break_off(reply, draft, reason)

    def _break_off(self, reply: Reply, draft: ChatDraft, reason: str) -> NoReturn:
        raise StreamInterrupted(
            f"the stream ended early: {reason}",
            method=self.method,
            url=reply.url,
            partial=draft.first.message() if draft.choices else None,
        )


def _joined(head: ChunkChatResponse, draft: ChatDraft) -> MessageChatResponse:
    return MessageChatResponse(
        id=head.id,
        created_at=head.created_at,
        usage=draft.usage,
        jobs=head.jobs,
        docs=draft.docs,
        choices=[
            ChatChoice(index=index, message=one.message(), finish_reason=one.finish_reason)
            for index, one in sorted(draft.choices.items())
        ],
    )
