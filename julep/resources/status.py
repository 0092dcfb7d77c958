"""How far executions are."""

from __future__ import annotations

from julep._faces import FaceT, Resource, operation
from julep._paths import Id, path
from julep._request import Request
from julep._stream import Stream
from julep.types.executions import FINAL_STATUSES, Execution, ExecutionStatusEvent


class StatusStream(Stream[FaceT, ExecutionStatusEvent]):
    """Each change of an execution's status, until it has ended.

    The server polls once a second and gives up after ten minutes; then `StreamInterrupted` is
    raised, with the last event as its `partial`.
    """

    async def _next(self) -> ExecutionStatusEvent | None:
        if self._last is not None and self._last.status in FINAL_STATUSES:
            await self._close()
        return await super()._next()

    def _check_end(self, *, is_told: bool) -> None:
        if not is_told:
            raise self._interrupted("the body stopped before the execution did")


class Status(Resource[FaceT]):
    """How far an execution is: `get` it, or `stream` its changes."""

    @operation
    def get(self, execution_id: Id) -> Request[Execution]:
        """The execution as it stands.

        Args:
            execution_id: The execution, or its id.
        """
        return Request(
            "GET", path("/executions/{execution_id}", execution_id=execution_id), Execution
        )

    def stream(self, execution_id: Id) -> StatusStream[FaceT]:
        """Each change of the status, until the execution has ended (servers of 2025).

        Args:
            execution_id: The execution, or its id.

        Raises:
            NotFoundError: While iterating: there is no such execution.
            StreamInterrupted: While iterating: the server gave up before the execution ended.
        """
        where = path("/executions/{execution_id}/status.stream", execution_id=execution_id)
        return StatusStream(self, Request("GET", where, ExecutionStatusEvent), ExecutionStatusEvent)
