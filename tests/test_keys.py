"""Keys are sent, and never shown."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import (
    APIConnectionError,
    AsyncJulep,
    AuthenticationError,
    ConfigurationError,
    Julep,
    JulepError,
    Request,
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
