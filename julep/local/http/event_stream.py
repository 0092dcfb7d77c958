"""Server-sent events: how streams of chats and executions go over HTTP."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import anyio.lowlevel
from starlette.responses import Response, StreamingResponse

from julep.local import errors
from julep.local.json_text import to_json
from julep.types._json import JsonObject

from .error_answers import INTERNAL, status_and_body

_EVENTS = "text/event-stream"
# What stands between must neither keep events back nor keep them.
_AS_IT_COMES = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_LOG = logging.getLogger("julep.local")


def event_stream(items: AsyncGenerator[JsonObject]) -> Response:
    """Answer with an event for each item."""
    return StreamingResponse(_events(items), headers=_AS_IT_COMES, media_type=_EVENTS)


async def _events(items: AsyncGenerator[JsonObject]) -> AsyncIterator[bytes]:
    try:
        async with aclosing(items):
            async for item in items:
                yield b"data: " + to_json(item).encode() + b"\n\n"
                # What is there at once would all be written before a caller who left is noticed.
                await anyio.lowlevel.checkpoint()
    except Exception as error:  # noqa: BLE001 - as for other answers, the caller is told
        # The status is sent already: what is left is to say why there won't be a finish.
        yield b"event: error\ndata: " + to_json(_told(error)).encode() + b"\n\n"


def _told(error: Exception) -> JsonObject:
    status, body = status_and_body(error)
    if status == INTERNAL:
        _LOG.error("a stream broke off", exc_info=error)
    elif isinstance(error, errors.ApiError):
        _LOG.warning("a stream broke off: %s", error)
    return body
