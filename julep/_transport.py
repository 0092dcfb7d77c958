"""The only module that waits, and with its helpers the only one that speaks HTTP.

A client of the SDK's own goes straight to httpx's connection pools: an API client needs no cookies,
no auth flow and no event hooks, and httpx spends most of a call on them. What it does need of the
layer above stands in `_http/redirects.py` and `_http/proxies.py`. A client that the user brings is
used as it is. What neither httpx nor httpcore does for a connection that went wrong is in
`_http/connections.py`.
"""

from __future__ import annotations

import threading
import time
import weakref
from functools import partial
from typing import Any, Generic, Self, TypeAlias

import anyio
import httpx

from ._concurrency import AwaitingWork, BlockingWork
from ._engine import Incoming, Outgoing
from ._http.bodies import AwaitingBody, BlockingBody, async_pieces, exhaust, sync_pieces
from ._http.connections import (
    connection_of,
    emptied,
    forget_in_children,
    hang_up,
    is_spoilt,
    remember,
    taken_back,
    transports_of,
)
from ._http.deadlines import keep_deadlines, make_keep_deadlines
from ._http.intake import Intake
from ._http.loops import LoopPools, current_loop
from ._http.pools import new_pool
from ._http.proxies import Proxies, Proxy
from ._http.requests import Attempt, HttpT, checked_client
from ._reply import EVENT_STREAM, Reply, media_type
from .errors import ConfigurationError

Route: TypeAlias = tuple[str, Proxy | None]
"""What the choice of a pool depends on: the scheme, and the proxy to go through."""


class _Transport(Generic[HttpT]):
    """What the transports of both faces share.

    Args:
        http: A client of the user's to send with.
        is_direct: Whether no proxy stands between: a server in this process is behind none.
    """

    def __init__(self, http: HttpT | None, *, is_direct: bool) -> None:
        self._http: HttpT | None = http
        self._is_direct = is_direct
        self._proxies = None if is_direct else Proxies()
        self._closed = False
        self._original: Self | None = None
        forget_in_children(self)

    def __deepcopy__(self, memo: object) -> Self:
        # The options of a client can be copied and its connections can't. An embedded server lives
        # as long as the transport that it was started for.
        copy = self.__class__(self._http, is_direct=self._is_direct)
        copy._original = self  # noqa: SLF001 - of this very class
        return copy

    def __reduce__(self) -> tuple[Any, ...]:
        if self._http is not None:
            raise TypeError(
                "a client with an httpx_client can't be pickled: make one where it is used"
            )
        return partial(type(self), is_direct=self._is_direct), ()

    def forget(self) -> object:
        """Give all connections away without closing them, for a process that inherited them."""
        raise NotImplementedError

    def _route(self, attempt: Attempt[HttpT]) -> Route:
        url = attempt.request.url
        if self._proxies:
            attempt.proxy = self._proxies.choose(url.scheme, url.host, url.port)
        return url.scheme, attempt.proxy

    def _refuse_closed(self) -> None:
        if self._closed or (self._http is not None and self._http.is_closed):
            raise ConfigurationError("this client is closed; make a new one")

    def _taken_back(
        self, transports: list[Any], attempt: Attempt[HttpT], *, is_closed: bool = True
    ) -> list[Any]:
        """Free what an exchange left taken; gives the connections to close."""
        if self._http is not None:
            transports = transports_of(self._http)
        parts = [taken_back(one, attempt.timeouts, is_closed=is_closed) for one in transports]
        return [lost for part in parts for lost in part]


class BlockingTransport(BlockingWork, _Transport[httpx.Client]):
    """Never suspends: no method here awaits anything."""

    def __init__(self, http: httpx.Client | None = None, *, is_direct: bool = False) -> None:
        super().__init__(checked_client(http, httpx.Client), is_direct=is_direct)
        self._pools: dict[Route, httpx.HTTPTransport] = {}
        self._lock = threading.Lock()
        # A client that is dropped, or left open when the program ends, leaves no socket open.
        weakref.finalize(self, _close_all, self._pools)

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send once, holding the calling thread."""
        with Attempt(outgoing, self._http) as attempt:
            try:
                return self._read(self._respond(attempt), attempt)
            except BaseException:
                self._give_back(attempt)
                raise

    async def open(self, outgoing: Outgoing) -> Incoming | Reply:
        """Send once; the body of a success is left to be read."""
        with Attempt(outgoing, self._http) as attempt:
            try:
                response = self._respond(attempt)
                if _is_stream(response):
                    attempt.start_stream()
                    return BlockingBody(response, attempt)
                return self._read(response, attempt)
            except BaseException:
                self._give_back(attempt)
                raise

    async def sleep(self, seconds: float) -> None:
        """Hold the calling thread."""
        time.sleep(seconds)  # noqa: ASYNC251 - there is no loop to hold up

    async def close(self) -> None:
        """Close the connections that are the SDK's own."""
        self._closed = True
        _close_all(self._pools)

    def forget(self) -> object:
        """Give all connections away without closing them, for a process that inherited them."""
        self._lock = threading.Lock()
        pools = dict(self._pools)
        self._pools.clear()
        return pools, self._http and emptied(self._http)

    def _respond(self, attempt: Attempt[httpx.Client]) -> httpx.Response:
        self._refuse_closed()
        response = self._once(attempt)
        while attempt.goes_on(response):
            response.close()
            response = self._once(attempt)
        return response

    def _once(self, attempt: Attempt[httpx.Client]) -> httpx.Response:
        if attempt.http is not None:
            response = attempt.http.send(attempt.request, stream=True, follow_redirects=False)
            if (connection := connection_of(response)) is not None:
                make_keep_deadlines(connection)
        else:
            response = self._pool(attempt).handle_request(attempt.request)
        remember(response)
        return response

    def _pool(self, attempt: Attempt[httpx.Client]) -> httpx.HTTPTransport:
        route = self._route(attempt)
        if pool := self._pools.get(route):
            return pool
        with self._lock:
            if route not in self._pools:
                pool = new_pool(httpx.HTTPTransport, *route)
                keep_deadlines(pool)
                self._pools[route] = pool
            return self._pools[route]

    def _read(self, response: httpx.Response, attempt: Attempt[httpx.Client]) -> Reply:
        if response.is_stream_consumed:
            return _reply(response, response.content, attempt)
        try:
            attempt.start_reading()
            intake = Intake(response, attempt.outgoing)
            for piece in sync_pieces(response):
                attempt.check_time()
                intake.add(piece)
            if is_spoilt(response):
                hang_up(response)
        finally:
            response.close()
        return _reply(response, intake.whole(), attempt)

    def _give_back(self, attempt: Attempt[httpx.Client]) -> None:
        for lost in self._taken_back(list(self._pools.values()), attempt):
            lost.close()


class AwaitingTransport(AwaitingWork, _Transport[httpx.AsyncClient]):
    """Suspends, on asyncio and on trio alike.

    Each event loop has connections of its own, so one client serves several `asyncio.run` calls.
    """

    def __init__(self, http: httpx.AsyncClient | None = None, *, is_direct: bool = False) -> None:
        super().__init__(checked_client(http, httpx.AsyncClient), is_direct=is_direct)
        self._loops: dict[object, LoopPools] = {}

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send once, while other tasks run."""
        with Attempt(outgoing, self._http) as attempt:
            # The SDK's own pools keep to deadlines by themselves, but for their way through SOCKS.
            if (self._http is None and not self._proxies) or outgoing.timeout is None:
                return await self._exchange(attempt)
            with anyio.move_on_after(outgoing.timeout):
                return await self._exchange(attempt)
            raise TimeoutError

    async def open(self, outgoing: Outgoing) -> Incoming | Reply:
        """Send once; the body of a success is left to be read."""
        with Attempt(outgoing, self._http) as attempt:
            with anyio.move_on_after(outgoing.timeout):
                return await self._begin(attempt)
            raise TimeoutError

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run."""
        await anyio.sleep(seconds)

    async def close(self) -> None:
        """Close the connections that are the SDK's own and belong to this event loop."""
        self._closed = True
        here = self._loops.pop(current_loop(), None)
        # Other loops close theirs, as they do with what nobody needs any more.
        self._loops.clear()
        if here is not None:
            await here.close()

    def forget(self) -> object:
        """Give all connections away without closing them, for a process that inherited them."""
        loops = dict(self._loops)
        self._loops.clear()
        return loops, self._http and emptied(self._http)

    async def _exchange(self, attempt: Attempt[httpx.AsyncClient]) -> Reply:
        try:
            return await self._read(await self._respond(attempt), attempt)
        except BaseException:
            await self._give_back(attempt)
            raise

    async def _begin(self, attempt: Attempt[httpx.AsyncClient]) -> Incoming | Reply:
        try:
            response = await self._respond(attempt)
            if _is_stream(response):
                attempt.start_stream()
                here = self._known() or await self._begun()
                free = partial(self._free, current_loop())
                return AwaitingBody(response, attempt, self._give_back, free, here.abandoned)
            return await self._read(response, attempt)
        except BaseException:
            await self._give_back(attempt)
            raise

    async def _respond(self, attempt: Attempt[httpx.AsyncClient]) -> httpx.Response:
        self._refuse_closed()
        here = self._known() or await self._begun()
        if here.abandoned:
            await here.collect()
        response = await self._once(attempt, here)
        while attempt.goes_on(response):
            await response.aclose()
            response = await self._once(attempt, here)
        return response

    async def _once(self, attempt: Attempt[httpx.AsyncClient], here: LoopPools) -> httpx.Response:
        if attempt.http is not None:
            response = await attempt.http.send(attempt.request, stream=True, follow_redirects=False)
        else:
            route = self._route(attempt)
            pool = here.pools.get(route)
            if pool is None:
                pool = here.pools[route] = new_pool(httpx.AsyncHTTPTransport, *route)
                keep_deadlines(pool)
            response = await pool.handle_async_request(attempt.request)
        remember(response)
        return response

    async def _read(self, response: httpx.Response, attempt: Attempt[httpx.AsyncClient]) -> Reply:
        if response.is_stream_consumed:
            return _reply(response, response.content, attempt)
        pieces = async_pieces(response)
        try:
            intake = Intake(response, attempt.outgoing)
            async for piece in pieces:
                intake.add(piece)
            if is_spoilt(response):
                hang_up(response)
        finally:
            await response.aclose()
            await exhaust(pieces, response)
        return _reply(response, intake.whole(), attempt)

    async def _give_back(self, attempt: Attempt[httpx.AsyncClient]) -> None:
        for lost in self._taken_back(self._pools(current_loop()), attempt):
            with anyio.CancelScope(shield=True):
                await lost.aclose()

    def _free(self, loop: object, attempt: Attempt[httpx.AsyncClient]) -> None:
        """Free the place of a stream that is still to be closed, if this is its loop."""
        if loop is current_loop():
            self._taken_back(self._pools(loop), attempt, is_closed=False)

    def _pools(self, loop: object) -> list[httpx.AsyncHTTPTransport]:
        here = self._loops.get(loop)
        return [] if here is None else list(here.pools.values())

    def _known(self) -> LoopPools | None:
        """What the current event loop has, if it has something."""
        here = self._loops.get(current_loop())
        return None if here is None or here.is_over else here

    async def _begun(self) -> LoopPools:
        """Begin to have something in the current event loop; nothing is waited for."""
        loop = current_loop()
        for ended, pools in list(self._loops.items()):
            if pools.has_ended(ended):
                self._loops.pop(ended, None)  # another thread may have been here
        here = self._loops[loop] = LoopPools()
        if self._http is None:
            await here.begin()
        return here


def _reply(response: httpx.Response, content: bytes, attempt: Attempt[Any]) -> Reply:
    return Reply(
        response.status_code,
        response.headers,
        content,
        attempt.outgoing.shown_url,
        was_done=attempt.was_done,
    )


def _is_stream(response: httpx.Response) -> bool:
    return response.is_success and media_type(response.headers) == EVENT_STREAM


def _close_all(pools: dict[Route, httpx.HTTPTransport]) -> None:
    while pools:
        pools.popitem()[1].close()
