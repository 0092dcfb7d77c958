"""Keys that a server repeats are taken out of what it says, in every form."""

from __future__ import annotations

import copy
import html
import json
import pickle
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from pytest_httpx import HTTPXMock

from julep import APIError, Request, UnexpectedResponse
from julep._masking import Mask
from julep._reply import Reply

from .conftest import KEY, Face
from .test_connections import http_client
from .test_keys import AUTH_KEY, failure, shown
from .wire import HANG_UP, Connection, Seen, Wire

ECHOES: list[Any] = [
    {"error": {"message": f"403: Could not validate API KEY {KEY}"}},
    {"error": {"message": f"bad {KEY} and {AUTH_KEY}", "details": [{"loc": KEY, "msg": AUTH_KEY}]}},
    {"detail": f"Bearer {KEY}"},
    f"trace: {KEY} {AUTH_KEY}",
]


@pytest.mark.parametrize("status", [302, 400, 403, 500])
@pytest.mark.parametrize("body", ECHOES, ids=range(4))
async def test_a_key_that_the_server_echoes_is_masked(
    face: Face, status: int, body: Any, httpx_mock: HTTPXMock
) -> None:
    """Neither text nor attributes of an error hold a key that was sent."""
    httpx_mock.add_response(status_code=status, json=body, is_reusable=True)
    client = face.client(headers={"x-auth-key": AUTH_KEY})
    error = await failure(face, client.agents.get, "a1")
    streamed = await failure(face, face.take, client.executions.status.stream("e1"))
    for raised in (error, streamed):
        assert isinstance(raised, APIError)
        assert KEY not in shown(raised)
        assert AUTH_KEY not in shown(raised)
    assert "***" in str(error)


@pytest.mark.parametrize("body", [*ECHOES, f"<html>{KEY} {AUTH_KEY}</html>"], ids=range(5))
async def test_a_key_in_an_unexpected_success_is_masked(
    face: Face, body: Any, httpx_mock: HTTPXMock
) -> None:
    """A success that is not what it should be may echo a key too, and the error holds none."""
    text = body if isinstance(body, str) else json.dumps(body)
    httpx_mock.add_response(text=text, is_reusable=True)
    client = face.client(auth_key=AUTH_KEY)
    got = await failure(face, client.agents.get, "a1")
    written = await failure(face, client.users.reset, "u1", name="Ada")
    streamed = await failure(face, face.take, client.executions.status.stream("e1"))
    for raised in (got, written, streamed):
        assert isinstance(raised, UnexpectedResponse)
        assert "***" in str(raised.body)
        assert KEY not in shown(raised)
        assert AUTH_KEY not in shown(raised)


async def test_a_key_in_an_event_is_masked(face: Face, httpx_mock: HTTPXMock) -> None:
    """An event that makes no sense is shown without the key that it echoes."""
    events = {"content-type": "text/event-stream"}
    httpx_mock.add_response(text=f'data: {{"echo": "{KEY}"}}\n\n', headers=events)
    error = await failure(face, face.take, face.client().sessions.chat.stream("s1", "hi"))
    assert isinstance(error, UnexpectedResponse)
    assert error.body == '{"echo": "***"}'
    assert KEY not in shown(error)


ODD_KEY = 'sk-"a\\b+c/d&e=f'
BASIC = "Basic YWRhOnAiYXNzL3dvcmQ="  # ada:p"ass/word


@pytest.mark.parametrize(
    "echo",
    [
        ODD_KEY,
        json.dumps(ODD_KEY)[1:-1],
        json.dumps(json.dumps(ODD_KEY))[3:-3],
        json.dumps(ODD_KEY)[1:-1].replace("/", "\\/"),
        "".join(f"\\u{ord(letter):04X}" for letter in ODD_KEY),
        quote(ODD_KEY, safe=""),
        quote(ODD_KEY).lower(),
        quote(quote(ODD_KEY, safe=""), safe=""),
        html.escape(ODD_KEY),
        "".join(f"&#{ord(letter)};" for letter in ODD_KEY),
        repr(ODD_KEY)[1:-1],
        "YWRhOnAiYXNzL3dvcmQ=",
        'ada:p"ass/word',
        'ada:p\\"ass/word',
        "p%22ass%2Fword",
    ],
)
async def test_a_key_is_masked_in_every_form(face: Face, echo: str, httpx_mock: HTTPXMock) -> None:
    """As JSON, URLs and HTML write it, and as Basic authorization encodes it; ids of requests too."""
    httpx_mock.add_response(
        status_code=400, json={"detail": f"bad <{echo}>"}, headers={"x-request-id": f"r-{echo}-1"}
    )
    client = face.client(api_key=BASIC, auth_key=ODD_KEY)
    error = await failure(face, client.agents.get, "a1")
    assert isinstance(error, APIError)
    assert (error.message, error.request_id) == ("bad <***>", "r-***-1")


@pytest.mark.parametrize("letter", ["\\", "%25", "&#0", "0"])
async def test_long_runs_of_what_escapes_a_key_are_looked_through(
    face: Face, letter: str, httpx_mock: HTTPXMock
) -> None:
    """A server can't make the search for a key last."""
    httpx_mock.add_response(status_code=400, text=letter * 300_000 + ODD_KEY)
    error = await failure(face, face.client(auth_key=ODD_KEY).agents.get, "a1")
    assert ODD_KEY not in shown(error)


async def test_words_around_a_key_stay(face: Face, httpx_mock: HTTPXMock) -> None:
    """Only the key is masked, and a key too short to be one is left alone."""
    detail = "a bad k: key-12345678900, Test failed"
    httpx_mock.add_response(status_code=400, json={"detail": detail})
    client = face.client(auth_key="k", headers={"X-Api-Key": "test"})
    error = await failure(face, client.agents.get, "a1")
    assert "a bad k: ***0, Test failed" in str(error)


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_tracebacks_that_show_variables_hide_keys(
    face: Face, status: int, httpx_mock: HTTPXMock
) -> None:
    """What crash reporters collect, the variables of each frame, holds no key."""
    httpx_mock.add_response(status_code=status, json=ECHOES[1], headers={"x-echo": KEY})
    error = await failure(face, face.client(auth_key=AUTH_KEY).agents.get, "a1")
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in trace.stack if "/julep/" in frame.filename]
    assert frames
    assert KEY not in repr([frame.locals for frame in frames])
    assert AUTH_KEY not in repr([frame.locals for frame in frames])


CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
EVENTS = f"{CHUNKED}Content-Type: text/event-stream\r\n\r\n"
MALFORMED = {
    "status line": f"HTTP/1.1 {KEY}\r\n\r\n",
    "version": f"{KEY} 200 OK\r\n\r\n",
    "header": f"HTTP/1.1 200 OK\r\n{KEY}\r\n\r\n",
    "chunk": f"{CHUNKED}\r\n{KEY}\r\n",
    "trailer": f"{CHUNKED}\r\n2\r\n{{}}\r\n0\r\n{KEY}\r\n\r\n",
    "place": f"HTTP/1.1 307 No\r\nLocation: http://{KEY}:x/\r\nContent-Length: 0\r\n\r\n",
    "chunk of a stream": f"{EVENTS}{KEY}\r\n",
    "trailer of a stream": f"{EVENTS}0\r\n{KEY}\r\n\r\n",
}


@pytest.mark.parametrize("is_borrowed", [False, True])
@pytest.mark.parametrize("part", MALFORMED)
async def test_a_key_in_a_malformed_answer_is_masked(
    face: Face, part: str, *, is_borrowed: bool
) -> None:
    """An error that quotes what breaks HTTP quotes no key, nor do those that it comes from."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.send(MALFORMED[part].encode())
        return HANG_UP

    http = http_client(face) if is_borrowed else None
    with Wire(answer) as server:
        client = face.client(base_url=server.url, httpx_client=http, follow_redirects=True)
        got = await failure(face, client.agents.get, "a1")
        streamed = await failure(face, face.take, client.sessions.chat.stream("s1", "hi"))
    for error in (*_chain(got), *_chain(streamed)):
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
        frames = [frame.locals for frame in trace.stack if "/julep/" in frame.filename]
        assert KEY not in shown(error) + repr(frames)
    if http is not None:
        await face.call(http.close if face.blocks else http.aclose)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("event", [f'{{"echo": "{KEY}"}}', f'{{"error": "bad {KEY}"}}'])
async def test_tracebacks_of_streams_hide_keys(
    face: Face, event: str, httpx_mock: HTTPXMock
) -> None:
    """Neither an event that makes no sense nor an error in one shows the key in any frame."""
    httpx_mock.add_response(
        text=f"data: {event}\n\n", headers={"content-type": "text/event-stream"}
    )
    error = await failure(face, face.take, face.client().sessions.chat.stream("s1", "hi"))
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in trace.stack if "/julep/" in frame.filename]
    assert frames
    assert KEY not in repr([frame.locals for frame in frames])
    assert error.__context__ is None or error.__suppress_context__


@pytest.mark.parametrize("name", ["X-Api-Key", "x-custom-api-key", "Proxy-Authorization", "Cookie"])
async def test_a_key_in_a_header_of_another_name_is_masked(
    face: Face, name: str, httpx_mock: HTTPXMock
) -> None:
    """Servers and gateways choose what the header of their key is called."""
    httpx_mock.add_response(status_code=401, json={"detail": f"bad {AUTH_KEY}"})
    client = face.client(api_key=None, headers={name: AUTH_KEY})
    error = await failure(face, client.agents.get, "a1")
    assert AUTH_KEY not in shown(error)
    assert f"came from the headers argument and was sent as {name}" in str(error)


async def test_a_key_of_one_call_is_masked_too(face: Face, httpx_mock: HTTPXMock) -> None:
    """A key that a single request carries is treated like the client's."""
    httpx_mock.add_response(status_code=400, json={"detail": "bad one-time-key"})
    request = Request("GET", "/x", Any, headers={"AUTHORIZATION": "Bearer one-time-key"})
    error = await failure(face, face.client().send, request)
    assert "one-time-key" not in shown(error)
    sent = httpx_mock.get_requests()[0].headers
    assert sent.get_list("authorization") == ["Bearer one-time-key"]


async def test_a_copied_error_shows_no_key(face: Face, httpx_mock: HTTPXMock) -> None:
    """What crosses processes holds no key either."""
    httpx_mock.add_response(status_code=403, json=ECHOES[0])
    error = await failure(face, face.client().agents.get, "a1")
    assert KEY.encode() not in pickle.dumps(error)
    assert KEY not in shown(copy.deepcopy(error))


@pytest.mark.parametrize(
    ("keys", "said", "told"),
    [
        pytest.param(["abcd"], "x abcd y", "x *** y", id="four letters"),
        pytest.param(["abc"], "x abc y", "x abc y", id="too short"),
        pytest.param([], "x abc y", "x abc y", id="none"),
        pytest.param(["Bearer abcd"], "Bearer abcd, abcd", "***, ***", id="with its scheme"),
        pytest.param(["abcd", "abcdef"], "abcdef abcde", "*** ***e", id="longer first"),
        pytest.param(["Basic YTpiY2Rl"], "YTpiY2Rl a:bcde bcde", "*** *** ***", id="Basic"),
        pytest.param(["basic YTpiY2Rl"], "bcde", "***", id="in any case"),
        pytest.param(["Basic !!!!!"], "!!!!! ok", "*** ok", id="no base64"),
        pytest.param(["Bearer YTpiY2Rl"], "bcde", "bcde", id="base64 of another scheme"),
        pytest.param(["ab cd"], "ab+cd ab%20cd ab cd", "*** *** ***", id="blanks"),
        pytest.param(["a.cd"], "abcd a.cd", "abcd ***", id="a dot"),
        pytest.param(["a\"'&<>"], "a&quot;&apos;&amp;&lt;&gt;", "***", id="names of HTML"),
        pytest.param(["abcd"], "ABCD", "ABCD", id="another case"),
        pytest.param(
            ["abcj"], "abc\\u006A abc%6a abc&#x6A; abc&#0106;", "*** *** *** ***", id="codes"
        ),
    ],
)
def test_words_of_keys_are_replaced(keys: list[str], said: str, told: str) -> None:
    """In every form, and nothing else."""
    assert Mask(keys).text(said) == told


def test_an_answer_is_masked_in_its_headers_too() -> None:
    """Without a key it stays itself; bytes that are no text stay as they are."""
    reply = Reply(200, {"x-a": "abcd", "x-b": "c"}, b"\xff abcd", "http://a")
    masked = Mask(["abcd"]).reply(reply)
    assert (masked.content, dict(masked.headers)) == (b"\xff ***", {"x-a": "***", "x-b": "c"})
    assert len(masked.headers) == 2
    assert Mask(["abc"]).reply(reply) is reply
