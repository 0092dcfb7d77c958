"""What stays in memory after many calls, and after many clients that were made and dropped."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator

import httpx

from julep import Julep

from .calls import BASE, answer, mocked
from .samples import ID, KEY
from .table import Row
from .timing import Effort

GROWTH = 64.0
"""KiB. What goes on growing is far above it, whatever caches and allocators hold on to."""


def rows(effort: Effort) -> Iterator[Row]:
    """Measure what calls leave, then what clients leave."""
    calls, clients = 1000 * effort.calls, 100 * effort.calls
    with mocked(httpx.HTTPTransport, "handle_request", answer):
        client = Julep(base_url=BASE, api_key=KEY)
        left = growth(lambda: client.agents.get(ID), calls)
        yield Row(f"memory after {calls} calls", "KiB more", left, GROWTH)
        left = growth(use_once, clients)
        yield Row(f"memory after {clients} clients", "KiB more", left, GROWTH)


def use_once() -> None:
    """Make a client, call with it, and drop it unclosed."""
    Julep(base_url=BASE, api_key=KEY).agents.get(ID)


def growth(work: Callable[[], object], count: int) -> float:
    """Return how many KiB more are held after all of the work than after a tenth of it."""
    first = max(1, count // 10)
    tracemalloc.start()
    try:
        held = [_held_after(work, times) for times in (first, count - first)]
    finally:
        tracemalloc.stop()
    return (held[1] - held[0]) / 1024


def _held_after(work: Callable[[], object], count: int) -> int:
    for _ in range(count):
        work()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
