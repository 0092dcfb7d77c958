"""Connections that must not be used again, and the places that they take in a pool.

httpx can close a pool as a whole, but not give up a single connection. The names with an underscore
belong to httpcore, below it; where one of them is not there, a connection is left to httpcore.
"""

from __future__ import annotations

import contextlib
import os
import socket
import weakref
from typing import Any, Final, Protocol

import httpx

_LAYERS: Final = ("_stream", "_httpcore_stream", "_connection")
"""What leads from a response's stream to the connection that it is read from."""

_DEEPEST: Final = 8
"""How many layers there may be: five with httpx's own client, and one for a wrapper or two."""


class Forgetful(Protocol):
    """What has connections that a forked process must not use."""

    def forget(self) -> object:
        """Give all connections away without closing them."""
        ...


_streams: Final = weakref.WeakSet[Any]()
_transports: Final = weakref.WeakSet[Forgetful]()
_inherited: Final[list[object]] = []
"""What a child got from its parent. Kept, since finalizers would act on what the parent uses."""


def forget_in_children(transport: Forgetful) -> None:
    """Let no forked process use the connections of a transport."""
    _transports.add(transport)


def remember(response: httpx.Response) -> None:
    """Note an answer's connection, which no forked process may use."""
    if (stream := response.extensions.get("network_stream")) is not None:
        with contextlib.suppress(TypeError):  # of what nothing can refer to weakly
            _streams.add(stream)


def is_spoilt(response: httpx.Response) -> bool:
    """Tell whether an answer's connection, once it was read, must not serve another call.

    Servers close it a moment after a 500 without having said so. And what follows an answer would
    be taken for that of the next call.
    """
    is_broken = response.status_code >= 500 and not is_shared(response)
    return is_broken or bool(_surplus(response))


def is_shared(response: httpx.Response) -> bool:
    """Tell whether other calls may use the connection at this moment, as they do with HTTP/2."""
    return not response.http_version.startswith("HTTP/1")


def connection_of(response: httpx.Response) -> Any:
    """Return httpcore's connection that an answer is read from, or None."""
    if "network_stream" not in response.extensions:
        return None  # it came over no network
    part: Any = response.stream
    for _ in range(_DEEPEST):
        if hasattr(part, "_network_stream"):
            return part
        part = next((getattr(part, name) for name in _LAYERS if hasattr(part, name)), None)
    return None


def _surplus(response: httpx.Response) -> bytes:
    protocol = getattr(connection_of(response), "_h11_state", None)
    surplus: bytes = b"" if protocol is None else protocol.trailing_data[0]
    return surplus


def hang_up(response: httpx.Response) -> None:
    """Let the server know that its connection ends; the pool, which sees it too, lets go of it."""
    connection = None if is_shared(response) else _socket_of(response)
    if connection is None:
        return
    with contextlib.suppress(OSError):  # of one that was closed before
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except TypeError:
            # uvloop shows no more of its sockets than their files.
            with socket.socket(fileno=os.dup(connection.fileno())) as same:
                same.shutdown(socket.SHUT_RDWR)


def transports_of(http: httpx.Client | httpx.AsyncClient) -> list[Any]:
    """Return the transports of a user's client; none where httpx calls them otherwise."""
    parts = vars(http)
    return [parts.get("_transport"), *parts.get("_mounts", {}).values()]


def taken_back(transport: Any, timeouts: object, *, is_closed: bool) -> list[Any]:
    """Free the places that an exchange left taken when it was cancelled or ran out of time.

    httpcore gives a place back in steps, and asyncio's cancellation comes between any two of them.
    One that comes between the choice of a new connection and its first use leaves that for ever.

    Args:
        transport: A transport of httpx.
        timeouts: The very object that was sent as the exchange's time-outs; it tells whose it is.
        is_closed: Whether its response was closed. If it is still to be, httpcore must find then
            what it knows the exchange by.

    Returns:
        Connections to close.
    """
    pool: Any = getattr(transport, "_pool", None)
    try:
        with pool._optional_thread_lock:  # noqa: SLF001 - see above
            return _freed(pool, timeouts, is_closed=is_closed)
    except AttributeError:
        return []


def _freed(pool: Any, timeouts: object, *, is_closed: bool) -> list[Any]:
    requests, connections = pool._requests, pool._connections  # noqa: SLF001 - see above
    others = [one for one in requests if one.request.extensions.get("timeout") is not timeouts]
    if is_closed:
        requests[:] = others
    used = {id(one.connection) for one in others}
    lost = [
        one for one in connections if id(one) not in used and not (one.is_idle() or one.is_closed())
    ]
    connections[:] = [one for one in connections if one not in lost]
    # Others may have waited for these places.
    return lost + list(pool._assign_requests_to_connections())  # noqa: SLF001 - see above


def emptied(http: httpx.Client | httpx.AsyncClient) -> list[object]:
    """Empty the pools of a user's client in a process that inherited them; return what they held.

    Their locks are new: a thread that held one at the fork is not there to give it back.
    """
    return [_emptied(transport) for transport in transports_of(http)]


def _emptied(transport: Any) -> object:
    pool: Any = getattr(transport, "_pool", None)
    try:
        held = list(pool._requests), list(pool._connections)  # noqa: SLF001 - see above
        pool._requests.clear()  # noqa: SLF001 - see above
        pool._connections.clear()  # noqa: SLF001 - see above
        lock: Any = pool._optional_thread_lock.__class__  # noqa: SLF001 - see above
        pool._optional_thread_lock = lock()  # noqa: SLF001 - see above
    except AttributeError:
        return None
    return held


def _in_a_child() -> None:
    """Take from a child the connections that it inherited, unnoticed by their servers.

    Behind each of them is now the null device: closing it sends nothing, and a pool that looks at
    it finds a connection that has ended.
    """
    _inherited.extend(transport.forget() for transport in list(_transports))
    null = os.open(os.devnull, os.O_RDWR)
    for stream in list(_streams):
        connection = stream.get_extra_info("socket")
        if connection is not None and connection.fileno() >= 0:
            os.dup2(null, connection.fileno(), inheritable=False)
    os.close(null)
    _streams.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_a_child)


def _socket_of(response: httpx.Response) -> Any:
    stream = response.extensions.get("network_stream")
    return None if stream is None else stream.get_extra_info("socket")
