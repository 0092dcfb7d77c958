"""A log in memory, and effects that answer from scripts."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import anyio
import anyio.lowlevel
from attrs import evolve

from julep.local.workflow.ports import (
    Answer,
    EffectError,
    Execution,
    HttpCall,
    HttpReply,
    ModelRequest,
    StatusView,
    SystemCall,
    Transition,
)
from julep.types.executions import FINAL_TRANSITIONS


class Killed(Exception):
    """The process is gone: nothing is written and nobody is called any more."""


class Fuse:
    """Lets so many writes through, and then kills the process.

    Attributes:
        writes: How many were let through since it was lit.
        late: Whether the process dies after the last write, or just before the next one.
    """

    def __init__(self) -> None:
        self.writes = 0
        self.left: int | None = None
        self.late = True
        self.blown = False
        self.changed = anyio.Event()

    def light(self, left: int, *, late: bool = True) -> None:
        """Kills the process around its write number `left`."""
        self.left, self.late, self.writes = left, late, 0

    def revive(self) -> None:
        """Starts the process again."""
        self.left, self.blown = None, False

    def check(self) -> None:
        """Raises once the process is dead."""
        if self.blown:
            raise Killed

    def write(self) -> None:
        """Counts a write."""
        self.check()
        if self.left is not None and not self.late and self.writes >= self.left:
            self._blow()
            raise Killed
        self.writes += 1
        if self.left is not None and self.late and self.writes >= self.left:
            self._blow()
        self._wake()

    def _blow(self) -> None:
        self.blown = True
        self._wake()

    def _wake(self) -> None:
        self.changed.set()
        self.changed = anyio.Event()


class MemoryLog:
    """A log that keeps everything in dicts, with a fuse."""

    def __init__(self) -> None:
        self.fuse = Fuse()
        self.executions: dict[str, Execution] = {}
        self.history: defaultdict[str, list[Transition]] = defaultdict(list)
        self.keys: set[tuple[str, str]] = set()
        self.private: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.views: dict[str, StatusView] = {}

    def revive(self) -> None:
        """Starts the process again, on what was kept."""
        self.fuse.revive()

    def add(self, execution: Execution) -> None:
        """Keeps a new execution."""
        self.executions[execution.id] = execution

    def execution(self, execution_id: str) -> Execution | None:
        """Returns an execution."""
        return self.executions.get(execution_id)

    def unfinished(self) -> Sequence[str]:
        """Returns the ids of executions that are not over, oldest first."""
        open_ones = [each for each in self.executions.values() if not self._is_over(each.id)]
        return [each.id for each in sorted(open_ones, key=lambda each: each.created_at)]

    def _is_over(self, execution_id: str) -> bool:
        history = self.history[execution_id]
        return bool(history) and history[-1].type in FINAL_TRANSITIONS

    def transitions(self, execution_id: str) -> Sequence[Transition]:
        """Returns the history, oldest first."""
        return list(self.history[execution_id])

    def notes(self, execution_id: str) -> Mapping[str, Any]:
        """Returns the private notes."""
        return dict(self.private[execution_id])

    def append(self, transition: Transition, view: StatusView) -> bool:
        """Appends to the history."""
        self.fuse.check()
        history = self.history[transition.execution_id]
        place = (transition.execution_id, transition.key)
        if place in self.keys or self._is_over(transition.execution_id):
            return False
        self.fuse.write()
        self.keys.add(place)
        history.append(transition)
        self.views[transition.execution_id] = view
        return True

    def note(self, execution_id: str, key: str, value: Any) -> None:
        """Keeps a note; the first one of a key stays."""
        self.fuse.write()
        self.private[execution_id].setdefault(key, value)

    def answer(self, execution_id: str, wait_id: str, answer: Answer, view: StatusView) -> bool:
        """Stores a wait's answer, once."""
        history = self.history[execution_id]
        for index, each in enumerate(history):
            is_open = each.type == "wait" and each.answer is None
            if each.id == wait_id and is_open and not self._is_over(execution_id):
                self.fuse.write()
                history[index] = evolve(each, answer=answer)
                self.views[execution_id] = view
                return True
        return False


def completion(content: str | None, *, calls: Sequence[Any] = ()) -> dict[str, Any]:
    """Returns a model's reply as the chat completions API gives it."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": content,
        "tool_calls": list(calls) or None,
        "function_call": None,
    }
    reason = "tool_calls" if calls else "stop"
    return {
        "id": "c1",
        "object": "chat.completion",
        "choices": [{"index": 0, "finish_reason": reason, "message": message}],
        "created": 1,
        "model": "gpt-4o",
        "service_tier": None,
        "system_fingerprint": None,
        "usage": {
            "prompt_tokens": 5,
            "completion_tokens": 3,
            "total_tokens": 8,
            "prompt_tokens_details": None,
            "completion_tokens_details": None,
        },
    }


class ScriptedEffects:
    """Effects whose clock jumps, and whose answers come from lists."""

    def __init__(
        self, replies: Sequence[Any] = (), http_replies: Sequence[Any | EffectError] = ()
    ) -> None:
        self.fuse = Fuse()
        self.replies = list(replies)
        self.http_replies = list(http_replies)
        self.calls: list[tuple[str, Any]] = []
        self.model_requests: list[ModelRequest] = []
        self.http_calls: list[HttpCall] = []
        self.slept: list[float] = []
        self.woken = 0
        self.known_secrets: dict[str, str] = {}
        self.failures: list[EffectError] = []
        self.clock = 1_000.0
        self.blocked: anyio.Event | None = None
        self._ids = itertools.count()

    def now(self) -> float:
        """Returns the fake clock's time."""
        return self.clock

    def new_id(self) -> str:
        """Returns a number as an id."""
        return f"id-{next(self._ids):08}"

    def secrets(self) -> Mapping[str, str]:
        """Returns the scripted secrets."""
        return self.known_secrets

    async def sleep(self, seconds: float) -> None:
        """Moves the clock; blocks as long as a test wants it to."""
        self.fuse.check()
        self.slept.append(seconds)
        try:
            if self.blocked is not None:
                await self.blocked.wait()
        finally:
            self.woken += 1
        await anyio.lowlevel.checkpoint()
        self.clock += seconds

    async def complete(self, execution: Execution, request: ModelRequest) -> Any:
        """Gives the next reply."""
        self.fuse.check()
        self.model_requests.append(request)
        await anyio.lowlevel.checkpoint()
        reply = self.replies.pop(0) if self.replies else "no more replies"
        if isinstance(reply, EffectError):
            raise reply
        return completion(reply) if isinstance(reply, str) else reply

    async def http(self, execution: Execution, call: HttpCall) -> HttpReply:
        """Gives the next answer."""
        self.fuse.check()
        self.http_calls.append(call)
        await anyio.lowlevel.checkpoint()
        nothing = HttpReply(status_code=204, headers={}, content=b"")
        reply = self.http_replies.pop(0) if self.http_replies else nothing
        if isinstance(reply, EffectError):
            raise reply
        assert isinstance(reply, HttpReply)
        return reply

    async def integration(
        self,
        execution: Execution,
        definition: Mapping[str, Any],
        arguments: Any,
    ) -> Any:
        """Records the call, and fails as often as the script says."""
        self.fuse.check()
        self.calls.append((f"{definition['provider']}.{definition['method']}", arguments))
        await anyio.lowlevel.checkpoint()
        if self.failures:
            raise self.failures.pop(0)
        return {"called": definition["provider"], **arguments}

    async def system(self, execution: Execution, call: SystemCall) -> Any:
        """Records the call, and echoes it."""
        self.fuse.check()
        await anyio.lowlevel.checkpoint()
        name = ".".join(filter(None, (call.resource, call.subresource, call.operation)))
        self.calls.append((name, dict(call.arguments)))
        return {"operation": name, "arguments": dict(call.arguments)}

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Gives each text's length as its vector."""
        self.fuse.check()
        await anyio.lowlevel.checkpoint()
        return [[float(len(text))] for text in texts]

    async def search(self, execution: Execution, request: Mapping[str, Any]) -> Any:
        """Records the request, and finds one document."""
        self.fuse.check()
        await anyio.lowlevel.checkpoint()
        self.calls.append(("search", dict(request)))
        return {"docs": [{"id": "doc-1", "title": request.get("text")}], "time": 0.1}
