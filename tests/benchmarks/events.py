"""What an event of a stream costs: cut out of the bytes, and read as a typed chunk of a chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import httpx

from julep import Julep
from julep._sse import EventDecoder

from .timing import Effort, best, blocking

EVENTS: Final = 200
PIECE: Final = 1024
TARGET: Final = 8.0


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


def pieces() -> Iterator[bytes]:
    """The body as it comes over a network, cut anywhere."""
    for start in range(0, len(BODY), PIECE):
        yield BODY[start : start + PIECE]


def decode() -> int:
    """Count the events of the body."""
    decoder = EventDecoder()
    return sum(1 for piece in pieces() for _ in decoder.feed(piece))


def answer(_request: httpx.Request) -> httpx.Response:
    """The body as the answer to a chat."""
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=pieces())


def compare(effort: Effort) -> None:
    """Print what an event costs."""
    assert decode() == EVENTS
    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = Julep(base_url="http://127.0.0.1:8080", api_key="key", httpx_client=http)
    streams = Effort(effort.rounds, max(1, effort.calls // 20))
    subjects = {
        "cut": blocking(decode),
        "read": blocking(lambda: list(client.sessions.chat.stream("id", "hello"))),
    }
    each = {name: time / EVENTS for name, time in best(subjects, streams).items()}
    print(f"event of a stream, decoded         {each['cut']:.1f} µs (target {TARGET})")
    print(f"event of a chat, as a typed chunk  {each['read']:.1f} µs", flush=True)
