"""Fair times: what is compared takes turns, and the best of several rounds counts."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple, TypeAlias

Round: TypeAlias = Callable[[int], float]
"""Makes so many calls, and says how many seconds they took."""


class Effort(NamedTuple):
    """How much to measure."""

    rounds: int
    calls: int


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
        start = time.perf_counter()
        for _ in range(count):
            call()
        return time.perf_counter() - start

    return make_calls


async def awaited(call: Callable[[], Awaitable[object]], count: int) -> float:
    """Seconds that so many awaited calls take, without those of starting an event loop."""
    start = time.perf_counter()
    for _ in range(count):
        await call()
    return time.perf_counter() - start


def show(title: str, times: Mapping[str, float], target: float | None = None) -> None:
    """Print the times of two subjects, and the ratio of the second one to the first."""
    (base, base_time), (name, its_time) = times.items()
    wanted = "" if target is None else f" (target {target:.2f})"
    print(
        f"{title:34} {base} {base_time:7.1f} µs   {name} {its_time:7.1f} µs"
        f"   ratio {its_time / base_time:.2f}{wanted}",
        flush=True,
    )
