"""Killed at any moment, the server goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON

# The process kills itself in the middle of a write, when the log has so many transitions.
_SERVE_AND_DIE = """
import os, signal, sys, threading
from julep.local import LocalServer
from julep.local.store.execution_log import ExecutionLog

path, most = sys.argv[1], int(sys.argv[2])
append, count = ExecutionLog.append, 0

def append_and_die(self, transition, view):
    global count
    if count == most:
        os.kill(os.getpid(), signal.SIGKILL)
    written = append(self, transition, view)
    count += written
    return written

ExecutionLog.append = append_and_die
server = LocalServer(path, key="k").start()
print(server.url, flush=True)
threading.Event().wait()
"""

_TASK: JSON = {
    "name": "T",
    "main": [
        {"tool": "count"},
        {"if": "$ True", "then": {"workflow": "sub", "arguments": {"n": "$ 2"}}},
        {"over": "$ [1, 2, 3]", "map": {"evaluate": {"x": "$ _ * 10"}}},
        {"foreach": {"in": "$ _", "do": {"set": {"last": "$ _.x"}}}},
        {"wait_for_input": {"info": {"q": "$ state.last"}}},
        {"evaluate": {"answer": "$ _.a", "last": "$ state.last"}},
    ],
    "sub": [{"set": {"m": "$ _.n * 2"}}, {"return": {"m": "$ state.m"}}],
    "tools": [
        {"name": "count", "type": "system", "system": {"resource": "user", "operation": "list"}}
    ],
}
_TRANSITIONS = 24


@contextmanager
def _client(url: str) -> Generator[httpx.Client]:
    with httpx.Client(base_url=url, headers={"X-Auth-Key": "k"}) as client:
        yield client


def _run_and_die(path: Path, most: int) -> str:
    command = [sys.executable, "-c", _SERVE_AND_DIE, str(path), str(most)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        with _client(process.stdout.readline().strip()) as client:
            agent = client.post("/agents", json={"name": "A"}).json()
            task = client.post(f"/agents/{agent['id']}/tasks", json=_TASK).json()
            try:
                url = f"/tasks/{task['id']}/executions"
                client.post(url, json={"input": {}}, timeout=30)
            except httpx.TransportError:
                pass
            else:
                _end(process, most)
        assert process.wait() == -signal.SIGKILL
    return str(task["id"])


def _end(process: subprocess.Popen[str], most: int) -> None:
    # A server that is to die later than its execution pauses is killed while it waits.
    if most >= _TRANSITIONS:
        process.send_signal(signal.SIGKILL)


def _status(client: httpx.Client, execution: JSON, ends: set[str]) -> JSON:
    url = f"/executions/{execution['id']}"
    with client.stream("GET", f"{url}/status.stream") as response:
        for line in response.iter_lines():
            if line and json.loads(line.removeprefix("data: "))["status"] in ends:
                break
    shown: JSON = client.get(url).json()
    return shown


def _shape(items: list[JSON]) -> list[tuple[Any, ...]]:
    return sorted(
        (each["type"], each["current"]["workflow"], each["current"]["step"], str(each["output"]))
        for each in items
    )


@pytest.mark.parametrize("most", [0, 1, 5, 14, 20, _TRANSITIONS])
def test_an_execution_survives_sigkill(tmp_path: Path, most: int) -> None:
    """It goes on from its last transition, waits again, and lists nothing twice."""
    path = tmp_path / "agents.db"
    task_id = _run_and_die(path, most)
    with LocalServer(path, key="k") as server, _client(server.url) as client:
        (execution,) = client.get(f"/tasks/{task_id}/executions").json()["items"]
        waiting = _status(client, execution, {"awaiting_input", "failed"})
        assert (waiting["status"], waiting["output"]) == ("awaiting_input", {"q": 30})
        client.put(f"/executions/{execution['id']}", json={"input": {"a": 1}})
        done = _status(client, execution, {"succeeded", "failed"})
        items = client.get(f"/executions/{execution['id']}/transitions").json()["items"]
        again = client.post(f"/tasks/{task_id}/executions", json={"input": {}}).json()
        _status(client, again, {"awaiting_input"})
        client.put(f"/executions/{again['id']}", json={"input": {"a": 1}})
        _status(client, again, {"succeeded"})
        fresh = client.get(f"/executions/{again['id']}/transitions").json()["items"]
    assert done["output"] == {"answer": 1, "last": 30}
    assert _shape(items) == _shape(fresh)
    assert len({each["id"] for each in items}) == len(items) == _TRANSITIONS + 2


def test_a_wait_outlives_its_server(tmp_path: Path) -> None:
    """An orderly stop is no end: the next server takes the answer."""
    path = tmp_path / "agents.db"
    with LocalServer(path, key="k") as server, _client(server.url) as client:
        agent = client.post("/agents", json={"name": "A"}).json()
        body = {"name": "T", "main": [{"wait_for_input": {"info": {"q": "$ 1"}}}]}
        task = client.post(f"/agents/{agent['id']}/tasks", json=body).json()
        url = f"/tasks/{task['id']}/executions"
        execution = client.post(url, json={"input": {}}).json()
        _status(client, execution, {"awaiting_input"})
    with LocalServer(path, key="k") as server, _client(server.url) as client:
        client.put(f"/executions/{execution['id']}", json={"input": {"a": 1}})
        assert _status(client, execution, {"succeeded", "failed"})["output"] == {"a": 1}


def test_what_was_answered_survives_sigkill(tmp_path: Path) -> None:
    """Whatever the server has confirmed is there after a kill right behind the answer."""
    path = tmp_path / "agents.db"
    command = [sys.executable, "-c", _SERVE_AND_DIE, str(path), "99"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        with _client(process.stdout.readline().strip()) as client:
            made = [client.post("/users", json={"name": f"u{n}"}).json() for n in range(20)]
            os.kill(process.pid, signal.SIGKILL)
    with LocalServer(path, key="k") as server, _client(server.url) as client:
        assert client.get(f"/users/{made[-1]['id']}").status_code == 200
        assert len(client.get("/users").json()["items"]) == 20
