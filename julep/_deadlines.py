"""Time limits of the blocking face that hold for a whole exchange.

httpx gives each read and each write the same number of seconds. A server that sends its headers
byte by byte, or one 103 after the other, could so hold a thread for ever. The number is handed down
as it is, though. So it may be one that knows when it was made, and the streams of the SDK's own
pools give each read what is left of it.
"""

from __future__ import annotations

import time
from typing import Any, Final, Self

_LEAST: Final = 0.001
"""Seconds; to a socket, a time-out of nothing means that it must not block."""
_PIECE: Final = 65536
"""Bytes to write at once; the time is looked at in between."""


class Deadline(float):
    """Seconds from now, for code that wants a number; and when they are over."""

    until: float
    """When they are over, by the monotonic clock."""

    def __new__(cls, seconds: float) -> Self:
        deadline = super().__new__(cls, seconds)
        deadline.until = time.monotonic() + seconds
        return deadline

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: There are none.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return max(left, _LEAST)


def keep_deadlines(transport: Any) -> None:
    """Let the connections that a transport of httpx will make keep to deadlines."""
    # The pool takes its backend as an argument, which httpx does not hand on.
    pool = transport._pool  # noqa: SLF001 - see above
    pool._network_backend = _Backend(pool._network_backend)  # noqa: SLF001 - as above


def _left(timeout: float | None) -> float | None:
    return timeout.left() if isinstance(timeout, Deadline) else timeout


class _Backend:
    """Makes connections like httpcore's own backend, and lets them keep to deadlines."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> _Stream:
        return _Stream(self._backend.connect_tcp(host, port, timeout=_left(timeout), **options))


class _Stream:
    """A connection whose reads and writes end when the exchange has to."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        return self._stream.read(max_bytes, timeout=_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], timeout=_left(timeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout=_left(timeout)))
