"""Callers who close their own side of a connection once they have asked, as `nc -N` does."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse
from typing import Any

import httpx
import pytest

from julep.local import LocalServer

_SLOW = "{% for a in range(999999) %}{% for b in range(999999) %}{% endfor %}{% endfor %}"


def _answer(server: LocalServer, asked: str, body: bytes = b"") -> tuple[int, Any]:
    head = f"{asked} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Key: {server.key}\r\n"
    with socket.create_connection((server.host, server.port), timeout=60) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(connection)
        answer.begin()
        content = json.loads(answer.read())
        assert connection.recv(1) == b""
        return answer.status, content


@pytest.fixture(scope="module")
def users(http: httpx.Client) -> list[Any]:
    """So many that they are sent in pieces."""
    about = "x" * 100_000
    fields = ({"name": "u", "about": about, "metadata": {"n": [number]}} for number in range(40))
    return [http.post("/users", json=each).json()["id"] for each in fields]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?direction=asc", slice(None)),
        ("?direction=asc&metadata_filter=%7B%22n%22%3A%5B3%5D%7D", slice(3, 4)),
        ("?direction=asc&metadata_filter=%7B%22n%22%3A%5B99%5D%7D", slice(0)),
    ],
    ids=["all", "one", "none"],
)
def test_they_are_sent_the_whole_answer(
    server: LocalServer, users: list[Any], query: str, wanted: slice
) -> None:
    """However many pieces it is sent in, and however long it takes to find; then the connection ends."""
    status, found = _answer(server, f"GET /users{query}")
    assert (status, [user["id"] for user in found["items"]]) == (200, users[wanted])


@pytest.mark.parametrize("streamed", [False, True])
def test_nothing_is_thought_of_for_them(
    server: LocalServer, http: httpx.Client, streamed: bool
) -> None:
    """Before anything is sent, they look like callers who have left; so they are told."""
    agent = http.post("/agents", json={"name": "Ada"}).json()
    session = http.post("/sessions", json={"agent": agent["id"]}).json()
    server.replies.add("late", delay=60)
    message = {"role": "user", "content": "Hi" if streamed else _SLOW}
    body = json.dumps({"messages": [message], "stream": streamed}).encode()
    status, told = _answer(server, f"POST /sessions/{session['id']}/chat", body)
    assert (status, "keep it open" in told["error"]["message"]) == (400, True)
