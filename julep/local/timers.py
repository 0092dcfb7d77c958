"""Waiting by a clock that can be advanced."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import anyio
import anyio.lowlevel
import attrs

from julep.local.sandbox.callers import CALLER

from .scripting import Clock

_MOST_SECONDS_OF_WORK = 5
_SECONDS_BETWEEN_LOOKS = 0.002


@attrs.frozen(eq=False)
class _Sleeper:
    """Somebody who sleeps: for whom, and until when."""

    owner: str
    due: float


class Timers:
    """Those who wait until the clock says so, all on one event loop.

    Args:
        clock: What they go by.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock: Clock = clock
        self._sleepers: list[_Sleeper] = []
        self._moved = anyio.Event()
        self._moving = anyio.Lock()

    def now(self) -> float:
        """Return the seconds since the epoch."""
        return self.clock.now()

    async def sleep(self, seconds: float) -> None:
        """Return when the clock says that so much time has passed."""
        sleeper = _Sleeper(CALLER.get().name, self.clock.now() + seconds)
        self._sleepers.append(sleeper)
        try:
            await anyio.lowlevel.checkpoint()
            while (left := sleeper.due - self.clock.now()) > 0:
                with anyio.move_on_after(left):
                    await self._moved.wait()
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    def asleep(self) -> Counter[str]:
        """Count who sleeps for each caller; those whose time has come do no more."""
        return Counter(sleeper.owner for sleeper in self._sleepers)

    async def advance(self, seconds: float, is_at_rest: Callable[[], bool]) -> None:
        """Move the clock on, from one sleeper's time to the next one's.

        Args:
            seconds: By how much.
            is_at_rest: Whether nothing will happen until somebody is woken or told something.
        """
        async with self._moving:
            await self._advance(seconds, is_at_rest)

    async def _advance(self, seconds: float, is_at_rest: Callable[[], bool]) -> None:
        await _settle(is_at_rest)
        # What work takes meanwhile would make one sleep after another end too late.
        until = self.clock.now() + seconds
        try:
            while (due := self._next_due(until)) is not None:
                self._move_to(due)
                await _settle(is_at_rest)
            self._move_to(until)
        finally:
            self.clock.run()

    def _next_due(self, until: float) -> float | None:
        return min((each.due for each in self._sleepers if each.due <= until), default=None)

    def _move_to(self, moment: float) -> None:
        self.clock.set(moment)
        # From now on they are awake, though none of them has had its turn yet.
        self._sleepers = [each for each in self._sleepers if each.due > moment]
        self._moved.set()
        self._moved = anyio.Event()


async def _settle(is_at_rest: Callable[[], bool]) -> None:
    ends = time.monotonic() + _MOST_SECONDS_OF_WORK
    while not is_at_rest() and time.monotonic() < ends:  # noqa: ASYNC110 - nothing rings at rest
        await anyio.sleep(_SECONDS_BETWEEN_LOOKS)
