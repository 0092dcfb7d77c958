"""Events of a stream that arrive together, and chunks that are cut anywhere on their way."""

from __future__ import annotations

import time
from typing import Any

import pytest

from julep import StreamInterrupted

from .conftest import ADA, Face
from .test_chat_stream import chunk
from .wire import HANG_UP, STREAM_HEAD, Connection, Seen, Wire

WORDS = ["a", "b" * 300, "c", "d\u20ac"]
TEXTS = [
    chunk({"role": "assistant", "content": word}, "stop" if word is WORDS[-1] else None)
    for word in WORDS
]


def chunks(*texts: str) -> bytes:
    """Events as they go over the wire, each in a chunk of its own."""
    events = [f"data: {text}\n\n".encode() for text in texts]
    return b"".join(b"%x\r\n%s\r\n" % (len(event), event) for event in events)


BODY = chunks(*TEXTS)
CUTS = [1, 3, 4, 5, len(BODY) // 2, len(BODY) - 2, len(BODY) - 1, len(BODY), len(BODY) + 1]


async def texts_of(face: Face, client: Any, most: int | None = None) -> list[str]:
    """What the chunks of a chat say."""
    items = await face.take(client.sessions.chat.stream("s1", "hello"), most)
    return [item.choices[0].delta.content for item in items]


@pytest.mark.parametrize("cut", CUTS)
async def test_a_burst_is_read_wherever_it_is_cut(face: Face, cut: int) -> None:
    """All events arrive in two pieces, and the connection serves the next call."""
    whole = BODY + b"0\r\n\r\n"

    def answer(connection: Connection, seen: Seen) -> None:
        if seen.method == "GET":
            connection.send_json(ADA)
            return
        connection.send(STREAM_HEAD + whole[:cut])
        time.sleep(0.02)
        connection.send(whole[cut:])

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        assert await texts_of(face, client) == WORDS
        await face.call(client.agents.get, "a1")
    assert [seen.connection for seen in server.seen] == [1, 1]


async def test_a_burst_is_left_early(face: Face) -> None:
    """A loop that ends after one event of a burst is not given the others."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.send(STREAM_HEAD + BODY)
        connection.wait_for_hang_up()
        return HANG_UP

    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        assert await texts_of(face, client, 1) == WORDS[:1]
        assert await face.wait(server.hung_up)


async def test_an_error_comes_after_the_events_before_it(face: Face) -> None:
    """Of a burst that ends with an error, what came before that is given first."""
    burst = STREAM_HEAD + chunks(*TEXTS[:2], '{"error": "overloaded"}', TEXTS[2]) + b"0\r\n\r\n"
    with Wire(lambda connection, _: connection.send(burst)) as server:
        stream = face.client(base_url=server.url).sessions.chat.stream("s1", "hello")
        with pytest.raises(StreamInterrupted, match="overloaded"):
            await face.take(stream)
    assert stream.text == "".join(WORDS[:2])


async def test_a_connection_that_ends_within_a_burst_loses_no_event(face: Face) -> None:
    """What had arrived whole is given before the error tells that there should be more."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.send(STREAM_HEAD + chunks(*TEXTS[:3]) + b"ff\r\ndata: half")
        return HANG_UP

    with Wire(answer) as server:
        stream = face.client(base_url=server.url).sessions.chat.stream("s1", "hello")
        with pytest.raises(StreamInterrupted):
            await face.take(stream)
    assert stream.text == "".join(WORDS[:3])
