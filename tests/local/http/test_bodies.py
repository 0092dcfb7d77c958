"""Bodies of requests: what is read, and what callers are told about the rest."""

from __future__ import annotations

import json
import socket
from uuid import UUID

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Message

from julep.local import LocalServer
from julep.local.http.bodies import read_body
from tests.local.turns import turns_beside

NOBODY = UUID("00000000-0000-7000-8000-000000000000")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 422),
        (b"[1]", 422),
        (b'{"name": NaN}', 422),
        (b'{"name": "a", "metadata": {"x": 1e999}}', 422),
        (b'{"name": "\\ud800"}', 422),
        (b'{"name": "x", "metadata": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, 413),
        (b'{"name": "x", "metadata": ' + b'{"a":' * 300 + b"1" + b"}" * 301, 413),
    ],
)
def test_bodies_that_are_no_sound_json_are_refused(
    http: httpx.Client, content: bytes, status: int
) -> None:
    """Broken, foreign or bottomless JSON is an error of the request."""
    assert http.post("/agents", content=content).status_code == status


def test_a_body_that_is_too_long_is_refused_before_it_is_read(server: LocalServer) -> None:
    """The announced length decides."""
    head = f"POST /users HTTP/1.1\r\nHost: localhost\r\nX-Auth-Key: {server.key}\r\n"
    with socket.create_connection((server.host, server.port)) as connection:
        connection.sendall(f"{head}Content-Length: 1000000000\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/agents", 3_000_000),
        (f"/agents/{NOBODY}/search", 1_000_000),
        ("/embed", 1_000_000),
        (f"/agents/{NOBODY}/docs", 3_000_000),
        (f"/sessions/{NOBODY}/chat", 8_000_000),
        (f"/sessions/{NOBODY}/render", 8_000_000),
        (f"/tasks/{NOBODY}/executions", 8_000_000),
    ],
)
def test_bodies_are_as_long_as_their_kind_may_be(http: httpx.Client, path: str, most: int) -> None:
    """What is read and written at once is bounded, so that nobody waits long for it."""
    assert http.post(path, content=b" " * most).status_code in {404, 409, 422}
    answer = http.post(path, content=b" " * (most + 1))
    assert answer.status_code == 413
    assert f"{most:,} bytes" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("item", "count"), [("[]", 100_000), ("{}", 100_000), ('{"a":1}', 50_000), ("1", 500_001)]
)
def test_bodies_hold_as_many_values_as_are_handled_at_once(
    http: httpx.Client, item: str, count: int
) -> None:
    """To check, store and answer a million of them would keep everybody else waiting."""
    content = f'{{"name": "a", "metadata": {{"x": [{",".join([item] * count)}]}}}}'
    answer = http.post("/agents", content=content)
    assert answer.status_code == 413
    assert "send less at once" in answer.json()["error"]["message"]


@pytest.mark.parametrize("text", ["[{" * 100_000, '"[' * 60_000, "\\" * 999 + '\\":' * 120_000])
def test_brackets_in_texts_are_no_values(http: httpx.Client, text: str) -> None:
    """Whatever stands around them."""
    agent = http.post("/agents", json={"name": "a", "about": text}).json()
    assert http.get(f"/agents/{agent['id']}").json()["about"] == text


def test_all_faults_of_a_body_are_told_at_once(http: httpx.Client) -> None:
    """A validation error lists each field with its type, place and what was received."""
    body = {"about": 3, "default_settings": {"temperature": 9}, "instructions": ["a", 1]}
    response = http.post("/agents", json=body)
    assert response.status_code == 422
    error = response.json()["error"]
    assert (error["message"], error["code"]) == ("Validation error", "validation_error")
    assert {(each["loc"], each["type"]) for each in error["details"]} == {
        ("name", "missing"),
        ("about", "string_type"),
        ("instructions.Text", "string_type"),
        ("instructions.list[Text][1]", "string_type"),
        ("default_settings.temperature", "less_than_equal"),
    }


def test_as_many_faults_are_told_as_somebody_reads(http: httpx.Client) -> None:
    """A body may have hundreds of thousands, each of which takes time."""
    body = {"name": "a", "instructions": [1] * 1000, "metadata": 3}
    details = http.post("/agents", json=body).json()["error"]["details"]
    assert {"instructions.list[Text][0]", "metadata"} <= {each["loc"] for each in details}
    assert 100 <= len(details) < 110


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (None, 201),
        ("application/json", 201),
        ("Application/JSON; charset=utf-8", 201),
        ("application/merge-patch+json", 201),
        ("text/plain", 422),
        ("application/x-www-form-urlencoded", 422),
        ("multipart/form-data; boundary=x", 422),
    ],
)
def test_bodies_are_read_as_their_type_says(
    http: httpx.Client, kind: str | None, status: int
) -> None:
    """JSON is read where nothing else is said; other types are refused, and the error says which."""
    headers = {} if kind is None else {"Content-Type": kind}
    answer = http.post("/agents", content=b'{"name": "A"}', headers=headers)
    assert answer.status_code == status
    if kind and status == 422:
        (detail,) = answer.json()["error"]["details"]
        assert (detail["loc"], detail["type"]) == ("body", "model_attributes_type")
        assert kind.partition(";")[0] in detail["msg"]


def test_details_say_what_to_do(http: httpx.Client) -> None:
    """A missing field, broken JSON and a bad id come with a fix; what was received is text."""
    missing = http.post("/agents", json={"about": ["x"] * 1000}).json()["error"]["details"]
    (field,) = [each for each in missing if each["loc"] == "name"]
    assert (field["type"], field["example"]) == ("missing", '{"name": …}')
    assert "no default" in field["fix"]
    assert field["received"].startswith("{'about': ['x'")
    assert len(field["received"]) < 300
    broken = http.post("/agents", content=b"{bad").json()["error"]["details"][0]
    assert (broken["loc"], broken["type"]) == ("[1]", "json_invalid")
    assert "fix" in http.get("/agents/abc").json()["error"]["details"][0]


@pytest.mark.parametrize("limit", ["1_0", "\u0661", "1.0", "", "x", "9" * 5000])
def test_a_limit_is_a_whole_number(http: httpx.Client, limit: str) -> None:
    """Only digits are one; Python's own reading takes more."""
    answer = http.get("/agents", params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["loc"] == "query.limit"


def test_others_are_answered_while_a_long_body_is_parsed() -> None:
    """Once it is there; a short one isn't worth a thread."""

    def read(length: int) -> int:
        body = json.dumps({"text": "x" * length}).encode()

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def parse() -> None:
            request = Request({"type": "http", "method": "POST", "headers": []}, receive)
            assert await read_body(request, most=10_000_000) == {"text": "x" * length}

        return turns_beside(parse)

    assert read(3_000_000) > read(10)
