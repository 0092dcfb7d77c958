"""A server that stops while answers are on their way."""

from __future__ import annotations

import socket

import httpx
import pytest

from julep.local import LocalServer

_HEAD = "{} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Key: {}\r\n"


def _asked(server: LocalServer, asked: str, more: str = "\r\n") -> socket.socket:
    """Ask for something, and read no byte of the answer."""
    connection = socket.socket()
    # What is on its way to a reader who stalls has little room, so that most stays at the server.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((server.host, server.port))
    connection.sendall((_HEAD.format(asked, server.key) + more).encode())
    return connection


def _is_closed(connection: socket.socket) -> bool:
    with connection:
        connection.settimeout(10)
        try:
            while connection.recv(2**20):
                pass
        except TimeoutError:
            return False
        except ConnectionError:
            pass
        return True


@pytest.mark.slow
def test_nobody_is_waited_for_long_and_nothing_is_printed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Readers who stall, requests that don't arrive whole and models that don't answer."""
    with (
        LocalServer() as server,
        httpx.Client(base_url=server.url, headers={"X-Auth-Key": server.key}, timeout=60) as http,
    ):
        for _ in range(40):
            http.post("/users", json={"name": "u", "about": "x" * 200_000}).raise_for_status()
        agent = http.post("/agents", json={"name": "Ada"}).json()
        session = http.post("/sessions", json={"agent": agent["id"]}).json()
        server.replies.add("late", delay=60)
        server.faults.add(path="/agents", delay=60)
        message = '{"messages": [{"role": "user", "content": "Hi"}]}'
        length = f"Content-Length: {len(message)}\r\n\r\n"
        asked = [
            _asked(server, "GET /users?limit=1000"),
            _asked(server, "GET /agents"),
            _asked(server, "GET /users", ""),
            _asked(server, f"POST /sessions/{session['id']}/chat", length + message),
            _asked(server, "POST /users", length + message[:-1]),
        ]
        http.get("/healthz")  # it is answered after those are read
        server.stop()
        assert all(map(_is_closed, asked))
    assert caplog.messages == []
