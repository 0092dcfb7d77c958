"""The status of executions."""

from __future__ import annotations

from typing import Final

from julep._faces import FaceT, Resource, operation
from julep._keywords import shows_keywords
from julep._paths import Id
from julep._request import Request
from julep._runs.requests import STATUS_STREAM, fetching, where_of
from julep._streams.stream import Stream
from julep.errors import NotFoundError
from julep.types._json import is_object
from julep.types.executions import FINAL_STATUSES, Execution, ExecutionStatusEvent

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at an execution, where the server has no stream of its status. Servers that
have one look once a second."""


class StatusStream(Stream[FaceT, ExecutionStatusEvent]):
    """Each change of an execution's status, until it has ended.

    The server polls once a second and gives up after ten minutes; then `StreamInterrupted` is
    raised, with the last event as its `partial`. Servers of 2024 have no such stream; there
    the execution itself is fetched again and again.
    """

    def __init__(self, resource: Resource[FaceT], execution_id: Id) -> None:
        request = Request("GET", where_of(execution_id, STATUS_STREAM), ExecutionStatusEvent)
        super().__init__(resource, request, ExecutionStatusEvent)
        self._execution = fetching(execution_id)
        self._has_route = True

    async def _begin(self) -> None:
        __tracebackhide__ = True
        try:
            await super()._begin()
        except NotFoundError as error:
            self._has_route = not (is_object(error.body) and "detail" in error.body)
            if self._has_route:
                raise

    async def _next(self) -> ExecutionStatusEvent | None:
        __tracebackhide__ = True
        if self._last is not None and self._last.status in FINAL_STATUSES:
            await self._close()
        if self._has_route and not self._is_over:
            await self._begin()
        return await super()._next() if self._has_route else await self._looked()

    async def _looked(self) -> ExecutionStatusEvent | None:
        """Return the next status that differs from the last, or None at the end."""
        while not self._is_over:
            execution = await self._engine.call(self._execution)
            if self._last is None or execution.status != self._last.status:
                self._last = _event(execution)
                return self._last
            await self._engine.sleep(LOOK_EVERY)
        return None

    def _check_end(self, *, is_told: bool) -> None:
        if not is_told:
            raise self._interrupted("the body stopped before the execution did")


def _event(execution: Execution) -> ExecutionStatusEvent:
    return ExecutionStatusEvent(
        execution_id=execution.id,
        status=execution.status,
        updated_at=execution.updated_at,
        error=execution.error,
        transition_count=execution.transition_count,
        metadata=execution.metadata,
    )


class Status(Resource[FaceT]):
    """The status of an execution: `get` it, or `stream` its changes."""

    @operation
    def get(self, execution_id: Id) -> Request[Execution]:
        """Fetch the execution as it stands.

        Args:
            execution_id: The execution, or its id.
        """
        return fetching(execution_id)

    @shows_keywords
    def stream(self, execution_id: Id) -> StatusStream[FaceT]:
        """Stream each change of the status, until the execution has ended.

        Self-hosted servers notice a change within a second; a status that lasts less may be left out.

        Args:
            execution_id: The execution, or its id.

        Raises:
            NotFoundError: While iterating: there is no such execution.
            StreamInterrupted: While iterating: the server gave up before the execution ended.
        """
        __tracebackhide__ = True
        return StatusStream(self, execution_id)
