"""What was recorded from a server of 2025, asked again of the embedded one."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest

from julep.local import LocalServer
from julep.types._json import is_array, is_object
from tests.plain_http import plain_http
from tests.recorded import Recorded, recorded_2025

from .differences_2025 import APART, FIELDS, STATUSES
from .recorded_world import AGENT as OF_SESSIONS
from .recorded_world import JSON, World
from .test_recorded_requests import lacks

RECORDED: Final = recorded_2025()
ASKED: Final = [name for name in RECORDED if not any(part in name for part in APART)]
HEADERS: Final = {
    "agents_list_no_key": {},
    "healthz_no_key": {},
    "agents_list_wrong_key": {"Authorization": "Bearer wrong"},
    "agents_list_key_without_bearer": {"Authorization": "KEY"},
    "agents_create_bad_json": {"Content-Type": "application/json"},
    "agents_create_form_422": {"Content-Type": "application/x-www-form-urlencoded"},
    "tasks_create_yaml": {"Content-Type": "application/yaml"},
    "tasks_create_text_plain_422": {"Content-Type": "text/plain"},
}
"""Headers that were sent with some of them; the key goes with all but the first three."""
BODIES: Final = {
    "agents": "agents_create_full",
    "users": "users_create",
    "tools": "tools_create_function",
    "docs": "agent_docs_create_list",
    "users' docs": "agent_docs_create_list",
    "tasks": "tasks_create_minimal",
    "chat": "chat_plain",
    "files": "files_create",
    "secrets": "secrets_create_minimal",
    "projects": "projects_create_minimal",
}
NOT_THERE: Final = ("404", "upsert_")
WAITING: Final = ("resume", "cancel_awaiting", "awaiting", "waiting", "second_wait", "running")
AGENT: Final = "/agents/06b07575-d38c-73ea-8000-11587e520c43"
P_ONE: Final = ("/projects", {"name": "P", "canonical_name": "p_one"})
DOGS: Final = (f"{AGENT}/docs", RECORDED["agent_docs_create_text"].body)
CATS: Final = (f"/agents/{OF_SESSIONS}/docs", {"title": "Cats", "content": "Cats purr."})
TOOLS: Final = "/agents/06b07575-d083-7be2-8000-04732bdc2cd7/tools"
TASKS: Final = "/agents/06b07581-f2ca-72fa-8000-70703386c79e/tasks"
TASK: Final = RECORDED["tasks_create_minimal"].body
TOOL: Final[JSON] = {"name": "w", "type": "function", "function": {}}
OTHER: Final = "/agents/06b07576-1ebd-731c-8000-37e761aa2a90/docs"
USERS: Final = "/users/06b07575-d3ba-7648-8000-4465670ba219/docs"
BEFORE: Final[dict[str, list[tuple[str, JSON]]]] = {
    "agent_docs_bulk_delete_filter": [(OTHER, {**DOGS[1], "metadata": {"k": "w"}})],
    "agent_docs_create_duplicate_409": [DOGS],
    "search_text_phrase": [DOGS],
    "user_docs_list_filter": [(USERS, {**DOGS[1], "metadata": {"k": "b"}})],
    "user_search_text": [(USERS, {"title": "Fish", "content": "Fish swim in the sea."})],
    "agents_create_duplicate_canonical_409": [("/agents", RECORDED["agents_create_full"].body)],
    "agents_create_in_project": [P_ONE],
    "chat_recall_hybrid": [CATS],
    "chat_recall_text": [CATS],
    "projects_create_duplicate_409": [P_ONE],
    "tasks_create_duplicate_canonical_409": [(TASKS, {**TASK, "canonical_name": "adder_one"})],
    "tools_create_duplicate": [(TOOLS, TOOL)],
    "secrets_create_duplicate_409": [("/secrets", {"name": "TOKEN", "value": "v"})],
    "search_text_filter": [DOGS],
    "search_vector_filter": [DOGS],
}
"""What was made before, apart from what the paths name."""
DATA: Final = (".metadata.", ".input.", ".output.", ".input_schema.", ".output[")
"""Callers' own fields, which differ with what was made before."""
MODEL: Final[dict[str, JSON]] = {
    "model_answers_400": {"error": "boom", "status": 400},
    "model_answers_401": {"error": "boom", "status": 401},
    "model_answers_429": {"error": "boom", "status": 429},
    "model_answers_500": {"error": "boom", "status": 500},
    "tool_call": {"tool_calls": [("get_weather", {"city": "Oslo"})]},
}
"""What the model did, by a part of the recording's name."""


def main_of(name: str) -> list[JSON]:
    """The steps of the task that a recording is about."""
    if any(word in name for word in WAITING):
        return [{"wait_for_input": {"info": {"q": "$ 1"}}}] * 2
    if "failed" in name:
        return [{"evaluate": {"x": "$ 1 / 0"}}]
    if "function_tool" in name:
        return [{"tool": "w", "arguments": {"city": "$ 'Oslo'"}}]
    main: list[JSON] = RECORDED["tasks_create_minimal"].body["main"]
    return main


def replay(name: str, server: LocalServer) -> httpx.Response:
    """The answer to a recorded request, in a world that has what it names."""
    request = RECORDED[name]
    with plain_http(server) as admin:
        bodies = {kind: RECORDED[each].body for kind, each in BODIES.items()}
        world = World(admin, main_of(name), bodies)
        lists = request.method in {"GET", "DELETE"} or request.path.endswith("/search")
        made = not any(word in name for word in NOT_THERE)
        path = request.path
        if not path.endswith("/"):
            path = world.path(path, lists=lists, made=made)
        body = world.body(request.body)
        for before, sent in BEFORE.get(name, []):
            world.path(f"{before}/x", lists=False, made=False)
            admin.post(before, json=sent).raise_for_status()
    for part, reply in MODEL.items():
        if part in name and request.method == "POST":
            server.replies.add(**reply)
    shown = {} if name.endswith("_key") else {"Authorization": "Bearer KEY"}
    sent = {**shown, **HEADERS.get(name, {})}
    headers = {header: text.replace("KEY", server.key) for header, text in sent.items()}
    with plain_http(server, headers=headers) as http:
        return _sent(http, request._replace(path=path, body=body))


def _sent(http: httpx.Client, request: Recorded) -> httpx.Response:
    body, params = request.body, dict(request.params or {})
    content: JSON = {} if body is None else {"content" if isinstance(body, str) else "json": body}
    if params.get("offset", 0) > 0:
        params["offset"] = 0  # there is one of each kind, and so no second page
    with http.stream(request.method, request.path, params=params, **content) as response:
        if "stream_waiting" not in request.name:
            response.read()
        return response


@pytest.mark.parametrize("name", ASKED)
def test_recorded_requests_are_answered_alike(name: str, julep_server: LocalServer) -> None:
    """The same class of status and the fields of the recorded answer, or a difference for a reason."""
    recorded, answer = RECORDED[name], replay(name, julep_server)
    if name in STATUSES:
        assert answer.status_code == STATUSES[name][0]
        return
    assert answer.status_code // 100 == recorded.status // 100, answer.text
    if answer.status_code == recorded.status and not isinstance(recorded.answer, str | None):
        missing = lacks(_known(recorded.answer), answer.json())
        assert [at for at in missing if not _is_left_out(at)] == []


def _is_left_out(at: str) -> bool:
    return at.endswith(tuple(FIELDS)) or any(part in at for part in DATA)


def _known(body: Any) -> Any:
    # Faults are told in our own words, and of a union of steps only those of the step meant.
    error = body.get("error") if is_object(body) else None
    if is_object(error) and is_array(details := error.get("details")):
        return {"error": {**error, "details": details[:1]}}
    return body


@pytest.mark.parametrize("name", STATUSES)
def test_each_difference_of_status_is_one(name: str) -> None:
    """The table lists nothing that the servers agree on."""
    assert RECORDED[name].status != STATUSES[name][0]


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_that_is_left_out_is_one(field: str, julep_server: LocalServer) -> None:
    """The table lists no field that the embedded server gives."""
    name, _ = FIELDS[field]
    missing = lacks(_known(RECORDED[name].answer), replay(name, julep_server).json())
    assert [at for at in missing if at.endswith(field)] != []
