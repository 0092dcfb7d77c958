"""An execution's transitions while they happen.

They are read from the list of transitions, again and again. Self-hosted servers have a stream of them too,
but it tells only what the root workflow did first, as the `repr` of Python objects without ids, is
missing right after an execution was started, and stays open in silence at a `wait`.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Final

from julep._checks import check_timeout
from julep._faces import FaceT, Resource
from julep._pages import ListOptions
from julep._paths import Id
from julep._request import Request
from julep._runs.requests import OVERLAP, TRANSITIONS, fetching, transitions_of, where_of
from julep._streams.stream import Stream
from julep.errors import APITimeoutError
from julep.types.executions import (
    FINAL_STATUSES,
    FINAL_TRANSITIONS,
    Transition,
)

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 0.8
"""Seconds between two looks at the list: after news, and at most, so that a `wait` is shown within a
second."""
STATUS_EVERY: Final = 5.0
"""Seconds between two looks at the status, for executions that ended without a final transition."""


class TransitionStream(Stream[FaceT, Transition]):
    """Each transition of an execution once, until it has ended."""

    def __init__(self, resource: Resource[FaceT], execution_id: Id, timeout: float | None) -> None:
        request = Request("GET", where_of(execution_id, TRANSITIONS), Transition)
        super().__init__(resource, request, Transition)
        self._execution_id = execution_id
        self._timeout = check_timeout(timeout)
        self._ready: deque[Transition] = deque()
        self._told: set[str | None] = set()
        self._pause = FIRST_PAUSE
        self._next_status = 0.0
        self._is_complete = False

    async def _begin(self) -> None:
        __tracebackhide__ = True
        if not (self._next_status or self._is_over):
            self._engine = self._engine.within(self._timeout)
            await self._look()

    async def _next(self) -> Transition | None:
        __tracebackhide__ = True
        await self._begin()
        while not (self._ready or self._is_complete or self._is_over):
            await self._wait()
            await self._look()
        if not self._ready:
            await self._close()
            return None
        return self._ready.popleft()

    async def _close(self) -> None:
        self._ready.clear()
        await super()._close()

    async def _look(self) -> None:
        """Find out what has happened since."""
        __tracebackhide__ = True
        try:
            await self._catch_up()
        except APITimeoutError:
            if self._engine.left == 0:
                raise self._too_late() from None
            raise

    async def _catch_up(self) -> None:
        __tracebackhide__ = True
        ended = await self._execution_has_ended()
        known = len(self._told)
        news = self._news(await self._listed(0 if ended else max(0, known - OVERLAP)))
        self._is_complete = ended or any(one.type in FINAL_TRANSITIONS for one in news)
        if self._is_complete and known > OVERLAP and not ended:
            news = self._news(await self._listed(0))
        self._told.update(one.id for one in news)
        self._ready.extend(news)
        self._pause = FIRST_PAUSE if news else min(self._pause * 2, LONGEST_PAUSE)

    async def _execution_has_ended(self) -> bool:
        """Tell whether the execution has ended, as far as it is time to ask."""
        __tracebackhide__ = True
        if time.monotonic() < self._next_status:
            return False
        execution = await self._engine.call(fetching(self._execution_id))
        self._next_status = time.monotonic() + STATUS_EVERY
        return execution.status in FINAL_STATUSES

    async def _listed(self, offset: int) -> list[Transition]:
        options = ListOptions(direction="asc", offset=offset)
        return await transitions_of(self._engine, self._execution_id, options)

    def _news(self, listed: list[Transition]) -> list[Transition]:
        return [one for one in listed if one.id not in self._told]

    async def _wait(self) -> None:
        left = self._engine.left
        await self._engine.sleep(self._pause if left is None else min(self._pause, left))

    def _too_late(self) -> APITimeoutError:
        return APITimeoutError(
            f"the execution did not end within {self._timeout:g} s, and goes on",
            method=self._request.method,
            url=self._engine.shown_url(self._request),
        )
