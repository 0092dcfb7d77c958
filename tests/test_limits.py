"""Time and size that no server can make a call exceed."""

from __future__ import annotations

import gzip
import io
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from julep import (
    APITimeoutError,
    InternalServerError,
    Request,
    StreamInterrupted,
    UnexpectedResponse,
)
from julep.resources.file_parts import PIECE

from .conftest import ADA, Face
from .test_chat_stream import chunk
from .test_connections import http_client
from .wire import HANG_UP, Connection, Seen, Wire

LIMIT = 0.3
SHORT = LIMIT / 2
"""Seconds where nothing has to arrive within them."""
SLACK = 1.5
"""Seconds that a busy machine may take besides."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = json.dumps(ADA).encode()
READ = Request("GET", "/x", Any)


def repeating(start: bytes, again: bytes, pause: float = 0.02) -> Callable[..., object]:
    """A server that never comes to an end."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.send(start)
        while not connection.wire.hung_up.wait(pause):
            connection.send(again)
        return HANG_UP

    return answer


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS_HEADERS = {
    "headers byte by byte": repeating(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "one 103 after the other": repeating(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.005),
    "a flood of 100": repeating(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.001),
    "silence in the headers": repeating(b"HTTP/1.1 200 OK\r\nContent-", b""),
}
ENDLESS_BODIES = {
    "a body byte by byte": repeating(HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
    "chunks byte by byte": repeating(CHUNKED, b"1\r\n \r\n"),
    "a chunk's size byte by byte": repeating(CHUNKED, b"0"),
    "a chunk's extension byte by byte": repeating(CHUNKED + b"1;", b"a"),
    "trailers one by one": repeating(CHUNKED + b"0\r\n", b"A: b\r\n"),
    "an error's extension byte by byte": repeating(CHUNKED.replace(b"200", b"500") + b"1;", b"a"),
    "silence in the body": repeating(HEAD + b"Content-Length: 9\r\n\r\n{", b""),
}
ENDLESS = {**ENDLESS_HEADERS, **ENDLESS_BODIES}


@pytest.mark.parametrize("way", ENDLESS)
async def test_a_call_ends_in_time(face: Face, way: str) -> None:
    """However a server trickles, or falls silent, the limit is on the whole answer."""
    with Wire(ENDLESS[way]) as server:
        client = face.client(base_url=server.url, timeout=SHORT)
        start = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"within 0\.15 s"):
            await face.call(client.send, READ)
        server.hung_up.set()
    assert time.monotonic() - start < SHORT + SLACK


@pytest.mark.parametrize("way", ENDLESS_BODIES)
async def test_a_body_ends_in_time_on_a_client_of_the_users(face: Face, way: str) -> None:
    """An `httpx_client` keeps to the limit too, once an answer has begun."""
    http = http_client(face)
    with Wire(ENDLESS_BODIES[way]) as server:
        client = face.client(base_url=server.url, timeout=SHORT, httpx_client=http)
        start = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"within 0\.15 s"):
            await face.call(client.send, READ)
        server.hung_up.set()
    assert time.monotonic() - start < SHORT + SLACK
    await face.call(http.close if face.blocks else http.aclose)


@pytest.mark.parametrize("trickle", [(b"5;", b"a"), (b"0\r\n", b"A: b\r\n")])
@pytest.mark.parametrize("is_borrowed", [False, True])
async def test_a_stream_waits_for_its_next_piece_and_no_longer(
    face: Face, trickle: tuple[bytes, bytes], *, is_borrowed: bool
) -> None:
    """Bytes that belong to no event don't extend the wait; events that keep coming do."""
    begun, again = trickle

    def answer(connection: Connection, seen: Seen) -> object:
        connection.begin_stream()
        for _ in range(6):
            time.sleep(LIMIT / 4)
            connection.send_event(chunk({"content": "a"}))
        return repeating(begun, again)(connection, seen)

    http = http_client(face) if is_borrowed else None
    with Wire(answer) as server:
        client = face.client(base_url=server.url, timeout=LIMIT, httpx_client=http)
        start = time.monotonic()
        with pytest.raises(StreamInterrupted, match=r"within 0\.3 s"):
            await face.take(client.sessions.chat.stream("s1", "hi"))
        server.hung_up.set()
    assert LIMIT * 2 < time.monotonic() - start < LIMIT * 3 + SLACK
    if http is not None:
        await face.call(http.close if face.blocks else http.aclose)


class SlowFile(io.BytesIO):
    """A file on a slow disk."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read some of it, in a while."""
        time.sleep(LIMIT / 1.5)
        return super().read(size)


@pytest.mark.parametrize("is_borrowed", [False, True])
async def test_an_upload_may_take_its_time_and_its_answer_may_not(
    face: Face, *, is_borrowed: bool
) -> None:
    """Each piece that is sent has the limit anew; how often the answer's pieces come makes no difference."""
    http = http_client(face) if is_borrowed else None
    with Wire(repeating(HEAD + b"Content-Length: 1000000\r\n\r\n", b" ")) as server:
        client = face.client(base_url=server.url, timeout=LIMIT * 2, httpx_client=http)
        start = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"within 0\.6 s.*may have been done"):
            await face.call(client.files.upload, SlowFile(bytes(4 * PIECE)), name="a")
        server.hung_up.set()
    assert [len(seen.body) > 4 * PIECE for seen in server.seen] == [True]
    assert LIMIT * 4 < time.monotonic() - start < LIMIT * 5 + SLACK
    if http is not None:
        await face.call(http.close if face.blocks else http.aclose)


def sending(body: bytes, headers: str = "", status: str = "200 OK") -> Callable[..., object]:
    """A server that sends a body and closes the connection."""

    def answer(connection: Connection, _: Seen) -> object:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}\r\n"
        connection.send(head.encode() + body)
        return HANG_UP

    return answer


PACKED = [
    ("gzip", gzip.compress(BODY, mtime=0)),
    ("gzip", gzip.compress(BODY[:9], mtime=0) + gzip.compress(BODY[9:], mtime=0)),
    ("x-gzip", gzip.compress(BODY, mtime=0) + b"\0" * 9),
    ("deflate", zlib.compress(BODY)),
    ("Deflate", zlib.compress(BODY)[2:-4]),
    ("deflate, gzip", gzip.compress(zlib.compress(BODY), mtime=0)),
    ("identity", BODY),
    ("unheard-of", BODY),
]


@pytest.mark.parametrize(("coding", "body"), PACKED)
async def test_compressed_answers_are_read(face: Face, coding: str, body: bytes) -> None:
    """Members of gzip in any number of members, deflate in either form, and several codings."""
    with Wire(sending(body, f"Content-Encoding: {coding}\r\n")) as server:
        assert await face.call(face.client(base_url=server.url).send, READ) == ADA


LARGE = b'"' + b"a" * 20_000 + b'"'


@pytest.mark.parametrize(
    "answer",
    [
        sending(LARGE),
        sending(b"", "Content-Length: 10001\r\n"),
        sending(gzip.compress(LARGE, mtime=0), "Content-Encoding: gzip\r\n"),
        sending(
            gzip.compress(LARGE[:9], mtime=0) + gzip.compress(LARGE[9:], mtime=0),
            "Content-Encoding: gzip\r\n",
        ),
        sending(
            gzip.compress(zlib.compress(LARGE), mtime=0), "Content-Encoding: deflate, gzip\r\n"
        ),
        repeating(HEAD + b"\r\n", b"a" * 1000, 0.001),
    ],
)
async def test_an_answer_may_not_be_larger_than_allowed(
    face: Face, answer: Callable[..., object]
) -> None:
    """Neither as it comes nor when it is unpacked; it is not asked for again."""
    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_response_bytes=10_000, max_retries=2)
        with pytest.raises(UnexpectedResponse, match="larger than 10000 bytes; max_response_bytes"):
            await face.call(client.send, READ)
        server.hung_up.set()
    assert len(server.seen) == 1


async def test_an_answer_may_be_as_large_as_allowed(face: Face) -> None:
    """The limit itself is still allowed."""
    with Wire(sending(LARGE)) as server:
        client = face.client(base_url=server.url, max_response_bytes=len(LARGE))
        assert len(await face.call(client.send, READ)) == 20_000


async def test_a_large_error_keeps_its_class(face: Face) -> None:
    """The status is known, whatever the body would have said."""
    with Wire(sending(LARGE, status="500 Oh")) as server:
        client = face.client(base_url=server.url, max_response_bytes=100)
        with pytest.raises(InternalServerError, match="larger than 100 bytes"):
            await face.call(client.send, READ)


async def test_a_limit_holds_for_a_client_of_the_users(face: Face) -> None:
    """What a borrowed client brings is measured too."""
    kind: Any = httpx.Client if face.blocks else httpx.AsyncClient
    async with face.inside(kind()) as http:
        with Wire(sending(LARGE)) as server:
            client = face.client(base_url=server.url, max_response_bytes=100, httpx_client=http)
            with pytest.raises(UnexpectedResponse, match="larger than 100 bytes"):
                await face.call(client.send, READ)
