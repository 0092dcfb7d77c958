"""An imitation of servers of 2025: their defaults, refusals, delays and streams.

It stands in front of an embedded one, which is kinder: it resets what a PATCH leaves out, chats with
no agent without a model, hands the input of a resume over late, shuffles histories, forgets the
definitions of tools in its answers, and streams transitions as recorded from a server of 2025.
"""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any, Final, TypeAlias

from julep.local import LocalServer

from .plain_http import plain_http
from .recorded import recorded_2025
from .servers import RESET_IN_2025
from .wire import HANG_UP, Connection, Seen, Wire

Json: TypeAlias = dict[str, Any]

MODELS: Final = ["gpt-4o", "gpt-4o-mini"]
RESUME_TAKES: Final = 0.2
"""Seconds from the answer to a resume until it has an effect."""


class ImitatedServer(Wire):
    """Listens in front of an embedded server."""

    def __init__(self, embedded: LocalServer) -> None:
        super().__init__(self._answer)
        self._key = f"Bearer {embedded.key}"
        self._http = plain_http(embedded, timeout=30)
        self._resuming: set[str] = set()

    def _answer(self, connection: Connection, seen: Seen) -> object:
        body: Any = json.loads(seen.body or b"{}")
        kind, *rest = seen.target.partition("?")[0].removeprefix("/").split("/")
        if seen.target.endswith("/transitions.stream"):
            return _stream(connection)
        refusal = self._refusal(seen.method, kind, rest, body)
        if seen.headers.get("Authorization") != self._key:
            refusal = 403, "Could not validate API KEY"
        if refusal is not None:
            status, message = refusal
            error = {"message": message, "code": f"http_{status}", "type": "http_error"}
            connection.send_json({"error": error}, f"{status} No")
        elif seen.method == "PUT" and kind == "executions" and body.get("status") == "running":
            self._resuming.add(rest[0])
            threading.Thread(target=self._resume, args=(seen.target, body)).start()
            connection.send_json(None)
        else:
            self._forward(connection, seen, self._as_read(seen.method, kind, rest, body))
        return None

    def _refusal(
        self, method: str, kind: str, rest: list[str], body: Any
    ) -> tuple[int, str] | None:
        if kind == "agents" and len(rest) < 2 and (model := body.get("model")):
            return None if model in MODELS else (400, f"Model {model} not available")
        if kind == "users" and method == "PATCH" and not body.get("name"):
            return 400, "Invalid value provided for user during patch"
        if kind == "sessions" and rest[1:] == ["chat"] and not self._model(rest[0], body):
            return 400, "Model  not available"
        if kind == "executions" and method == "PUT" and rest[0] in self._resuming:
            return 500, "Failed to resume execution"
        return None

    def _model(self, session_id: str, body: Json) -> str | None:
        session: Json = self._http.get(f"/sessions/{session_id}").json()
        agent = session.get("agent") or session["agents"][0]
        found: str = self._http.get(f"/agents/{agent}").json()["model"]
        return body.get("model") or found

    def _as_read(self, method: str, kind: str, rest: list[str], body: Any) -> Any:
        """What the models of a request make of its body."""
        if method == "PATCH" and len(rest) == 1:
            return {**RESET_IN_2025[kind], **body}
        if method == "PATCH" and rest[1] == "tools":
            return {body["type"]: {}, **body}
        if method == "PUT" and kind == "agents" and len(rest) == 1:
            kept = self._http.get(f"/agents/{rest[0]}").json()["instructions"]
            return {**body, "instructions": kept}
        return body

    def _resume(self, target: str, body: Json) -> None:
        time.sleep(RESUME_TAKES)
        self._http.put(target, json=body)
        self._resuming.clear()

    def _forward(self, connection: Connection, seen: Seen, body: Any) -> None:
        with self._http.stream(
            seen.method,
            seen.target,
            json=body if seen.body else None,
            headers={"Content-Type": "application/json"},
        ) as answer:
            if answer.headers["content-type"].startswith("text/event-stream"):
                connection.pass_on(answer.iter_raw())
            else:
                answer.read()
                value = _as_answered(seen, answer.json())
                connection.send_json(value, f"{answer.status_code} Status")

    def server_close(self) -> None:
        """Let go of everything."""
        self._http.close()
        super().server_close()


def _as_answered(seen: Seen, value: Any) -> Any:
    """An answer, with what servers of 2025 leave out or put elsewhere."""
    if seen.target.endswith("/history"):
        return {**value, "entries": value["entries"][::-1]}
    if seen.target == "/agents/models":
        return {"models": [{"id": model} for model in MODELS]}
    if seen.method == "POST" and seen.target.endswith("/executions"):
        return {name: value[name] for name in value if name != "jobs"}
    if seen.method in {"PUT", "PATCH"} and re.search("/tools/", seen.target):
        return {**value, str(value.get("type")): None}
    return _as_shown(value) if isinstance(value, dict) else value


def _as_shown(value: Any) -> Any:
    """A session without those who take part, and a task whose tools are there once for each step."""
    if "render_templates" in value:
        participants = {"agent", "agents", "user", "users"}
        shown = {name: value[name] for name in value if name not in participants}
        return {**shown, "auto_run_tools": False}
    if "inherit_tools" in value:
        return {**value, "tools": value["tools"][::-1] * len(value["main"])}
    return value


def _stream(connection: Connection) -> object:
    """What a server of 2025 streamed of an execution that waits: its beginning, then silence."""
    connection.begin_stream()
    for _, text in recorded_2025()["transitions_stream_waiting_then_resumed"].pieces:
        connection.send_chunk(text.encode())
    connection.wait_for_hang_up()
    return HANG_UP
