"""A server on loopback that costs as little as it can: `python -m tests.benchmarks.loopback`.

It answers POST with a stream of events and everything else with an agent, in a process of its own,
and ends with its standard input.
"""

from __future__ import annotations

import asyncio  # noqa: TID251 - a server, and no part of the SDK
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from .samples import AGENT, event, named_event

EVENTS: Final = 100
"""In each stream."""
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: "
_WHOLE: Final = b"%sapplication/json\r\nContent-Length: %d\r\n\r\n%s" % (_HEAD, len(AGENT), AGENT)
_STREAM: Final = _HEAD + b"text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_END: Final = b"0\r\n\r\n"


@contextmanager
def serving() -> Generator[str]:
    """Run the server; gives its URL."""
    command = [sys.executable, "-m", "tests.benchmarks.loopback"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdin
        assert server.stdout
        with server.stdin:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"


def _piece(text: str) -> bytes:
    data = text.encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


_PIECES: Final = [_piece(event(number)) for number in range(EVENTS)]
_NAMED: Final = [_piece(named_event(number)) for number in range(EVENTS)]


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await _head(reader):
        if not head.startswith(b"POST"):
            writer.write(_WHOLE)
            continue
        writer.write(_STREAM)
        is_named = b"/messages" in head.partition(b"\r")[0]
        for piece in _NAMED if is_named else _PIECES:
            writer.write(piece)
            await asyncio.sleep(0)  # so that all streams go on at the same time
        writer.write(_END)
    writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """Return the head of a request, whose body is passed over; nothing at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    await reader.readexactly(sum(int(line.partition(b":")[2]) for line in lengths))
    return head


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
