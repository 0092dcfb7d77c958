"""The transport of the awaiting face."""

from __future__ import annotations

from functools import partial

import anyio
import httpx

from julep._exchange import Incoming, Outgoing
from julep._http.bodies import AwaitingBody, async_pieces, exhaust
from julep._http.connections import emptied, hang_up, is_spoilt, remember
from julep._http.intake import Intake, kept
from julep._http.loops import LoopPools, current_loop
from julep._http.pools import new_pool
from julep._http.requests import Attempt, checked_client
from julep._reply import Reply

from .base import BaseTransport, is_stream, reply_to
from .concurrency import AwaitingWork


class AwaitingTransport(AwaitingWork, BaseTransport[httpx.AsyncClient]):
    """Suspends, on asyncio and on trio alike.

    Each event loop has connections of its own, so one client serves several `asyncio.run` calls.
    """

    def __init__(self, http: httpx.AsyncClient | None = None, *, is_direct: bool = False) -> None:
        super().__init__(checked_client(http, httpx.AsyncClient), is_direct=is_direct)
        self._loops: dict[object, LoopPools] = {}

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send once, while other tasks run."""
        __tracebackhide__ = True
        with Attempt(outgoing, self._http) as attempt:
            # The SDK's own pools keep to deadlines by themselves, but for their way through SOCKS.
            if (self._http is None and not self._proxies) or outgoing.timeout is None:
                return await self._exchange(attempt)
            with anyio.move_on_after(outgoing.timeout) as scope:
                attempt.end_with(scope)
                return await self._exchange(attempt)
            raise TimeoutError

    async def open(self, outgoing: Outgoing) -> Incoming | Reply:
        """Send once; the body of a success is left to be read."""
        __tracebackhide__ = True
        with Attempt(outgoing, self._http) as attempt:
            with anyio.move_on_after(outgoing.timeout) as scope:
                attempt.end_with(scope)
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
        """Give up all connections without closing them, for a process that inherited them."""
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
            if is_stream(response, attempt.outgoing):
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
            response = await pool.handle_async_request(attempt.request)
        remember(response)
        return response

    async def _read(self, response: httpx.Response, attempt: Attempt[httpx.AsyncClient]) -> Reply:
        if response.is_stream_consumed:
            return reply_to(response, kept(response, response.content), attempt)
        pieces = async_pieces(response)
        try:
            intake = Intake(response, attempt.outgoing)
            async for piece in pieces:
                intake.add(piece)
            if is_spoilt(response):
                hang_up(response)
        except BaseException:
            await response.aclose()
            await exhaust(pieces, response)
            raise
        await response.aclose()
        return reply_to(response, intake.whole(), attempt)

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
        """Return what the current event loop has, if it has something."""
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
