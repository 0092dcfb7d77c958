"""What a server doesn't wait for, and what it says when its disk is full."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPResponse

import anyio
import pytest
from starlette.requests import Request
from starlette.types import Message

from julep.local import LocalServer
from julep.local.errors import TooSlow
from julep.local.http.bodies import read_body
from julep.local.http.half_open import SECONDS_FOR_HEADERS, HalfOpen

_FILL_THE_DISK = """
import resource, sys
import httpx
from julep.local import LocalServer

with LocalServer(sys.argv[1]) as server:
    client = httpx.Client(base_url=server.url, headers={"X-Auth-Key": server.key})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    body = {"name": "u", "metadata": {"x": "y" * 50_000}}
    answers = [client.post("/users", json=body) for _ in range(60)]
    kept = sum(answer.status_code == 201 for answer in answers)
    print(answers[-1].status_code, answers[-1].json()["error"]["message"])
    print(len(client.get("/users?limit=100").json()["items"]) == kept > 5)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    print(client.post("/users", json=body).status_code)
    client.close()
"""
_RUN_ON_A_FULL_DISK = """
import resource, sys, time
import httpx
from julep.local import LocalServer

with LocalServer(sys.argv[1]) as server:
    client = httpx.Client(base_url=server.url, headers={"X-Auth-Key": server.key})
    agent = client.post("/agents", json={"name": "A"}).json()
    step = {"evaluate": {"n": "$ _.n + 1", "text": "$ 'x' * 100000"}}
    task = client.post(f"/agents/{agent['id']}/tasks", json={"name": "T", "main": [step] * 20})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    started = client.post(f"/tasks/{task.json()['id']}/executions", json={"input": {"n": 0}})
    place = f"/executions/{started.json()['id']}"
    time.sleep(1)
    print(client.get(place).json()["status"])
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    while client.get(place).json()["status"] == "running":
        time.sleep(0.1)
    print(client.get(place).json()["status"], client.get(place).json()["output"]["n"])
    client.close()
"""
_STREAM_ONTO_A_FULL_DISK = """
import os, resource, sys
from julep import Julep, StreamInterrupted
from julep.local import LocalServer

with LocalServer(sys.argv[1]) as server, Julep(base_url=server.url, api_key=server.key) as client:
    session = client.sessions.create(agent=client.agents.create(name="A"))
    server.replies.add("one two three", chunk_delay=0.05)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        for _ in client.sessions.chat.stream(session, "question " * 1_000):
            full = os.path.getsize(sys.argv[1] + "-wal")
            resource.setrlimit(resource.RLIMIT_FSIZE, (full, before[1]))
    except StreamInterrupted as error:
        print(error, error.partial.text)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    print(client.sessions.history(session).entries)
"""

_CREATE = """\
POST /users HTTP/1.1\r
Host: localhost\r
X-Auth-Key: {key}\r
Content-Length: 13\r
\r
"""


@contextmanager
def _connected(server: LocalServer, sent: str) -> Generator[socket.socket]:
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(sent.encode())
        yield connection


def _status(connection: socket.socket) -> int:
    """Read one answer, whole."""
    answer = HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer.status


def _sweep_after(server: LocalServer, half_open: HalfOpen, seconds: float) -> None:
    assert server._lease
    uvicorn = server._lease.running._server

    async def sweep() -> None:
        half_open.sweep(uvicorn.server_state.connections, time.monotonic() + seconds)

    uvicorn.call(sweep)


def test_half_a_request_is_not_waited_for_for_ever(server: LocalServer) -> None:
    """Whether it is a connection's first one or a later one; others are left alone."""
    whole = f"GET /healthz HTTP/1.1\r\nHost: {server.host}\r\n\r\n"
    with (
        _connected(server, "") as silent,
        _connected(server, whole[:-2]) as first,
        _connected(server, _CREATE.format(key=server.key)) as busy,
        _connected(server, whole) as later,
        _connected(server, whole) as kept,
    ):
        assert (_status(later), _status(kept)) == (200, 200)
        later.sendall(whole[:20].encode())
        half_open = HalfOpen()
        # However long what was sent takes to arrive.
        for times in range(12):
            _sweep_after(server, half_open, times * (SECONDS_FOR_HEADERS + 1))
            time.sleep(0.05)
        assert (silent.recv(10), first.recv(10), later.recv(10)) == (b"", b"", b"")
        busy.sendall(b'{"name": "u"}')
        assert _status(busy) == 201
        kept.sendall(whole.encode())
        assert _status(kept) == 200


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    """Each piece may take its time, and no piece for ever."""

    async def never() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def read() -> None:
        request = Request({"type": "http", "method": "POST", "headers": []}, never)
        await read_body(request, most=1_000, silence=0.05)

    with pytest.raises(TooSlow, match=r"0\.05 seconds"):
        anyio.run(read)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_a_disk_that_takes_no_more_is_told(tmp_path: object) -> None:
    """The answer says why, nothing of it is kept, and it works again when there is room."""
    command = [sys.executable, "-c", _FILL_THE_DISK, f"{tmp_path}/agents.db"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told, is_whole, after = done.stdout.splitlines()
    assert told.startswith("507 This server can't write to its disk: nothing was kept")
    assert told.endswith("Put that right, then send this again")
    assert (is_whole, after) == ("True", "201")


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_a_chat_is_streamed_onto_a_full_disk(tmp_path: object) -> None:
    """The stream ends with what other calls are told, and the question isn't kept without its answer."""
    command = [sys.executable, "-c", _STREAM_ONTO_A_FULL_DISK, f"{tmp_path}/agents.db"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told, kept = done.stdout.splitlines()
    assert "the server says: This server can't write to its disk: nothing was kept" in told
    assert told.endswith("one two three")
    assert kept == "[]"
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no such limits")
def test_an_execution_waits_for_room_on_the_disk(tmp_path: object) -> None:
    """It doesn't fail, and goes on by itself where it was."""
    command = [sys.executable, "-c", _RUN_ON_A_FULL_DISK, f"{tmp_path}/agents.db"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["running", "succeeded 20"]
    assert done.stderr.count("This server can't write to its disk") == 1
