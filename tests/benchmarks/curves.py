"""How what one request costs grows with how much there is.

A slope is that of the curve with both axes logarithmic: 0 is a cost that stays the same, 1 one that
grows as what there is. Making n things costs n log n in all where making one has a slope near 0.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from . import growing
from .table import Row

Call: TypeAlias = Callable[..., Any]
_ROUNDS = 7
_AT_ONCE = 3  # requests: the clock of a process goes on in steps
_LEAST = 0.01  # milliseconds, since nothing has no logarithm
_LINEAR = 1.15
"""That of n log n, from a hundred to ten thousand things."""
_FLAT = {"entries: chat": 0.15}
"""What is to cost at most twice as much with a hundred times as many things."""


class Curve(NamedTuple):
    """What a request costs the server, in milliseconds of processor time, by how much there is."""

    name: str
    times: Mapping[int, float]

    @property
    def slope(self) -> float:
        """That of the straight line that is nearest to the points."""
        points = [(math.log(size), math.log(cost)) for size, cost in self.times.items()]
        middle = sum(x for x, _ in points) / len(points)
        spread = sum((x - middle) ** 2 for x, _ in points)
        return sum((x - middle) * y for x, y in points) / spread if spread else 0.0


def sizes(most: int) -> list[int]:
    """A hundred and its tenfolds, up to so many."""
    powers = (10**power for power in range(2, 10))
    return [size for size in powers if size <= most] or [most]


def curves(call: Call, server: int, at: Sequence[int]) -> Iterator[Curve]:
    """Measure everything, at each of these sizes, the smallest first.

    Args:
        call: Sends a request.
        server: The id of the process that answers.
        at: How much there is to be of each kind.
    """
    for kind in growing.KINDS:
        grow = kind(call)
        times: dict[str, dict[int, float]] = {}
        for size in at:
            for name, request in grow(size).items():
                times.setdefault(name, {})[size] = _least(request, server)
        for name, found in times.items():
            yield Curve(f"{kind.__name__.lower()}: {name}", found)


def row(curve: Curve) -> Row:
    """One curve, by its slope."""
    costs = ", ".join(f"{size:,}: {cost:.2f} ms" for size, cost in curve.times.items())
    return Row(curve.name, "slope", curve.slope, _FLAT.get(curve.name, _LINEAR), costs)


def processor_time(process: int) -> float:
    """How many milliseconds a process has worked: others on the machine don't change that."""
    if sys.platform != "linux":
        return time.perf_counter() * 1000
    # The clock of another process, as the kernel numbers them.
    return time.clock_gettime_ns((~process << 3) | 2) / 1e6


def _least(request: Callable[[], object], server: int) -> float:
    times: list[float] = []
    for _ in range(_ROUNDS):
        started = processor_time(server)
        for _ in range(_AT_ONCE):
            request()
        times.append((processor_time(server) - started) / _AT_ONCE)
    return max(min(times), _LEAST)
