"""Exceptions as values, and that nothing else comes out of a call."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    ConfigurationError,
    ExecutionFailed,
    JulepError,
    NotFoundError,
    StreamInterrupted,
    UnexpectedResponse,
    errors,
)

from .conftest import ADA, URL, Face

CLASSES = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, JulepError)
]


def pickled(value: object) -> object:
    """What comes back from a pickle."""
    thawed: object = pickle.loads(pickle.dumps(value))
    return thawed


def filled(kind: type[JulepError]) -> JulepError:
    """An error with everything set that its class has."""
    if issubclass(kind, APIError):
        error: APIError = kind(
            418, {"a": [1]}, message="m", code="c", details=[{"loc": "x"}], hint="h", method="GET"
        )
        error.url, error.attempts, error.retry_after = URL, 3, 1.5
        return error
    if issubclass(kind, StreamInterrupted):
        return kind("m", method="GET", url=URL, partial=["so far"])
    if issubclass(kind, APIConnectionError):
        return kind("m", method="GET", url=URL, delivered=False)
    return kind("m")


@pytest.mark.parametrize("copied", [pickled, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("kind", CLASSES)
def test_errors_survive_copies(kind: type[JulepError], copied: Callable[[Any], Any]) -> None:
    """Class, text and every attribute are the same after pickling and copying."""
    error = filled(kind)
    twin = copied(error)

    assert type(twin) is kind
    assert (str(twin), repr(twin), vars(twin)) == (str(error), repr(error), vars(error))


@pytest.mark.parametrize("kind", CLASSES)
def test_errors_can_be_built_by_hand(kind: type[JulepError]) -> None:
    """A test of a user's own can raise any of them without arguments."""
    assert isinstance(str(kind()), str)


def test_the_text_of_an_error_is_one_line() -> None:
    """Status, request, message, hint and attempts, in this order."""
    error = NotFoundError(404, None, message="no\n such", hint="look", method="GET", url=URL)
    error.attempts = 2
    assert str(error) == f"404 GET {URL}: no such (look) [2 attempts]"
    assert repr(error) == f'NotFoundError("{error}")'.replace('"', "'")


@pytest.mark.parametrize("size", [2_000, 2_001, 1_000_000])
def test_the_text_of_an_error_has_an_end(size: int) -> None:
    """However much a server says; an attribute that the text names has all of it."""
    said = "x" * size
    rest = f"… ({size:,} characters, all of them in `{{}}`)" if size > 2_000 else ""
    refused, failed = APIError(500, said), ExecutionFailed(said)
    assert str(refused) == f"500: {said[:2_000]}{rest.format('message')}"
    assert str(failed) == f"{said[:2_000]}{rest.format('args')}"
    assert (refused.message, failed.args) == (said, (said,))


def test_errors_are_what_python_has_for_them() -> None:
    """They can be caught as ValueError, OSError and TimeoutError."""
    assert issubclass(ConfigurationError, ValueError)
    assert issubclass(APIConnectionError, OSError)
    assert issubclass(APITimeoutError, TimeoutError)


def test_the_documented_error_is_the_same_family() -> None:
    """`ApiError(status_code, body)` builds, and catches, an `APIError`."""
    error = errors.ApiError(404, {"a": 1})
    assert (error.status_code, error.body) == (404, {"a": 1})
    assert issubclass(NotFoundError, errors.ApiError)


HTTPX_ERRORS: list[type[Exception]] = sorted(
    (
        kind
        for _, kind in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(kind, httpx.RequestError) and kind is not httpx.LocalProtocolError
    ),
    key=lambda kind: kind.__name__,
)
UNDELIVERED = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}


@pytest.mark.parametrize("kind", HTTPX_ERRORS)
async def test_no_error_of_httpx_escapes(
    face: Face, kind: type[Exception], httpx_mock: HTTPXMock
) -> None:
    """Each is told as an `APIConnectionError`, with whether the request may have arrived."""
    httpx_mock.add_exception(kind("it broke"))

    with pytest.raises(APIConnectionError) as caught:
        await face.call(face.client().agents.get, "a1")

    error = caught.value
    assert isinstance(error, APITimeoutError) is issubclass(kind, httpx.TimeoutException)
    assert error.delivered is (kind.__name__ not in UNDELIVERED)
    assert (error.method, error.url) == ("GET", f"{URL}/agents/a1")
    assert "httpx" not in repr(vars(error))
    assert error.__suppress_context__


@pytest.mark.parametrize(
    ("content", "kind", "cause"),
    [
        (b"<!DOCTYPE html><p>", "text/html", "answered with a web page. Does base_url point at"),
        (b"  <html>", "text/plain", "answered with a web page"),
        (b'{"id": "a1", "na', "application/json", "answered with broken JSON (application/json)"),
        (b"", "application/json", "answered with an empty body"),
        (b"data: {}\n\n", "text/plain", "broken JSON (text/plain)"),
        (b"\xff\xfe\xff", "application/octet-stream", "broken JSON (application/octet-stream)"),
        (b"[" * 200_000, "application/json", "broken JSON"),
        (b'{"id": "a1"}', "application/json", "name: expected a value, got no such field"),
        (b"[]", "application/json", "expected an object, got an array"),
        (b"null", "application/json", "expected an object, got null"),
    ],
    ids=range(10),
)
async def test_a_success_that_is_not_one_is_unexpected(
    face: Face, content: bytes, kind: str, cause: str, httpx_mock: HTTPXMock
) -> None:
    """A 200 with another body than the API's names URL and likely cause."""
    httpx_mock.add_response(content=content, headers={"content-type": kind})

    with pytest.raises(UnexpectedResponse) as caught:
        await face.call(face.client().agents.get, "a1")

    error = caught.value
    assert cause in str(error)
    assert f"{URL}/agents/a1" in str(error)
    assert (error.status, error.method) == (200, "GET")
    assert error.__cause__ is None
    assert error.__suppress_context__


async def test_a_stream_where_none_was_asked_for_is_unexpected(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """An event stream in place of JSON says which kind of method reads it."""
    httpx_mock.add_response(text="data: {}\n\n", headers={"content-type": "text/event-stream"})
    with pytest.raises(UnexpectedResponse, match="use the method that streams"):
        await face.call(face.client().agents.get, "a1")


@pytest.mark.parametrize("id", ["", " ", "\ud83d"])
async def test_an_id_that_leads_nowhere_is_no_answer(
    face: Face, id: str, httpx_mock: HTTPXMock
) -> None:
    """It would fail later, as the argument of another call."""
    httpx_mock.add_response(content=json.dumps({**ADA, "id": id}).encode())
    with pytest.raises(UnexpectedResponse, match="id: nothing can be asked for under this one"):
        await face.call(face.client().agents.get, "a1")
