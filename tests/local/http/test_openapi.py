"""The server's description of its API."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from julep.types._json import is_array, is_object
from tests.local.conftest import JSON


@pytest.fixture(scope="module")
def document(server: LocalServer) -> JSON:
    """The OpenAPI document, which everyone may read."""
    response = httpx.get(f"{server.url}/openapi.json")
    assert response.status_code == 200
    described: JSON = response.json()
    return described


def _operations(document: JSON) -> Iterator[tuple[str, str, JSON]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _references(value: Any) -> Iterator[str]:
    if is_object(value):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        for item in value.values():
            yield from _references(item)
    elif is_array(value):
        for item in value:
            yield from _references(item)


def test_every_route_is_described(http: httpx.Client, document: JSON) -> None:
    """What is described is routed, under names of its own, with the ids of its path."""
    operations = list(_operations(document))
    assert len(operations) > 60
    names = Counter(operation["operationId"] for _, _, operation in operations)
    assert names.most_common(1)[0][1] == 1
    for method, path, operation in operations:
        ids = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert ids == set(re.findall(r"{(\w+)}", path))
        # An id that is none is refused by the route itself, and so is an empty body.
        if ids:
            asked = http.request(method, re.sub(r"{\w+}", "x", path))
            assert asked.json()["error"]["code"] == "validation_error", (method, path)


def test_all_that_is_referred_to_is_there(document: JSON) -> None:
    """No reference leads nowhere, and no schema is there for nobody."""
    referred = {name.removeprefix("#/components/schemas/") for name in _references(document)}
    assert referred == set(document["components"]["schemas"])


@pytest.mark.parametrize(
    ("method", "path", "required"),
    [
        ("post", "/agents", ["name"]),
        ("patch", "/agents/{agent_id}", []),
        ("post", "/agents/{agent_id}/docs", ["title", "content"]),
        ("post", "/sessions/{session_id}/chat", ["messages"]),
        ("post", "/secrets", ["name", "value"]),
        ("post", "/tasks/{task_id}/executions", ["input"]),
    ],
)
def test_bodies_are_described_by_what_checks_them(
    http: httpx.Client, document: JSON, method: str, path: str, required: list[str]
) -> None:
    """The fields that a description calls required are those that a request can't do without."""
    operation = document["paths"][path][method]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema.get("required", []) == required
    id = "01890000-0000-7000-8000-000000000000"
    answer = http.request(method, re.sub(r"{\w+}", id, path), json={"unknown": 1})
    missing = [each["loc"] for each in answer.json()["error"].get("details", [])]
    assert missing == (required if answer.status_code == 422 else missing)


def test_streams_are_described_as_streams(document: JSON) -> None:
    """A chat answers whole or in events; other streams in events alone."""
    chat = document["paths"]["/sessions/{session_id}/chat"]["post"]["responses"]
    assert list(chat["201"]["content"]) == ["application/json"]
    assert list(chat["200"]["content"]) == ["text/event-stream"]
    status = document["paths"]["/executions/{execution_id}/status.stream"]["get"]["responses"]
    assert list(status["200"]["content"]) == ["text/event-stream"]
    assert document["paths"]["/healthz"]["get"]["security"] == []


def test_people_may_read_it_too(server: LocalServer, document: JSON) -> None:
    """A page lists all operations, needs no key and loads nothing from elsewhere."""
    answer = httpx.get(f"{server.url}/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert [path for path in document["paths"] if f"<td>{path}</td>" not in answer.text] == []
    assert "<script" not in answer.text
    assert "//" not in answer.text
