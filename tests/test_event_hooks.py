"""Functions that hear of each attempt of a call."""

from __future__ import annotations

import copy
import pickle
import time
from functools import partial
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import (
    APIConnectionError,
    APITimeoutError,
    AsyncJulep,
    Attempt,
    ConfigurationError,
    Julep,
    JulepApi,
)

from .conftest import ADA, KEY, URL, Face
from .flat_client import client_of
from .test_chat_stream import EVENTS, body, chunk
from .wire import HANG_UP, Connection, Seen, Wire

AT_ONCE = {"retry-after-ms": "1"}
HEARD: list[Attempt] = []


def hear(attempt: Attempt) -> None:
    """A hook that can be pickled."""
    HEARD.append(attempt)


class Ear:
    """Keeps what hooks of every event were told, as it was then."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.attempts: list[Attempt] = []
        self.hooks: Any = {
            "request": [partial(self._note, "request")],
            "response": [partial(self._note, "response")],
            "error": [partial(self._note, "error")],
        }

    def _note(self, event: str, attempt: Attempt) -> None:
        self.heard.append((event, attempt.number, attempt.status))
        self.attempts.append(attempt)


async def test_hooks_hear_of_an_attempt_before_and_after(face: Face, httpx_mock: HTTPXMock) -> None:
    """Both are given the same object, which has got an answer and a duration in between."""
    httpx_mock.add_response(json=ADA, headers={"X-Request-Id": "r1"})
    ear = Ear()
    await face.call(face.client(event_hooks=ear.hooks).agents.get, "a1")

    before, after = ear.attempts
    assert ear.heard == [("request", 1, None), ("response", 1, 200)]
    assert before is after
    assert (after.method, after.url) == ("GET", f"{URL}/agents/a1")
    assert after.response_headers["x-request-id"] == "r1"
    assert after.seconds is not None
    assert after.error is None


async def test_each_attempt_is_told(face: Face, httpx_mock: HTTPXMock) -> None:
    """What is sent again is heard of again, with its number; an error's status is a response."""
    httpx_mock.add_response(status_code=503, headers=AT_ONCE)
    httpx_mock.add_exception(httpx.ConnectError("gone"))
    httpx_mock.add_response(json=ADA)
    ear = Ear()
    client = face.client(event_hooks=ear.hooks, max_retries=2)
    await face.call(client.agents.get, "a1")

    assert ear.heard == [
        ("request", 1, None),
        ("response", 1, 503),
        ("request", 2, None),
        ("error", 2, None),
        ("request", 3, None),
        ("response", 3, 200),
    ]
    assert isinstance(ear.attempts[3].error, APIConnectionError)
    assert len(set(map(id, ear.attempts))) == 3


async def test_hooks_show_no_key(face: Face, httpx_mock: HTTPXMock) -> None:
    """The client's own headers are not among what hooks see, and a query isn't either."""
    httpx_mock.add_response(json={"items": []})
    ear = Ear()
    await face.take(face.client(event_hooks=ear.hooks).agents.list(limit=1))
    seen = "".join(f"{attempt!r}{vars_of(attempt)}" for attempt in ear.attempts)
    assert KEY not in seen
    assert "?" not in seen
    assert f"url='{URL}/agents'" in seen


def vars_of(attempt: Attempt) -> str:
    """All that an attempt holds."""
    return str([getattr(attempt, name) for name in dir(attempt) if not name.startswith("_")])


async def test_hooks_add_headers_to_one_attempt(face: Face, httpx_mock: HTTPXMock) -> None:
    """What a `request` hook puts into `headers` is sent, and replaces what the client would send."""
    httpx_mock.add_response(status_code=503, headers=AT_ONCE)
    httpx_mock.add_response(json=ADA)

    def number(attempt: Attempt) -> None:
        if attempt.number == 1:
            attempt.headers["X-First"] = "yes"
        attempt.headers["authorization"] = f"Token {attempt.number}"

    client = face.client(event_hooks={"request": [number]}, max_retries=1)
    await face.call(client.agents.get, "a1")
    first, second = (request.headers for request in httpx_mock.get_requests())
    assert (first["X-First"], first.get_list("Authorization")) == ("yes", ["Token 1"])
    assert ("X-First" in second, second.get_list("Authorization")) == (False, ["Token 2"])


async def test_what_a_hook_raises_reaches_the_caller(face: Face, httpx_mock: HTTPXMock) -> None:
    """Before the request, nothing is sent then, and hooks that come later are not called."""
    ear = Ear()

    def refuse(attempt: Attempt) -> None:
        raise LookupError(attempt.method)

    client = face.client(event_hooks={"request": [refuse, *ear.hooks["request"]]}, max_retries=2)
    with pytest.raises(LookupError, match="DELETE"):
        await face.call(client.agents.delete, "a1")
    assert httpx_mock.get_requests() == []
    assert ear.heard == []


async def test_what_a_hook_raises_is_not_tried_again(face: Face, httpx_mock: HTTPXMock) -> None:
    """An error of some other call, that was made in the hook, is none of this one."""
    httpx_mock.add_response(json=ADA)
    ear = Ear()

    def fail(_: Attempt) -> None:
        raise APIConnectionError("of something else")

    client = face.client(event_hooks={**ear.hooks, "response": [fail]}, max_retries=2)
    with pytest.raises(APIConnectionError, match="of something else"):
        await face.call(client.agents.get, "a1")
    assert ear.heard == [("request", 1, None)]


async def test_a_hook_that_raises_leaves_no_stream_open(face: Face) -> None:
    """Where a `response` hook raises, nobody gets the stream, so it is closed."""

    def refuse(_: Attempt) -> None:
        raise LookupError

    def answer(connection: Connection, _: Seen) -> object:
        connection.begin_stream(chunk({"content": "x"}))
        connection.wait_for_hang_up()
        return HANG_UP

    with Wire(answer) as wire:
        client = face.client(base_url=wire.url, event_hooks={"response": [refuse]})
        with pytest.raises(LookupError):
            await face.take(client.sessions.chat.stream("s1", "hi"))
        assert await face.wait(wire.hung_up)


async def test_hooks_hear_when_a_stream_begins(face: Face, httpx_mock: HTTPXMock) -> None:
    """A stream has been answered when its head has come, whatever becomes of the rest."""
    httpx_mock.add_response(content=body(chunk({"content": "x"}, "stop")), headers=EVENTS)
    ear = Ear()
    stream = face.client(event_hooks=ear.hooks).sessions.chat.stream("s1", "hi")
    assert ear.heard == []
    await face.take(stream)
    assert ear.heard == [("request", 1, None), ("response", 1, 200)]


async def test_time_of_hooks_counts(face: Face, httpx_mock: HTTPXMock) -> None:
    """Hooks that take all of a call's time leave none to send it in, and are told of that."""

    def dawdle(_: Attempt) -> None:
        time.sleep(0.02)

    ear = Ear()
    hooks = {**ear.hooks, "request": [dawdle, *ear.hooks["request"]]}
    client = face.client(event_hooks=hooks, timeout=0.01)
    with pytest.raises(APITimeoutError, match="not sent"):
        await face.call(client.agents.get, "a1")
    assert [event for event, *_ in ear.heard] == ["request", "error"]
    assert httpx_mock.get_requests() == []


async def test_async_hooks_are_awaited(face: Face, httpx_mock: HTTPXMock) -> None:
    """They can wait where calls are awaited; a client that blocks refuses them, however late."""
    httpx_mock.add_response(json=ADA)
    heard: list[int | None] = []

    async def wait(attempt: Attempt) -> None:
        await anyio.lowlevel.checkpoint()
        heard.append(attempt.status)

    if not face.blocks:
        client = face.client(event_hooks={"request": [wait], "response": [wait]})
        await face.call(client.agents.get, "a1")
        assert heard == [None, 200]
        return
    with pytest.raises(ConfigurationError, match=r"event_hooks\['response'\]\[0\] is an async"):
        face.client(event_hooks={"response": [wait]})

    def hide(attempt: Attempt) -> object:
        return wait(attempt)

    hidden = face.client(event_hooks={"response": [hide]})
    with pytest.raises(TypeError, match="use AsyncJulep"):
        hidden.agents.get("a1")


async def test_hooks_hear_of_a_cancelled_attempt(face: Face) -> None:
    """What was begun is also told to have ended, and the cancellation goes on."""
    if face.blocks:
        return

    def answer(connection: Connection, _: Seen) -> object:
        connection.wait_for_hang_up()
        return HANG_UP

    ear = Ear()
    with Wire(answer) as wire, anyio.move_on_after(0.2) as scope:
        await face.call(face.client(base_url=wire.url, event_hooks=ear.hooks).agents.get, "a1")
    assert scope.cancelled_caught
    assert [event for event, *_ in ear.heard] == ["request", "error"]
    assert isinstance(ear.attempts[1].error, anyio.get_cancelled_exc_class())


async def test_copies_have_the_hooks_until_they_are_replaced(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """`with_options` keeps them unless it is given others, or None."""
    httpx_mock.add_response(json=ADA, is_reusable=True)
    one, other = Ear(), Ear()
    client = face.client(event_hooks=one.hooks)
    await face.call(client.with_options(timeout=5).agents.get, "a1")
    await face.call(client.with_options(event_hooks=other.hooks).agents.get, "a1")
    await face.call(client.with_options(event_hooks=None).agents.get, "a1")
    assert len(one.heard) == len(other.heard) == 2


def pickled(client: Julep) -> Julep:
    """The client as it comes over to another process."""
    again: Julep = pickle.loads(pickle.dumps(client))
    return again


@pytest.mark.parametrize("made", [copy.copy, copy.deepcopy, pickled])
def test_hooks_survive_copies_and_pickles(made: Any, httpx_mock: HTTPXMock) -> None:
    """A client that came over from another process has the same hooks, if those can be pickled."""
    httpx_mock.add_response(json=ADA)
    HEARD.clear()
    made(Julep(api_key=KEY, base_url=URL, event_hooks={"response": [hear]})).agents.get("a1")
    assert [attempt.status for attempt in HEARD] == [200]


def test_the_documented_client_has_hooks_by_its_options(httpx_mock: HTTPXMock) -> None:
    """Its constructor is as the documents print it, so `with_options` takes them."""
    httpx_mock.add_response(json=ADA)
    ear = Ear()
    client_of(JulepApi).with_options(event_hooks=ear.hooks).agents_route_get("a1")
    assert ear.heard == [("request", 1, None), ("response", 1, 200)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([print], "event_hooks must be a dict of lists of functions"),
        ({"requests": [print]}, "did you mean 'request'"),
        ({"request": print}, r"event_hooks\['request'\] must be a list of functions"),
        ({"error": ["print"]}, r"event_hooks\['error'\]\[0\] must be a function, not str"),
    ],
)
@pytest.mark.parametrize("kind", [Julep, AsyncJulep])
def test_what_are_no_hooks_is_refused(kind: Any, given: Any, message: str) -> None:
    """A mistake is told when the client is made, or changed."""
    with pytest.raises(ConfigurationError, match=message):
        kind(api_key=KEY, base_url=URL, event_hooks=given)
    with pytest.raises(ConfigurationError, match=message):
        kind(api_key=KEY, base_url=URL).with_options(event_hooks=given)


async def test_hooks_are_told_no_key(face: Face, httpx_mock: HTTPXMock) -> None:
    """A server that repeats it in a header tells the hook's log nothing, in whatever form that writes."""
    httpx_mock.add_response(json=ADA, headers={"X-Echo": f"Bearer {KEY}", "X-Other": "other"})
    ear = Ear()
    await face.call(face.client(event_hooks=ear.hooks).agents.get, "a1")

    headers = ear.attempts[-1].response_headers
    assert headers["x-echo"] == "***"
    assert dict(headers).items() >= {("x-other", "other")}
    assert KEY not in repr(headers)
    assert KEY.encode() not in pickle.dumps(headers)
