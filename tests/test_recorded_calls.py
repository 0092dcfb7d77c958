"""Functions that the model behind a server of 2025 called, from what was recorded there."""

from __future__ import annotations

import json

import pytest
from pytest_httpx import HTTPXMock

from julep import StreamInterrupted

from .conftest import URL, Face
from .recorded import recorded_2025

RECORDED = recorded_2025()
CHAT = f"{URL}/sessions/s1/chat"


def get_weather(city: str = "here") -> str:
    """Say how the weather is."""
    return f"4 degrees in {city}"


def get_time() -> str:
    """Say what time it is."""
    return "noon"


def answer_with(httpx_mock: HTTPXMock, *names: str) -> None:
    """Let chats be answered as they were there, in turn."""
    for name in names:
        one = RECORDED[name]
        kind = "text/event-stream" if one.pieces else "application/json"
        headers = {"content-type": kind}
        httpx_mock.add_response(url=CHAT, content=one.content, headers=headers)


def results(httpx_mock: HTTPXMock) -> list[str]:
    """The results that were sent last."""
    messages = json.loads(httpx_mock.get_requests()[-1].content)["messages"]
    return [message["content"] for message in messages if message["role"] == "tool"]


async def test_recorded_calls_are_made(face: Face, httpx_mock: HTTPXMock) -> None:
    """Of an answer that came whole."""
    answer_with(httpx_mock, "chat_two_tool_calls_plain", "chat_plain")
    chat = face.client().sessions.chat
    answer = await face.call(chat, "s1", "hi", tools=[get_weather, get_time])
    assert (answer.text, len(answer.turns)) == ("Hello", 2)
    assert results(httpx_mock) == ["4 degrees in Oslo", "noon"]


async def test_recorded_calls_of_a_stream_are_made(face: Face, httpx_mock: HTTPXMock) -> None:
    """Where each came in one piece; what is no object of arguments is told to the model."""
    answer_with(httpx_mock, "chat_stream_tool_calls_in_one_piece", "chat_stream_unicode")
    stream = face.client().sessions.chat.stream("s1", "hi", tools=[get_weather])
    await face.take(stream)
    assert stream.text.startswith("grüß")
    wrong = "the arguments: expected an object, got an array"
    assert results(httpx_mock) == ["4 degrees in here", wrong]


async def test_calls_that_lost_pieces_are_not_made(face: Face, httpx_mock: HTTPXMock) -> None:
    """The stream tells what happened instead."""
    answer_with(httpx_mock, "chat_stream_two_tool_calls")
    stream = face.client().sessions.chat.stream("s1", "hi", tools=[get_weather, get_time])
    with pytest.raises(StreamInterrupted, match="lost pieces of the arguments"):
        await face.take(stream)
    assert stream.turns == []
