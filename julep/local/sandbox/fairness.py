"""Whose turn it is: callers take turns, however many jobs one of them has."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from julep.local.errors import Busy

from .callers import Caller

_SHARE = 4  # callers that together fill the queue


class FairQueue:
    """Lets so many jobs of an event loop run at once; the others wait.

    Args:
        at_once: How many run at once.
        most_waiting: How many may wait, of all callers; of one caller, a quarter of it. Those who
            wait however long it takes are not counted.
    """

    def __init__(self, at_once: int, most_waiting: int) -> None:
        self._free = at_once
        self._most = most_waiting
        self._waiting: OrderedDict[str, deque[anyio.Event]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return sum(map(len, self._waiting.values()))

    @property
    def has_room(self) -> bool:
        """Whether a job would run at once."""
        return self._free > 0

    @asynccontextmanager
    async def turn(self, caller: Caller) -> AsyncGenerator[None]:
        """Wait for a turn, and have it in the `with` block.

        Raises:
            Busy: Too many wait already.
        """
        await self._enter(caller)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, caller: Caller) -> None:
        if self._free:
            self._free -= 1
            return
        if caller.leaving:
            self._check_room(caller)
        event = anyio.Event()
        self._waiting.setdefault(caller.name, deque()).append(event)
        try:
            await event.wait()
        except BaseException:
            if event.is_set():
                self._leave()
            else:
                self._withdraw(caller.name, event)
            raise

    def _check_room(self, caller: Caller) -> None:
        own = len(self._waiting.get(caller.name, ()))
        if own * _SHARE >= self._most or self.waiting >= self._most:
            raise Busy("Too many texts wait to be evaluated: try again later")

    def _withdraw(self, name: str, event: anyio.Event) -> None:
        self._waiting[name].remove(event)
        if not self._waiting[name]:
            del self._waiting[name]

    def _leave(self) -> None:
        if not self._waiting:
            self._free += 1
            return
        name, events = self._waiting.popitem(last=False)
        events.popleft().set()
        if events:
            self._waiting[name] = events  # behind the others
