"""The server's ends of a worker's pipes, used on the event loop.

A thread that waits for a pipe wants the interpreter back when the answer comes, and gets it only
when the event loop lets go: up to 5 ms later where that is busy, which is fifty times the job.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import IO, TypeVar

import anyio
import anyio.to_thread

from . import frames

T = TypeVar("T")
_PIECE = 1 << 16  # bytes: what a pipe holds at once


class PolledEnds:
    """Both ends, as the event loop sees them."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        self._requests, self._answers = requests.fileno(), answers.fileno()
        os.set_blocking(self._requests, False)
        os.set_blocking(self._answers, False)

    async def write(self, message: bytes) -> None:
        """Write a message.

        Raises:
            OSError: The other side is gone.
        """
        left = memoryview(frames.framed(message))
        while left:
            try:
                left = left[os.write(self._requests, left) :]
            except BlockingIOError:
                await anyio.wait_writable(self._requests)

    async def read(self) -> bytes | None:
        """Return the next message, or `None` when the other side is gone.

        Raises:
            ValueError: It is longer than any message.
        """
        head = await self._exactly(frames.HEAD)
        return None if head is None else await self._exactly(frames.length(head))

    async def _exactly(self, count: int) -> bytes | None:
        got = bytearray()
        while len(got) < count:
            try:
                piece = os.read(self._answers, min(count - len(got), _PIECE))
            except BlockingIOError:
                await anyio.wait_readable(self._answers)
                continue
            if not piece:
                return None
            got += piece
        return bytes(got)


class ThreadedEnds:
    """Both ends where the event loop can't wait for pipes, as on Windows."""

    def __init__(self, requests: IO[bytes], answers: IO[bytes]) -> None:
        self._requests, self._answers = requests, answers

    async def write(self, message: bytes) -> None:
        """Write a message.

        Raises:
            OSError: The other side is gone.
        """
        await _in_thread(partial(frames.write, self._requests, message))

    async def read(self) -> bytes | None:
        """Return the next message, or `None` when the other side is gone.

        Raises:
            ValueError: It is longer than any message.
        """
        return await _in_thread(partial(frames.read, self._answers))


def pipe_ends(requests: IO[bytes], answers: IO[bytes]) -> PolledEnds | ThreadedEnds:
    """Return the ends in the form that this system can wait for."""
    return (ThreadedEnds if sys.platform == "win32" else PolledEnds)(requests, answers)


async def _in_thread(work: Callable[[], T]) -> T:
    # How many there are, the queue of jobs decides.
    one = anyio.CapacityLimiter(1)
    return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=one)
