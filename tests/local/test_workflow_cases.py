"""Recorded executions of self-hosted servers, run over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from julep.local import LocalServer
from tests.local.conftest import JSON, Make
from tests.local.workflow.driver import matches
from tests.wire import Connection, Seen, Wire

_APART = {
    "real25_21_error_last",  # repaired
    "real25_29_system_tool",  # repaired
    "real25_56_prompt_tool_call",  # shows what a scripted model doesn't, and is tested without it
}
_CASES = [
    path
    for path in sorted((Path(__file__).parents[1] / "data" / "workflow_cases").glob("*.yaml"))
    if path.stem not in _APART
]


def _status(http: httpx.Client, path: str, ends: set[str]) -> JSON:
    with http.stream("GET", f"{path}/status.stream") as response:
        for line in response.iter_lines():
            if line and json.loads(line.removeprefix("data: "))["status"] in ends:
                break
    shown: JSON = http.get(path).json()
    return shown


@pytest.fixture(scope="module")
def web() -> Iterator[Wire]:
    """The world outside, with a secret to reach it; each case says what it answers."""
    with Wire(lambda connection, seen: None) as outside:
        yield outside


@pytest.fixture(scope="module", autouse=True)
def _secret(http: httpx.Client) -> None:
    http.post("/secrets", json={"name": "TOKEN", "value": "s3"})


def _answer(replies: list[JSON]) -> Callable[[Connection, Seen], None]:
    def answer(connection: Connection, _: Seen) -> None:
        reply = replies.pop(0)
        status = f"{reply.get('status', 200)} {'OK' if 'status' not in reply else 'Not Found'}"
        connection.send_json(reply["json"], status)

    return answer


def _script(server: LocalServer, replies: list[Any]) -> None:
    for reply in replies:
        if isinstance(reply, str):
            server.replies.add(reply)
        else:
            called = [call["function"] for call in reply["tool_calls"]]
            calls = [(each["name"], json.loads(each["arguments"])) for each in called]
            server.replies.add(tool_calls=calls)


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_a_recorded_case_ends_as_it_did(
    server: LocalServer, http: httpx.Client, make: Make, web: Wire, path: Path
) -> None:
    """Status, output and transitions are the recorded ones, through pauses and all.

    What ended in a failure may be refused when it is created.
    """
    text = path.read_text(encoding="utf-8").replace("http://example.test", web.url)
    case: dict[str, Any] = yaml.safe_load(text)
    web.answer = _answer(case.get("http_replies", []))
    agent = make("/agents", **case["agent"])
    created = http.post(f"/agents/{agent['id']}/tasks", json=case["task"])
    if case["expected"]["status"] == "failed" and created.is_client_error:
        return
    task = created.json()
    _script(server, case.get("llm_replies", []))
    execution = make(f"/tasks/{task['id']}/executions", input=case["input"])
    url = f"/executions/{execution['id']}"
    for answer in case.get("resume_inputs", ()):
        _status(http, url, {"awaiting_input"})
        http.put(url, json={"status": "running", "input": answer})
    done = _status(http, url, {"succeeded", "failed", "cancelled"})
    expected = case["expected"]
    assert done["status"] == expected["status"]
    assert matches(expected["output"], done["output"])
    assert done["error"] == expected["error"]
    items = http.get(f"{url}/transitions", params={"direction": "asc"}).json()["items"]
    types = sorted((each["type"], each["current"]["workflow"]) for each in items)
    wanted = expected["transitions"]
    assert types == sorted((each["type"], each["current"]["workflow"]) for each in wanted)
