"""A chat's answer piece by piece, and what it adds up to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import ChunkChatResponse, InternalServerError

from .conftest import URL, Face
from .test_streams import endless
from .wire import Wire

EVENTS = {"content-type": "text/event-stream; charset=utf-8"}


def chunk(delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> str:
    """An event of a chat stream; `finish` is why the model stopped."""
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}] if delta is not None else []
    return json.dumps(
        {"id": "c1", "created_at": "2025-06-01T00:00:00Z", "choices": choices, **more}
    )


def body(*events: str) -> bytes:
    """A whole event stream."""
    return "".join(f"data: {event}\n\n" for event in events).encode()


def streamed(face: Face, httpx_mock: HTTPXMock, *events: str) -> Any:
    """A chat that is answered with these events."""
    httpx_mock.add_response(content=body(*events), headers=EVENTS)
    return face.client().sessions.chat.stream("s1", "hi")


USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
DOC = {
    "owner": {"id": "a1", "role": "agent"},
    "id": "d1",
    "snippets": [{"index": 0, "content": "x"}],
}


async def test_chunks_are_typed_and_add_up(face: Face, httpx_mock: HTTPXMock) -> None:
    """Each chunk has its text; when done, the stream has text, message, usage and docs."""
    stream = streamed(
        face,
        httpx_mock,
        chunk({"role": "assistant", "content": "Hel"}, docs=[DOC]),
        chunk({"content": "lo"}),
        chunk({"content": None}, "stop", usage=USAGE),
    )
    chunks = await face.take(stream)

    assert all(isinstance(one, ChunkChatResponse) for one in chunks)
    assert [one.text for one in chunks] == ["Hel", "lo", ""]
    assert stream.text == stream.message.text == "Hello"
    assert repr(stream) == "<ChatStream of POST /sessions/s1/chat: 'Hello'>"
    assert str(stream) == "Hello"
    assert stream.message.role == "assistant"
    assert stream.usage.total_tokens == 5
    assert [doc.id for doc in stream.docs] == ["d1"]
    assert stream.finish_reason == "stop"


async def test_the_request_asks_for_a_stream(face: Face, httpx_mock: HTTPXMock) -> None:
    """`stream=True` on the call is the same as the method."""
    httpx_mock.add_response(content=body(chunk({"content": "x"}, "stop")), headers=EVENTS)
    stream = face.client().sessions.chat("s1", "hi", stream=True)
    await face.take(stream)
    request = httpx_mock.get_requests()[0]
    assert (request.method, str(request.url)) == ("POST", f"{URL}/sessions/s1/chat")
    assert json.loads(request.content)["stream"] is True
    assert stream.text == "x"


async def test_the_stream_tells_how_far_it_is(face: Face) -> None:
    """`text` and `usage` are there while the answer is being written."""
    with Wire(endless(chunk({"content": "so"}), chunk({"content": " far"}))) as server:
        stream = face.client(base_url=server.url).sessions.chat.stream("s1", "hi")
        await face.take(stream, 2)
    assert (stream.text, stream.usage, stream.docs) == ("so far", None, [])
    assert stream.finish_reason is None


async def test_tool_calls_come_in_pieces(face: Face, httpx_mock: HTTPXMock) -> None:
    """Names and ids come once, arguments are joined, calls are told apart by their index."""
    stream = streamed(
        face,
        httpx_mock,
        chunk({"tool_calls": [call(0, id="t1", name="add", arguments="")]}),
        chunk({"tool_calls": [call(0, arguments='{"a"')]}),
        chunk({"tool_calls": [call(1, id="t2", name="sub", arguments="{}")]}),
        chunk({"tool_calls": [call(0, arguments=": 1}")]}),
        chunk({}, "tool_calls"),
    )
    await face.take(stream)

    first, second = stream.message.tool_calls
    assert (first.id, first.function.name, first.function.arguments) == ("t1", "add", '{"a": 1}')
    assert (second.id, second.function.name, second.function.arguments) == ("t2", "sub", "{}")
    assert (stream.message.content, stream.finish_reason) == (None, "tool_calls")


def call(index: int, *, id: str | None = None, **function: str) -> dict[str, Any]:
    """A piece of a tool call; ids come with the first piece only."""
    head = {"id": id, "type": "function"} if id else {}
    return {"index": index, "function": function, **head}


async def test_the_first_choice_is_the_message(face: Face, httpx_mock: HTTPXMock) -> None:
    """Several choices are in the chunks; text and message are those of the first."""
    both = [
        {"index": index, "delta": {"content": text}, "finish_reason": "stop"}
        for index, text in ((1, "B"), (0, "A"))
    ]
    stream = streamed(face, httpx_mock, json.dumps({"id": "c1", "choices": both}))
    await face.take(stream)
    assert stream.text == "A"


async def test_stop_on_every_chunk_does_not_end_it(face: Face, httpx_mock: HTTPXMock) -> None:
    """Servers of 2025 say `stop` from the first chunk on; all the text still counts."""
    stream = streamed(
        face,
        httpx_mock,
        chunk({"role": "assistant", "content": "a"}, "stop", usage=None, docs=[], jobs=[]),
        chunk({"role": "assistant", "content": "b"}, "length", usage=USAGE),
        chunk(None, usage=USAGE),
    )
    assert len(await face.take(stream)) == 3
    assert (stream.text, stream.finish_reason) == ("ab", "length")


async def test_an_old_server_that_can_not_stream_says_so(face: Face, httpx_mock: HTTPXMock) -> None:
    """Servers of 2024 fail with 500, which is not tried again."""
    httpx_mock.add_response(status_code=500, text="Internal Server Error")
    with pytest.raises(InternalServerError):
        await face.take(face.client(max_retries=2).sessions.chat.stream("s1", "hi"))


@pytest.mark.parametrize("silence", [": hi", "data:", "data: ", "data", "event: ping", "retry: 1"])
async def test_events_that_say_nothing_are_passed_over(
    face: Face, silence: str, httpx_mock: HTTPXMock
) -> None:
    """Servers and proxies send them to keep a connection alive."""
    nothing = f"{silence}\n\n".encode()
    content = nothing.join([b"", body(chunk({"content": "a"})), body(chunk({}, "stop")), b""])
    httpx_mock.add_response(content=content, headers=EVENTS)
    stream = face.client().sessions.chat.stream("s1", "hi")
    assert [part.text for part in await face.take(stream)] == ["a", ""]


@pytest.mark.parametrize("kind", ["Text/Event-Stream", "text/event-stream ;charset=utf-8"])
async def test_a_media_type_has_any_case(face: Face, kind: str, httpx_mock: HTTPXMock) -> None:
    """And parameters."""
    content = body(chunk({"content": "a"}, "stop"))
    httpx_mock.add_response(content=content, headers={"Content-Type": kind})
    stream = face.client().sessions.chat.stream("s1", "hi")
    assert [part.text for part in await face.take(stream)] == ["a"]


async def test_a_mark_of_the_end_is_the_end(face: Face, httpx_mock: HTTPXMock) -> None:
    """Gateways that speak another API put `[DONE]` behind an answer, and it is no chunk."""
    stream = streamed(face, httpx_mock, chunk({"content": "a"}), "[DONE]", chunk({"content": "b"}))
    assert [part.text for part in await face.take(stream)] == ["a"]


async def test_chunks_without_a_choice_add_nothing(face: Face, httpx_mock: HTTPXMock) -> None:
    """The last chunk may carry the use of tokens alone."""
    stream = streamed(
        face,
        httpx_mock,
        chunk({"content": "a"}, "stop"),
        json.dumps({"id": "c1", "choices": None}),
        json.dumps({"id": "c1", "choices": [{"index": 0, "delta": None}]}),
        json.dumps({"id": "c1", "usage": USAGE}),
    )
    assert [part.text for part in await face.take(stream)] == ["a", "", "", ""]
    assert (stream.text, stream.finish_reason, stream.usage.total_tokens) == ("a", "stop", 5)


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (["stop", "tool_calls", "stop", "stop"], "tool_calls"),
        (["stop", "length", "stop"], "length"),
        ([None, "length", "stop"], "length"),
        ([None, "stop"], "stop"),
        ([None, "", "stop"], "stop"),
    ],
)
async def test_the_first_reason_but_stop_counts(
    face: Face, reasons: list[str | None], told: str, httpx_mock: HTTPXMock
) -> None:
    """Servers of 2025 say `stop` before and after the true reason."""
    stream = streamed(face, httpx_mock, *[chunk({"content": "a"}, one) for one in reasons])
    await face.take(stream)
    assert stream.finish_reason == told


async def test_tool_calls_are_a_reason(face: Face, httpx_mock: HTTPXMock) -> None:
    """Where a server says only `stop`, calls of tools say why the model stopped."""
    parts = [call(0, id="t1", name="add", arguments="{}")]
    stream = streamed(face, httpx_mock, chunk({"tool_calls": parts}, "stop"), chunk({}, "stop"))
    await face.take(stream)
    assert stream.finish_reason == "tool_calls"
