"""What processes hold, and whether it grows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_ESTABLISHED: Final = "01"
_PATIENCE: Final = 5.0
"""Seconds for connections to be gone after their clients were closed."""
_MORE_MEMORY: Final = 1.1
_SPARE_MEMORY: Final = 8.0
"""MB that allocators and caches may still take after the first rounds."""
_SPARE_THREADS: Final = 32
"""Threads that are kept for later calls: by the SDK up to so many, by trio for ten seconds."""


class Held(NamedTuple):
    """What a process holds."""

    memory: float
    threads: int
    files: int


class Measure(NamedTuple):
    """What there is while nothing is under way."""

    client: Held
    server: Held
    connections: int


def can_measure() -> bool:
    """Whether this system tells what processes hold."""
    return Path("/proc/self/status").exists()


def held(process: int) -> Held:
    """What a process holds now."""
    place = Path(f"/proc/{process}")
    status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    files = len(list((place / "fd").iterdir()))
    return Held(int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), files)


def connections(port: int) -> int:
    """How many connections to a port are open."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == _ESTABLISHED for row in rows)


def measured(client: int, server: int, port: int) -> Measure:
    """What there is when connections had time to go."""
    ends = time.monotonic() + _PATIENCE
    while connections(port) and time.monotonic() < ends:
        time.sleep(0.05)
    return Measure(held(client), held(server), connections(port))


def growth(measures: Sequence[Measure], *, is_long: bool) -> Iterator[str]:
    """What the last round holds more than the second one; memory tells something after minutes only."""
    if not measures:
        return
    before, after = measures[1], measures[-1]
    for name, old, new in (
        ("client", before.client, after.client),
        ("server", before.server, after.server),
    ):
        if is_long and new.memory > old.memory * _MORE_MEMORY + _SPARE_MEMORY:
            yield f"memory of the {name}"
        if new.threads > old.threads + _SPARE_THREADS:
            yield f"threads of the {name}"
        if new.files > old.files:
            yield f"files of the {name}"
    if after.connections:
        yield "open connections"
