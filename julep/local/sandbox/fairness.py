"""A pace for long work: one piece at a time, so that everything else goes on in between."""

from __future__ import annotations

from time import perf_counter

import anyio
import anyio.lowlevel

_LONG = 0.02
_ROUNDS = 4  # about what reading a request, answering it and sending the answer take


class Pace:
    """Used as `async with pace:` around work that blocks the event loop.

    Many executions and requests may become ready in the same round of the loop. Once their work has taken long,
    the next ones are put off, one after the other: what the server has to answer comes in between.
    """

    def __init__(self) -> None:
        self._lock = anyio.Lock()
        self._used = 0.0
        self._began = 0.0

    async def __aenter__(self) -> None:
        if self._used > _LONG:
            async with self._lock:
                for _ in range(_ROUNDS):
                    await anyio.lowlevel.checkpoint()
                self._used = 0.0
        self._began = perf_counter()

    async def __aexit__(self, *_: object) -> None:
        self._used += perf_counter() - self._began
