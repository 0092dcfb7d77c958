"""Waiting for news of an execution, where a server tells them by itself."""

from __future__ import annotations

import logging
from typing import Final

import attrs

from julep._engine import Engine
from julep._faces import Async, Resource
from julep._request import Request
from julep._streams.stream import Stream
from julep.errors import APIConnectionError, InternalServerError, JulepError, StreamInterrupted
from julep.types.executions import Execution, ExecutionStatusEvent

from .requests import STATUS_STREAM, where_of

SILENCE: Final = 5.0
"""Seconds without a word, after which the execution itself is looked at. Less than the 15 seconds between
two pings of self-hosted servers, which are no news."""

_log = logging.getLogger("julep")


class StatusWatch:
    """The stream of an execution's status, as long as it serves.

    Attributes:
        is_of_use: Whether the server has such a stream, and nothing on the way holds it up.
    """

    def __init__(self, engine: Engine, execution_id: str) -> None:
        self._engine = engine
        self._path = where_of(execution_id, STATUS_STREAM)
        self._stream: Stream[Async, ExecutionStatusEvent] | None = None
        self._limit = SILENCE
        self._is_heard = False
        self.is_of_use: bool = True

    async def wait(self, seen: Execution, seconds: float | None) -> bool:
        """Wait for something else than what was seen; tell whether the stream told of it.

        Args:
            seen: The execution as it was seen last.
            seconds: How long to wait for a word, at most.
        """
        if seconds is not None and seconds < self._limit:
            # A thread that reads waits as long as was said when the stream was begun.
            await self.close()
            self._limit = seconds
        try:
            if await self._is_told(seen):
                return True
        except (APIConnectionError, InternalServerError) as failure:
            # Buffered by a proxy, a stream says nothing at all.
            is_silent = isinstance(failure, StreamInterrupted | TimeoutError)
            self.is_of_use = self._is_heard or not is_silent
            _log.debug("no news of the status: %s", failure)
        except JulepError as failure:
            self.is_of_use = False
            _log.debug("no stream of the status: %s", failure)
        await self.close()
        return False

    async def _is_told(self, seen: Execution) -> bool:
        if self._stream is None:
            request = Request("GET", self._path, ExecutionStatusEvent)
            options = attrs.evolve(self._engine.options, timeout=self._limit, max_retries=0)
            resource = Resource(Async(), Engine(self._engine.transport, options))
            self._stream = Stream(resource, request, ExecutionStatusEvent)
        while (event := await self._stream._next()) is not None:  # noqa: SLF001 - driven here
            self._is_heard = True
            if _differs(event, seen):
                return True
        return False

    async def close(self) -> None:
        """Let go of the connection."""
        if self._stream is not None:
            await self._stream._close()  # noqa: SLF001 - as above
            self._stream = None

    def abandon(self) -> None:
        """Let go of the connection where nothing can be awaited."""
        if self._stream is not None:
            self._stream._abandon()  # noqa: SLF001 - as above
            self._stream = None


def _differs(event: ExecutionStatusEvent, seen: Execution) -> bool:
    counts = {event.transition_count, seen.transition_count} - {None}
    return event.status != seen.status or len(counts) > 1
