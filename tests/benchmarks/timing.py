"""Fair times: what is compared takes turns, and the best of several rounds counts.

Times are those of the processor, since other programs may be at work on the same machine.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

import anyio

from .table import Row

AT_ONCE: Final = 100

Round: TypeAlias = Callable[[int], float]
"""Makes so many calls, and says how many seconds they took."""


class Effort(NamedTuple):
    """How much to measure."""

    rounds: int
    calls: int


def scaled(share: float) -> Effort:
    """Return so much of the whole effort, and at least one call."""
    return Effort(max(1, round(40 * share)), max(1, round(100 * share)))


def best(subjects: Mapping[str, Round], effort: Effort) -> dict[str, float]:
    """Microseconds that one call of each subject takes."""
    times: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(effort.rounds):
        for name, make_calls in subjects.items():
            times[name].append(make_calls(effort.calls))
    return {name: min(seconds) / effort.calls * 1e6 for name, seconds in times.items()}


def blocking(call: Callable[[], object]) -> Round:
    """Rounds of a plain call."""

    def make_calls(count: int) -> float:
        start = time.process_time()
        for _ in range(count):
            call()
        return time.process_time() - start

    return make_calls


async def awaited(call: Callable[[], Awaitable[object]], count: int) -> float:
    """Seconds that so many awaited calls take, without those of starting an event loop."""
    start = time.process_time()
    for _ in range(count):
        await call()
    return time.process_time() - start


async def at_once(call: Callable[[], Awaitable[object]], count: int) -> float:
    """Seconds that so many awaited calls take, of which 100 are under way at a time."""
    left = list(range(count))

    async def take() -> None:
        while left:
            left.pop()
            await call()

    start = time.process_time()
    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(take)
    return time.process_time() - start


def ratio(work: str, subjects: Mapping[str, Round], effort: Effort, goal: float) -> Row:
    """Measure two subjects, and how much of the first one's time the second one takes."""
    times = best(subjects, effort)
    (base, base_time), (name, its_time) = times.items()
    note = f"{base} {base_time:.1f} µs, {name} {its_time:.1f} µs"
    return Row(work, f"of {base}", its_time / max(base_time, 1e-3), goal, note)
