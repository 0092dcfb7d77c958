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
_SIZE = 4  # processes that are kept
_STOPPED = transfer.dump(
    (LimitExceeded.__name__, "It took more time or memory than one evaluation may have", True)
)


@frozen
class _Lane:
    """Jobs that have the same time, of which so many are done at once in each event loop.

    All start in the quick lane. What takes longer starts again in the long one, so that many jobs
    that take all their time don't hold those that take none: a job has no effects to repeat.
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


_QUICK = _Lane(SECONDS / 10, 4, 400)
_Answer: TypeAlias = tuple[str | None, object, bool]
"""The name of an error, the value or its text, and whether the time ran out."""

_LONG = _Lane(SECONDS, 2, 40)


class Pool:
    """Worker processes. One more than is at work is kept ready, so that starting delays nobody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._can_start = has_interpreter()
        self._has_worked = False

    async def run(self, job: str, *arguments: object) -> Any:
        """Return what a job of `worker.jobs` gives.

        Raises:
            LimitExceeded: It takes more time or memory than is allowed.
            Busy: Too many jobs wait, and the caller is not one who waits however long it takes.
            CallerGone: The caller left; the job has ended.
            Exception: Another of the errors that `sandbox.transfer` lets cross.
        """
        caller = CALLER.get()
        for lane in (_QUICK, _LONG):
            attempt = partial(self._attempt, lane, caller, job, arguments)
            # To watch a caller costs about as much as a quick job.
            starts_and_ends_soon = lane is _QUICK and lane.queue().has_room
            failed, value, ran_out = await (
                attempt() if starts_and_ends_soon else caller.unless_gone(attempt)
            )
            if not ran_out:
                break
        if failed:
            raise transfer.named_error(failed, str(value))
        return value

    async def _attempt(self, lane: _Lane, caller: Caller, job: str, arguments: object) -> _Answer:
        async with lane.queue().turn(caller):
            return await self._answer(job, arguments, lane.seconds)

    async def _answer(self, job: str, arguments: object, seconds: float) -> _Answer:
        attempt = _Attempt(self, job, arguments, seconds)
        try:
            answer = await anyio.to_thread.run_sync(
                attempt.run,
                abandon_on_cancel=True,
                limiter=anyio.CapacityLimiter(1),  # how many there are, the queue decides
            )
        except BaseException:
            attempt.stop()
            raise
        loaded: _Answer = transfer.load(answer)
        return loaded

    def take(self) -> Worker | None:
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
            is_last = not self._idle
        if is_last:
            threading.Thread(target=self._add_spare, daemon=True).start()
        return taken or Worker()

    def _add_spare(self) -> None:
        with contextlib.suppress(OSError):
            self._keep(Worker(), 0)  # used last, since it is still starting

    def give_back(self, worker: Worker) -> None:
        """Keep a worker for the next job."""
        self._has_worked = True
        self._keep(worker, _SIZE)

    def _keep(self, worker: Worker, place: int) -> None:
        with self._lock:
            if self._can_start and len(self._idle) < _SIZE:
                self._idle.insert(place, worker)
                return
        worker.stop()

    def fail(self) -> bool:
        """Note that a worker could not be started; tell whether to do without from now on.

        Where one has worked before, something is wrong for the moment, and the limits that workers
        bring are not given up for it.
        """
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
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.forget()


class _Attempt:
    """One job on its way through a thread."""

    def __init__(self, pool: Pool, job: str, arguments: object, seconds: float) -> None:
        self._pool = pool
        self._request = transfer.dump((job, arguments, seconds))
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._is_stopped = False

    def run(self) -> bytes:
        """Wait for the answer, and return it."""
        try:
            worker = self._pool.take()
            return _answer_here(self._request) if worker is None else self._asked(worker)
        except (CannotStart, OSError):
            if self._is_stopped or not self._pool.fail():
                return _STOPPED
            return _answer_here(self._request)

    def _asked(self, worker: Worker) -> bytes:
        answer = None
        with self._lock:
            self._worker = None if self._is_stopped else worker
        try:
            answer = worker.ask(self._request) if self._worker else None
        finally:
            with self._lock:
                self._worker = None
            if answer is None or self._is_stopped:
                worker.stop()
            else:
                self._pool.give_back(worker)
        return answer or _STOPPED

    def stop(self) -> None:
        """End the job, of which nobody waits for the answer."""
        with self._lock:
            self._is_stopped = True
            if self._worker is not None:
                self._worker.kill()


def _answer_here(request: bytes) -> bytes:
    # Loads what else only workers need; nothing here depends on it otherwise.
    jobs = importlib.import_module("julep.local.worker.jobs")
    try:
        return cast("bytes", jobs.answer(*transfer.load(request)))
    except MemoryError:
        return _STOPPED


POOL = Pool()
atexit.register(POOL.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=POOL.forget)
