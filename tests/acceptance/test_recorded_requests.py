"""What was recorded from a server of 2024, asked again of the embedded one."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from julep.local import LocalServer
from julep.types._json import is_array, is_object
from tests.plain_http import plain_http

from .recorded_world import RECORDED, World, main_of

KEY: Final = "test-api-key"
"""What the recorded requests show where a server's key belongs."""

MENDED: Final = {
    "chat_stream_true_500": "the recorded server failed when it was to stream",
    "repaired_f_chat_tool": "the recorded server failed when the model called a tool",
}
"""Requests that are answered now, and why they weren't."""

OTHERWISE: Final = {
    "^.status_code": ("agents_get_bad_uuid", "errors of 2025 are one object, `error`"),
    "^.message": ("agents_get_bad_uuid", "the same"),
    "^.data": ("agents_get_bad_uuid", "the same"),
    ".default_settings.frequency_penalty": ("agents_get", "settings come back as given"),
    ".default_settings.presence_penalty": ("agents_get", "the same"),
    ".default_settings.repetition_penalty": ("agents_get", "the same"),
    ".default_settings.length_penalty": ("agents_get", "the same"),
    ".default_settings.min_p": ("agents_get", "the same"),
    ".prompt[].name": ("tasks_get", "steps come back as given, not filled up with nulls"),
    ".prompt[].continue": ("tasks_get", "the same"),
    "^.jobs": ("exec_ifelse_create", "an execution of 2025 tells of its job in its metadata"),
    ".metadata.step_type": ("repaired_f_wait_transitions", "a wait of 2025 tells its token there"),
}
"""Fields that are left out on purpose, by the end of their path (`^`: by all of it): where, why."""


def lacks(recorded: Any, answer: Any, path: str = "") -> list[str]:
    """Where the answer has no such field, or nothing where something was recorded."""
    if is_object(recorded) and is_object(answer):
        missing = [f"{path}.{key}" for key in recorded if key not in answer]
        both = [(f"{path}.{key}", key) for key in recorded if key in answer]
        return missing + [
            at for below, key in both for at in lacks(recorded[key], answer[key], below)
        ]
    if is_array(recorded) and is_array(answer):
        pairs = zip(recorded, answer, strict=False)
        empty = [f"{path}[]"] if recorded and not answer else []
        return empty + [at for one, other in pairs for at in lacks(one, other, f"{path}[]")]
    return [path] if is_object(recorded) or is_array(recorded) else []


def replay(name: str, server: LocalServer) -> httpx.Response:
    """The answer to a recorded request, in a world that has what it names."""
    request = RECORDED[name]["request"]
    with plain_http(server) as admin:
        world = World(admin, main_of(name))
        path = world.path(
            request["path"],
            lists=request["method"] == "GET" or request["path"].endswith("/search"),
            made=not name.endswith(("_404", "_new", "_bad_uuid")),
        )
        body = world.body(request["body"])
    headers = {header: text.replace(KEY, server.key) for header, text in request["headers"].items()}
    if name == "chat_llm_500":
        server.replies.add(error="fake upstream error 500")
    with plain_http(server, headers=headers) as http:
        return http.request(request["method"], path, params=request["params"], json=body)


@pytest.fixture
def lenient() -> Iterator[LocalServer]:
    """A server for tasks in the language of 2024, on which servers of 2025 are sure to fail."""
    with LocalServer(strict=False) as server:
        yield server


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_requests_are_answered_alike(name: str, lenient: LocalServer) -> None:
    """The same class of status, and all the fields of the recorded answer."""
    recorded, answer = RECORDED[name]["response"], replay(name, lenient)
    if name in MENDED:
        assert (recorded["status"], answer.status_code // 100) == (500, 2)
        return
    assert answer.status_code // 100 == recorded["status"] // 100, answer.text
    if "body" in recorded:
        missing = lacks(recorded["body"], answer.json())
        assert [f"^{at}" for at in missing if not f"^{at}".endswith(tuple(OTHERWISE))] == []


def test_streamed_transitions_have_the_recorded_fields(lenient: LocalServer) -> None:
    """What was Python's repr on the wire is JSON, with the same fields in each event."""
    raw = RECORDED["executions_stream_live"]["response"]["body_raw_on_the_wire"]
    recorded = [ast.literal_eval(event) for event in _events(raw)]
    for event in recorded:
        event["transition"]["output"] = None  # of another task
    text = replay("executions_stream_live", lenient).text
    answered = [json.loads(event) for event in _events(text)]
    assert 0 < len(recorded) <= len(answered)
    assert lacks(recorded, answered) == []


def _events(text: str) -> list[str]:
    return [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]


@pytest.mark.parametrize("field", OTHERWISE)
def test_each_difference_is_one(field: str, lenient: LocalServer) -> None:
    """The table lists no field that the server gives."""
    name, _ = OTHERWISE[field]
    missing = lacks(RECORDED[name]["response"]["body"], replay(name, lenient).json())
    assert [at for at in missing if f"^{at}".endswith(field)] != []


def test_lacking_fields_would_be_noticed() -> None:
    """The comparison sees missing keys, empty lists, and plain values in the place of objects."""
    recorded = {"a": 1, "b": [{"c": 1}], "d": [1], "e": {"f": 1}}
    assert lacks(recorded, {"b": [{}], "d": [], "e": None}) == [".a", ".b[].c", ".d[]", ".e"]
