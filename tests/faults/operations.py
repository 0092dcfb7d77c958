"""Operations to try, and how a server that is well answers them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import attrs

from tests.conftest import AnyClient, Face

ID: Final = "01890000-0000-7000-8000-000000000000"
TIME: Final = "2025-01-01T00:00:00Z"
STAMPS: Final[dict[str, Any]] = {"id": ID, "created_at": TIME, "updated_at": TIME}
AGENT: Final[dict[str, Any]] = {
    **STAMPS,
    "name": "a",
    "about": "",
    "model": "m",
    "instructions": [],
}
EXECUTION: Final[dict[str, Any]] = {
    **STAMPS,
    "task_id": ID,
    "status": "succeeded",
    "input": {},
    "metadata": {},
}
USAGE: Final = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
CHAT: Final[dict[str, Any]] = {"id": ID, "created_at": TIME, "jobs": [], "docs": [], "usage": USAGE}
SAID: Final = {"role": "assistant", "content": "hi"}
TASK: Final[dict[str, Any]] = {"name": "t", "main": [{"evaluate": {"x": "1"}}]}

Call: TypeAlias = Callable[[Face, AnyClient], Awaitable[Any]]


@attrs.frozen
class Operation:
    """Something that a client can do.

    Attributes:
        call: Does it.
        good: What a server that is well answers: a JSON value, a list of a stream's events, or bytes.
        is_repeatable: Whether doing it twice does no more than doing it once.
        is_stream: Whether it is answered event by event.
        status: The status of the good answer.
    """

    call: Call
    good: Any
    is_repeatable: bool = True
    is_stream: bool = False
    status: str = "200 OK"

    def body(self) -> bytes:
        """The body of the good answer."""
        if isinstance(self.good, bytes):
            return self.good
        if not self.is_stream:
            return json.dumps(self.good).encode()
        return "".join(f"data: {json.dumps(event)}\n\n" for event in self.good).encode()

    @property
    def media_type(self) -> str:
        """The content type of the good answer."""
        return "text/event-stream" if self.is_stream else "application/json"


async def not_called(_: Face, __: AnyClient) -> None:
    """Do nothing; for what is answered only."""


def _calling(name: str, /, *args: Any, **kwargs: Any) -> Call:
    async def call(face: Face, client: AnyClient) -> Any:
        method = client
        for part in name.split("."):
            method = getattr(method, part)
        return await face.call(method, *args, **kwargs)

    return call


def _taking(name: str, /, *args: Any) -> Call:
    async def call(face: Face, client: AnyClient) -> Any:
        method = client
        for part in name.split("."):
            method = getattr(method, part)
        return await face.take(method(*args))

    return call


_ENDED: Final = {"index": 0, "finish_reason": "stop"}

OPERATIONS: Final[dict[str, Operation]] = {
    "agents.get": Operation(_calling("agents.get", ID), AGENT),
    "agents.list": Operation(_taking("agents.list"), {"items": [AGENT]}),
    "agents.create": Operation(_calling("agents.create", name="a"), AGENT, is_repeatable=False),
    "agents.create_or_update": Operation(_calling("agents.create_or_update", ID, name="a"), AGENT),
    "agents.delete": Operation(
        _calling("agents.delete", ID), {"id": ID, "deleted_at": TIME, "jobs": []}
    ),
    "agents.docs.search": Operation(
        _calling("agents.docs.search", ID, text="x"), {"docs": [], "time": 0.1}
    ),
    "sessions.chat": Operation(
        _calling("sessions.chat", ID, "hi"),
        {**CHAT, "choices": [{**_ENDED, "message": SAID}]},
        is_repeatable=False,
    ),
    "sessions.chat.stream": Operation(
        _taking("sessions.chat.stream", ID, "hi"),
        [
            {**CHAT, "usage": None, "choices": [{"index": 0, "delta": SAID}]},
            {**CHAT, "choices": [{**_ENDED, "delta": {"content": ""}}]},
        ],
        is_repeatable=False,
        is_stream=True,
    ),
    "sessions.history": Operation(
        _calling("sessions.history", ID),
        {"entries": [], "relations": [], "session_id": ID, "created_at": TIME},
    ),
    "tasks.create": Operation(
        _calling("tasks.create", ID, **TASK), {**STAMPS, **TASK}, is_repeatable=False
    ),
    "tasks.executions.create": Operation(
        _calling("tasks.executions.create", ID, input={}), EXECUTION, is_repeatable=False
    ),
    "executions.resume": Operation(
        _calling("executions.resume", ID, input={}), {**STAMPS, "jobs": []}, is_repeatable=False
    ),
    "executions.status.stream": Operation(
        _taking("executions.status.stream", ID),
        [{"execution_id": ID, "updated_at": TIME, "status": "succeeded"}],
        is_stream=True,
    ),
}
