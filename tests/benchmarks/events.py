"""What an event of a stream costs: cut out of the bytes, and read as a typed chunk of a chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import httpx

from julep import Julep
from julep._sse import EventDecoder

from .table import Row
from .timing import Effort, blocking, ratio

EVENTS: Final = 200
PIECE: Final = 1024
CUT: Final = 0.5
READ: Final = 1.8


def event(number: int) -> str:
    """An event as servers send it."""
    delta = {"role": "assistant", "content": f" word{number}"}
    choice = {"index": 0, "delta": delta, "finish_reason": "stop", "logprobs": None}
    chunk = {
        "id": "0192f0c1-5a52-7a3e-8f51-2b1c37f6a001",
        "created_at": "2025-01-01T09:00:00Z",
        "jobs": [],
        "docs": [],
        "usage": None,
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk)}\n\n"


BODY: Final = "".join(map(event, range(EVENTS))).encode()
TEXTS: Final = [event(number).removeprefix("data: ") for number in range(EVENTS)]


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


def answer(_request: httpx.Request) -> httpx.Response:
    """The body as the answer to a chat."""
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=pieces())


def rows(effort: Effort) -> Iterator[Row]:
    """Measure what an event costs."""
    assert decode() == EVENTS
    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = Julep(base_url="http://127.0.0.1:8080", api_key="key", httpx_client=http)
    streams = Effort(effort.rounds, max(1, effort.calls // 20))
    cut = {"json": blocking(parse), "julep": blocking(decode)}
    yield ratio(f"{EVENTS} events, decoded", cut, streams, CUT)
    read = {
        "json": blocking(parse),
        "julep": blocking(lambda: list(client.sessions.chat.stream("id", "hello"))),
    }
    yield ratio(f"{EVENTS} events of a chat, as typed chunks", read, streams, READ)
