"""The processes that evaluate strangers' text, and the way to ask them.

They are started when they are first needed, belong to the Python process rather than to a server
in it, and end with it.
"""

from __future__ import annotations

import atexit
import importlib
import logging
import os
import threading
from typing import Any, cast

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from julep.local.sandbox import transfer
from julep.local.sandbox.budget import LimitExceeded
from julep.local.sandbox.worker_process import CannotStart, Worker, has_interpreter

_LOG = logging.getLogger(__name__)
_SIZE = 4  # jobs at once, of each event loop; and processes that are kept
_STOPPED = transfer.dump(
    (LimitExceeded.__name__, "It took more time or memory than one evaluation may have")
)
_limiter: RunVar[anyio.CapacityLimiter] = RunVar("sandbox_limiter")


class Pool:
    """Worker processes. One more than is at work is kept ready, so that starting delays nobody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._can_start = has_interpreter()

    async def run(self, job: str, *arguments: Any) -> Any:
        """Return what a job of `worker.jobs` gives.

        Raises:
            LimitExceeded: It takes more time or memory than is allowed.
            Exception: Another of the errors that `sandbox.transfer` lets cross.
        """
        attempt = _Attempt(self, transfer.dump((job, arguments)))
        try:
            answer = await anyio.to_thread.run_sync(
                attempt.run, abandon_on_cancel=True, limiter=_limiter_of_loop()
            )
        except BaseException:
            attempt.stop()
            raise
        failed, value = transfer.load(answer)
        if failed:
            raise transfer.named_error(failed, value)
        return value

    def take(self) -> Worker | None:
        """Return a worker to use alone, or `None` when there can't be any."""
        with self._lock:
            if not self._can_start:
                return None
            while self._idle and not self._idle[-1].is_alive:
                self._idle.pop().stop()
            taken = self._idle.pop() if self._idle else Worker()
            if not self._idle:
                self._idle.append(Worker())
            return taken

    def give_back(self, worker: Worker) -> None:
        """Keep a worker for the next job."""
        with self._lock:
            if len(self._idle) < _SIZE:
                self._idle.append(worker)
                return
        worker.stop()

    def give_up(self) -> None:
        """Do without workers from now on."""
        _LOG.warning("no worker process can be started: templates run in this process")
        self._can_start = False
        self.close()

    def close(self) -> None:
        """Stop all workers that are idle."""
        with self._lock:
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

    def __init__(self, pool: Pool, request: bytes) -> None:
        self._pool = pool
        self._request = request
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._is_stopped = False

    def run(self) -> bytes:
        """Return the answer; blocks."""
        try:
            self._worker = self._pool.take()
        except OSError:
            self._pool.give_up()
        if self._worker is None:
            return _answer_here(self._request)
        try:
            answer = self._worker.ask(self._request)
        except CannotStart:
            self._worker.stop()
            self._pool.give_up()
            return _answer_here(self._request)
        return self._told(self._worker, answer)

    def _told(self, worker: Worker, answer: bytes | None) -> bytes:
        with self._lock:
            self._worker = None
            killed = answer is None or self._is_stopped
        if killed:
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


def _limiter_of_loop() -> anyio.CapacityLimiter:
    try:
        return _limiter.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(_SIZE)
        _limiter.set(limiter)
        return limiter


def _answer_here(request: bytes) -> bytes:
    # Loads what else only workers need; nothing here depends on it otherwise.
    jobs = importlib.import_module("julep.local.worker.jobs")
    try:
        return cast("bytes", jobs.answer(request))
    except MemoryError:
        return _STOPPED


POOL = Pool()
atexit.register(POOL.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=POOL.forget)
