"""What it costs to cut the events of a stream out of its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from julep._sse import EventDecoder

from .samples import event
from .table import Row
from .timing import Effort, blocking, ratio

EVENTS: Final = 200
PIECE: Final = 1024
CUT: Final = 0.5


BODY: Final = "".join(map(event, range(EVENTS))).encode()
TEXTS: Final = [event(number).removeprefix("data: ").rstrip() for number in range(EVENTS)]


def pieces() -> Iterator[bytes]:
    """The body as it comes over a network, cut anywhere."""
    for start in range(0, len(BODY), PIECE):
        yield BODY[start : start + PIECE]


def decode() -> int:
    """Count the events of the body."""
    decoder = EventDecoder()
    return sum(1 for piece in pieces() for _ in decoder.feed(piece))


def parse() -> list[object]:
    """Return what the events hold, by the parser of JSON alone."""
    return list(map(json.loads, TEXTS))


def rows(effort: Effort) -> Iterator[Row]:
    """Measure what an event costs."""
    assert decode() == EVENTS
    streams = Effort(effort.rounds, max(1, effort.calls // 20))
    cut = {"json": blocking(parse), "julep": blocking(decode)}
    yield ratio(f"{EVENTS} events, decoded", cut, streams, CUT)
