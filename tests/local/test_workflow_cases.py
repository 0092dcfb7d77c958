"""Recorded executions of the hosted server, run over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from julep.local import LocalServer
from tests.local.conftest import JSON, Make

_CASES = sorted((Path(__file__).parents[1] / "data" / "workflow_cases").glob("*.yaml"))


def _status(http: httpx.Client, path: str, ends: set[str]) -> JSON:
    with http.stream("GET", f"{path}/status.stream") as response:
        for line in response.iter_lines():
            if line and json.loads(line.removeprefix("data: "))["status"] in ends:
                break
    shown: JSON = http.get(path).json()
    return shown


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_a_recorded_case_ends_as_it_did(
    server: LocalServer, http: httpx.Client, make: Make, path: Path
) -> None:
    """Status, output and transitions are the recorded ones, through pauses and all."""
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    for text in case.get("llm_replies", ()):
        server.replies.add(text)
    agent = make("/agents", **case["agent"])
    task = make(f"/agents/{agent['id']}/tasks", **case["task"])
    execution = make(f"/tasks/{task['id']}/executions", input=case["input"])
    url = f"/executions/{execution['id']}"
    for answer in case.get("resume_inputs", ()):
        _status(http, url, {"awaiting_input"})
        http.put(url, json={"status": "running", "input": answer})
    done = _status(http, url, {"succeeded", "failed", "cancelled"})
    expected = case["expected"]
    assert done["status"] == expected["status"]
    assert done["output"] == expected["output"]
    assert done["error"] == expected["error"]
    items = http.get(f"{url}/transitions", params={"direction": "asc"}).json()["items"]
    types = sorted((each["type"], each["current"]["workflow"]) for each in items)
    wanted = expected["transitions"]
    assert types == sorted((each["type"], each["current"]["workflow"]) for each in wanted)
