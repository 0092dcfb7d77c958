"""Connections on which a request was begun and never ended, or none at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SECONDS_FOR_HEADERS = 30


class HalfOpen:
    """Closes connections whose next request has been due for too long.

    The server's own timer covers those that are silent after an answer; it stops at the first byte.
    """

    def __init__(self) -> None:
        self._waiting_since: dict[Any, float] = {}

    def sweep(self, connections: Iterable[Any], now: float) -> None:
        """Look at the connections of uvicorn at regular intervals.

        Args:
            connections: Its protocols, of either kind.
            now: Seconds of any clock.
        """
        waiting = [each for each in connections if _waits_for_headers(each)]
        self._waiting_since = {each: self._waiting_since.get(each, now) for each in waiting}
        for connection, since in self._waiting_since.items():
            if now - since > SECONDS_FOR_HEADERS:
                connection.transport.close()


def _waits_for_headers(connection: Any) -> bool:
    try:
        has_timer = connection.timeout_keep_alive_task is not None
        has_request = connection.cycle is not None and not connection.cycle.response_complete
    except AttributeError:
        # Another uvicorn's: better left open than closed in the middle of an answer.
        return False
    return not has_timer and not has_request
