"""Requests recorded from a hosted server, sent to this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from julep.local import LocalServer
from julep.local.json_types import is_array, is_object
from tests.local.conftest import Make, said

_FOLDER = Path(__file__).parents[1] / "data" / "real_responses"
_RECORDED = sorted(_FOLDER.glob("*.json"))
_UUID_LENGTH = 36
# What the caller puts in, which here is something else.
_FREE = {"metadata", "input", "output", "parameters", "properties", "default_settings"}

# Answers that differ on purpose: what the hosted server of 2024 got wrong, or answered before 2025.
_OTHER_STATUS = {
    "agents_create_empty_name": 422,
    "chat_llm_500": 201,  # the failure was scripted there
    "chat_stream_true_500": 200,  # streaming works
    "repaired_f_chat_tool": 201,  # an agent without tools can chat
    "repaired_f_wait_resume": 200,
    "sessions_get_404": 404,  # it was 400
    "jobs_get_404": 400,
}
_OTHER_BODY = {
    "chat_llm_500",
    "chat_stream_true_500",
    "executions_stream_live",  # Python's repr there, JSON here
    "repaired_f_chat_tool",
    "search_agent_vector",  # the vector is of another model, and near to nothing here
}


@pytest.fixture
def ids(make: Make, http: httpx.Client, server: LocalServer) -> dict[str, str]:
    """One resource of each kind, by the path segment before its id."""
    agent = make("/agents", name="Ada", model="gpt-4o", instructions=["be kind"])
    user = make("/users", name="Joe")
    session = make("/sessions", agent=agent["id"], user=user["id"])
    tools = f"/agents/{agent['id']}/tools"
    tool = make(tools, name="t", type="function", function={"parameters": {"type": "object"}})
    doc = make(f"/agents/{agent['id']}/docs", title="Cats", content=["cats purr", "loudly"])
    make(f"/users/{user['id']}/docs", title="Rockets", content="Rockets fly to the moon")
    waiting = [{"wait_for_input": {"info": {"q": "$ 'what?'"}}}]
    tasks = f"/agents/{agent['id']}/tasks"
    execution = make(f"/tasks/{make(tasks, name='W', main=waiting)['id']}/executions", input={})
    recorded = json.loads((_FOLDER / "tasks_create.json").read_text())
    task = make(tasks, **{**recorded["request"]["body"], "inherit_tools": True})
    make(f"/tasks/{task['id']}/executions", input={"n": 1})
    server.replies.clear()
    http.post(f"/sessions/{session['id']}/chat", json=said("hello"))
    return {
        "agents": agent["id"],
        "users": user["id"],
        "sessions": session["id"],
        "tools": tool["id"],
        "docs": doc["id"],
        "tasks": task["id"],
        "executions": execution["id"],
        "jobs": execution["jobs"][0],
    }


def _path(recorded: str, ids: dict[str, str], *, known: bool) -> str:
    parts = recorded.split("/")
    for at in range(2, len(parts)):
        if len(parts[at]) == _UUID_LENGTH:
            parts[at] = ids[parts[at - 1]] if known else str(uuid4())
    return "/".join(parts)


def _body(recorded: Any, ids: dict[str, str]) -> Any:
    if not is_object(recorded):
        return recorded
    body = dict(recorded)
    for name, kind in (("agent", "agents"), ("user", "users")):
        if isinstance(body.get(name), str):
            body[name] = ids[kind]
    return body


def _missing(expected: Any, found: Any, path: str) -> list[str]:
    if is_object(expected) and is_object(found):
        wanted, have = expected, found
        return [
            fault
            for key, value in wanted.items()
            if key not in _FREE or key not in have
            for fault in (
                [f"{path}.{key}"]
                if key not in have
                else _missing(value, have[key], f"{path}.{key}")
            )
        ]
    if is_array(expected) and expected and is_array(found):
        return _missing(expected[0], found[0], f"{path}[0]") if found else [f"{path}[0]"]
    return []


@pytest.mark.parametrize("path", _RECORDED, ids=lambda path: path.stem)
def test_a_recorded_request_is_answered_as_it_was(
    server: LocalServer, http: httpx.Client, ids: dict[str, str], path: Path
) -> None:
    """The same class of status, and no field missing, but for what was repaired on purpose."""
    recorded = json.loads(path.read_text())
    request, response = recorded["request"], recorded["response"]
    status: int = response["status"]
    known = status < 400 or path.stem in _OTHER_STATUS
    key = request["headers"].get("X-Auth-Key")
    headers = {"X-Auth-Key": server.key} if key == "test-api-key" else request["headers"]
    url = _path(request["path"], ids, known=known and not path.stem.endswith("_404"))
    if "stream" in url:
        http.put(f"/executions/{ids['executions']}", json={"status": "cancelled"})
    answer = httpx.request(
        request["method"],
        f"{server.url}{url}",
        params=request["params"],
        json=_body(request["body"], ids),
        headers=headers,
    )
    assert answer.status_code // 100 == _OTHER_STATUS.get(path.stem, status) // 100, answer.text
    if path.stem not in _OTHER_BODY and status < 400:
        assert _missing(response.get("body"), answer.json(), path.stem) == []
