"""Bodies of streams, which are read while they arrive."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

import anyio
import httpx

from .arrived import Arrived
from .connections import hang_up, is_shared, is_spoilt
from .intake import stream_unpacker
from .requests import Attempt


class _Body:
    """What the bodies of both faces share."""

    def __init__(self, response: httpx.Response, attempt: Attempt[Any]) -> None:
        self.status = response.status_code
        self.was_done = False
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._attempt = attempt
        self._outgoing = attempt.outgoing
        self._unpack = stream_unpacker(response, attempt.outgoing)
        # A client of the user's may want to see each piece.
        self._arrived = None if attempt.http is not None else Arrived(response)

    def _with_arrived(self, piece: bytes) -> bytes:
        """Return a piece that came over the wire, and what came with it, as before compression."""
        assert self._unpack is not None
        rest = self._arrived.take() if self._arrived is not None else ()
        piece = self._unpack(piece)
        return piece if not rest else b"".join([piece, *map(self._unpack, rest)])


class BlockingBody(_Body):
    """The body of a stream that a thread waits for."""

    _pieces: Iterator[bytes] | None = None

    async def chunk(self) -> bytes | None:
        """Return the next bytes, or None at the end."""
        with self._attempt:
            self._attempt.start_piece()
            if self._pieces is None:
                self._pieces = self._begin()
            return next(self._pieces, None)

    async def close(self) -> None:
        """Let go of the connection."""
        if is_spoilt(self._response):
            hang_up(self._response)
        self._response.close()

    def abandon(self) -> None:
        """Let go of the connection where nothing can be awaited."""
        self._response.close()

    def _begin(self) -> Iterator[bytes]:
        if self._unpack is None or self._response.is_stream_consumed:
            return self._response.iter_bytes()
        return map(self._with_arrived, sync_pieces(self._response))


class AwaitingBody(_Body):
    """The body of a stream that a task waits for.

    Args:
        response: What has arrived so far.
        attempt: What it answers.
        give_back: Frees the place in its pool, wherever reading it was cancelled: httpcore does that
            only for what is read to its end.
        free: Does so at once, where nothing can be awaited.
        abandoned: Where to put a stream that was left early, to be closed in its event loop.
    """

    _pieces: AsyncIterator[bytes] | None = None
    _has_ended: bool = False

    def __init__(
        self,
        response: httpx.Response,
        attempt: Attempt[httpx.AsyncClient],
        give_back: Callable[[Attempt[httpx.AsyncClient]], Awaitable[None]],
        free: Callable[[Attempt[httpx.AsyncClient]], object],
        abandoned: list[AwaitingBody],
    ) -> None:
        super().__init__(response, attempt)
        self._give_back = give_back
        self._free = free
        self._abandoned = abandoned

    async def chunk(self) -> bytes | None:
        """Return the next bytes, or None at the end."""
        with self._attempt:
            self._attempt.start_piece()
            if self._pieces is None:
                self._pieces = self._begin()
            # The SDK's own connections keep to deadlines by themselves.
            is_own = self._attempt.http is None
            piece = await (anext(self._pieces, None) if is_own else self._in_time(self._pieces))
            self._has_ended = piece is None
            return piece if piece is None or self._unpack is None else self._with_arrived(piece)

    async def _in_time(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        with anyio.move_on_after(self._attempt.left_for_piece):
            return await anext(pieces, None)
        raise TimeoutError

    async def close(self) -> None:
        """Let go of the connection; a cancelled task has to do that too."""
        with anyio.CancelScope(shield=True):
            if is_spoilt(self._response):
                hang_up(self._response)
            is_free = False
            try:
                await self._response.aclose()
                if self._pieces is not None:
                    await exhaust(self._pieces, self._response)
                is_free = self._has_ended
            finally:
                if not is_free:
                    await self._give_back(self._attempt)

    async def hang_up(self) -> None:
        """Close the connection, and nothing else."""
        await self._response.aclose()

    def abandon(self) -> None:
        """Let go of the connection where nothing can be awaited."""
        # The server hears of it now, and others get the place; the rest is for the next call.
        hang_up(self._response)
        self._free(self._attempt)
        self._abandoned.append(self)

    def _begin(self) -> AsyncIterator[bytes]:
        if self._unpack is None or self._response.is_stream_consumed:
            self._unpack = None
            return aiter(self._response.aiter_bytes())
        return async_pieces(self._response)


def sync_pieces(response: httpx.Response) -> Iterator[bytes]:
    """Yield the bytes of a body as they come over the wire.

    httpx's own `iter_raw` gives the connection back at its end, before anybody can look at it.
    """
    assert isinstance(response.stream, httpx.SyncByteStream)
    return iter(response.stream)


def async_pieces(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the bytes of a body as they come over the wire, for those who await."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return aiter(response.stream)


async def exhaust(pieces: AsyncIterator[bytes], response: httpx.Response) -> None:
    """Read on to the end of httpx's generators: trio warns of those that are left open."""
    if _ends_when_closed(response):
        # A stream that was left open may have run out of time meanwhile: that is no error to tell.
        with contextlib.suppress(httpx.HTTPError, TimeoutError):
            while await anext(pieces, None) is not None:
                pass
    if (close := getattr(pieces, "aclose", None)) is not None:
        await close()


def _ends_when_closed(response: httpx.Response) -> bool:
    """Tell whether reading a closed response on comes to an end; over HTTP/2 it could wait for ever."""
    is_in_memory = isinstance(response.stream, httpx.ByteStream)
    is_of_network = "network_stream" in response.extensions
    return is_in_memory or (is_of_network and not is_shared(response))
