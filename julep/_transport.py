"""The only module that speaks HTTP and the only one that waits.

A client of the SDK's own goes straight to httpx's connection pools: an API client needs no cookies,
no auth flow and no event hooks, and httpx spends most of a call on them. What it does need of the
layer above, redirects and proxies, is in `_wire.py`. A client that the user brings is used as it is.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import TypeAlias, cast

import anyio
import anyio.lowlevel
import httpx

from ._engine import Incoming, Outgoing
from ._reply import EVENT_STREAM, Reply, media_type
from ._wire import (
    MAX_REDIRECTS,
    Clock,
    Told,
    checked_client,
    first_request,
    pool_options,
    redirected,
    timed_out,
)
from .errors import ConfigurationError

_pool_lock = threading.Lock()

Abandoned: TypeAlias = "tuple[object, _AwaitingBody]"
"""A stream that was left early, and the event loop that it belongs to."""


class BlockingTransport:
    """Never suspends: no method here awaits anything."""

    def __init__(self, http: httpx.Client | None = None) -> None:
        self._pools: dict[str, httpx.HTTPTransport] = {}
        self._http = checked_client(http, httpx.Client)
        self._closed = False

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send once, holding the calling thread."""
        clock = Clock(outgoing)
        with Told(outgoing):
            response = self._respond(outgoing, clock)
            return self._read(response, outgoing, clock)

    async def open(self, outgoing: Outgoing) -> Incoming | Reply:
        """Send once; the body of a success is left to be read."""
        clock = Clock(outgoing)
        with Told(outgoing):
            response = self._respond(outgoing, clock)
            if _is_stream(response):
                return _BlockingBody(response, outgoing)
            return self._read(response, outgoing, clock)

    async def sleep(self, seconds: float) -> None:
        """Hold the calling thread."""
        time.sleep(seconds)  # noqa: ASYNC251 - there is no loop to hold up

    async def close(self) -> None:
        """Close the connections that are the SDK's own."""
        self._closed = True
        self._let_go()

    def __del__(self) -> None:
        # A client that is dropped without being closed leaves no socket open.
        self._let_go()

    def _let_go(self) -> None:
        while self._pools:
            self._pools.popitem()[1].close()

    def _respond(self, outgoing: Outgoing, clock: Clock) -> httpx.Response:
        _refuse_closed(self._closed or (self._http is not None and self._http.is_closed))
        request, follows = first_request(outgoing, clock, self._http)
        for _ in range(MAX_REDIRECTS):
            response = self._once(request)
            if not (follows and response.has_redirect_location):
                return response
            response.close()
            request = redirected(request, response)
        raise httpx.TooManyRedirects("more redirects than are worth following", request=request)

    def _once(self, request: httpx.Request) -> httpx.Response:
        if self._http is not None:
            return self._http.send(request, stream=True, follow_redirects=False)
        return self._pool(request.url).handle_request(request)

    def _pool(self, url: httpx.URL) -> httpx.HTTPTransport:
        if pool := self._pools.get(url.scheme):
            return pool
        with _pool_lock:
            if url.scheme not in self._pools:
                self._pools[url.scheme] = httpx.HTTPTransport(**pool_options(url))
            return self._pools[url.scheme]

    def _read(self, response: httpx.Response, outgoing: Outgoing, clock: Clock) -> Reply:
        if not response.is_stream_consumed:
            try:
                clock.start_reading()
                content = b"".join(map(clock.check, response.iter_bytes()))
            finally:
                response.close()
        else:
            content = response.content
        return Reply(response.status_code, response.headers, content, outgoing.shown_url)


class AwaitingTransport:
    """Suspends, on asyncio and on trio alike.

    Each event loop has connections of its own, so one client serves several `asyncio.run` calls.
    """

    def __init__(self, http: httpx.AsyncClient | None = None) -> None:
        self._http = checked_client(http, httpx.AsyncClient)
        self._pools: dict[tuple[object, str], httpx.AsyncHTTPTransport] = {}
        self._abandoned: list[Abandoned] = []
        self._closed = False

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send once, while other tasks run."""
        with Told(outgoing):
            # A scope costs as much as the rest of the SDK's own work, so only where it is needed.
            if outgoing.timeout is None:
                return await self._exchange(outgoing)
            with anyio.move_on_after(outgoing.timeout):
                return await self._exchange(outgoing)
        raise timed_out(outgoing)

    async def open(self, outgoing: Outgoing) -> Incoming | Reply:
        """Send once; the body of a success is left to be read."""
        with Told(outgoing), anyio.move_on_after(outgoing.timeout):
            response = await self._respond(outgoing)
            if _is_stream(response):
                return _AwaitingBody(response, outgoing, self._abandoned)
            return await self._read(response, outgoing)
        raise timed_out(outgoing)

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run."""
        await anyio.sleep(seconds)

    async def close(self) -> None:
        """Close the connections that are the SDK's own and belong to this event loop."""
        self._closed = True
        here = anyio.lowlevel.current_token().native_token
        await self._collect(here)
        pools, self._pools = self._pools, {}
        for (loop, _), pool in pools.items():
            if loop is here:
                await pool.aclose()

    async def _exchange(self, outgoing: Outgoing) -> Reply:
        return await self._read(await self._respond(outgoing), outgoing)

    async def _respond(self, outgoing: Outgoing) -> httpx.Response:
        _refuse_closed(self._closed or (self._http is not None and self._http.is_closed))
        if self._abandoned:
            await self._collect(anyio.lowlevel.current_token().native_token)
        request, follows = first_request(outgoing, Clock(outgoing), self._http)
        for _ in range(MAX_REDIRECTS):
            response = await self._once(request)
            if not (follows and response.has_redirect_location):
                return response
            await response.aclose()
            request = redirected(request, response)
        raise httpx.TooManyRedirects("more redirects than are worth following", request=request)

    async def _once(self, request: httpx.Request) -> httpx.Response:
        if self._http is not None:
            return await self._http.send(request, stream=True, follow_redirects=False)
        return await self._pool(request.url).handle_async_request(request)

    def _pool(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        loop = anyio.lowlevel.current_token().native_token
        if pool := self._pools.get((loop, url.scheme)):
            return pool
        self._forget_ended_loops()
        pool = self._pools[loop, url.scheme] = httpx.AsyncHTTPTransport(**pool_options(url))
        return pool

    async def _collect(self, here: object) -> None:
        """Give back the connections of streams that were left early."""
        while self._abandoned:
            loop, body = self._abandoned.pop()
            if loop is here:
                await body.close()

    def _forget_ended_loops(self) -> None:
        for key in list(self._pools):
            is_closed = getattr(key[0], "is_closed", None)
            if is_closed is not None and is_closed():
                del self._pools[key]

    async def _read(self, response: httpx.Response, outgoing: Outgoing) -> Reply:
        if response.is_stream_consumed:
            content = response.content
        else:
            try:
                content = await response.aread()
            finally:
                await response.aclose()
        return Reply(response.status_code, response.headers, content, outgoing.shown_url)


class _Body:
    """What the bodies of both faces share."""

    def __init__(self, response: httpx.Response, outgoing: Outgoing) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._outgoing = outgoing


class _BlockingBody(_Body):
    _chunks: Iterator[bytes] | None = None

    async def chunk(self) -> bytes | None:
        with Told(self._outgoing):
            if self._chunks is None:
                self._chunks = self._response.iter_bytes()
            return next(self._chunks, None)

    async def close(self) -> None:
        self._response.close()

    def abandon(self) -> None:
        self._response.close()


class _AwaitingBody(_Body):
    _chunks: AsyncGenerator[bytes, None] | None = None

    def __init__(
        self, response: httpx.Response, outgoing: Outgoing, abandoned: list[Abandoned]
    ) -> None:
        super().__init__(response, outgoing)
        self._abandoned = abandoned
        self._loop = anyio.lowlevel.current_token().native_token

    async def chunk(self) -> bytes | None:
        with Told(self._outgoing), anyio.move_on_after(self._outgoing.timeout):
            if self._chunks is None:
                chunks = self._response.aiter_bytes()
                self._chunks = cast("AsyncGenerator[bytes, None]", chunks)
            return await anext(self._chunks, None)
        raise timed_out(self._outgoing)

    async def close(self) -> None:
        # A cancelled task still has to give its connection back.
        with anyio.CancelScope(shield=True):
            await self._response.aclose()
            await self._end()

    async def _end(self) -> None:
        """Read on to the end of httpx's generators: trio warns of those that are left open."""
        if self._chunks is None:
            return
        if _ends_when_closed(self._response):
            with contextlib.suppress(httpx.HTTPError):
                while await anext(self._chunks, None) is not None:
                    pass
        await self._chunks.aclose()

    def abandon(self) -> None:
        # The server hears of it now; the pool gets its connection back with the next call.
        stream = self._response.extensions.get("network_stream")
        connection = stream and stream.get_extra_info("socket")
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._abandoned.append((self._loop, self))


def _is_stream(response: httpx.Response) -> bool:
    return response.is_success and media_type(response.headers) == EVENT_STREAM


def _ends_when_closed(response: httpx.Response) -> bool:
    """Whether reading a closed response on comes to an end; over HTTP/2 it could wait for ever."""
    is_http_1 = response.http_version.startswith("HTTP/1")
    is_in_memory = isinstance(response.stream, httpx.ByteStream)
    return is_in_memory or (is_http_1 and "network_stream" in response.extensions)


def _refuse_closed(closed: bool) -> None:
    if closed:
        raise ConfigurationError("this client is closed; make a new one")
