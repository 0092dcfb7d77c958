"""Which call gets which connection of a pool, found in one walk over its connections.

httpcore looks at all idle connections for each one that is idle, asks the socket of each whether it has
ended, and gives one that is idle to several calls at once, of which all but one have to choose again.
With 100 calls at a time, that is most of what they cost. Here, those that are idle are kept until they
expire, after 5 seconds; httpcore closes them while there are more than 20. The names with an underscore
belong to httpcore; where one of them is not there, a pool is left as it is.
"""

from __future__ import annotations

import time
from typing import Any, Final

_SWEEP: Final = 1.0
"""Seconds after which all idle connections are looked at again, since servers close what waits for
long; one that is to be used is always looked at."""
_NEEDED: Final = (
    "_assign_requests_to_connections",
    "_connections",
    "_max_connections",
    "_requests",
    "create_connection",
)


def assign_quickly(transport: Any) -> None:
    """Make a transport of httpx choose its connections this way; it must speak HTTP/1 only."""
    pool: Any = getattr(transport, "_pool", None)
    if all(hasattr(pool, name) for name in _NEEDED):
        pool._assign_requests_to_connections = _Assignment(pool)  # noqa: SLF001 - see above


class _Assignment:
    """Gives connections to the calls that wait for one, and returns those that are to be closed."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._next_sweep = 0.0

    def __call__(self) -> list[Any]:
        # A call is in this list until its answer is closed.
        requests = self._pool._requests  # noqa: SLF001 - see above
        taken = {id(one.connection) for one in requests}
        free, closing = self._swept(taken)
        for one in requests:
            if one.connection is None:
                connection = self._chosen(one.request.url.origin, free, closing)
                if connection is None:
                    break
                one.assign_to_connection(connection)
        return closing

    def _swept(self, taken: set[int]) -> tuple[list[Any], list[Any]]:
        """Forget what is closed; gives the connections that are free, and those that have ended."""
        connections = self._pool._connections  # noqa: SLF001 - see above
        connections[:] = [one for one in connections if not one.is_closed()]
        free = [one for one in connections if id(one) not in taken and one.is_idle()]
        if (now := time.monotonic()) < self._next_sweep:
            return free, []
        self._next_sweep = now + _SWEEP
        ended = [one for one in free if one.has_expired()]
        closing = list[Any]()
        for one in ended:
            free.remove(one)
            self._end(one, closing)
        return free, closing

    def _chosen(self, origin: Any, free: list[Any], closing: list[Any]) -> Any:
        """Return a connection to a server, a new one if necessary; None if all are busy."""
        for one in [one for one in free if one.can_handle_request(origin)]:
            free.remove(one)
            if not one.has_expired():
                return one
            self._end(one, closing)
        if len(self._pool._connections) >= self._pool._max_connections:  # noqa: SLF001 - see above
            if not free:
                return None
            self._end(free.pop(0), closing)
        connection = self._pool.create_connection(origin)
        self._pool._connections.append(connection)  # noqa: SLF001 - see above
        return connection

    def _end(self, connection: Any, closing: list[Any]) -> None:
        self._pool._connections.remove(connection)  # noqa: SLF001 - see above
        closing.append(connection)
