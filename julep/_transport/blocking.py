"""The transport of the blocking face."""

from __future__ import annotations

import threading
import time
import weakref

import httpx

from julep._exchange import Incoming, Outgoing
from julep._http.bodies import BlockingBody, sync_pieces
from julep._http.connections import connection_of, emptied, hang_up, is_spoilt, remember
from julep._http.deadlines import make_keep_deadlines
from julep._http.intake import Intake, kept
from julep._http.pools import new_pool
from julep._http.requests import Attempt, checked_client
from julep._reply import Reply

from .base import BaseTransport, Route, is_stream, reply_to
from .concurrency import BlockingWork
from .loop_watch import LoopWatch


class BlockingTransport(BlockingWork, BaseTransport[httpx.Client]):
    """Never suspends: no method here awaits anything."""

    def __init__(self, http: httpx.Client | None = None, *, is_direct: bool = False) -> None:
        super().__init__(checked_client(http, httpx.Client), is_direct=is_direct)
        self._pools: dict[Route, httpx.HTTPTransport] = {}
        self._lock = threading.Lock()
        self._watch = LoopWatch.if_asked()
        # A client that is dropped, or left open when the program ends, leaves no socket open.
        weakref.finalize(self, _close_all, self._pools)

    async def send(self, outgoing: Outgoing) -> Reply:
        """Send once, holding the calling thread."""
        __tracebackhide__ = True
        self._check_for_loop()
        with Attempt(outgoing, self._http) as attempt:
            try:
                return self._read(self._respond(attempt), attempt)
            except BaseException:
                self._give_back(attempt)
                raise

    async def open(self, outgoing: Outgoing) -> Incoming | Reply:
        """Send once; the body of a success is left to be read."""
        __tracebackhide__ = True
        self._check_for_loop()
        with Attempt(outgoing, self._http) as attempt:
            try:
                response = self._respond(attempt)
                if is_stream(response, outgoing):
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
        """Give up all connections without closing them, for a process that inherited them."""
        self._lock = threading.Lock()
        pools = dict(self._pools)
        self._pools.clear()
        return pools, self._http and emptied(self._http)

    def _check_for_loop(self) -> None:
        __tracebackhide__ = True
        if self._watch is not None:
            self._watch.look()

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
                self._pools[route] = new_pool(httpx.HTTPTransport, *route)
            return self._pools[route]

    def _read(self, response: httpx.Response, attempt: Attempt[httpx.Client]) -> Reply:
        if response.is_stream_consumed:
            return reply_to(response, kept(response, response.content), attempt)
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
        return reply_to(response, intake.whole(), attempt)

    def _give_back(self, attempt: Attempt[httpx.Client]) -> None:
        for lost in self._taken_back(list(self._pools.values()), attempt):
            lost.close()


def _close_all(pools: dict[Route, httpx.HTTPTransport]) -> None:
    while pools:
        pools.popitem()[1].close()
