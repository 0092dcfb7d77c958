"""The processes that evaluate strangers' text, and the way to ask them.

They are started when they are first needed, belong to the Python process rather than to a server
in it, and end with it.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import logging
import os
import threading
from functools import partial
from typing import Any, TypeAlias, cast

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from attrs import field, frozen

from . import transfer
from .budget import SECONDS, LimitExceeded
from .callers import CALLER, Caller
from .fairness import FairQueue
from .worker_process import CannotStart, Worker, has_interpreter

_LOG = logging.getLogger(__name__)
_AT_WORK = 4  # quick jobs that are done at once
_KEPT = (
    _AT_WORK + 1
)  # processes: with fewer, all at work would mean to start one and end one each time


@frozen
class _JobClass:
    """Jobs with the same time limit, so many of which are done at once in each event loop.

    All start as quick ones. What takes longer starts again as a long one, so that many jobs that
    take all their time don't hold up those that take none: a job has no effects to repeat.
    """

    seconds: float
    at_once: int
    most_waiting: int
    _queue: RunVar[FairQueue] = field(factory=lambda: RunVar("queue"))

    def queue(self) -> FairQueue:
        """Return what jobs of the running event loop wait for."""
        try:
            return self._queue.get()
        except LookupError:
            queue = FairQueue(self.at_once, self.most_waiting)
            self._queue.set(queue)
            return queue


_QUICK = _JobClass(SECONDS / 10, _AT_WORK, 400)
_LONG = _JobClass(SECONDS, 2, 40)
_Answer: TypeAlias = tuple[str | None, object, bool, object]
"""The name of an error, the value or its text, whether the time ran out, and which expression failed."""
_STOPPED: _Answer = (
    LimitExceeded.__name__,
    "It took more time or memory than one evaluation may have",
    True,
    None,
)


class Pool:
    """Worker processes. One more than is at work is kept ready, so that starting delays nobody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._can_start = has_interpreter()
        self._has_worked = False
        self._spare_starts = False

    async def run(self, job: str, *arguments: object) -> Any:
        """Return what a job of `worker.jobs` gives.

        Raises:
            LimitExceeded: It takes more time or memory than is allowed.
            Busy: Too many jobs wait, and the caller is not one who waits however long it takes.
            CallerGone: The caller left; the job has ended.
            Exception: Another of the errors that `sandbox.transfer` lets cross.
        """
        caller = CALLER.get()
        for jobs in (_QUICK, _LONG):
            attempt = partial(self._attempt, jobs, caller, job, arguments)
            # To watch a caller costs about as much as a quick job.
            starts_and_ends_soon = jobs is _QUICK and jobs.queue().has_room and self._has_ready()
            failed, value, ran_out, expression = await (
                attempt() if starts_and_ends_soon else caller.unless_gone(attempt)
            )
            if not ran_out:
                break
        if failed:
            raise transfer.named_error(failed, str(value), expression)
        return value

    async def _attempt(
        self, jobs: _JobClass, caller: Caller, job: str, arguments: object
    ) -> _Answer:
        async with jobs.queue().turn(caller):
            return await self._answer(job, arguments, jobs.seconds)

    async def _answer(self, job: str, arguments: object, seconds: float) -> _Answer:
        request = transfer.dump((job, arguments, seconds))
        try:
            worker = await self._take()
            answer = (
                await _answered_here(request)
                if worker is None
                else await self._asked(worker, request)
            )
        except (CannotStart, OSError):
            answer = await _answered_here(request) if self._fail() else None
        loaded: _Answer = transfer.load(answer) if answer else _STOPPED
        return loaded

    async def _asked(self, worker: Worker, request: bytes) -> bytes | None:
        answer = None
        try:
            answer = await worker.ask(request)
        finally:
            if answer is None:
                worker.abandon()
            else:
                self._has_worked = True
                self._keep(worker, _KEPT)
        return answer

    def _has_ready(self) -> bool:
        with self._lock:
            return bool(self._idle) and self._idle[-1].is_ready

    async def _take(self) -> Worker | None:
        """Return a worker to use alone, or `None` when there can't be any.

        Raises:
            OSError: It can't be started just now.
        """
        with self._lock:
            if not self._can_start:
                return None
            while self._idle and not self._idle[-1].is_alive:
                self._idle.pop().stop()
            taken = self._idle.pop() if self._idle else None
            needs_spare = not self._idle and not self._spare_starts
            self._spare_starts = self._spare_starts or needs_spare
        if needs_spare:
            threading.Thread(target=self._add_spare, daemon=True).start()
        return taken or await anyio.to_thread.run_sync(Worker)

    def _add_spare(self) -> None:
        try:
            with contextlib.suppress(OSError):
                self._keep(Worker(), 0)  # used last, since it is still starting
        finally:
            self._spare_starts = False

    def _keep(self, worker: Worker, place: int) -> None:
        with self._lock:
            if self._can_start and len(self._idle) < _KEPT:
                self._idle.insert(place, worker)
                return
        worker.abandon()

    def _fail(self) -> bool:
        # Tells whether to do without workers from now on. Where one has worked before, something is
        # wrong for the moment, and the limits that workers bring are not given up for it.
        if not self._has_worked and self._can_start:
            _LOG.warning("no worker process can be started: templates run in this process")
            self.close()
        return not self._can_start

    def close(self) -> None:
        """Stop all workers that are idle, and start no others."""
        with self._lock:
            self._can_start = False
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.stop()

    def forget(self) -> None:
        """Leave the workers to the process that this one was forked from."""
        self._lock = threading.Lock()
        self._spare_starts = False
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.forget()


async def _answered_here(request: bytes) -> bytes | None:
    return await anyio.to_thread.run_sync(
        partial(_answer_here, request),
        abandon_on_cancel=True,
        limiter=anyio.CapacityLimiter(1),  # how many there are, the queue decides
    )


def _answer_here(request: bytes) -> bytes | None:
    # Loads what else only workers need; nothing here depends on it otherwise.
    jobs = importlib.import_module("julep.local.worker.jobs")
    try:
        return cast("bytes", jobs.answer(*transfer.load(request)))
    except MemoryError:
        return None


POOL = Pool()
atexit.register(POOL.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=POOL.forget)
