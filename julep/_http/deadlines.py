"""Time limits that hold for a whole exchange.

httpx gives each read and each write the same number of seconds. A server that sends its headers
byte by byte, or one 103 after the other, could so go on for ever. The number is handed down as it is,
though. So it may be one that knows when it was made, and the streams of the SDK's own pools give each
read what is left of it. That needs no scope around the exchange, which costs as much as the rest of
the SDK's own work.
"""

from __future__ import annotations

import socket
import time
from typing import Any, Final, Self

import anyio

CONNECT_TIMEOUT: Final = 5.0
"""Seconds to reach an address, at most; a server that is there answers the knock at once."""
_LEAST: Final = 0.001
"""Seconds; to a socket, a time-out of nothing means that it must not block."""
_PIECE: Final = 65536
"""Bytes to write at once; the time is looked at in between."""


class Deadline(float):
    """Seconds from now, for code that wants a number; and when they are over."""

    until: float
    """When they are over, by the monotonic clock."""
    scope: anyio.CancelScope | None = None
    """What ends with them, too."""

    def __new__(cls, seconds: float) -> Self:
        deadline = super().__new__(cls, seconds)
        deadline.until = time.monotonic() + seconds
        return deadline

    def restart(self) -> None:
        """Let the seconds begin now, also for whoever was given the deadline before."""
        self.until = time.monotonic() + self
        if self.scope is not None:
            self.scope.deadline = anyio.current_time() + self

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
    is_async = hasattr(pool, "aclose")
    pool._network_backend = (_AsyncBackend if is_async else _Backend)(pool._network_backend)  # noqa: SLF001 - as above


def make_keep_deadlines(connection: Any) -> None:
    """Let a connection of httpcore's, in use by a blocking client, keep to deadlines from now on."""
    # To its owner nothing changes: any other time-out means what it did before.
    stream = connection._network_stream  # noqa: SLF001 - httpcore has no other way in
    if not isinstance(stream, _Stream):
        connection._network_stream = _Stream(stream)  # noqa: SLF001 - as above


def _left(timeout: float | None) -> float | None:
    return timeout.left() if isinstance(timeout, Deadline) else timeout


def _to_connect(timeout: float | None) -> float:
    left = _left(timeout)
    return CONNECT_TIMEOUT if left is None else min(left, CONNECT_TIMEOUT)


def _addresses(host: str, port: int) -> list[str]:
    """Look up a host's addresses, in the order to try; return the host itself if there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [host]
    return list(dict.fromkeys(str(address[0]) for *_, address in found)) or [host]


def _pieces(data: bytes) -> list[bytes]:
    return [data[start : start + _PIECE] for start in range(0, len(data), _PIECE)]


class _Wrapper:
    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapped, name)


class _Backend(_Wrapper):
    """Makes connections like httpcore's own backend, and lets them keep to deadlines."""

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> _Stream:
        # Left to itself, each address of a host would get the whole time.
        addresses = _addresses(host, port)
        while True:
            address = addresses.pop(0)
            try:
                return self._connect(address, port, _to_connect(timeout), options)
            except Exception:
                if not addresses:
                    raise

    def _connect(self, address: str, port: int, limit: float, options: dict[str, Any]) -> _Stream:
        return _Stream(self._wrapped.connect_tcp(address, port, timeout=limit, **options))


class _Stream(_Wrapper):
    """A connection whose reads and writes end when the exchange has to."""

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        return self._wrapped.read(max_bytes, timeout=_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in _pieces(buffer):
            self._wrapped.write(piece, timeout=_left(timeout))

    def start_tls(self, *how: Any, timeout: float | None = None, **options: Any) -> _Stream:
        return _Stream(self._wrapped.start_tls(*how, timeout=_left(timeout), **options))


class _AsyncBackend(_Wrapper):
    """The same for those who await."""

    async def connect_tcp(
        self, *where: Any, timeout: float | None = None, **options: Any
    ) -> _AsyncStream:
        stream = await self._wrapped.connect_tcp(*where, timeout=_to_connect(timeout), **options)
        return _AsyncStream(stream)


class _AsyncStream(_Wrapper):
    """The same for those who await."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        return await self._wrapped.read(max_bytes, timeout=_left(timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for piece in _pieces(buffer):
            await self._wrapped.write(piece, timeout=_left(timeout))

    async def start_tls(
        self, *how: Any, timeout: float | None = None, **options: Any
    ) -> _AsyncStream:
        return _AsyncStream(await self._wrapped.start_tls(*how, timeout=_left(timeout), **options))
