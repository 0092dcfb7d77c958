"""How a chat's stream ends: whole, cut, broken off, or with the server's words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import StreamInterrupted

from .conftest import Face
from .test_chat_stream import EVENTS, USAGE, body, call, chunk, streamed
from .test_streams import streaming
from .wire import Wire


async def test_a_body_that_stops_is_interrupted(face: Face, httpx_mock: HTTPXMock) -> None:
    """Without a finish the answer is not whole; what came is the error's `partial`."""
    stream = streamed(face, httpx_mock, chunk({"content": "Once"}), chunk({"content": " upon"}))
    with pytest.raises(StreamInterrupted) as caught:
        await face.take(stream)
    assert caught.value.partial.text == stream.text == "Once upon"
    assert "the body stopped before the model did" in str(caught.value)


@pytest.mark.parametrize("lost", [3, 40])
async def test_a_body_that_stops_within_an_event_is_interrupted(
    face: Face, lost: int, httpx_mock: HTTPXMock
) -> None:
    """Half an event is a sign of an early end, not of an answer that makes no sense."""
    content = body(chunk({"content": "Once"}, "stop"), chunk({"content": " upon"}, "stop"))
    httpx_mock.add_response(content=content[:-lost], headers=EVENTS)
    with pytest.raises(StreamInterrupted, match="within an event") as caught:
        await face.take(face.client().sessions.chat.stream("s1", "hi"))
    assert caught.value.partial.text == "Once"


async def test_a_last_event_without_a_blank_line_counts(face: Face, httpx_mock: HTTPXMock) -> None:
    """A whole event is an event, though the line that should end it is missing."""
    httpx_mock.add_response(content=body(chunk({"content": "x"}, "stop"))[:-2], headers=EVENTS)
    stream = face.client().sessions.chat.stream("s1", "hi")
    assert [part.text for part in await face.take(stream)] == ["x"]


@pytest.mark.parametrize("ends", [0, 1])
async def test_an_answer_cut_at_the_end_of_an_event_is_interrupted(
    face: Face, ends: int, httpx_mock: HTTPXMock
) -> None:
    """Proxies cut just there: the event counts, and the answer is still not whole."""
    content = body(chunk({"content": "Do not "})).rstrip(b"\n") + b"\n" * ends
    httpx_mock.add_response(content=content, headers=EVENTS)
    stream = face.client().sessions.chat.stream("s1", "hi")
    with pytest.raises(StreamInterrupted, match="before the model did"):
        await face.take(stream)
    assert stream.text == "Do not "
    assert await face.take(stream) == []


async def test_an_empty_body_is_interrupted(face: Face, httpx_mock: HTTPXMock) -> None:
    """Not a single chunk is no answer either."""
    with pytest.raises(StreamInterrupted) as caught:
        await face.take(streamed(face, httpx_mock))
    assert caught.value.partial.text == ""


async def test_a_cut_connection_is_interrupted(face: Face) -> None:
    """A connection that breaks keeps what came, tool calls included."""
    piece = chunk({"content": "x", "tool_calls": [call(0, id="t1", name="f", arguments="{")]})
    with Wire(streaming(piece, end=False)) as server:
        stream = face.client(base_url=server.url).sessions.chat.stream("s1", "hi")
        with pytest.raises(StreamInterrupted, match="the connection broke") as caught:
            await face.take(stream)
    assert caught.value.partial.text == "x"
    assert caught.value.partial.tool_calls[0].function.arguments == "{"


async def test_leaving_early_is_no_interruption(face: Face, httpx_mock: HTTPXMock) -> None:
    """A loop that is left, and entered again, just ends."""
    stream = streamed(face, httpx_mock, chunk({"content": "a"}), chunk({"content": "b"}))
    assert len(await face.take(stream, 1)) == 1
    assert await face.take(stream) == []
    assert stream.text == "a"


SAID = "model overloaded"
FAULTS = [
    f'data: {{"error": {{"message": "{SAID}", "code": "rate_limit", "type": "http_error"}}}}',
    f'event: error\ndata: {{"error": {{"message": "{SAID}"}}}}',
    f'event: error\ndata: {{"type": "overloaded_error", "message": "{SAID}"}}',
    f"event: error\ndata: {SAID}",
    f'data: {{"type": "error", "message": "{SAID}"}}',
    f'data: {{"detail": "{SAID}"}}',
    f'data: {{"error": "{SAID}"}}',
    f'data: {{"id": "c1", "choices": [], "error": {{"message": "{SAID}"}}}}',
]


@pytest.mark.parametrize("fault", FAULTS, ids=range(len(FAULTS)))
async def test_an_error_in_the_stream_is_told(
    face: Face, fault: str, httpx_mock: HTTPXMock
) -> None:
    """The server's words, and what had come before them."""
    content = body(chunk({"content": "half"})) + f"{fault}\n\n".encode() + body(chunk({}, "stop"))
    httpx_mock.add_response(content=content, headers=EVENTS)
    with pytest.raises(StreamInterrupted, match=f"the server says: {SAID}") as caught:
        await face.take(face.client().sessions.chat.stream("s1", "hi"))
    assert caught.value.partial.text == "half"


async def test_an_error_without_words_is_still_one(face: Face, httpx_mock: HTTPXMock) -> None:
    """An event that is named an error ends the stream, whatever it says."""
    httpx_mock.add_response(content=b"event: error\ndata:\n\n", headers=EVENTS)
    with pytest.raises(StreamInterrupted, match="an error, without a message"):
        await face.take(face.client().sessions.chat.stream("s1", "hi"))


def late(text: str, finish: str = "stop", usage: Any = None) -> str:
    """A chunk as servers of 2025 send it: `stop` with every piece, the use of tokens with the last."""
    delta = {"role": "assistant", "content": text, "name": None, "tool_calls": None}
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "tool_calls": None}
    return json.dumps({"id": "c1", "usage": usage, "jobs": [], "docs": [], "choices": [choice]})


async def test_an_answer_that_a_model_broke_off_is_interrupted(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """On servers of 2025 the only sign is that the use of tokens was never told."""
    stream = streamed(face, httpx_mock, late("Do not "), late(""))
    with pytest.raises(StreamInterrupted, match="use of tokens was never told") as caught:
        await face.take(stream)
    assert caught.value.partial.text == "Do not "


@pytest.mark.parametrize(
    "chunks",
    [
        [chunk({"content": "a"}, "stop"), chunk({"content": "b"}, "stop")],
        [chunk({"content": "a"}, "stop", usage=None), chunk({"content": "b"}, "stop", usage=None)],
        [chunk({"content": "ab"}, None, usage=None), late("")],
        [late("a"), late("b", "length")],
        [late("a"), late("b", usage=USAGE)],
    ],
    ids=["no usage", "null usage", "honest stop", "another reason", "usage"],
)
async def test_other_servers_need_not_tell_the_use_of_tokens(
    face: Face, chunks: list[str], httpx_mock: HTTPXMock
) -> None:
    """A reason that means something is enough, and so is a server that never mentions tokens."""
    stream = streamed(face, httpx_mock, *chunks)
    await face.take(stream)
    assert stream.text == "ab"


async def test_a_tool_call_that_lost_pieces_is_interrupted(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """Half of the arguments must not pass for all of them."""
    head: dict[str, Any] = call(0, id="t1", name="add", arguments='{"a"')
    del head["index"]
    stream = streamed(
        face,
        httpx_mock,
        chunk({"tool_calls": [head]}, "stop"),
        chunk({"tool_calls": [{"command": None, "restart": False}]}, "stop"),
        chunk({}, "tool_calls", usage=USAGE),
    )
    with pytest.raises(StreamInterrupted, match="ask without `stream`") as caught:
        await face.take(stream)
    assert caught.value.partial.tool_calls[0].function.arguments == '{"a"'
