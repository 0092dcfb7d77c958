"""The status of an execution, reported as it changes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncGenerator, Mapping
from typing import TypedDict

from julep.local.errors import BadRequest
from julep.local.store.changes import Changes
from julep.local.store.execution_rows import ExecutionRows
from julep.local.store.execution_views import ExecutionView, TransitionView
from julep.local.store.page import Page
from julep.types.executions import FINAL_STATUSES, FINAL_TRANSITIONS, KnownExecutionStatus

_AT_ONCE = 100


class TransitionEvent(TypedDict):
    """A transition, and the token by which another stream goes on behind it."""

    transition: TransitionView
    next_page_token: str | None


class StatusEvent(TypedDict):
    """What an execution has come to."""

    execution_id: str
    status: KnownExecutionStatus
    updated_at: str
    error: str | None
    transition_count: int | None
    metadata: Mapping[str, object]


class ExecutionStreams:
    """The streams of all executions; they end with their execution, or with the server.

    Args:
        rows: What is there.
        changes: Tells when there is more.
    """

    def __init__(self, rows: ExecutionRows, changes: Changes) -> None:
        self._rows = rows
        self._changes = changes

    async def transitions(self, id: str, offset: int) -> AsyncGenerator[TransitionEvent]:
        """Yield each transition in order as it happens, after skipping the first few."""
        while not self._changes.closed:
            page = Page(limit=_AT_ONCE, offset=offset, direction="asc")
            for transition in self._rows.transitions(id, page, None):
                offset += 1
                over = transition["type"] in FINAL_TRANSITIONS
                token = None if over else _token(offset)
                yield {"transition": transition, "next_page_token": token}
                if over:
                    return
            if self._rows.get(id) is None:
                return
            behind = Page(offset=offset, limit=1, direction="asc")
            if not [*self._rows.transitions(id, behind, None)]:
                await self._changes.wait(id)

    async def statuses(self, id: str) -> AsyncGenerator[StatusEvent]:
        """Yield the status now and at each change."""
        last: StatusEvent | None = None
        while not self._changes.closed and (execution := self._rows.get(id)):
            event = _status_event(execution)
            if event != last:
                yield event
            elif event["status"] in FINAL_STATUSES:
                return
            else:
                await self._changes.wait(id)
            last = event


def read_token(token: str | None) -> int:
    """Read how many transitions were seen; none without a token.

    Raises:
        BadRequest: It isn't a token of these streams.
    """
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error):
        raise BadRequest("next_page_token isn't a token of this stream") from None


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode()


def _status_event(execution: ExecutionView) -> StatusEvent:
    return {
        "execution_id": execution["id"],
        "status": execution["status"],
        "updated_at": execution["updated_at"],
        "error": execution["error"],
        "transition_count": execution["transition_count"],
        "metadata": execution["metadata"],
    }
