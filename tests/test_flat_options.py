"""What one call of the documented clients may change: `RequestOptions`, rule by rule."""

from __future__ import annotations

import json
from typing import Any, cast

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import (
    DocsTextOnlyDocSearchRequest,
    ExecutionsUpdateExecutionRequest_Running,
    JulepApi,
    RequestOptions,
)
from julep.errors import APIError, APITimeoutError, ConfigurationError, ConflictError

from .flat_client import FACES, KEYS, OPERATIONS, URL, arguments_of, call

EACH_FACE = pytest.mark.parametrize("face", FACES)
NAMED = {"name": "n", "about": "a"}
CREATED: dict[str, Any] = {"id": "1", "created_at": "2024-09-09T00:00:00Z", "jobs": []}
USER = {"id": "1", "name": "n", "about": ""}


def created(httpx_mock: HTTPXMock, face: str = "sync", **options: Any) -> httpx.Request:
    """The request that creates a user with these options."""
    httpx_mock.add_response(json=CREATED)
    call(face, "users_route_create", **NAMED, request_options=options)
    return httpx_mock.get_requests()[-1]


@EACH_FACE
def test_additional_headers_win(face: str, httpx_mock: HTTPXMock) -> None:
    """Added headers replace those of the client, whatever the case of their names."""
    sent = created(httpx_mock, face, additional_headers={"x-auth-key": "other", "X-Trace": "7"})
    assert sent.headers.get_list("x-auth-key") == ["other"]
    assert sent.headers["x-trace"] == "7"
    assert sent.headers["authorization"] == KEYS["api_key"]


@EACH_FACE
def test_none_takes_a_header_away(face: str, httpx_mock: HTTPXMock) -> None:
    """Even the key stays at home when its header is None."""
    sent = created(httpx_mock, face, additional_headers={"Authorization": None})
    assert "authorization" not in sent.headers
    assert sent.headers["x-auth-key"] == KEYS["auth_key"]


def test_additional_query_parameters_are_merged_over(httpx_mock: HTTPXMock) -> None:
    """Added parameters replace those of the call; None takes one away."""
    httpx_mock.add_response(json={"items": []})
    options = {"additional_query_parameters": {"limit": 7, "offset": None, "trace": ["a", "b"]}}
    call("sync", "users_route_list", **PAGING, request_options=options)
    assert httpx_mock.get_requests()[0].url.params.multi_items() == [
        ("limit", "7"),
        ("sort_by", "created_at"),
        ("direction", "asc"),
        ("metadata_filter", "{}"),
        ("trace", "a"),
        ("trace", "b"),
    ]


PAGING = {
    "limit": 5,
    "offset": 1,
    "sort_by": "created_at",
    "direction": "asc",
    "metadata_filter": "{}",
}


@EACH_FACE
def test_additional_body_parameters_are_merged_at_the_top(face: str, httpx_mock: HTTPXMock) -> None:
    """Added fields replace whole fields of the body, and None is sent as null."""
    added = {"metadata": {"b": 2}, "about": None, "extra": [1]}
    sent = created(httpx_mock, face, additional_body_parameters=added)
    assert json.loads(sent.content) == {"name": "n", **added}


def test_a_search_can_be_added_to(httpx_mock: HTTPXMock) -> None:
    """A body that goes out bare takes additions too, model or dict."""
    httpx_mock.add_response(json={"docs": [], "time": 0.1}, is_reusable=True)
    options = {"additional_body_parameters": {"mmr_strength": 0.2}}
    for body in ({"text": "cats"}, DocsTextOnlyDocSearchRequest(text="dogs")):
        call("sync", "agents_docs_search_route_search", id="1", body=body, request_options=options)
    bodies = [json.loads(sent.content) for sent in httpx_mock.get_requests()]
    assert bodies == [{"text": "cats", "mmr_strength": 0.2}, {"text": "dogs", "mmr_strength": 0.2}]


def test_a_model_as_the_body_is_sent_as_it_is(httpx_mock: HTTPXMock) -> None:
    """The change of an execution ignores added fields, as documented."""
    httpx_mock.add_response(text="null")
    call(
        "sync",
        "executions_route_update",
        id="1",
        request=ExecutionsUpdateExecutionRequest_Running(input={"a": 1}),
        request_options={"additional_body_parameters": {"reason": "x"}},
    )
    sent = httpx_mock.get_requests()[0]
    assert json.loads(sent.content) == {"status": "running", "input": {"a": 1}}


@pytest.mark.parametrize("name", ["users_route_get", "users_route_delete"])
@pytest.mark.parametrize("added", [{}, {"additional_body_parameters": {"a": 1}}])
def test_reads_and_deletes_never_get_a_body(
    name: str, added: dict[str, Any], httpx_mock: HTTPXMock
) -> None:
    """Options, even those for a body, put none on GET and DELETE."""
    httpx_mock.add_response(json=USER)
    call("sync", name, id="1", request_options={"additional_headers": {"X-Trace": "7"}, **added})
    sent = httpx_mock.get_requests()[0]
    assert sent.content == b""
    assert "content-type" not in sent.headers


@EACH_FACE
@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_max_retries_sends_again_whatever_the_method(
    face: str, status: int, httpx_mock: HTTPXMock
) -> None:
    """A create is sent again as often as asked for, and the last answer counts."""
    for _ in range(2):
        httpx_mock.add_response(status_code=status, headers={"retry-after-ms": "1"})
    assert created(httpx_mock, face, max_retries=2).method == "POST"
    assert len(httpx_mock.get_requests()) == 3


@pytest.mark.parametrize("options", [None, {}, {"max_retries": None}, {"max_retries": 0}])
def test_nothing_is_sent_again_unless_asked_for(options: Any, httpx_mock: HTTPXMock) -> None:
    """Without `max_retries` even a read is sent once."""
    httpx_mock.add_response(status_code=503, headers={"retry-after": "0"})
    with pytest.raises(APIError) as refused:
        call("sync", "users_route_get", id="1", request_options=options)
    assert refused.value.attempts == 1


@pytest.mark.parametrize("headers", [{"retry-after": "0"}, {"retry-after-ms": "0"}])
def test_retries_end(headers: dict[str, str], httpx_mock: HTTPXMock) -> None:
    """When all tries fail, the error is the last answer and tells how many there were."""
    httpx_mock.add_response(status_code=409, headers=headers, is_reusable=True)
    with pytest.raises(ConflictError) as refused:
        call("sync", "users_route_create", **NAMED, request_options={"max_retries": 2})
    assert refused.value.attempts == 3


@EACH_FACE
def test_a_call_without_time_is_not_sent(face: str) -> None:
    """A timeout of 0 seconds counts: the call fails at once, and nothing goes out."""
    with pytest.raises(APITimeoutError, match="not sent") as refused:
        call(face, "users_route_get", id="1", request_options={"timeout_in_seconds": 0})
    assert not refused.value.delivered


def test_one_call_can_have_a_timeout_of_its_own(httpx_mock: HTTPXMock) -> None:
    """The option replaces the client's timeout for this call, and for a borrowed client too."""
    httpx_mock.add_response(json=USER, is_reusable=True)
    with httpx.Client(timeout=7) as http:
        client = JulepApi(base_url=URL, httpx_client=http, **KEYS)
        client.users_route_get("1", request_options={"timeout_in_seconds": 100})
        client.users_route_get("1", request_options={"timeout_in_seconds": cast("Any", None)})
    reads = [sent.extensions["timeout"]["read"] for sent in httpx_mock.get_requests()]
    assert 7 < reads[0] <= 100
    assert reads[1] == 7


@pytest.mark.parametrize("name", OPERATIONS)
def test_unknown_options_are_refused_by_name(name: str) -> None:
    """A misspelt option is an error before anything is sent, on every operation."""
    with pytest.raises(TypeError, match="'max_retry'; did you mean 'max_retries'"):
        call("sync", name, **arguments_of(name), request_options={"max_retry": 3})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_retries": -1}, "max_retries must be 0 or a positive number, not -1"),
        ({"max_retries": "3"}, "max_retries must be 0 or a positive number, not '3'"),
        ({"timeout_in_seconds": "5"}, "timeout must be seconds or None, not '5'"),
    ],
)
def test_options_of_a_wrong_type_are_refused(options: Any, message: str) -> None:
    """A value that can't be used is an error before anything is sent."""
    with pytest.raises(ConfigurationError, match=message):
        call("sync", "users_route_get", id="1", request_options=options)


@pytest.mark.parametrize("option", ["headers", "query_parameters", "body_parameters"])
def test_additions_are_dicts(option: str) -> None:
    """Anything else is an error that names the option, before anything is sent."""
    with pytest.raises(TypeError, match=f"additional_{option} must be a dict, not list"):
        call("sync", "users_route_get", id="1", request_options={f"additional_{option}": [1]})


def test_all_documented_options_are_there() -> None:
    """The five options have the names that the document has."""
    assert sorted(RequestOptions.__optional_keys__) == [
        "additional_body_parameters",
        "additional_headers",
        "additional_query_parameters",
        "max_retries",
        "timeout_in_seconds",
    ]
