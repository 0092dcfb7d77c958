"""Each error that self-hosted servers send becomes the right exception, with the same fields filled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpx import HTTPXMock

from julep import (
    APIError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    Request,
    UnexpectedResponse,
    UnprocessableEntityError,
)
from julep._reply import Reply
from julep._server_errors.bodies import describe_error, hint_for_page, words_of

from .conftest import URL, Face
from .recorded import exchanges

RECORDED = {
    name: exchange
    for name, exchange in exchanges().items()
    if exchange["response"]["status"] >= 400
}


# What each recorded error is: its class, code, message, and the places that `details` names.
EXPECTED: dict[str, tuple[type[APIError], str, str, list[str]]] = {
    "agents_create_empty_name": (
        UnprocessableEntityError,
        "validation_error",
        "name: String should match pattern",
        ["name"],
    ),
    "agents_get_404": (NotFoundError, "http_404", "Developer does not own resource", []),
    "agents_get_bad_uuid": (
        UnprocessableEntityError,
        "validation_error",
        "path.agent_id: Input should be a valid UUID",
        ["path.agent_id"],
    ),
    "auth_missing": (AuthenticationError, "http_403", "Could not validate API KEY", []),
    "auth_wrong": (AuthenticationError, "http_403", "Could not validate API KEY", []),
    "chat_llm_500": (InternalServerError, "http_502", "litellm.APIError: APIError: OpenAI", []),
    "chat_no_messages": (
        UnprocessableEntityError,
        "validation_error",
        "messages: Field required",
        ["messages"],
    ),
    "chat_stream_true_500": (InternalServerError, "http_500", "Internal Server Error", []),
    "docs_get_404": (NotFoundError, "http_404", "Expected one result, got none", []),
    "executions_get_404": (NotFoundError, "http_404", "Expected one result, got none", []),
    "jobs_get_404": (BadRequestError, "NOT_FOUND", "job not found or invalid", []),
    "method_not_allowed": (APIError, "http_405", "Method Not Allowed", []),
    "repaired_f_chat_tool": (InternalServerError, "http_500", "Internal Server Error", []),
    "sessions_get_404": (BadRequestError, "http_400", "Evaluation of expression failed", []),
    "unknown_route": (NotFoundError, "http_404", "Not Found", []),
    "users_get_404": (NotFoundError, "http_404", "developer doesnt own resource", []),
}


def answered(exchange: dict[str, Any]) -> dict[str, Any]:
    """A recorded answer, as the mock wants it."""
    response = exchange["response"]
    body = response["body"]
    return {
        "status_code": response["status"],
        "headers": {"content-type": response["headers"]["content-type"]},
        "content": body.encode() if isinstance(body, str) else json.dumps(body).encode(),
    }


def test_every_recorded_error_is_expected() -> None:
    """No recorded error is left out of the table."""
    assert set(EXPECTED) == set(RECORDED)


@pytest.mark.parametrize("name", EXPECTED)
async def test_a_recorded_error_is_raised(face: Face, name: str, httpx_mock: HTTPXMock) -> None:
    """Class, status, code, message and details follow from what the server sent."""
    kind, code, message, places = EXPECTED[name]
    asked = RECORDED[name]["request"]
    httpx_mock.add_response(**answered(RECORDED[name]))

    with pytest.raises(APIError) as caught:
        await face.call(face.client().send, Request(asked["method"], asked["path"], Any))

    error = caught.value
    assert type(error) is kind
    assert error.status == error.status_code == RECORDED[name]["response"]["status"]
    assert error.code == code
    assert error.message.startswith(message)
    assert [detail["loc"] for detail in error.details] == places
    assert (error.method, error.url) == (asked["method"], URL + asked["path"])
    assert error.body == RECORDED[name]["response"]["body"]
    assert "\n" not in str(error)


def late(message: str, code: str, **more: Any) -> dict[str, Any]:
    """An error as servers of 2025 send it."""
    return {"error": {"message": message, "code": code, "type": "http_error", **more}}


LATE_DETAIL = {"type": "missing", "loc": "name", "msg": "Field required", "fix": "Add it"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "message"),
    [
        (400, late("No", "http_400"), BadRequestError, "http_400", "No"),
        (400, late("Too long", "prompt_too_big"), BadRequestError, "prompt_too_big", "Too long"),
        (401, late("No", "http_401"), AuthenticationError, "http_401", "No"),
        (403, late("Session limit", "http_403"), PermissionDeniedError, "http_403", "Session"),
        (404, late("Agent not found", "http_404"), NotFoundError, "http_404", "Agent not found"),
        (409, late("Exists", "http_409"), ConflictError, "http_409", "Exists"),
        (
            422,
            late("Validation error", "validation_error", details=[LATE_DETAIL]),
            UnprocessableEntityError,
            "validation_error",
            "name: Field required (fix: Add it)",
        ),
        (
            422,
            {"detail": [{"loc": ["body", "items", 0, "x"], "msg": "bad"}]},
            UnprocessableEntityError,
            "validation_error",
            "items.0.x: bad",
        ),
        (429, late("Slow down", "http_429"), RateLimitError, "http_429", "Slow down"),
        (418, {"error": "teapot"}, APIError, "http_418", "teapot"),
        (502, late("Model failed", "llm_api_error"), InternalServerError, "llm_api_error", "Model"),
        (500, b"", InternalServerError, "http_500", "HTTP status 500, without a message"),
        (503, b"null", InternalServerError, "http_503", "HTTP status 503, without a message"),
        (502, b"<html>\n<p>Bad", InternalServerError, "http_502", "an HTML page"),
        (500, b"\n\nfirst\nsecond", InternalServerError, "http_500", "first"),
        (500, b'{"cut', InternalServerError, "http_500", '{"cut'),
        (500, b"\xff\xfe", InternalServerError, "http_500", "\ufffd"),
        (400, {"error": {}}, BadRequestError, "http_400", "HTTP status 400, without a message"),
        (400, [1, 2], BadRequestError, "http_400", "[1, 2]"),
    ],
)
def test_other_bodies_end_in_the_same_fields(
    status: int, body: Any, kind: type[APIError], code: str, message: str
) -> None:
    """Errors of 2025, of the framework, of proxies, and broken ones are all told alike."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = describe_error(Reply(status, {}, content, URL), "GET")

    assert type(error) is kind
    assert (error.status, error.code) == (status, code)
    assert error.message.startswith(message)
    assert len(str(error).splitlines()) == 1


@given(status=st.integers(300, 599), content=st.binary(max_size=80), text=st.text(max_size=40))
def test_no_body_is_too_strange_for_an_error(status: int, content: bytes, text: str) -> None:
    """Whatever comes with a status that is no success, the answer is an `APIError`."""
    bodies = [content, text.encode(), json.dumps({"error": {"message": text}}).encode()]
    for body in bodies:
        error = describe_error(Reply(status, {}, body, URL), "GET")
        assert error.status == status
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        (
            [("messages[0].role", "missing"), ("messages[1].content", "missing")],
            "messages[0].role: Field required; messages[1].content: Field required",
        ),
        (
            [("tool.A.x", "missing"), ("tool.A.y.z", "missing")],
            "tool.A.x: Field required; tool.A.y.z",
        ),
        ([("tool.A.x", "missing"), ("tool.B.x.y", "missing")], "tool.B.x.y: Field required"),
        (
            [("tool.A.x", "missing"), ("tool.B.y", "missing"), ("n", "missing")],
            "n: Field required; tool: needs x or y",
        ),
        (
            [("a.A.b.C.x", "missing"), ("a.A.b.D.x", "missing"), ("a.B.c", "missing")],
            "a.A.b: needs x",
        ),
        ([("A", "type"), ("list[A]", "type")], "A: Field required; list[A]: Field required"),
        ([("x", "missing"), ("x", "missing")], "x: Field required"),
    ],
)
def test_faults_of_forms_that_were_not_meant_are_left_out(
    faults: list[tuple[str, str]], message: str
) -> None:
    """A form is not meant where its own fields are missing; items of a list are no forms."""
    details = [{"loc": loc, "type": type, "msg": "Field required"} for loc, type in faults]
    content = json.dumps({"error": {"details": details}}).encode()
    error = describe_error(Reply(422, {}, content, URL), "POST")
    assert error.message.startswith(message)
    assert len(error.message.split("; ")) == len(message.split("; "))
    assert len(error.details) == len(faults)


ODD = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["error", "message", "detail", "details", "issues", "loc", "msg", "code"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ODD, st.booleans())
def test_no_shape_is_too_strange_for_an_error(value: Any, printed: bool) -> None:
    """Known fields may hold anything, also printed as Python into a message."""
    body = json.dumps({"error": {"message": repr(value)}} if printed else value)
    error = describe_error(Reply(400, {}, body.encode(), URL), "GET")
    assert type(error) is BadRequestError
    assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize(
    "text", ["{[]: 1}", "{{}: 1}", "[" * 300, "{" + "-" * 50_000, "[1" + "+1" * 50_000]
)
def test_what_only_looks_like_python_is_told_as_it_is(text: str) -> None:
    """Messages that begin like something printed are text, if nothing comes of it."""
    body = json.dumps({"error": {"message": text}}).encode()
    error = describe_error(Reply(400, {}, body, URL), "GET")
    assert error.message.startswith(text[:1_000])
    assert error.body == {"error": {"message": text}}


def test_a_long_message_is_shown_in_part() -> None:
    """A line of a log holds it; the body has all of it."""
    error = describe_error(Reply(500, {}, b"x" * 1_000_000, URL), "GET")
    assert len(str(error)) < 3_000
    assert "1,000,000 characters" in str(error)
    assert error.body == "x" * 1_000_000


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"message": "[' + b"(" * 5000 + b'"}'])
def test_a_body_nested_without_end_is_told_as_text(body: bytes) -> None:
    """A body that no parser takes is an error like any other."""
    error = describe_error(Reply(500, {}, body, URL), "GET")
    assert type(error) is InternalServerError


@pytest.mark.parametrize(
    ("status", "body", "hint"),
    [
        (404, {"detail": "Not Found"}, "is /api missing or doubled in base_url?"),
        (405, {"detail": "Method Not Allowed"}, "does not offer the operation"),
        (302, "", "correct base_url, or pass follow_redirects=True"),
        (500, {"error": {"message": "context_overflow"}}, "self-hosted servers can't chat"),
    ],
)
def test_an_error_says_what_to_do(status: int, body: Any, hint: str) -> None:
    """Where the cause is known, `hint` and the text name it."""
    error = describe_error(Reply(status, {}, json.dumps(body).encode(), URL), "GET")
    assert hint in (error.hint or "")
    assert hint in str(error)


def test_ordinary_errors_have_no_hint() -> None:
    """A missing agent is no reason to doubt the URL."""
    body = json.dumps(late("Agent not found", "http_404")).encode()
    assert describe_error(Reply(404, {}, body, URL), "GET").hint is None


def test_an_error_tells_request_id_and_wait() -> None:
    """`request_id` and `retry_after` are read from the headers."""
    headers = {"x-request-id": "r1", "retry-after": "7"}
    error = describe_error(Reply(429, headers, b"{}", URL), "GET")
    assert (error.request_id, error.retry_after) == ("r1", 7.0)


@pytest.mark.parametrize(
    "body",
    [{"error": {"message": "overloaded"}}, {"detail": "overloaded"}, {"message": "overloaded"}],
)
async def test_an_error_with_the_status_of_success_is_told(
    face: Face, body: Any, httpx_mock: HTTPXMock
) -> None:
    """Gateways send such; what they say is more use than the field that is missing."""
    httpx_mock.add_response(json=body, is_reusable=True)
    client = face.client()
    for call in (
        lambda: client.agents.get("a1"),
        lambda: client.agents.list().to_list(),
        lambda: face.take(client.sessions.chat.stream("s1", "hi")),
    ):
        with pytest.raises(UnexpectedResponse, match="the server says: overloaded"):
            await face.call(call)


def described(body: Any, status: int = 400, missing: str = "", method: str = "GET") -> APIError:
    """The error for a body."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return describe_error(Reply(status, {}, content, URL), method, missing)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x" * 2_001, "x" * 2_001),
        ({"detail": "400: no"}, "no"),
        ({"detail": "404: no"}, "404: no"),
        (None, "HTTP status 400, without a message"),
        ("", "HTTP status 400, without a message"),
        ("\n \n first\nsecond", " first"),
        ("<html>\nlong", "an HTML page"),
        ([1, 2], "[1, 2]"),
        ({"error": "no"}, "no"),
        ({"error": {"detail": "no"}}, "no"),
        ({"error": {"message": "m", "detail": "d"}}, "m"),
        ({"message": "m", "detail": "d", "error": None}, "m"),
        ({"error": {"message": "400: {'message': 'no'}"}}, "no"),
        (
            {"message": "{'message': 'no', 'issues': [{'message': 'wrong', 'location': 'main'}]}"},
            "main: wrong",
        ),
        ({"message": "{'other': 1}"}, "{'other': 1}"),
        ({"message": "{broken"}, "{broken"),
        ({"message": ["a"]}, "['a']"),
    ],
    ids=lambda it: str(it)[:30],
)
def test_a_message_is_found_wherever_it_stands(body: Any, message: str) -> None:
    """As text, under several names, and printed as Python."""
    assert described(body).message == message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": {"code": "c"}}, "c"),
        ({"code": 7}, "7"),
        ({"code": ""}, "http_400"),
        ({"error": {"code": "c", "details": [{"loc": "a"}]}}, "c"),
        ({"details": [{"loc": "a"}]}, "validation_error"),
        ({"details": "a"}, "http_400"),
        ({"details": [7]}, "http_400"),
    ],
)
def test_an_error_has_a_code(body: Any, code: str) -> None:
    """The server's, else what it is about."""
    assert described(body).code == code


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        ({"loc": ["body", "a", 0]}, {"msg": "not valid", "loc": "a.0"}),
        ({"loc": ["path", "a"]}, {"msg": "not valid", "loc": "path.a"}),
        ({"loc": []}, {"msg": "not valid", "loc": ""}),
        ({"location": "main", "message": "m"}, {"msg": "m", "loc": "main"}),
        ({"loc": "a", "location": "b", "msg": "x", "message": "y"}, {"msg": "x", "loc": "a"}),
    ],
)
def test_details_have_a_place_and_a_message(fault: Any, detail: dict[str, str]) -> None:
    """Whichever generation of servers they are of."""
    (told,) = described({"details": [fault]}).details
    assert {name: told[name] for name in detail} == detail


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (401, "no", AuthenticationError),
        (403, "Wrong API Key", AuthenticationError),
        (403, "no", PermissionDeniedError),
        (400, "api key", BadRequestError),
    ],
)
def test_a_refused_key_is_told_apart(status: int, message: str, kind: type[APIError]) -> None:
    """Late servers answer 403."""
    assert type(described({"detail": message}, status)) is kind


@pytest.mark.parametrize(
    ("status", "body", "hint"),
    [
        (405, {}, "use another"),
        (404, {"detail": "Not Found"}, "use another"),
        (404, {"message": "Not Found"}, None),
        (404, "Not Found", None),
        (422, {"details": [{"loc": ["path", "id"], "msg": "no id"}]}, "use another"),
        (422, {"details": [{"loc": ["body", "id"], "msg": "no id"}]}, None),
        (400, {"details": [{"loc": ["path", "id"], "msg": "no id"}]}, None),
    ],
)
def test_an_operation_that_a_server_lacks_has_a_hint(
    status: int, body: Any, hint: str | None
) -> None:
    """An old server takes its name for an id."""
    assert described(body, status, "use another").hint == hint


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("text/html; charset=utf-8", b"", "answered with a web page"),
        ("", b" \n<!DOCTYPE html>", "answered with a web page"),
        ("", b"<HTML>", "answered with a web page"),
        ("text/event-stream", b"data: 1", "answered with a stream; use the method that streams"),
        ("application/json", b"", "answered with an empty body"),
        ("application/json", b"{", "answered with broken JSON (application/json)"),
        ("", b"{", "answered with broken JSON (no content type)"),
        ("", b" " * 200 + b"<html>", "answered with broken JSON"),
    ],
)
def test_a_success_that_is_no_json_is_explained(kind: str, content: bytes, words: str) -> None:
    """By what came in its place."""
    hint = hint_for_page(Reply(200, {"content-type": kind}, content, URL))
    assert hint.startswith(f"{URL} {words}")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "no"}}, "no"),
        ('{"detail": "no"}', "no"),
        ("no", "no"),
        ("\ud83d", "?"),
        ({}, ""),
        (None, ""),
        (7, "7"),
    ],
)
def test_the_words_of_a_body_are_read(body: Any, words: str) -> None:
    """Be it text or a parsed value."""
    assert words_of(body) == words


def test_a_body_that_can_not_even_be_shown_says_nothing() -> None:
    """The error itself is what matters."""
    endless: Any = []
    for _ in range(100_000):
        endless = [endless]
    assert words_of(endless) == ""
