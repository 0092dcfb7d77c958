"""Keys are sent, and never shown."""

from __future__ import annotations

import copy
import html
import json
import logging
import pickle
import traceback
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import (
    APIConnectionError,
    APIError,
    AsyncJulep,
    AuthenticationError,
    ConfigurationError,
    Julep,
    JulepError,
    Request,
    UnexpectedResponse,
)

from .conftest import KEY, URL, Face

AUTH_KEY = "auth-0987654321"
REFUSED = {"error": {"message": "403: Could not validate API KEY"}}


async def failure(face: Face, call: Any, *args: Any, **given: Any) -> JulepError:
    """The error that a call ends with."""
    with pytest.raises(JulepError) as caught:
        await face.call(call, *args, **given)
    return caught.value


def shown(error: BaseException) -> str:
    """All that a user or a log could see of an error."""
    held = repr(vars(error)) + repr(error.args)
    return held + repr(error) + str(error) + "".join(traceback.format_exception(error))


@pytest.mark.parametrize("kind", [Julep, AsyncJulep])
def test_a_client_shows_its_url_and_masks_its_key(kind: Any) -> None:
    """`repr` tells where the key came from, never what it is."""
    client = kind(api_key=KEY, auth_key=AUTH_KEY, base_url=URL)
    shown = repr(client) + repr(client.agents) + repr(client._engine.options)
    assert f"at {URL}" in shown
    assert "key from api_key: ***" in shown
    assert KEY not in shown
    assert AUTH_KEY not in shown


async def test_both_keys_are_sent(face: Face, httpx_mock: HTTPXMock) -> None:
    """`api_key` goes out as a bearer token, `auth_key` as it is."""
    httpx_mock.add_response(json={})
    await face.call(face.client(auth_key=AUTH_KEY).send, Request("GET", "/x", Any))
    sent = httpx_mock.get_requests()[0].headers
    assert (sent["Authorization"], sent["X-Auth-Key"]) == (f"Bearer {KEY}", AUTH_KEY)


@pytest.mark.parametrize("key", ["Bearer abcd", "Basic abcd"])
async def test_a_key_with_a_scheme_goes_out_as_it_is(
    face: Face, key: str, httpx_mock: HTTPXMock
) -> None:
    """No second scheme is put in front."""
    httpx_mock.add_response(json={})
    await face.call(face.client(api_key=key).send, Request("GET", "/x", Any))
    assert httpx_mock.get_requests()[0].headers["Authorization"] == key


async def test_a_refused_key_is_named_by_header_and_source(
    face: Face, monkeypatch: pytest.MonkeyPatch, httpx_mock: HTTPXMock
) -> None:
    """The hint says which variable held the key and which header carried it."""
    monkeypatch.setenv("JULEP_API_KEY", KEY)
    httpx_mock.add_response(status_code=403, json=REFUSED)
    error = await failure(face, face.client(api_key=None).agents.get, "a1")
    assert isinstance(error, AuthenticationError)
    assert error.hint == (
        "the key came from JULEP_API_KEY and was sent as Authorization; "
        "some servers look at X-Auth-Key (auth_key)"
    )
    assert error.hint in str(error)


async def test_an_unknown_developer_is_not_blamed_on_the_key(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """A 401 of a call for somebody else is about them."""
    httpx_mock.add_response(status_code=401, json=REFUSED)
    client = face.client(headers={"X-Developer-Id": "0"})
    error = await failure(face, client.agents.get, "a1")
    assert isinstance(error, AuthenticationError)
    assert error.hint == "the key is right, but X-Developer-Id names nobody on this server"


async def test_a_refused_stream_has_the_same_hint(face: Face, httpx_mock: HTTPXMock) -> None:
    """A stream that is refused on opening says so like any other call."""
    httpx_mock.add_response(status_code=403, json=REFUSED)
    error = await failure(face, face.take, face.client().sessions.chat.stream("s1", "hi"))
    assert "the key came from api_key and was sent as Authorization" in str(error)


async def test_a_changed_key_is_named_as_the_argument(face: Face, httpx_mock: HTTPXMock) -> None:
    """After `with_options` the hint names the new key's source and every header that was sent."""
    httpx_mock.add_response(status_code=401, json=REFUSED)
    client = face.client(headers={"authorization": "Token t0ken"}).with_options(auth_key=AUTH_KEY)
    error = await failure(face, client.agents.get, "a1")
    assert "came from auth_key and was sent as authorization and X-Auth-Key" in str(error)


async def test_no_key_at_all_is_said(face: Face, httpx_mock: HTTPXMock) -> None:
    """Without any key the hint says how to give one."""
    httpx_mock.add_response(status_code=403, json=REFUSED)
    error = await failure(face, face.client(api_key=None).agents.get, "a1")
    assert "no key was sent: pass api_key, or set JULEP_API_KEY" in str(error)


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
    httpx_mock.add_response(status_code=400, json={"detail": "a bad k: key-12345678900"})
    error = await failure(face, face.client(auth_key="k").agents.get, "a1")
    assert "a bad k: ***0" in str(error)


async def test_tracebacks_that_show_variables_hide_keys(face: Face, httpx_mock: HTTPXMock) -> None:
    """What crash reporters collect, the variables of each frame, holds no key."""
    httpx_mock.add_response(status_code=403, json=ECHOES[1], headers={"x-echo": KEY})
    error = await failure(face, face.client(auth_key=AUTH_KEY).agents.get, "a1")
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in trace.stack if "/julep/" in frame.filename]
    assert frames
    assert KEY not in repr([frame.locals for frame in frames])
    assert AUTH_KEY not in repr([frame.locals for frame in frames])


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


async def test_logs_hold_no_key(
    face: Face, caplog: pytest.LogCaptureFixture, httpx_mock: HTTPXMock
) -> None:
    """Each attempt is logged with method, URL and status, without query and keys."""
    httpx_mock.add_response(json={"items": []})
    client = face.client(auth_key=AUTH_KEY)
    with caplog.at_level(logging.DEBUG):
        await face.take(client.agents.list(metadata_filter={"token": KEY}))
    assert f"GET {URL}/agents -> 200" in caplog.text
    for secret in (KEY, AUTH_KEY):
        assert secret not in caplog.text


async def test_a_connection_error_shows_no_key(face: Face, httpx_mock: HTTPXMock) -> None:
    """Neither the error nor its traceback tells what was sent."""
    httpx_mock.add_exception(httpx.ReadError("it broke"))
    error = await failure(face, face.client(auth_key=AUTH_KEY).agents.get, "a1")
    assert isinstance(error, APIConnectionError)
    assert KEY not in shown(error)
    assert AUTH_KEY not in shown(error)


@pytest.mark.parametrize("key", ["two\nlines-secret", "s\u00e9cret", "tab\tsecret"])
def test_a_key_that_no_header_can_carry_is_not_shown(key: str) -> None:
    """The error names the argument only."""
    with pytest.raises(ConfigurationError, match="api_key holds a character") as caught:
        Julep(api_key=key, base_url=URL)
    assert key not in shown(caught.value)


async def test_a_header_that_can_not_be_sent_is_refused_unseen(face: Face) -> None:
    """A broken value in a single request is refused before anything is sent, and not shown."""
    request = Request("GET", "/x", Any, headers={"Authorization": "Bearer s3cret\nX: y"})
    error = await failure(face, face.client().send, request)
    assert isinstance(error, ConfigurationError)
    assert "s3cret" not in shown(error)


@pytest.mark.parametrize("scheme", ["ftp", "http"])
def test_the_password_of_a_url_is_refused_unseen(scheme: str) -> None:
    """A name and a password in a base URL are neither sent nor dropped in silence, nor shown."""
    url = f"{scheme}://joe:s3cret@julep.test"
    with pytest.raises(ConfigurationError) as caught:
        Julep(api_key=KEY, base_url=url)
    assert "julep.test" in str(caught.value)
    assert "s3cret" not in shown(caught.value)


async def test_a_copied_error_shows_no_key(face: Face, httpx_mock: HTTPXMock) -> None:
    """What crosses processes holds no key either."""
    httpx_mock.add_response(status_code=403, json=ECHOES[0])
    error = await failure(face, face.client().agents.get, "a1")
    assert KEY.encode() not in pickle.dumps(error)
    assert KEY not in shown(copy.deepcopy(error))
