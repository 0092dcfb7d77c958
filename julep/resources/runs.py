"""What became of many inputs, item by item, on whichever face."""

from __future__ import annotations

import os
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, TypeVar

from julep._engine import Engine
from julep._faces import Async, FaceT, Resource, Sync, drive, require, workflow
from julep._runs.batch import Batch
from julep.types.runs import Done, Results

T = TypeVar("T")
SyncT = TypeVar("SyncT", bound="Runs[Sync, Any]")
AsyncT = TypeVar("AsyncT", bound="Runs[Async, Any]")


class Runs(Resource[FaceT], Generic[FaceT, T]):
    """What became of each input: loop with `for`, or with `async for` for `AsyncJulep`.

    Executions run on the server. The client starts them and looks at them while the next item is
    waited for, and at no other time. Leaving a `with` block cancels what has not ended; so does a
    loop that is left early without one, where calls block. Where they are awaited nothing can be
    done about it then, and a warning names the executions that go on.
    """

    def __init__(self, face: FaceT, engine: Engine, batch: Batch) -> None:
        super().__init__(face, engine)
        self._batch = batch
        self._last = _Last(batch, blocks=isinstance(face, Sync))
        weakref.finalize(self, self._last)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._batch}>"

    def _repr_html_(self) -> str:
        """Return how far they are, for notebooks: to show more would start executions."""
        from julep._html import waiting_html  # noqa: PLC0415 - only notebooks pay for it

        wait, loop = ("", "for") if isinstance(self._face, Sync) else ("await ", "async for")
        how = f"loop with `{loop}`, or `{wait}runs.to_list()` for a table of them all"
        return waiting_html(f"{type(self).__name__}: {self._batch}", how)

    def __iter__(self: Runs[Sync, T]) -> Iterator[Done[T]]:
        require(self, Sync, "use `async for`")
        return _Walk(self)

    def __next__(self: Runs[Sync, T]) -> Done[T]:
        __tracebackhide__ = True
        require(self, Sync, "use `async for`")
        if (done := drive(self._batch.next())) is None:
            raise StopIteration
        return done

    def __aiter__(self: Runs[Async, T]) -> AsyncIterator[Done[T]]:
        require(self, Async, "use `for`")
        return _AsyncWalk(self)

    async def __anext__(self: Runs[Async, T]) -> Done[T]:
        __tracebackhide__ = True
        require(self, Async, "use `for`")
        if (done := await self._batch.next()) is None:
            raise StopAsyncIteration
        return done

    def __enter__(self: SyncT) -> SyncT:  # noqa: PYI019 - Self could not name the face
        require(self, Sync, "use `async with`")
        self._last.is_silent = True
        return self

    def __exit__(self: Runs[Sync, T], *exc: object) -> None:
        drive(self._batch.close())

    async def __aenter__(self: AsyncT) -> AsyncT:  # noqa: PYI019 - as above
        require(self, Async, "use `with`")
        self._last.is_silent = True
        return self

    async def __aexit__(
        self: Runs[Async, T], kind: type[BaseException] | None, *exc: object
    ) -> None:
        if kind is GeneratorExit:
            # A coroutine that is closed may not wait for anything.
            self._batch.tell_left()
        else:
            await self._batch.close()

    @workflow
    async def to_list(self) -> Results[T]:
        """Wait for everything, and return it as a list, which notebooks show as a table.

        Raises:
            ExecutionError: As while iterating: by default what goes wrong is raised, and the others are cancelled.
        """
        __tracebackhide__ = True
        results = Results[T]()
        while (done := await self._batch.next()) is not None:
            results.append(done)
        return results

    @workflow
    async def close(self) -> None:
        """Cancel what was started and has not ended; there is no further item then."""
        __tracebackhide__ = True
        await self._batch.close()


class _Last:
    """What is done about a batch when nobody is there any more to take its items.

    Attributes:
        is_silent: Whether nothing is: the end of the `with` block does it.
    """

    def __init__(self, batch: Batch, *, blocks: bool) -> None:
        self.is_silent = False
        self._batch = batch
        self._blocks = blocks
        self._process = os.getpid()

    def __call__(self) -> None:
        # A child has a copy of everything, and the executions are its parent's.
        if self.is_silent or os.getpid() != self._process:
            return
        if self._blocks:
            drive(self._batch.close())
        else:
            self._batch.tell_left()


class _Walk(Iterator[Done[T]]):
    """A loop. Not a generator: what that leaves to do at a `break`, it does at some later time."""

    def __init__(self, runs: Runs[Sync, T]) -> None:
        self._runs = runs
        weakref.finalize(self, runs._last)  # noqa: SLF001 - a part of Runs

    def __next__(self) -> Done[T]:
        __tracebackhide__ = True
        return next(self._runs)


class _AsyncWalk(AsyncIterator[Done[T]]):
    """A loop that is awaited."""

    def __init__(self, runs: Runs[Async, T]) -> None:
        self._runs = runs
        weakref.finalize(self, runs._last)  # noqa: SLF001 - a part of Runs

    async def __anext__(self) -> Done[T]:
        __tracebackhide__ = True
        return await self._runs.__anext__()
