"""What to do about errors whose words don't say it, and what a generation of servers lacks."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from julep import APIError, Request
from julep._server_errors.hints import hint_for, hint_for_key

from .conftest import Face

NOT_FOUND = {"detail": "Not Found"}
MISREAD = {
    "status_code": 422,
    "message": "[{'type': 'uuid_parsing', 'loc': ('path', 'agent_id'), 'msg': 'no UUID'}]",
}
LATE = "servers of 2024 do not have this, those of 2025 do"
EMBEDDED = "no self-hosted server has this, the embedded one does"

LACKING: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("agents.list_models", (), {}, LATE),
    ("agents.docs.bulk_delete", ("a1",), {"delete_all": True}, LATE),
    ("users.docs.bulk_delete", ("u1",), {"delete_all": True}, LATE),
    ("sessions.render", ("s1", "hi"), {}, LATE),
    ("executions.transitions.get", ("e1", "t1"), {}, LATE),
    ("files.create", (), {"name": "n", "content": b""}, LATE),
    ("files.upload", (b"x",), {"name": "n"}, LATE),
    ("files.get", ("f1",), {}, LATE),
    ("files.delete", ("f1",), {}, LATE),
    ("files.list().to_list", (), {}, LATE),
    ("projects.create", (), {"name": "n"}, LATE),
    ("projects.list().to_list", (), {}, LATE),
    ("secrets.create", (), {"name": "n", "value": "v"}, LATE),
    ("secrets.update", ("x1",), {"name": "n", "value": "v"}, LATE),
    ("secrets.delete", ("x1",), {}, LATE),
    ("secrets.list().to_list", (), {}, LATE),
    ("sessions.history.delete", ("s1",), {}, EMBEDDED),
    ("tasks.update", ("a1", "t1"), {"name": "n"}, EMBEDDED),
    ("tasks.reset", ("a1", "t1"), {"main": []}, EMBEDDED),
    ("tasks.delete", ("a1", "t1"), {}, EMBEDDED),
    ("executions.resume_with_task_token", (), {"task_token": "t"}, EMBEDDED),
]


async def refused(face: Face, client: Any, name: str, /, *args: Any, **kwargs: Any) -> APIError:
    """The error of a method, by its dotted name."""
    for part in name.split("."):
        client = getattr(client, part.removesuffix("()"))
        client = client() if part.endswith("()") else client
    with pytest.raises(APIError) as caught:
        await face.call(client, *args, **kwargs)
    return caught.value


@pytest.mark.parametrize(("status", "body"), [(404, NOT_FOUND), (405, NOT_FOUND), (422, MISREAD)])
@pytest.mark.parametrize(
    ("name", "args", "kwargs", "hint"), LACKING, ids=[one[0] for one in LACKING]
)
async def test_a_missing_route_is_told_as_what_the_server_lacks(
    face: Face,
    *,
    name: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    hint: str,
    status: int,
    body: Any,
    httpx_mock: HTTPXMock,
) -> None:
    """Operations that not all servers have say which do; nobody looks for a fault in base_url."""
    httpx_mock.add_response(status_code=status, json=body)
    assert (await refused(face, face.client(), name, *args, **kwargs)).hint == hint


async def test_what_does_not_exist_is_no_missing_route(face: Face, httpx_mock: HTTPXMock) -> None:
    """The API's own 404 has no such hint."""
    httpx_mock.add_response(status_code=404, json={"error": {"message": "No file found"}})
    assert (await refused(face, face.client(), "files.get", "f1")).hint is None


async def test_a_route_that_all_have_is_sought_in_the_address(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """A wrong base_url is what is left."""
    httpx_mock.add_response(status_code=404, json=NOT_FOUND)
    hint = (await refused(face, face.client(), "agents.get", "a1")).hint
    assert hint == "the server has no such route: is /api missing or doubled in base_url?"


SAID: list[tuple[int, str, str, str, str]] = [
    (
        400,
        "POST",
        "/sessions/s1/chat",
        "Model  not available. Available models: []",
        "names no mod",
    ),
    (400, "GET", "/users", "Invalid value provided for user during list", "with name and about"),
    (400, "GET", "/docs/d1", "Invalid value provided for doc", "include_embeddings=False"),
    (400, "GET", "/sessions/s1", "Evaluation of expression failed", "does not exist"),
    (
        422,
        "GET",
        "/agents/Ada",
        "path.agent_id: Input should be a valid UUID",
        "agents.list() tells",
    ),
    (422, "POST", "/sessions", "user: Input should be a valid UUID", "users.list() tells ids"),
    (422, "GET", "/tasks/t", "path.task_id: Input should be a valid UUID", "tasks.list(agent)"),
    (400, "PUT", "/executions/e1", "The query is asserted to return some results", "not waiting"),
    (400, "POST", "/agents/a1/tools", "is asserted to return no result", "of that name already"),
    (
        400,
        "PATCH",
        "/sessions/s1",
        "query parser has encountered unexpected input",
        "another field",
    ),
    (404, "POST", "/agents/a1/tools", "No tool found during create", "that its type names"),
    (500, "PUT", "/executions/e1", "Failed to resume execution", "not yet taken effect"),
    (500, "PUT", "/executions/e1", "Failed to stop execution", "can't stop executions"),
    (500, "POST", "/sessions/s1/chat", "Internal Server Error", "does the agent name a model?"),
]


@pytest.mark.parametrize(("status", "method", "path", "said", "hint"), SAID)
async def test_words_that_do_not_help_get_a_hint(
    face: Face,
    *,
    status: int,
    method: str,
    path: str,
    said: str,
    hint: str,
    httpx_mock: HTTPXMock,
) -> None:
    """What cost others an hour is said in the error's line."""
    httpx_mock.add_response(status_code=status, json={"error": {"message": said}})
    error = await refused(face, face.client(), "send", Request(method, path, Any))
    assert hint in str(error)


@pytest.mark.parametrize("said", ["Model gpt-9 not available", "Internal Server Error"])
async def test_other_words_get_none(face: Face, said: str, httpx_mock: HTTPXMock) -> None:
    """A hint is only given where it is known to fit."""
    httpx_mock.add_response(status_code=500, json={"error": {"message": said}})
    error = await refused(face, face.client(), "send", Request("GET", "/agents/a1", Any))
    assert error.hint is None


@pytest.mark.parametrize(
    ("status", "call", "said", "hint"),
    [
        (302, "GET x", "", "a redirect"),
        (400, "POST x", "Model  not available", "names no model"),
        (400, "POST x", "the Model not available", None),
        (
            400,
            "PUT /executions/e",
            "Query asserted to return some results",
            "is not waiting for input",
        ),
        (400, "PUT /agents/e", "Query asserted to return some results", "does not exist"),
        (400, "PUT /agents/e", "asserted to return no result", "one of that name already"),
        (
            400,
            "PATCH /sessions/s",
            "query parser has encountered unexpected input",
            "metadata alone",
        ),
        (400, "PATCH /agents/s", "query parser has encountered unexpected input", None),
        (405, "GET x", "", "does not offer the operation"),
        (599, "POST x", "no context_overflow", "self-hosted servers can't chat"),
        (500, "POST /sessions/s/chat", "Internal Server Error", "does the agent name a model?"),
        (500, "POST /sessions/s/chat", "Internal Server Error!", None),
        (500, "POST /sessions/s/chats", "Internal Server Error", None),
        (502, "POST /sessions/s/chat", "Internal Server Error", None),
        (4000, "GET x", "", None),
    ],
)
def test_a_hint_fits_status_call_and_words(
    status: int, call: str, said: str, hint: str | None
) -> None:
    """All of them together; the first that fits is given."""
    found = hint_for(status, call, said)
    assert (found is None) if hint is None else (hint in (found or ""))


OTHER_HEADER = (
    "the key came from JULEP_API_KEY and was sent as Authorization; some servers look at "
    "X-Auth-Key (auth_key)"
)


@pytest.mark.parametrize(
    ("status", "headers", "sent", "source", "hint"),
    [
        (
            401,
            ["X-Developer-Id"],
            ["Authorization"],
            None,
            "the key is right, but X-Developer-Id names nobody on this server",
        ),
        (403, ["X-Developer-Id"], [], None, "no key was sent: pass api_key, or set JULEP_API_KEY"),
        (
            403,
            ["Authorization"],
            ["Authorization"],
            "JULEP_API_KEY",
            OTHER_HEADER,
        ),
        (
            401,
            ["X-AUTH-KEY"],
            ["X-Auth-Key", "Authorization"],
            None,
            "the key came from the headers argument and was sent as X-Auth-Key and Authorization",
        ),
    ],
)
def test_a_refused_key_says_where_it_came_from(
    status: int, headers: list[str], sent: list[str], source: str | None, hint: str
) -> None:
    """And how it was sent."""
    assert hint_for_key(status, headers, sent, source) == hint
