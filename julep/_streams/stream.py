"""Answers that arrive event by event."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from julep._codec import structure
from julep._exchange import Incoming, too_large
from julep._faces import Async, FaceT, Resource, Sync, drive, require
from julep._reply import Reply
from julep._request import Request
from julep._sse import Event, EventDecoder
from julep.errors import (
    APIConnectionError,
    APITimeoutError,
    JulepError,
    StreamInterrupted,
    UnexpectedResponse,
)

from .events import BrokenOff, is_end, is_silent, read_event

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")
SyncT = TypeVar("SyncT", bound="Stream[Sync, Any]")
AsyncT = TypeVar("AsyncT", bound="Stream[Async, Any]")


class Stream(Resource[FaceT], Generic[FaceT, T]):
    """What a server sends over time: loop with `for`, or with `async for` for `AsyncJulep`.

    The request is sent when the stream is entered, awaited or first asked for an item. The
    connection is let go at the end, at an early `break`, and on leaving a `with` block. A stream is
    read once. The client's `timeout` limits the silence between two events, not the whole.
    """

    def __init__(self, resource: Resource[FaceT], request: Request[Any], item: TypeForm[T]) -> None:
        super().__init__(resource._face, resource._engine)  # noqa: SLF001 - streams belong to a resource
        self._item = item
        self._last: T | None = None
        self._restart(request)

    def _restart(self, request: Request[Any]) -> None:
        """Start over with a request that has not been sent yet."""
        self._request = request
        self._body: Incoming | None = None
        self._events: deque[Event] = deque()
        self._decoder = EventDecoder()
        self._unfinished: Event | None = None
        self._has_ended = False
        self._is_over = False

    def __iter__(self: Stream[Sync, T]) -> Iterator[T]:
        __tracebackhide__ = True
        require(self, Sync, "use `async for`")
        try:
            while (item := drive(self._next())) is not None:
                yield item
        finally:
            drive(self._leave())

    def __aiter__(self: Stream[Async, T]) -> AsyncIterator[T]:
        require(self, Async, "use `for`")
        return _Items(self)

    def __enter__(self: SyncT) -> SyncT:  # noqa: PYI019 - Self could not name the face
        require(self, Sync, "use `async with`")
        drive(self._begin())
        return self

    def __exit__(
        self: Stream[Sync, T],
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        drive(self._leave())

    async def __aenter__(self: AsyncT) -> AsyncT:  # noqa: PYI019 - Self could not name the face
        require(self, Async, "use `with`")
        await self._begin()
        return self

    async def __aexit__(
        self: Stream[Async, T],
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._leave()

    def __await__(self: AsyncT) -> Generator[Any, Any, AsyncT]:  # noqa: PYI019 - Self could not name the face
        return self.__aenter__().__await__()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._request.method} {self._request.path}>"

    async def _begin(self) -> None:
        """Send the request, so that a refusal comes before the first item is asked for."""
        __tracebackhide__ = True
        await self._open()

    async def _open(self) -> Incoming:
        __tracebackhide__ = True
        if self._body is None:
            self._body = await self._engine.open(self._request)
        return self._body

    async def _close(self) -> None:
        """Give nothing more, and let go of the connection."""
        self._is_over = True
        self._events.clear()
        if self._body is not None:
            await self._body.close()

    async def _leave(self) -> None:
        """Close for a user who has left a loop or a block, at its end or before."""
        await self._close()

    def _abandon(self) -> None:
        """Close without waiting, for a loop that was left early."""
        was_over, self._is_over = self._is_over or self._has_ended, True
        self._events.clear()
        # Where the body has ended, its connection may be another call's by now.
        if self._body is not None and not was_over:
            self._body.abandon()

    async def _item_or_end(self) -> T:
        """Return the next item for `async for`, in whose terms the end is an exception."""
        __tracebackhide__ = True
        try:
            item = await self._next()
        except BaseException:
            await self._leave()
            raise
        if item is None:
            raise StopAsyncIteration
        return item

    async def _next(self) -> T | None:
        """Return the next item, or None at the end."""
        __tracebackhide__ = True
        event = await self._next_event()
        if event is None:
            return None
        try:
            self._last = self._read(event)
        except JulepError as failure:
            # Traces that show variables must not show the event, in which a key may be repeated.
            del event
            raise failure.with_traceback(None) from None
        return self._last

    async def _next_event(self) -> Event | None:
        __tracebackhide__ = True
        while not self._is_over:
            if self._engine.left == 0:
                await self._end_late()
            event = self._events.popleft() if self._events else None
            if event is None and not self._has_ended:
                await self._receive()
            elif event is None or is_end(event):
                # Only here, since a loop that was left by its user ends without a word.
                await self._close()
                self._check_end(is_told=event is not None)
            elif not is_silent(event):
                return event
        return None

    def _check_end(self, *, is_told: bool) -> None:
        """Raise `StreamInterrupted` if the server has ended the stream too early.

        Args:
            is_told: Whether it said that the stream is complete.
        """

    async def _receive(self) -> None:
        __tracebackhide__ = True
        body = self._body or await self._open()
        if self._decoder.held > self._engine.options.max_response_bytes:
            await self._refuse_event()
        try:
            piece = await body.chunk()
        except APIConnectionError as failure:
            await self._close()
            raise self._interrupted(failure.message) from failure
        if piece is not None:
            self._events.extend(self._decoder.feed(piece))
        else:
            await self._end_body(body)

    async def _end_body(self, body: Incoming) -> None:
        self._has_ended = True
        await body.close()
        last = self._decoder.end()
        self._events.extend(last)
        self._unfinished = last[-1] if last else None

    async def _end_late(self) -> NoReturn:
        """End a stream whose time, which it shares with other calls, is over."""
        __tracebackhide__ = True
        await self._close()
        url = self._engine.shown_url(self._request)
        raise APITimeoutError(self._overtime(), method=self._request.method, url=url)

    def _overtime(self) -> str:
        """Return what the error says of a stream that took too long."""
        return "the stream did not end in time"

    async def _refuse_event(self) -> NoReturn:
        """End a stream whose next event is too large already."""
        __tracebackhide__ = True
        await self._close()
        most = self._engine.options.max_response_bytes
        raise self._interrupted(too_large("one event", most))

    def _read(self, event: Event) -> T:
        """Read the item that an event carries.

        Raises:
            StreamInterrupted: It carries an error instead, or the body stopped within it.
            UnexpectedResponse: It carries something else.
        """
        try:
            return read_event(event, self._make, is_cut=event is self._unfinished)
        except BrokenOff as broken:
            reason = self._engine.mask(self._request).text(str(broken))
        except Exception as mismatch:  # noqa: BLE001 - what servers send must not fail in other ways
            raise self._unreadable(event, mismatch) from None
        raise self._interrupted(reason)

    def _make(self, value: Any) -> T:
        """Make the item of an event's value."""
        return structure(value, self._item)

    def _unreadable(self, event: Event, mismatch: Exception) -> UnexpectedResponse:
        reply = Reply(200, {}, event.data.encode(), self._engine.shown_url(self._request))
        reply = self._engine.without_keys(self._request, reply)
        text = reply.content.decode()
        return self._request.unexpected(reply, f"an event of the stream: {mismatch}", text)

    def _interrupted(self, reason: str) -> StreamInterrupted:
        return StreamInterrupted(
            f"{StreamInterrupted.default}: {reason}",
            method=self._request.method,
            url=self._engine.shown_url(self._request),
            partial=self._partial(),
        )

    def _partial(self) -> Any:
        """Return what had arrived, for the error that says there should be more."""
        return self._last


class _Items(AsyncIterator[T]):
    """One walk over a stream. Not an async generator: those are closed some time after a `break`."""

    def __init__(self, stream: Stream[Async, T]) -> None:
        self._stream = stream

    def __anext__(self) -> Coroutine[Any, Any, T]:
        # Not `async def`: a frame of this object, kept by some traceback, would keep it from ending.
        return self._stream._item_or_end()  # noqa: SLF001 - a part of Stream

    def __del__(self) -> None:
        self._stream._abandon()  # noqa: SLF001 - a part of Stream
