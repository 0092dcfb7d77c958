"""Calls that a chat left without a result, on servers that don't mind them by themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

import julep
from julep import BadRequestError, TurnLimitReached

from .conftest import URL, AnyClient, Face

CHAT = f"{URL}/sessions/s1/chat"
HISTORY = f"{URL}/sessions/s1/history"
CALL = {"id": "c1", "type": "function", "function": {"name": "ping", "arguments": "{}"}}
REFUSAL = "'tool_calls' must be followed by tool messages responding to each 'tool_call_id'"


def answer(content: str | None = None, **fields: Any) -> dict[str, Any]:
    """What a chat is answered with."""
    return {
        "id": "a",
        "choices": [{"message": {"role": "assistant", "content": content, **fields}}],
    }


def entry(role: str, content: str, **fields: Any) -> dict[str, Any]:
    """An entry of a history."""
    return {"id": "e", "role": role, "content": content, "source": "api_request", **fields}


def ping() -> str:
    """Fail as nothing does that the model is told of."""
    raise KeyboardInterrupt


async def chat(face: Face, client: AnyClient, messages: Any = "hi", **options: Any) -> Any:
    """Chat on."""
    return await face.call(client.sessions.chat, "s1", messages, **options)


def sent(httpx_mock: HTTPXMock) -> list[tuple[str, str | None]]:
    """Roles of the messages that were sent last, and which calls they answer."""
    messages = json.loads(httpx_mock.get_requests()[-1].content)["messages"]
    return [(one["role"], one.get("tool_call_id")) for one in messages]


async def broken_off(face: Face, httpx_mock: HTTPXMock) -> AnyClient:
    """A client whose chat was broken off while a function was running."""
    httpx_mock.add_response(url=CHAT, json=answer(tool_calls=[CALL]))
    client = face.client()
    with pytest.raises(KeyboardInterrupt):
        await chat(face, client, tools=[ping], parallel=False)
    return client


async def test_the_next_chat_gives_open_calls_a_result(face: Face, httpx_mock: HTTPXMock) -> None:
    """Once, also by a client that shares the connections."""
    client = await broken_off(face, httpx_mock)
    httpx_mock.add_response(url=CHAT, json=answer("Hello."), is_reusable=True)
    assert (await chat(face, client.with_options(max_retries=1))).text == "Hello."
    assert sent(httpx_mock) == [("tool", "c1"), ("user", None)]
    await chat(face, client)
    assert sent(httpx_mock) == [("user", None)]


async def test_calls_that_are_being_made_are_not_open(face: Face, httpx_mock: HTTPXMock) -> None:
    """A chat that begins in the session meanwhile leaves them alone."""
    httpx_mock.add_response(url=CHAT, json=answer(tool_calls=[CALL]))
    httpx_mock.add_response(url=CHAT, json=answer("Hello."), is_reusable=True)
    client = face.client()
    seen: list[list[tuple[str, str | None]]] = []

    def ask() -> str:
        client.sessions.chat("s1", "and?")
        seen.append(sent(httpx_mock))
        return "asked"

    async def ask_too() -> str:
        await client.sessions.chat("s1", "and?")
        seen.append(sent(httpx_mock))
        return "asked"

    call = julep.tool(ask if face.blocks else ask_too, name="ping")
    await chat(face, client, tools=[call])
    assert [*seen, sent(httpx_mock)] == [[("user", None)], [("tool", "c1")]]


async def test_results_of_the_callers_own_count(face: Face, httpx_mock: HTTPXMock) -> None:
    """A call that the caller answers is not answered twice."""
    client = await broken_off(face, httpx_mock)
    httpx_mock.add_response(url=CHAT, json=answer("Hello."))
    await chat(face, client, [{"role": "tool", "tool_call_id": "c1", "content": "pong"}, "hi"])
    assert sent(httpx_mock) == [("tool", "c1"), ("user", None)]


async def test_calls_beyond_the_limit_are_open(face: Face, httpx_mock: HTTPXMock) -> None:
    """A chat goes on after `TurnLimitReached`."""
    httpx_mock.add_response(url=CHAT, json=answer(tool_calls=[CALL]))
    client = face.client()
    with pytest.raises(TurnLimitReached):
        await chat(face, client, tools=[ping], max_turns=1)
    httpx_mock.add_response(url=CHAT, json=answer("Hello."))
    await chat(face, client)
    assert sent(httpx_mock) == [("tool", "c1"), ("user", None)]


@pytest.mark.parametrize("status", [400, 500])
async def test_a_refused_chat_is_mended(status: int, face: Face, httpx_mock: HTTPXMock) -> None:
    """What an earlier program left open is looked up when the model refuses the chat for it."""
    called = entry("assistant", "", tool_calls=[{**CALL, "id": id} for id in ("c0", "c1")])
    history = [called, entry("tool", "pong", tool_call_id="c0")]
    httpx_mock.add_response(url=CHAT, status_code=status, json={"detail": REFUSAL})
    httpx_mock.add_response(url=HISTORY, json={"entries": history, "session_id": "s1"})
    httpx_mock.add_response(url=CHAT, json=answer("Hello."))

    assert (await chat(face, face.client())).text == "Hello."
    assert sent(httpx_mock) == [("tool", "c1"), ("user", None)]


async def test_another_refusal_stays_one(face: Face, httpx_mock: HTTPXMock) -> None:
    """Where the history has no open call, the caller gets the model's words, after one look."""
    httpx_mock.add_response(url=CHAT, status_code=400, json={"detail": REFUSAL})
    httpx_mock.add_response(url=HISTORY, json={"entries": [], "session_id": "s1"})
    with pytest.raises(BadRequestError, match="must be followed by tool messages"):
        await chat(face, face.client())


async def test_a_refused_stream_is_mended(face: Face, httpx_mock: HTTPXMock) -> None:
    """Streams are refused for the same reasons."""
    history = [entry("assistant", "", tool_calls=[CALL])]
    httpx_mock.add_response(url=CHAT, status_code=400, json={"detail": REFUSAL})
    httpx_mock.add_response(url=HISTORY, json={"entries": history, "session_id": "s1"})
    chunk = {"id": "a", "choices": [{"delta": {"content": "Hello."}, "finish_reason": "stop"}]}
    events = {"content-type": "text/event-stream"}
    httpx_mock.add_response(url=CHAT, text=f"data: {json.dumps(chunk)}\n\n", headers=events)

    stream = face.client().sessions.chat.stream("s1", "hi")
    await face.take(stream)
    assert stream.text == "Hello."
    assert sent(httpx_mock) == [("tool", "c1"), ("user", None)]
