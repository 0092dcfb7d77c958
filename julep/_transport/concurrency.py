"""Several things at a time, and users' functions that may take long.

Both happen within one call of the client: nothing of it goes on when the call has returned, but for
functions that outlast a time limit or a cancellation, since a thread can't be stopped. Those run on
daemon threads, for which the end of the program does not wait; anyio's own worker threads are not
daemons on asyncio.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, Generic, TypeVar, cast

import anyio

from julep._exchange import Job
from julep._faces import drive
from julep._http.loops import current_loop

R = TypeVar("R")


class BlockingWork:
    """How the blocking face does it: on the calling thread where it can, else on daemon threads."""

    async def aside(self, function: Callable[[], R]) -> R:
        """Call it here: this thread has nothing else to do."""
        __tracebackhide__ = True
        return function()

    async def gather(
        self,
        jobs: Sequence[Job],
        seconds: float | None = None,
        *,
        shielded: bool = False,  # noqa: ARG002 - nothing cancels a thread
    ) -> bool:
        """Do one job on the calling thread; several, and what has a limit, on threads of their own."""
        if seconds is None and len(jobs) < 2:
            for job in jobs:
                await job()
            return True
        until = None if seconds is None else time.monotonic() + seconds
        calls = [_ThreadCall(partial(_driven, job)) for job in jobs]
        in_time = [call.wait(until) for call in calls]
        _raise_first(call.error for call in calls)
        return all(in_time)


class AwaitingWork:
    """How the awaiting face does it: tasks of one group, and daemon threads for plain functions."""

    async def aside(self, function: Callable[[], R]) -> R:
        """Call it on a daemon thread, so that the loop stays free; cancellation leaves it there."""
        __tracebackhide__ = True
        ended, soon = anyio.Event(), _soon(current_loop())

        def tell() -> None:
            # Where the loop has ended meanwhile, nobody waits for it any more.
            with contextlib.suppress(RuntimeError):
                soon(ended.set)

        call = _ThreadCall(function, tell)
        await ended.wait()
        return call.result()

    async def gather(
        self, jobs: Sequence[Job], seconds: float | None = None, *, shielded: bool = False
    ) -> bool:
        """Do them as tasks of a group that begins and ends in this call."""
        errors: list[BaseException] = []

        async def run(job: Job) -> None:
            try:
                await job()
            except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001 - raised below
                errors.append(error)

        with anyio.move_on_after(seconds, shield=shielded) as scope:
            try:
                async with anyio.create_task_group() as group:
                    for job in jobs:
                        group.start_soon(run, job)
            except* KeyboardInterrupt as interrupted:  # trio raises Ctrl-C in the group itself
                errors.extend(interrupted.exceptions)
        # Not out of the group, which would put a group of exceptions around it.
        _raise_first(errors)
        return not scope.cancelled_caught


class _ThreadCall(Generic[R]):
    """A function that is called on a daemon thread, under the context variables of its caller."""

    def __init__(self, function: Callable[[], R], tell: Callable[[], object] | None = None) -> None:
        self._function = function
        self._tell = tell
        self._context = contextvars.copy_context()
        self._context.run(_leave_event_loop)
        self._ended = threading.Event()
        self._value: R | None = None
        self.error: BaseException | None = None
        _idle_or_new().calls.put(self)

    def perform(self) -> None:
        """Call the function; its thread does."""
        __tracebackhide__ = True
        try:
            self._value = self._context.run(self._function)
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            self.error = error
        self._ended.set()
        if self._tell is not None:
            self._tell()

    def wait(self, until: float | None) -> bool:
        """Wait for its end; tell whether it comes in time."""
        return self._ended.wait(None if until is None else max(0.0, until - time.monotonic()))

    def result(self) -> R:
        """Return what the function gave, once it has ended."""
        __tracebackhide__ = True
        if self.error is not None:
            raise self.error
        return cast("R", self._value)


class _Worker(threading.Thread):
    """A thread that calls one function after another; idle ones are used again.

    A new thread for each call would be most of what a call costs.
    """

    def __init__(self) -> None:
        super().__init__(name="julep", daemon=True)
        self.calls = queue.SimpleQueue[_ThreadCall[Any]]()
        self.start()

    def run(self) -> None:
        while True:
            self._perform_next()
            if len(_idle) >= _MOST_IDLE:
                return
            _idle.append(self)

    def _perform_next(self) -> None:
        # In a frame of its own, so that an idle thread holds nothing of what it did last.
        self.calls.get().perform()


_MOST_IDLE: Final = 32
"""Threads that are kept for later; a burst of calls may have more."""
_idle: list[_Worker] = []
if hasattr(os, "register_at_fork"):
    # A child of this process has none of its threads.
    os.register_at_fork(after_in_child=_idle.clear)


def _soon(loop: Any) -> Callable[[Callable[[], object]], object]:
    """Return the function by which another thread has something done in an event loop.

    anyio's own way waits until it has been done, which is two more switches between threads.
    """
    is_trio = hasattr(loop, "run_sync_soon")
    given: Callable[..., object] = loop.run_sync_soon if is_trio else loop.call_soon_threadsafe
    return given


def _driven(job: Job) -> object:
    return drive(job())


def _idle_or_new() -> _Worker:
    try:
        return _idle.pop()
    except IndexError:
        return _Worker()


def _leave_event_loop() -> None:
    """Tell a copy of the context that no loop runs there: a function may start one of its own."""
    if sniffio := sys.modules.get("sniffio"):
        sniffio.current_async_library_cvar.set(None)


def _raise_first(errors: Iterable[BaseException | None]) -> None:
    for error in errors:
        if error is not None:
            raise error
