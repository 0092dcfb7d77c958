"""A chat's answer as a whole, also from a server that sends it in pieces."""

from __future__ import annotations

from itertools import takewhile
from typing import Any, TypeVar

import attrs

from julep._codec import to_plain
from julep._reply import EVENT_STREAM, Reply, media_type
from julep._request import Request
from julep._sse import Event, EventDecoder
from julep._streams.events import BrokenOff, is_end, is_silent, read_event
from julep.errors import StreamInterrupted
from julep.resources.chat_draft import ChatDraft
from julep.types.chat import ChunkChatResponse

R = TypeVar("R")


@attrs.frozen
class WholeAnswer(Request[R]):
    """A chat whose answer is one value, however the server sends it."""

    def parse(self, reply: Reply) -> Any:
        """Return the JSON value of an answer, put together if it came in pieces.

        Raises:
            UnexpectedResponse: It is not JSON, or a piece is not what the API describes.
            StreamInterrupted: The pieces ended before the model did, or report an error.
        """
        if media_type(reply.headers) != EVENT_STREAM:
            return super().parse(reply)
        draft, decoder = ChatDraft(), EventDecoder()
        complete, cut = decoder.feed(reply.content), decoder.end()
        events = takewhile(lambda event: not is_end(event), [*complete, *cut])
        chunks = [
            self._chunk(event, draft, reply, is_cut=event in cut)
            for event in events
            if not is_silent(event)
        ]
        fault = draft.fault(is_told=any(map(is_end, [*complete, *cut])))
        if fault or not chunks:
            raise self._interrupted(reply, draft, fault or "the body has no answer")
        return to_plain(draft.answer())

    def _chunk(
        self, event: Event, draft: ChatDraft, reply: Reply, *, is_cut: bool
    ) -> ChunkChatResponse:
        try:
            return read_event(event, draft.read, is_cut=is_cut)
        except BrokenOff as broken:
            reason = str(broken)
        except Exception as mismatch:  # noqa: BLE001 - what servers send must not fail in other ways
            text = reply.content.decode(errors="replace")
            raise self.unexpected(reply, f"an event of the stream: {mismatch}", text) from None
        raise self._interrupted(reply, draft, reason)

    def _interrupted(self, reply: Reply, draft: ChatDraft, reason: str) -> StreamInterrupted:
        return StreamInterrupted(
            f"{StreamInterrupted.default}: {reason}",
            method=self.method,
            url=reply.url,
            partial=draft.first.message() if draft.choices else None,
        )
