"""What IPython and pytest show of an error: the caller's line, and what went wrong."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import APIConnectionError, ExecutionFailed, NotFoundError, Request, load_task

from .conftest import KEY, AnyClient, Face

ID = "00000000-0000-0000-0000-000000000000"
CALLS: dict[str, Callable[[AnyClient], Any]] = {
    "get": lambda client: client.agents.get(ID),
    "update": lambda client: client.agents.update(ID, name="n"),
    "first": lambda client: client.users.list().first(),
    "to_list": lambda client: client.users.list().to_list(),
    "chat": lambda client: client.sessions.chat(ID, "hi"),
    "parse": lambda client: client.sessions.chat.parse(ID, "hi", dict[str, int]),
    "history": lambda client: client.sessions.history(ID),
    "run": lambda client: client.tasks.run(ID, input={}),
    "wait": lambda client: client.executions.wait(ID),
    "send": lambda client: client.send(Request("GET", "/x", dict[str, Any])),
}
LOOPS: dict[str, Callable[[AnyClient], Any]] = {
    "list": lambda client: client.users.list(),
    "chat": lambda client: client.sessions.chat(ID, "hi", stream=True),
    "transitions": lambda client: client.executions.transitions.stream(ID),
    "status": lambda client: client.executions.status.stream(ID),
}
MISTAKES: dict[str, Callable[[AnyClient], Any]] = {
    "keyword": lambda client: client.agents.create(nam="n"),
    "id": lambda client: client.agents.get(""),
    "body": lambda client: client.agents.create(name="n", metadata={"a": [object()]}),
    "shared keyword": lambda client: client.tasks.run(ID, timout=1),
    "list": lambda client: client.users.list(limt=1),
    "option": lambda client: type(client)(api_key=KEY, base_ur="http://x"),
    "address": lambda client: type(client)(api_key=KEY, base_url="x"),
    "file": lambda client: client.agents.docs.add(ID, Path("not there")),
    "task": lambda client: load_task("not there.yaml"),
    "task of an agent": lambda client: client.tasks.create(ID, "not there.yaml"),
    "key": lambda client: client.agents.ensure("", name="n"),
}


def seen_of(error: BaseException) -> list[str]:
    """The functions of the SDK that are shown, but for the last one, which always is."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [
        frame.f_code.co_name
        for frame in frames[:-1]
        if frame.f_globals["__name__"].startswith("julep.")
        and not frame.f_locals.get("__tracebackhide__")
    ]


def is_alone(error: BaseException) -> bool:
    """Whether no other error is shown above it."""
    return error.__cause__ is None and (error.__suppress_context__ or error.__context__ is None)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_failing_call_shows_the_caller(
    face: Face, httpx_mock: HTTPXMock, call: Callable[[AnyClient], Any]
) -> None:
    """Where the server refuses, nothing of the SDK's inside is shown."""
    httpx_mock.add_response(status_code=404, is_reusable=True)
    with pytest.raises(NotFoundError) as caught:
        await face.call(call, face.client())
    assert seen_of(caught.value) == []
    assert is_alone(caught.value)


@pytest.mark.parametrize("name", ["get", "to_list", "chat", "send"])
async def test_a_server_that_is_not_there_shows_the_caller(
    face: Face, httpx_mock: HTTPXMock, name: str
) -> None:
    """A call that can't reach its server is as brief, without what the network said."""
    httpx_mock.add_exception(httpx.ConnectError("refused"))
    with pytest.raises(APIConnectionError) as caught:
        await face.call(CALLS[name], face.client())
    assert seen_of(caught.value) == []
    assert is_alone(caught.value)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
async def test_a_failing_loop_shows_the_caller(
    face: Face, httpx_mock: HTTPXMock, loop: Callable[[AnyClient], Any]
) -> None:
    """Lists and streams fail as briefly as calls."""
    httpx_mock.add_response(status_code=404, is_reusable=True)
    with pytest.raises(NotFoundError) as caught:
        await face.take(loop(face.client()))
    assert seen_of(caught.value) == []
    assert is_alone(caught.value)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
async def test_a_mistake_shows_the_caller(face: Face, mistake: Callable[[AnyClient], Any]) -> None:
    """What is told before anything is sent is told at the caller's line."""
    client = face.client()
    with pytest.raises((TypeError, ValueError, OSError)) as caught:
        await face.call(mistake, client)
    assert seen_of(caught.value) == []
    assert is_alone(caught.value)


async def test_a_failing_stream_without_a_server_shows_the_caller(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """So does a stream that can't be opened."""
    httpx_mock.add_exception(httpx.ConnectError("refused"))
    with pytest.raises(APIConnectionError) as caught:
        await face.take(face.client().sessions.chat.stream(ID, "hi"))
    assert seen_of(caught.value) == []


def broken() -> None:
    """Break."""
    raise KeyError("inside")


async def test_a_failing_function_shows_the_caller_and_the_function(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """What lies between the chat and the function that the model called is not shown."""
    call = {"id": "1", "type": "function", "function": {"name": "broken", "arguments": "{}"}}
    choice = {"message": {"role": "assistant", "tool_calls": [call]}, "finish_reason": "tool_calls"}
    httpx_mock.add_response(json={"id": "c", "choices": [choice]}, is_reusable=True)
    chat = face.client().sessions.chat
    with pytest.raises(KeyError) as caught:
        await face.call(chat, ID, "hi", tools=[broken], on_tool_error="raise")
    assert seen_of(caught.value) == []
    assert caught.traceback[-1].name == "broken"


async def test_a_failed_execution_shows_the_caller(face: Face, httpx_mock: HTTPXMock) -> None:
    """So does what became of a task."""
    failed: dict[str, Any] = {
        "id": "e",
        "task_id": "t",
        "status": "failed",
        "input": {},
        "error": "no",
    }
    httpx_mock.add_callback(
        lambda request: httpx.Response(
            200, json={"items": []} if "transitions" in request.url.path else failed
        ),
        is_reusable=True,
    )
    with pytest.raises(ExecutionFailed) as caught:
        await face.call(face.client().tasks.run, ID, input={})
    assert seen_of(caught.value) == []
    assert is_alone(caught.value)
