"""What was said in a session."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any
from typing import overload as variant

from julep._faces import Async, FaceT, Resource, Sync, operation
from julep._keywords import shows_keywords
from julep._paths import Id
from julep._request import Request
from julep._server_errors.hints import EMBEDDED
from julep.types.common import ResourceDeleted
from julep.types.entries import History

from .session_requests import history_of, where_of


class SessionHistory(Resource[FaceT]):
    """What was said in a session: call it to read, `delete` to clear."""

    # A descriptor named `__call__` would hide its parameters from editors; overloads show them.
    @variant
    def __call__(self: SessionHistory[Sync], session_id: Id) -> History: ...
    @variant
    def __call__(self: SessionHistory[Async], session_id: Id) -> Coroutine[Any, Any, History]: ...
    @shows_keywords
    def __call__(self: SessionHistory[Any], session_id: Id) -> History | Awaitable[History]:
        """Fetch what was said in a session.

        Args:
            session_id: The session, or its id.

        Returns:
            `entries`, oldest first, each with role, content and time.

        Raises:
            BadRequestError: There is no such session, on servers of 2024. Those of 2025 answer
                with an empty history.
        """
        __tracebackhide__ = True
        read: History | Awaitable[History] = self._read(session_id)
        return read

    @operation
    def _read(self, session_id: Id) -> Request[History]:
        return history_of(session_id)

    @operation
    def delete(self, session_id: Id) -> Request[ResourceDeleted]:
        """Clear what was said in a session; the session stays.

        Only the embedded server does it: the API describes it, and self-hosted servers answer
        with `NotFoundError` or an `APIError` of status 405.

        Args:
            session_id: The session, or its id.
        """
        return Request(
            "DELETE", where_of(session_id, "/history"), ResourceDeleted, missing=EMBEDDED
        )
