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

from .error_answers import error_body, status_and_body

_EVENTS = "text/event-stream"
# What stands between must neither keep events back nor keep them.
_AS_IT_COMES = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_LOG = logging.getLogger("julep.local")


def event_stream(items: AsyncGenerator[JsonObject]) -> Response:
    """Answer with an event for each item."""
    return StreamingResponse(_events(items), headers=_AS_IT_COMES, media_type=_EVENTS)


async def _events(items: AsyncGenerator[JsonObject]) -> AsyncIterator[bytes]:
    async with aclosing(items):
        try:
            async for item in items:
                yield b"data: " + to_json(item).encode() + b"\n\n"
                # What is there at once would all be written before a caller who left is noticed.
                await anyio.lowlevel.checkpoint()
        except errors.ApiError as error:
            # The status is sent already: what is left is to say why there won't be a finish.
            _LOG.warning("a stream broke off: %s", error)
            yield _error_event(status_and_body(error)[1])
        except Exception:  # noqa: BLE001 - as for other answers, the caller is told
            _LOG.exception("a stream broke off")
            yield _error_event(error_body(500, "Internal Server Error"))


def _error_event(body: JsonObject) -> bytes:
    return b"event: error\ndata: " + to_json(body).encode() + b"\n\n"
